"""Blocks that were measured again are counted, named and explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.cells import cells_json
from reports.estimates.ratios import summarize
from reports.page import page
from reports.result.load import BadResult, load_run
from reports.words.evidence import disturbed

WriteRun = Callable[..., Path]
STEAL = "000-02 epoch: steal_share 0.04 above 0.02"
TWO = ((0, (STEAL, "000-03 step: steal_share 0.05 above 0.02")), (2, ("002-01 epoch: pressure",)))


def test_only_notes_count_as_discards(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=3, discards=TWO))
    assert [(d.block, d.reasons[0]) for d in run.discards] == [(0, STEAL), (2, TWO[1][1][0])]
    assert len(run.processes) == 3 * 8


def test_a_run_says_which_blocks_and_why(write_run: WriteRun) -> None:
    summary = summarize(load_run(write_run(n_blocks=3, discards=TWO)))
    text = disturbed(summary.run) or ""
    assert text.startswith("2 blocks were disturbed and measured again (block 0: 000-02 epoch")
    assert "above 0.02 and 1 more; block 2: 002-01 epoch: pressure)." in text
    document: Any = cells_json(summary)
    assert text in document["sentences"]
    assert [(d["block"], tuple(d["reasons"])) for d in document["discards"]] == list(TWO)
    assert document["files"]["discarded"] == ["discarded/000.json", "discarded/001.json"]
    html = page(summary)
    assert "000-03 step: steal_share 0.05 above 0.02" in html
    assert "the plan allows 2" in html


def test_a_run_without_discards_says_nothing_of_them_in_the_terminal(write_run: WriteRun) -> None:
    summary = summarize(load_run(write_run(n_blocks=2)))
    assert disturbed(summary.run) is None
    assert "No block was disturbed enough to be measured again" in page(summary)


def test_many_discards_are_summed_up(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=6, discards=tuple((b, ("why",)) for b in range(6))))
    assert (disturbed(run) or "").endswith("block 2: why; and 3 more).")


def test_raw_files_of_a_discard_cut_short_are_not_measurements(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2, discards=((1, ("why",)),))
    (folder / "discarded/000/001-03.json").unlink()  # not yet moved: raw/ holds the old one
    files = [process.file for process in load_run(folder).processes]
    assert "001-03.json" not in files
    assert "001-02.json" in files


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"format": "autograd-bench raw"}, "expected 'autograd-bench discard'"),
        ({"version": 2}, "version is 2; expected 1"),
        (
            {"block": 99},
            r"files\[0\] is '000-00.json'; expected the name of a raw file of block 99",
        ),
        ({"block": 99, "files": ["099-00.json"]}, "names what was not planned"),
        ({"block": "0"}, "block is '0'"),
        ({"reasons": "noise"}, "reasons is 'noise'; expected a list"),
        ({"reasons": [1]}, r"reasons\[0\] is 1; expected text"),
        ({"files": ["../../secret.json"]}, r"files\[0\] is .* expected the name of a raw file"),
        ({"files": None}, "files is None"),
    ],
)
def test_a_damaged_note_says_where(write_run: WriteRun, keys: dict[str, Any], said: str) -> None:
    folder = write_run(n_blocks=2, discards=((0, ("why",)),))
    path = folder / "discarded/000.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))
    with pytest.raises(BadResult, match=said) as caught:
        load_run(folder)
    assert "discarded/000.json" in str(caught.value)


def test_a_note_under_a_strange_name_is_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2, discards=((0, ("why",)),))
    (folder / "discarded/000.json").rename(folder / "discarded/first.json")
    with pytest.raises(BadResult, match=r"is no discard; expected a name such as 000.json"):
        load_run(folder)
