"""Blocks that were measured again are counted, named and explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.findings.disturbed import LIMIT
from reports.findings.findings import findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.disturbed import again, kept_text
from reports.text.headline import brief, headline, sentences
from reports.text.null_arm import judgement_text
from reports.text.sizes import trouble_sentences
from runfiles import load
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.texts import as_read
from tests.simulations import disturbing

WriteRun = Callable[..., Path]
STEAL = "000-02 epoch: steal_share 0.04 above 0.02"
TWO = ((0, (STEAL, "000-03 step: steal_share 0.05 above 0.02")), (2, ("002-01 epoch: pressure",)))


def test_only_notes_count_as_discards(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=3, discards=TWO))
    assert [(d.block, d.reasons[0]) for d in run.discards] == [(0, STEAL), (2, TWO[1][1][0])]
    assert len(run.processes) == 3 * 8


def test_a_run_says_which_blocks_and_why(write_run: WriteRun) -> None:
    summary = findings(load_run(write_run(n_blocks=3, discards=TWO)))
    text = again(summary.run) or ""
    assert text.startswith("2 disturbed blocks were measured again (block 0: 000-02 epoch")
    assert "above 0.02 and 1 more; block 2: 002-01 epoch: pressure)." in text
    document: Any = cells_json(summary)
    assert text in document["sentences"]
    assert [(d["block"], tuple(d["reasons"])) for d in document["discards"]] == list(TWO)
    assert document["files"]["discarded"] == ["discarded/000.json", "discarded/001.json"]
    html = page(summary)
    assert "000-03 step: steal_share 0.05 above 0.02" in html
    assert "the plan allows 2" in html


def test_a_run_without_discards_says_nothing_of_them_in_the_terminal(write_run: WriteRun) -> None:
    summary = findings(load_run(write_run(n_blocks=2)))
    assert again(summary.run) is None
    assert "No block was disturbed enough to be measured again" in page(summary)


def test_many_discards_are_summed_up(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=6, discards=tuple((b, ("why",)) for b in range(6))))
    assert (again(run) or "").endswith("block 2: why; and 3 more).")


def test_a_block_set_aside_while_it_is_read_is_read_again(
    write_run: WriteRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command that measures, once: its note is written, then its raw files are moved."""
    folder = write_run(n_blocks=3, between=0)
    whole = load_run(folder)
    real = load._listing

    def listed(where: Path) -> list[Path]:
        found = real(where)
        if where.name == "raw" and not (folder / "discarded").exists():
            set_aside(folder, block=1)
        return found

    monkeypatch.setattr(load, "_listing", listed)
    run = load_run(folder)
    assert [discard.block for discard in run.discards] == [1]
    expected = [process.file for process in whole.processes if process.block != 1]
    assert [process.file for process in run.processes] == expected


def set_aside(folder: Path, block: int) -> None:
    """Discard ``block`` as the runner does."""
    (folder / "discarded" / "000").mkdir(parents=True)
    files = sorted(path.name for path in folder.glob(f"raw/{block:03d}-*.json"))
    note = {"format": "autograd-bench discard", "version": 1, "block": block}
    note |= {"reasons": ["why"], "files": files}
    (folder / "discarded" / "000.json").write_text(json.dumps(note), encoding="utf-8")
    for name in files:
        (folder / "raw" / name).rename(folder / "discarded" / "000" / name)


def test_a_file_that_stays_away_is_named_and_not_waited_for(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    (folder / "raw" / "000-09.json").symlink_to("nowhere")
    with pytest.raises(BadRun, match=r"000-09\.json is not there"):
        load_run(folder)


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
        ({"version": 4}, "version is 4; expected 1 to 3"),
        (
            {"block": 99},
            r"files\[0\] is '000-00.json'; expected the name of a raw file of block 99",
        ),
        ({"block": 99, "files": ["099-00.json"]}, "was not planned"),
        ({"block": "0"}, "block is '0'"),
        ({"reasons": "noise"}, "reasons is 'noise'; expected a list"),
        ({"reasons": [1]}, r"reasons\[0\] is 1; expected text"),
        ({"files": ["../../secret.json"]}, r"files\[0\] is .*; expected text matching"),
        ({"files": None}, "files is nothing; expected a value"),
    ],
)
def test_a_damaged_note_says_where(write_run: WriteRun, keys: dict[str, Any], said: str) -> None:
    folder = write_run(n_blocks=2, discards=((0, ("why",)),))
    path = folder / "discarded/000.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))
    with pytest.raises(BadRun, match=said) as caught:
        load_run(folder)
    assert "discarded/000.json" in str(caught.value)


def test_a_note_under_a_strange_name_is_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2, discards=((0, ("why",)),))
    (folder / "discarded/000.json").rename(folder / "discarded/first.json")
    with pytest.raises(BadRun, match=r"its name is 'first'; expected one such as 000.json"):
        load_run(folder)


