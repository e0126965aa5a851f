"""What far blocks promise: they are told with the ratio without them beside it, never dropped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.far_blocks import outliers
from reports.findings.findings import findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.evidence import far_blocks_text
from reports.text.headline import brief, sentences
from runfiles.load import load_run
from tests.nightly import one_by_day
from tests.reports.recomputed.document import differences, document
from tests.reports.texts import as_read
from tests.simulations.outlying import share_found, share_of_false

WriteRun = Callable[..., Path]


def delayed(folder: Path, arm: int, *blocks: int, factor: float = 1.8) -> Path:
    """The run in ``folder``, the arm's epochs ``factor`` times as long in these blocks."""
    for block in blocks:
        path = folder / "raw" / f"{block:03d}-{arm:02d}.json"
        raw = json.loads(path.read_text())
        raw["phases"]["epoch"]["seconds"] = [
            factor * second for second in raw["phases"]["epoch"]["seconds"]
        ]
        path.write_text(json.dumps(raw))
    return folder


def stored(folder: Path) -> Any:
    return json.loads(json.dumps(cells_json(findings(load_run(folder)))))


@pytest.mark.parametrize("n_blocks", one_by_day([10, 5, 40]))
def test_blocks_that_are_all_alike_name_none_in_99_percent_of_runs(n_blocks: int) -> None:
    assert share_of_false(n_blocks) <= 0.02  # 1 % and its chance


def test_one_or_two_blocks_of_ten_that_take_1_8_times_as_long_are_found() -> None:
    assert share_found(10, 1, 1.8) >= 0.99
    assert share_found(10, 2, 1.8) >= 0.99  # neither hides the other


def test_four_blocks_are_too_few_to_be_far_from() -> None:
    assert outliers(np.array([0.0, 0.001, -0.001, 5.0])) == ()
    assert outliers(np.array([0.0, 0.001, -0.001, 0.0005, 5.0])) == (4,)
    assert outliers(np.array([0.0, np.nan, 0.001, -0.001, 0.0005, 5.0])) == (5,)
    assert outliers(np.zeros(10)) == ()


def test_a_far_block_is_told_with_the_ratio_without_it_beside_the_one_with_it(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", null_of=0), bench("torch", 6e-3))
    folder = write_run(arms=arms, n_blocks=10, between=0.01)
    plain = next(c for c in stored(folder)["cells"] if (c["arm"], c["phase"]) == ("torch", "epoch"))
    summary = findings(load_run(delayed(folder, 2, 7)))
    found: Any = stored(folder)
    cell = next(c for c in found["cells"] if (c["arm"], c["phase"]) == ("torch", "epoch"))
    (far,) = found["far_blocks"]
    assert (far["arm"], far["blocks"]) == ("torch", [7])
    assert far["times"][0] == pytest.approx(1.8, rel=0.05)
    assert far["ratio_without"] == pytest.approx(plain["ratio"], rel=0.02)
    assert cell["ratio"] > far["ratio_without_high"]  # the block still counts
    text = far_blocks_text(summary)
    assert text is not None
    assert text.names == ("torch",)
    assert text.numbers[:2] == (7, far["times"][0])
    assert text.numbers[2:5:2] == (cell["ratio"], cell["ratio_high"])
    assert text in sentences(summary)
    assert text in brief(summary)
    assert text in as_read(page(summary))
    assert differences(found, document(folder)) == []


def test_where_a_block_is_far_in_every_arm_it_is_the_baselines(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", null_of=0), *(bench(name, 6e-3) for name in "abc"))
    folder = delayed(write_run(arms=arms, n_blocks=10, between=0.01), 0, 4)
    text = far_blocks_text(findings(load_run(folder)))
    assert text is not None
    assert "block 4 of again is 0.5" in text
    assert "; 1 more in cells.json." in text
    assert text.endswith("In block 4 that is so of every arm: there the baseline was far.")
    assert differences(stored(folder), document(folder)) == []


def test_what_lies_within_the_margin_is_not_far(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("torch", 6e-3))
    folder = write_run(arms=arms, n_blocks=10, between=1e-4, within=1e-4)
    assert far_blocks_text(findings(load_run(delayed(folder, 1, 7, factor=1.02)))) is None
    assert far_blocks_text(findings(load_run(delayed(folder, 1, 7, factor=1.05)))) is not None
