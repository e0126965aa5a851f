"""What the three states of evidence promise: when each is said, and what may be claimed in it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.command.conclusion import exit_of_evidence
from bench.command.exits import Exit
from reports.compare.comparison import compare_runs
from reports.compare.comparison_text import caveats
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar, verdict
from reports.findings.null_arm import NullArm, judge
from reports.outputs.cells import cells_json
from reports.outputs.exports.bencher import bencher_json
from reports.outputs.page import page
from reports.text.answers import answers
from reports.text.headline import sentences
from reports.text.null_arm import judgement_text
from runfiles.load import load_run
from tests.reports.texts import as_read
from tests.simulations.simulated import MARGIN
from tests.simulations.states import ARMS, RUNS, shares

WriteRun = Callable[..., Path]
BOUND = math.log1p(MARGIN)
NOT_SHOWN = re.compile(
    r"Two identical arms may differ by up to (\d+|\d\.\d) % here \(in [a-z ]+\): "
    r"nothing smaller means anything\."
)


def judged(*columns: tuple[str, float, float], n_blocks: int = 10) -> NullArm:
    """The judgement of a null arm by (phase, mean, standard deviation) of its log-ratios."""
    unit = np.resize([1.0, -1.0], n_blocks) * math.sqrt((n_blocks - 1) / n_blocks)
    phases = tuple(phase for phase, _, _ in columns)
    logs = np.array([[0 * unit for _ in columns], [m + s * unit for _, m, s in columns]])
    return judge(ARMS, 0, phases, logs, MARGIN)


def unsteady(folder: Path, arm: int, factor: float) -> None:
    """Make the arm slower by ``factor`` in every second block, and faster in the others."""
    for path in (folder / "raw").glob(f"*-{arm:02d}.json"):
        raw = json.loads(path.read_text())
        by = factor if int(path.name[:3]) % 2 else 1 / factor
        for phase in raw["phases"].values():
            phase["seconds"] = [by * second for second in phase["seconds"]]
        path.write_text(json.dumps(raw))


def findings_of(folder: Path) -> Findings:
    return findings(load_run(folder))


@pytest.mark.parametrize("spread", [0.005, 0.01])
def test_quiet_evidence_is_shown_in_four_of_five_runs_of_ten_blocks(spread: float) -> None:
    assert shares(10, spread)["shown"] >= 0.8 * RUNS


@pytest.mark.parametrize("cells", ["one", "every"])
def test_a_null_arm_10_percent_off_is_unsound_in_nine_of_ten_runs(cells: str) -> None:
    assert shares(10, 0.01, 0.10, cells)["unsound"] >= 0.9 * RUNS


@pytest.mark.parametrize("n_blocks", [3, 10, 40])
@pytest.mark.parametrize("spread", [0.01, 0.03])
def test_identical_arms_are_hardly_ever_unsound_and_never_above_5_percent_at_the_margin(
    n_blocks: int, spread: float
) -> None:
    assert shares(n_blocks, spread)["unsound"] <= 0.01 * RUNS
    assert shares(n_blocks, spread, MARGIN)["unsound"] <= 0.07 * RUNS  # 5 % and its chance


def test_a_state_rests_on_the_repeated_phases_and_unsoundness_on_any() -> None:
    quiet, noisy, off = ("epoch", 0.0, 0.005), ("import", 0.0, 0.2), ("import", 0.5, 0.01)
    assert judged(quiet, noisy).state == "shown"
    assert judged(("epoch", 0.0, 0.2), ("import", 0.0, 0.005)).state == "not shown"
    assert judged(quiet, off).state == "unsound"
    assert judged(noisy).state == "not shown"  # nothing else was timed


def test_each_phase_keeps_its_own_bound() -> None:
    found = judged(("epoch", 0.01, 0.005), ("import", 0.0, 0.2))
    assert 0.01 < found.bound("epoch") < BOUND < 0.1 < found.bound("import")
    assert found.bound("gradient") == 0.0


def test_an_interval_on_one_side_bounds_both_directions() -> None:
    down, up = judged(("epoch", -0.02, 0.01)), judged(("epoch", 0.02, 0.01))
    assert down.bound("epoch") == pytest.approx(up.bound("epoch"))
    assert down.bound("epoch") > 0.02


def test_a_claim_is_never_smaller_than_what_identical_arms_may_differ_by() -> None:
    logs = np.array([0.10, 0.11, 0.09, 0.10])
    assert verdict(logs, Bar(MARGIN)) == "slower"
    assert verdict(logs, Bar(MARGIN, 0.12)) == "inconclusive"
    assert verdict(-logs, Bar(MARGIN, 0.12)) == "inconclusive"
    assert verdict(3 * logs, Bar(MARGIN, 0.12)) == "slower"
    assert verdict(logs / 100, Bar(MARGIN)) == "equivalent"
    assert verdict(logs / 100, Bar(MARGIN, 0.12)) == "inconclusive"


def test_an_interval_of_0_71_to_1_23_is_not_called_usable(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", null_of=0), bench("near", 0.95e-2), bench("far", 1e-3))
    found = findings_of(write_run(arms=arms, n_blocks=10, between=0.15))
    null = found.null_arm
    assert (null.state, null.is_usable) == ("not shown", True)
    assert NOT_SHOWN.fullmatch(judgement_text(found.null_arm))
    assert "usable" not in " ".join(sentences(found))
    assert any(NOT_SHOWN.search(text) for text in sentences(found))
    assert NOT_SHOWN.search(as_read(page(found)))
    document: Any = cells_json(found)
    assert document["null_arm"]["state"] == "not shown"
    assert document["unusable"] is None
    verdicts = {cell["arm"]: cell["verdict"] for cell in document["cells"]
                if cell["phase"] == "epoch"}  # fmt: skip
    assert verdicts == {"base": None, "again": "inconclusive", "near": "inconclusive",
                        "far": "faster"}  # fmt: skip


def test_shown_evidence_says_how_little_identical_arms_differ(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=12, between=0.003))
    assert found.null_arm.state == "shown"
    told = judgement_text(found.null_arm)
    assert told.startswith("Two identical arms are shown to differ by no more than 0.")
    assert 0 < told.numbers[0] < 0.01
    assert told.numbers[1] == found.margin


def test_unsound_evidence_is_left_out_where_an_alarm_may_hang_on_it(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", 1.2e-2, null_of=0), bench("other", 1e-3))
    found = findings_of(write_run(arms=arms, n_blocks=10, between=0.01))
    assert found.null_arm.state == "unsound"
    assert bencher_json(found) == {}
    assert {cell.verdict for cell in found.cells} == {None}


@pytest.mark.parametrize(
    ("again", "between", "state", "word"),
    [
        (1.0e-2, 0.003, "shown", "Yes. "),
        (1.0e-2, 0.15, "not shown", "Only large differences. "),
        (1.2e-2, 0.003, "unsound", "No. "),
    ],
)
def test_whether_a_run_is_to_be_trusted_is_answered_by_its_state(
    write_run: WriteRun,
    bench: Callable[..., Any],
    again: float,
    between: float,
    state: str,
    word: str,
) -> None:
    arms = (bench("base"), bench("again", again, null_of=0))
    found = findings_of(write_run(arms=arms, n_blocks=12, between=between))
    trusted = answers(found)[-1]
    assert found.null_arm.state == state
    assert trusted.text == f"{word}{judgement_text(found.null_arm)}"
    assert trusted.is_warning == (state != "shown")


@pytest.mark.parametrize("profile", ["quick", "default"])
@pytest.mark.parametrize(
    ("again", "between", "code"),
    [
        (1.0e-2, 0.003, Exit.COMPLETE),  # shown
        (1.0e-2, 0.15, Exit.COMPLETE),  # not shown
        (1.2e-2, 0.003, Exit.UNUSABLE),  # unsound
    ],
)
def test_unsound_evidence_exits_with_2_in_every_profile_and_the_other_states_with_0(
    write_run: WriteRun,
    bench: Callable[..., Any],
    profile: str,
    again: float,
    between: float,
    code: Exit,
) -> None:
    arms = (bench("base"), bench("again", again, null_of=0))
    found = findings_of(write_run(arms=arms, n_blocks=10, between=between, profile=profile))
    assert exit_of_evidence(found) == code


def test_a_break_even_has_no_end_where_the_epoch_saves_less_than_identical_arms_differ(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base", cold=(1, 0, 0.01)), bench("other", 0.9e-2, cold=(1.5, 0, 0.01)))
    alone = findings_of(write_run(name="alone", arms=arms, n_blocks=10, between=0.005))
    folder = write_run(
        name="noisy",
        arms=(*arms, bench("again", null_of=0, cold=(1, 0, 0.01))),
        n_blocks=10,
        between=0.005,
    )
    unsteady(folder, 2, 1.2)
    judged_by_it = findings_of(folder)
    assert judged_by_it.null_arm.state == "not shown"
    assert [bool((even := s.arms[1].break_even) and even.high is not None)
            for s in (alone, judged_by_it)] == [True, False]  # fmt: skip


def test_a_change_between_runs_must_exceed_what_identical_arms_differ_by_in_either(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    def run(name: str, seconds: float, seed: int, *, noisy: bool) -> Findings:
        arms = (bench("base"), bench("again", null_of=0), bench("other", seconds))
        folder = write_run(name=name, arms=arms, n_blocks=20, between=0.005, seed=seed)
        unsteady(folder, 1, 1.3 if noisy else 1.0)
        return findings_of(folder)

    quiet, slower = run("a", 5e-3, 1, noisy=False), run("b", 5.75e-3, 2, noisy=False)
    assert compare_runs(quiet, slower).regressions
    for pair in (
        (run("c", 5e-3, 1, noisy=True), slower),
        (quiet, run("d", 5.75e-3, 2, noisy=True)),
    ):
        found = compare_runs(*pair)
        assert not found.regressions
        assert any("identical arms may differ by up to" in text for text in caveats(found))
    much = compare_runs(quiet, run("e", 10e-3, 2, noisy=True))
    assert {change.arm for change in much.regressions} == {"other"}
