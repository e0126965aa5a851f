"""What ``ceilings/NNN.json`` promises: read like every other file of a run, or a BadRun."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.ceiling import find, measured_ceilings
from reports.findings.findings import findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from runfiles.errors import BadRun
from runfiles.load import load_run

WriteRun = Callable[..., Path]


@pytest.fixture
def folder(write_run: WriteRun) -> Path:
    return write_run(n_blocks=4, ceilings=True)


def change(path: Path, **keys: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def test_a_run_without_ceilings_is_read_as_before(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=2))
    assert run.ceilings == ()
    assert measured_ceilings(run) == ()
    html = page(findings(run))
    assert "This machine's ceilings" not in html
    assert "of a copy" not in html


def test_a_ceiling_is_found_again_by_hand_from_its_files(folder: Path) -> None:
    found = measured_ceilings(load_run(folder))
    rates: dict[tuple[str, str], list[float]] = {}
    for path in sorted((folder / "ceilings").glob("*.json")):
        record = json.loads(path.read_text())
        for copy in record["copies"]:
            rate = copy["n_bytes"] / float(np.median(copy["seconds"]))
            rates.setdefault(("copy", copy["what"]), []).append(math.log(rate))
        for gather in record["gathers"]:
            rate = gather["n_bytes"] / float(np.median(gather["seconds"]))
            rates.setdefault(("gather", gather["what"]), []).append(math.log(rate))
        for product in record["products"]:
            rate = product["flop"] / float(np.median(product["seconds"]))
            rates.setdefault(("product", product["dtype"]), []).append(math.log(rate))
    assert {(one.kind, one.what) for one in found} == set(rates)
    for one in found:
        logs = rates[one.kind, one.what]
        half = 3.182446 * np.std(logs, ddof=1) / math.sqrt(4)  # t, 3 degrees, a printed table
        assert one.rate.value == pytest.approx(math.exp(np.mean(logs)))
        assert one.rate.low == pytest.approx(math.exp(np.mean(logs) - half), rel=1e-6)
        assert one.rate.high == pytest.approx(math.exp(np.mean(logs) + half), rel=1e-6)


def test_a_block_whose_ceilings_failed_is_told_and_left_out(folder: Path) -> None:
    failed: dict[str, Any] = {
        "status": "timeout",
        "reason": "it took too long",
        "copies": None,
        "gathers": [],
        "products": [],
    }
    change(folder / "ceilings/002.json", **failed)
    found = findings(load_run(folder))
    memory = find(measured_ceilings(found.run), "copy", "memory")
    assert memory is not None
    assert memory.rate.n == 3
    told = re.sub(r"<[^>]+>", "", page(found))
    assert "ceilings of block 2 are not known: timeout, it took too long." in told
    document: Any = cells_json(found)["yardsticks"]
    assert document["ceilings"]["failed"] == [
        {"block": 2, "status": "timeout", "reason": "it took too long"}
    ]


def test_a_failure_without_numbers_as_the_runner_writes_it_is_read(folder: Path) -> None:
    record = {"format": "autograd-bench ceilings", "version": 1, "block": 1}
    record |= {"status": "crashed", "reason": "no last words"}
    (folder / "ceilings/001.json").write_text(json.dumps(record))
    assert [one.status for one in load_run(folder).ceilings] == ["ok", "crashed", "ok", "ok"]


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"format": "autograd-bench raw"}, "expected 'autograd-bench ceilings'"),
        ({"version": 4}, "version is 4; expected 1 to 3"),
        ({"status": "fine"}, "status is 'fine'"),
        ({"status": "crashed"}, "copies is .*; expected none, for it is crashed"),
        ({"block": 1}, "its name says otherwise"),
        ({"block": -1}, "block is -1"),
        ({"copies": None}, "copies is None"),
        ({"copies": [7]}, r"copies\[0\] is 7; expected an object"),
        ({"copies": [{"what": "memory", "n_bytes": 0, "seconds": [1e-3]}]}, "n_bytes is 0"),
        ({"copies": [{"what": "memory", "n_bytes": 8, "seconds": []}]}, r"copies\[0\].seconds"),
        ({"gathers": [{"what": "rows", "n_bytes": 0, "seconds": [1e-3]}]}, "n_bytes is 0"),
        ({"gathers": [{"what": "rows", "n_bytes": 8, "seconds": []}]}, r"gathers\[0\].seconds"),
        (
            {"status": "crashed", "copies": [], "products": []},
            "gathers is .*; expected none, for it is crashed",
        ),
        ({"products": {"dtype": "float32"}}, "products is"),
        (
            {"products": [{"dtype": "float32", "n": 2, "flop": 16, "seconds": [float("nan")]}]},
            r"products\[0\].seconds",
        ),
        ({"products": [{"dtype": 32, "n": 2, "flop": 16, "seconds": [1]}]}, "dtype is 32"),
    ],
)
def test_ceilings_that_do_not_fit_say_where(folder: Path, keys: dict[str, Any], said: str) -> None:
    change(folder / "ceilings/000.json", **keys)
    with pytest.raises(BadRun, match=said):
        load_run(folder)


def test_ceilings_of_a_block_that_was_not_planned_are_refused(folder: Path) -> None:
    change(folder / "ceilings/003.json", block=9)
    (folder / "ceilings/003.json").rename(folder / "ceilings/009.json")
    with pytest.raises(BadRun, match="was not planned"):
        load_run(folder)


def test_ceilings_without_a_gather_are_read_as_before_and_tell_no_share_of_one(
    folder: Path,
) -> None:
    for path in (folder / "ceilings").glob("*.json"):
        change(path, gathers=[])
    found = findings(load_run(folder))
    document: Any = cells_json(found)["yardsticks"]
    assert {one["kind"] for one in document["ceilings"]["measured"]} == {"copy", "product"}
    shares = [one["share_of_gather"] for one in document["throughput"]["arms"]]
    assert shares == [None] * len(shares)
    html = page(found)
    assert "of a copy" in html
    assert "gather" not in html.partition('<h2 id="yardsticks">')[2].partition("</section>")[0]


def test_a_gather_that_some_block_lacks_is_of_the_other_blocks(folder: Path) -> None:
    change(folder / "ceilings/001.json", gathers=[])
    document: Any = cells_json(findings(load_run(folder)))["yardsticks"]
    (gather,) = [one for one in document["ceilings"]["measured"] if one["kind"] == "gather"]
    assert gather["n_blocks"] == 3
    assert all(one["share_of_gather_low"] for one in document["throughput"]["arms"])


def test_what_a_later_version_measures_besides_is_shown_too(folder: Path) -> None:
    record = json.loads((folder / "ceilings/000.json").read_text())
    more = {"what": "L2", "n_bytes": 1000, "seconds": [1e-8], "later": True}
    change(folder / "ceilings/000.json", copies=[*record["copies"], more])
    found = find(measured_ceilings(load_run(folder)), "copy", "L2")
    assert found is not None
    assert found.rate.value == pytest.approx(1e11)
    assert found.rate.n == 1


def test_damaged_ceilings_are_measured_again_after_a_resume(folder: Path) -> None:
    (folder / "ceilings/000.json").write_text("{")
    with pytest.raises(BadRun, match="Delete the file and resume the run"):
        load_run(folder)
