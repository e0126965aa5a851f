"""Pairs: new ÷ old has one verdict everywhere, and the gate decides by it or says why not."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from bench.command.cli import app
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar, detectable, verdict
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.pairs_section import pairs_table
from reports.outputs.parts import Rich
from reports.outputs.tables import markdown, print_summary
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.conftest import Bench
from tests.reports.texts import as_read
from tests.reports.versions import QUIET, arms, versions
from tests.simulations.simulated import log_ratios

SLOWER = 0.10
NO_NULL = frozenset((block, 1) for block in range(10))  # its processes have not run


def findings_of(folder: Path, **given: Any) -> Findings:
    return findings(load_run(versions(folder / "r", **given).write()))


def printed(found: Findings) -> str:
    out = StringIO()
    print_summary(found, Console(file=out, width=80, highlight=False))
    return " ".join(out.getvalue().split())


def exit_code(folder: Path, **given: Any) -> int:
    """Of ``report`` on a synthetic run."""
    written = versions(folder / "r", **given).write()
    return CliRunner().invoke(app, ["report", str(written)]).exit_code


def test_a_pair_is_paired_block_by_block_and_the_older_arm_is_below(tmp_path: Path) -> None:
    found = findings_of(tmp_path, slower=SLOWER, between=1e-9, within=1e-9, drift=0.3)
    (cell,) = found.pairs
    assert cell.ratio.value == pytest.approx(1 + SLOWER, rel=0.02)
    other = findings_of(tmp_path / "reversed", slower=SLOWER, pairs=((2, 0),))
    (back,) = other.pairs
    (there,) = findings_of(tmp_path / "same", slower=SLOWER).pairs
    assert back.ratio.value == pytest.approx(1 / there.ratio.value)


def test_terminal_markdown_page_and_json_have_the_same_pair(tmp_path: Path) -> None:
    found = findings_of(tmp_path, slower=SLOWER)
    stored = json.loads(json.dumps(cells_json(found)))
    (entry,) = stored["pairs"]
    assert (entry["old"], entry["new"], entry["phase"]) == ("torch@old", "torch@new", "epoch")
    assert entry["verdict"] == "slower"
    shown = f"{entry['ratio']:.3f} [{entry['corrected_low']:.3f}, {entry['corrected_high']:.3f}]"
    assert f"torch@new ÷ torch@old epoch {shown} slower" in printed(found)
    told = shown.replace(" ", " times ", 1)
    told = f"torch@new takes {told} as long over an epoch of the lesson as torch@old"
    assert f"{told}: slower." in stored["sentences"]
    assert "| torch@new ÷ torch@old | epoch |" in markdown(found)
    assert f'<data value="{entry["ratio"]!r}">' in page(found)
    assert '<h2 id="pairs">' in page(found)


def test_a_run_without_a_pair_says_nothing_of_pairs(tmp_path: Path) -> None:
    found = findings_of(tmp_path, pairs=(), gate=False)
    assert cells_json(found)["pairs"] == []
    assert cells_json(found)["gate"] is None
    for text in (printed(found), markdown(found), page(found)):
        assert "new ÷ " not in text
        assert "Gate" not in text
    assert 'id="pairs"' not in page(found)


def test_a_run_from_before_there_were_pairs_has_none(tmp_path: Path) -> None:
    folder = versions(tmp_path / "r").write()
    plan = json.loads((folder / "plan.json").read_text())
    del plan["pairs"], plan["gate"]
    (folder / "plan.json").write_text(json.dumps(plan))
    run = load_run(folder)
    assert (run.plan.pairs, run.plan.gate) == ((), False)


@pytest.mark.parametrize("pairs", [[[0, 0]], [[0]], [[0, 9]], [[0, 2], [0, 2]], [[0, 1, 2]], 7])
def test_a_pair_that_is_none_is_refused(tmp_path: Path, pairs: object) -> None:
    folder = versions(tmp_path / "r").write()
    plan = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps(plan | {"pairs": pairs}))
    with pytest.raises(BadRun, match="pairs"):
        load_run(folder)


@pytest.mark.parametrize(
    ("given", "outcome", "code"),
    [
        ({"slower": SLOWER}, "regression", 1),
        ({"slower": 0.0}, "passed", 0),
        ({"slower": -SLOWER}, "passed", 0),
        ({"slower": SLOWER, "null": 0.3}, "undecided", 2),  # unsound
        ({"between": 0.05}, "undecided", 2),  # not shown
        ({"slower": 2.0, "between": 0.05}, "regression", 1),  # beyond what identical arms may do
        ({"slower": SLOWER, "between": 0.1}, "undecided", 2),  # within it
        ({"n_blocks": 1}, "undecided", 2),
        ({"slower": SLOWER, "missing": NO_NULL}, "undecided", 2),  # nothing to be beyond
        ({"arms": arms(status="unsupported", reason="it does not")}, "undecided", 2),
        ({"arms": arms(status="crashed", reason="it broke")}, "undecided", 2),
        ({"arms": arms(status="wrong", failed_check="gradient")}, "undecided", 3),
    ],
    ids=str,
)
def test_the_gate_exits_with_1_for_a_confirmed_regression_and_2_where_it_cannot_decide(
    tmp_path: Path, given: dict[str, Any], outcome: str, code: int
) -> None:
    found = findings_of(tmp_path, **given).gate
    assert found is not None
    assert found.outcome == outcome
    assert exit_code(tmp_path / "again", **given) == code


def test_a_pair_slower_only_where_no_identical_arms_were_compared_is_not_decided(
    tmp_path: Path,
) -> None:
    """The null arm has an epoch that nothing is to be said of, and no gradient."""
    apart = tuple(replace(arm, stepwise=arm.null_of is None) for arm in arms())
    folder = versions(tmp_path / "r", arms=apart, phases=("gradient", "epoch")).write()
    for path in (folder / "raw").glob("*-02.json"):
        raw = json.loads(path.read_text())
        series = raw["phases"]["gradient"]
        series["seconds"] = [seconds * (1 + SLOWER) for seconds in series["seconds"]]
        path.write_text(json.dumps(raw))
    all_found = findings(load_run(folder))
    found = all_found.gate
    assert found is not None
    assert (found.outcome, found.unshown, len(found.unjudged)) == ("undecided", (), 1)
    assert "torch@new ÷ torch@old is slower in gradient, in which no two" in printed(all_found)


def test_without_a_gate_a_regression_is_told_and_the_exit_is_0(tmp_path: Path) -> None:
    assert exit_code(tmp_path, slower=SLOWER, gate=False) == 0


def test_a_wrong_arm_outweighs_a_regression_and_a_regression_what_is_lacking(
    tmp_path: Path,
) -> None:
    wrong = Bench("doubled", status="wrong", reason="off", failed_check="gradient")
    crashed = Bench("shaky", status="crashed", reason="it broke")
    assert exit_code(tmp_path / "w", arms=(*arms(SLOWER), wrong)) == 3
    assert exit_code(tmp_path / "c", arms=(*arms(SLOWER), crashed)) == 1
    assert exit_code(tmp_path / "n", arms=(*arms(), crashed)) == 4


def test_a_gate_says_what_it_found_or_could_have_seen(tmp_path: Path) -> None:
    failed = printed(findings_of(tmp_path / "f", slower=SLOWER))
    assert (
        "Gate: 1 confirmed regression over 1 cell: torch@new ÷ torch@old, epoch 1.099 times ["
        in failed
    )
    passed = printed(findings_of(tmp_path / "p"))
    assert "Gate: passed, no confirmed regression over 1 cell. One of" in passed
    assert "would have been called, 4 times in 5." in passed
    undecided = printed(findings_of(tmp_path / "u", between=0.05))
    assert "Gate: undecided, no regression is confirmed. Two" in undecided
    lacking = printed(findings_of(tmp_path / "l", arms=arms(status="crashed", reason="it broke")))
    assert "Without a time of both arms in one block: torch@new ÷ torch@old." in lacking


def test_a_confirmed_regression_stands_at_the_top_of_the_page_and_under_the_pairs(
    tmp_path: Path,
) -> None:
    found = findings_of(tmp_path, slower=SLOWER)
    said = "Gate: 1 confirmed regression"
    assert said in as_read(page(found).partition("</header>")[0])
    assert said in printed(found).partition("torch@new ÷ torch@old epoch")[2]
    assert printed(found).count(said) == 1


def test_a_regression_at_another_size_fails_the_gate_and_is_told_with_its_size(
    tmp_path: Path,
) -> None:
    sizes = {"n1000-d2-b100": {"batch_size": 100, "arms": arms(SLOWER)}}
    all_found = findings_of(tmp_path, sizes=sizes)
    found = all_found.gate
    assert found is not None
    assert [one.case.run.name for one in found.regressions] == ["n1000-d2-b100"]
    assert "1 confirmed regression over 2 cells" in printed(all_found)
    assert "in batches of 100" in printed(all_found).partition("Gate:")[2]
    assert exit_code(tmp_path / "again", sizes=sizes) == 1


def test_the_intervals_of_pairs_hold_together(tmp_path: Path) -> None:
    """Of many phases the widest luck does not make a regression: intervals are Bonferroni's."""
    phases = ("data_iter", "gradient", "step", "epoch", "train")
    cells = findings_of(tmp_path, phases=phases).pairs
    assert [cell.phase for cell in cells] == list(phases)
    alone = findings_of(tmp_path / "one").pairs[0]
    assert (alone.ratio.low, alone.ratio.high) == (alone.corrected.low, alone.corrected.high)
    for cell in cells:
        assert cell.ratio.low is not None
        assert cell.corrected.low is not None
        centre, own = math.log(cell.ratio.value), math.log(cell.ratio.low)
        wide = math.log(cell.corrected.low)
        # t(0.995) and t(0.975) with 9 degrees of freedom, from a table
        assert (centre - wide) / (centre - own) == pytest.approx(3.250 / 2.262, rel=1e-3)
    ratios = [row.cells[2] for row in pairs_table(cells).rows]
    told = [one.in_full for one in ratios if isinstance(one, Rich)]
    assert told == [(one.ratio.value, one.corrected.low, one.corrected.high) for one in cells]


def test_a_verdict_for_many_cells_takes_more_and_its_power_says_so() -> None:
    logs = log_ratios(5, 10, math.log1p(0.08))
    bar = Bar(0.03)
    counted = {
        family: Counter(verdict(one, bar, family) for one in logs)["slower"] for family in (1, 7)
    }
    assert counted[7] < counted[1]
    alone, of_seven = (detectable(logs[0], bar, family) for family in (1, 7))
    assert alone is not None
    assert of_seven is not None
    assert 1.03 < alone < of_seven


def test_what_would_have_been_called_is_called_four_times_in_five() -> None:
    bar, family, spread = Bar(0.03), 7, QUIET
    rng = np.random.default_rng(11)
    centred = rng.normal(0, spread, (4000, 10))
    exact = centred[0] - centred[0].mean()
    exact *= spread / exact.std(ddof=1)
    mde = detectable(exact, bar, family)
    assert mde is not None
    called = [verdict(one + math.log(mde), bar, family) == "slower" for one in centred]
    assert np.mean(called) == pytest.approx(0.8, abs=0.05)
