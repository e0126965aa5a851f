"""The ceilings of the machine are measured in every block, once, and spoil no run."""

from __future__ import annotations

import json
from pathlib import Path

from bench.runner.runner import Runner
from tests.bench.begun import measure
from tests.bench.test_runner import make_run


def test_every_block_has_its_ceilings_and_a_resumed_run_keeps_them(tmp_path: Path) -> None:
    runner = Runner(tmp_path, make_run(tmp_path, "numpy", n_blocks=2).plan)
    measure(runner)
    files = sorted((tmp_path / "ceilings").iterdir())
    assert [file.name for file in files] == ["000.json", "001.json"]
    record = json.loads(files[1].read_text())
    assert (record["status"], record["block"], record["threads"]) == ("ok", 1, 1)
    assert [entry["n_bytes"] for entry in record["copies"]] == [2 * 2**27, 2 * 12000]
    assert [entry["dtype"] for entry in record["products"]] == ["float32", "float64"]
    assert [entry["flop"] for entry in record["products"]] == [2 * 1024**3] * 2
    assert all(s > 0 for e in record["copies"] + record["products"] for s in e["seconds"])
    files[0].write_text("as it was")
    files[1].unlink()
    measure(runner)
    assert files[0].read_text() == "as it was"
    assert json.loads(files[1].read_text())["block"] == 1


def test_ceilings_that_cannot_be_measured_say_why(tmp_path: Path) -> None:
    runner = Runner(tmp_path, make_run(tmp_path, "numpy").plan)
    (tmp_path / "problem" / "X.npy").write_text("no array")
    runner.measure_ceilings(0)
    record = json.loads((tmp_path / "ceilings" / "000.json").read_text())
    assert record["status"] == "crashed"
    assert "ValueError" in record["reason"]
    assert record["copies"] == []