def struck(n_blocks: int, *arms: int) -> frozenset[tuple[int, int]]:
    """The first ``n_blocks`` blocks of ``arms``."""
    return frozenset((block, arm) for block in range(n_blocks) for arm in arms)


def test_what_was_measured_again_and_what_was_disturbed_and_kept_are_two_numbers(
    write_run: WriteRun,
) -> None:
    folder = write_run(n_blocks=10, discards=TWO, disturbed=struck(2, 2) | {(5, 4)})
    told = " ".join(sentences(findings(load_run(folder))))
    assert "2 disturbed blocks were measured again (" in told
    assert "Phases disturbed and kept: torch, 10 of 50; jax-scan, 2 of 20." in told


@pytest.mark.parametrize("profile", ["quick", "default"])
def test_arms_with_disturbed_phases_are_named_in_every_profile_and_everywhere(
    write_run: WriteRun, profile: str
) -> None:
    folder = write_run(n_blocks=10, profile=profile, disturbed=struck(1, 4))
    summary = findings(load_run(folder))
    text = "Phases disturbed and kept: jax-scan, 2 of 20."
    assert text in brief(summary)
    assert text in as_read(page(summary))
    document: Any = cells_json(summary)
    assert text in document["sentences"]
    (row,) = [one for one in document["disturbed"]["arms"] if one["arm"] == "jax-scan"]
    assert row == {"arm": "jax-scan", "n_phases": 20, "n_disturbed": 2, "share": 0.1}
    assert summary.null_arm.is_usable


def test_an_arm_disturbed_too_often_makes_a_run_that_gates_unusable(write_run: WriteRun) -> None:
    summary = findings(load_run(write_run(n_blocks=10, disturbed=struck(3, 4))))
    assert not summary.null_arm.is_usable
    assert "30 % of the phases of jax-scan (6 of 20)" in judgement_text(summary.null_arm)
    assert all(cell.verdict is None for cell in summary.cells)
    assert str(headline(summary)).endswith("unusable: the machine disturbed too much of it.")
    document: Any = cells_json(summary)
    assert document["unusable"] == judgement_text(summary.null_arm)
    assert "Null arm: Unsound" not in " ".join(document["sentences"])


def test_a_further_size_disturbed_too_often_is_told_by_that_cause(write_run: WriteRun) -> None:
    further = {"batch_size": 100, "disturbed": struck(3, 4)}
    (text,) = trouble_sentences(findings(load_run(write_run(n_blocks=10, sizes={"b": further}))))
    assert text.endswith("the evidence is unusable, the machine disturbed too much of it.")


def test_a_share_at_the_limit_is_usable(write_run: WriteRun) -> None:
    assert findings(load_run(write_run(n_blocks=10, disturbed=struck(2, 4)))).null_arm.is_usable


def test_a_quick_run_and_an_arm_without_numbers_make_no_run_unusable(write_run: WriteRun) -> None:
    quick = write_run(name="quick", n_blocks=10, profile="quick", disturbed=struck(10, 0, 1, 2))
    assert findings(load_run(quick)).null_arm.is_usable
    wrong = write_run(name="wrong", n_blocks=10, disturbed=struck(10, 6))
    assert findings(load_run(wrong)).null_arm.is_usable


def test_a_quick_run_with_a_gate_is_held_to_the_limit(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=10, profile="quick", gate=True, disturbed=struck(3, 4))
    assert not findings(load_run(folder)).null_arm.is_usable


def test_a_run_that_never_judged_its_phases_says_nothing_of_them(write_run: WriteRun) -> None:
    summary = findings(load_run(write_run(n_blocks=10)))
    assert kept_text(summary) is None
    assert cells_json(summary)["disturbed"] == {"limit_share": 0.2, "arms": []}


@pytest.mark.parametrize(("quota", "is_told"), [(0.3, True), (1.0, False), (None, False)])
def test_a_quota_below_the_threads_asked_for_is_said_first(
    write_run: WriteRun, quota: float | None, is_told: bool
) -> None:
    summary = findings(load_run(write_run(n_blocks=3, facts={"cpu_quota": quota})))
    text = "A CPU quota left this run 0.3 CPUs of time, less than the 1 thread it was asked for"
    assert (text in " ".join(brief(summary))) == is_told
    shown = "2 CPUs, a quota of 0.3 CPUs, 1 thread" in " ".join(brief(summary))
    assert shown == is_told


def test_the_limit_is_the_share_up_to_which_no_difference_is_called_that_is_none() -> None:
    """In the worst case, where one arm alone is struck, as ``python -m`` prints."""
    assert LIMIT in disturbing.SHARES
    for n_blocks in disturbing.BLOCKS:
        assert disturbing.found(n_blocks, LIMIT, n_arms=1)[1] < 0.01
    above = disturbing.SHARES[disturbing.SHARES.index(LIMIT) + 1]
    assert disturbing.found(40, above, n_arms=1)[1] > 0.05
