"""The ceilings of the machine are measured in every block, once, and spoil no run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.runner.runner import Runner
from bench.worker import ceilings
from problems.problem import make_problem
from problems.spec import ProblemSpec
from problems.store import save
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
    (gather,) = record["gathers"]
    assert (gather["what"], gather["n_bytes"]) == ("the problem's rows", 2 * 12000 + 8000)
    assert [entry["dtype"] for entry in record["products"]] == ["float32", "float64"]
    assert [entry["flop"] for entry in record["products"]] == [2 * 1024**3] * 2
    parts = record["copies"] + record["gathers"] + record["products"]
    assert all(s > 0 for part in parts for s in part["seconds"])
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
    assert record["copies"] == record["gathers"] == []


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], tuple[int, list[np.ndarray]]]:
    """Makes one gather of the problem in a folder: (the bytes it moves, what it has fetched)."""
    fetched: list[np.ndarray] = []
    take = np.take

    def told(*given: Any, out: np.ndarray, **options: Any) -> None:
        take(*given, out=out, **options)
        fetched.append(out)

    def once(call: Callable[[], object]) -> list[float]:
        call()
        return [1.0]

    monkeypatch.setattr(np, "take", told)
    monkeypatch.setattr(ceilings, "rounds", once)
    return lambda folder: (ceilings.gather(folder)["n_bytes"], fetched)


def test_a_gather_is_of_the_rows_that_an_epoch_visits_in_its_first_order(
    tmp_path: Path, made: Callable[[Path], tuple[int, list[np.ndarray]]]
) -> None:
    problem = make_problem(ProblemSpec(n_examples=50, steps=3, batch_size=4))
    save(tmp_path, problem)
    n_bytes, (X, y) = made(tmp_path)
    visited = problem.orders[0]
    assert n_bytes == 12 * (2 * 4 * 3 + 8)
    assert X.dtype == y.dtype == "float32"
    np.testing.assert_array_equal(X, problem.data[0][visited].astype("float32"))
    np.testing.assert_array_equal(y, problem.data[1][visited].astype("float32"))


def test_integers_are_gathered_as_they_are(
    tmp_path: Path, made: Callable[[Path], tuple[int, list[np.ndarray]]]
) -> None:
    np.save(tmp_path / "codes.npy", np.arange(10).reshape(5, 2))
    np.save(tmp_path / "orders.npy", np.array([[4, 0, 2], [0, 1, 2]]))
    np.save(tmp_path / "w_start.npy", np.zeros(2))
    n_bytes, (codes,) = made(tmp_path)
    assert n_bytes == 2 * 3 * 16 + 3 * 8
    assert codes.dtype == np.int64
    assert codes.tolist() == [[8, 9], [0, 1], [4, 5]]
