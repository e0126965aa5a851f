"""What ``ratios`` promises: cells from raw samples, paired by block, failures without numbers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.cells import Cell
from reports.findings.findings import Findings, findings
from reports.text.break_even import break_even_text
from reports.text.null_arm import judgement_text
from runfiles.load import load_run

WriteRun = Callable[..., Path]


def findings_of(folder: Path) -> Findings:
    return findings(load_run(folder))


def cell_of(found: Findings, name: str, phase: str = "epoch") -> Cell:
    arm = next(arm for arm in found.arms if arm.name == name)
    cell = found.cell(arm, phase)
    assert cell is not None
    return cell


def test_a_cell_is_found_again_by_hand_from_the_raw_files(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=6)
    logs = {0: [], 2: []}  # type: dict[int, list[float]]
    for path in sorted((folder / "raw").glob("*.json")):
        raw = json.loads(path.read_text())
        if raw["arm"] in logs:
            logs[raw["arm"]].append(math.log(np.median(raw["phases"]["epoch"]["seconds"])))
    cell = cell_of(findings_of(folder), "torch")
    differences = np.subtract(logs[2], logs[0])
    half = 2.570582 * differences.std(ddof=1) / math.sqrt(6)  # t, 5 degrees, a printed table
    assert cell.seconds is not None
    assert cell.ratio is not None
    assert cell.seconds.value == pytest.approx(math.exp(np.mean(logs[2])))
    assert cell.ratio.value == pytest.approx(math.exp(differences.mean()))
    assert cell.ratio.high == pytest.approx(math.exp(differences.mean() + half), rel=1e-6)


def test_a_ratio_counts_only_blocks_where_both_arms_succeeded(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (
        bench("base", 1e-2, status="crashed", bad_blocks=frozenset({0, 1})),
        bench("other", 2e-2, status="timeout", bad_blocks=frozenset({5})),
    )
    cell = cell_of(findings_of(write_run(arms=arms, n_blocks=8)), "other")
    assert cell.n_blocks == 7
    assert cell.ratio is not None
    assert cell.ratio.n == 5
    assert cell.status == "ok"
    assert cell.reason == "timeout in 1 of 8 blocks: it did not go well"


def test_one_wrong_answer_in_any_block_leaves_the_arm_without_numbers(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("liar", status="wrong", bad_blocks=frozenset({3})))
    found = findings_of(write_run(arms=arms, n_blocks=6))
    for cell in found.cells:
        if cell.arm.index == 1:
            assert (cell.status, cell.seconds, cell.ratio, cell.verdict) == (
                "wrong", None, None, None,
            )  # fmt: skip
    assert found.arms[1].distance is None
    assert cell_of(found, "liar").reason == "wrong in 1 of 6 blocks: it did not go well"


def test_an_arm_that_never_succeeded_says_how_and_why(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=3))
    mlx, doubled = cell_of(found, "mlx"), cell_of(found, "doubled")
    assert (mlx.status, mlx.reason) == ("unavailable", "mlx is not installed; pip install mlx")
    assert (doubled.status, doubled.failed_check) == ("wrong", "gradient")
    assert mlx.seconds is doubled.seconds is None


def test_a_phase_an_arm_does_not_have_says_why(write_run: WriteRun) -> None:
    cell = cell_of(findings_of(write_run(n_blocks=3)), "jax-scan", "gradient")
    assert (cell.status, cell.reason) == ("unsupported", "its epoch is one program")


def test_the_baseline_is_one_and_has_no_verdict(write_run: WriteRun) -> None:
    cell = cell_of(findings_of(write_run(n_blocks=3)), "torch-lesson")
    assert cell.ratio is not None
    assert (cell.ratio.value, cell.ratio.low, cell.verdict) == (1.0, None, None)


def test_one_block_gives_numbers_without_intervals_or_verdicts(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=1))
    cell = cell_of(found, "numpy")
    assert cell.seconds is not None
    assert cell.ratio is not None
    assert cell.seconds.low is cell.ratio.low is cell.mde is None
    assert cell.verdict == "inconclusive"
    assert not found.null_arm.is_judged


def test_the_parts_of_an_epoch_are_differences_within_each_block(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=4, between=0.0, within=0.0, drift=0.0))
    update, rest = (cell_of(found, "torch", part).seconds for part in ("update", "rest"))
    assert update is not None
    assert rest is not None
    assert update.value == pytest.approx(0.25 * 10.4e-3)
    assert rest.value == pytest.approx(0.05 * 10.4e-3)


def test_a_difference_that_reaches_below_zero_says_so(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=4, within=0.3, between=0.0))
    rest = cell_of(found, "torch", "rest")
    assert rest.seconds is not None
    assert rest.seconds.low is not None
    assert rest.seconds.low < 0
    assert "below 0" in (rest.reason or "")


def test_an_arm_in_one_program_has_no_parts(write_run: WriteRun) -> None:
    cell = cell_of(findings_of(write_run(n_blocks=2)), "jax-scan", "update")
    assert (cell.status, cell.seconds) == ("unsupported", None)


def test_break_even_is_the_cold_cost_over_what_an_epoch_saves(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (
        bench("base", 10e-3, cold=(1.0, 0.0, 10e-3)),
        bench("compiled", 1e-3, cold=(1.5, 0.0, 1e-3)),
        bench("slow", 20e-3, cold=(2.0, 0.0, 20e-3)),
        bench("light", 1e-3, cold=(0.1, 0.0, 1e-3)),
    )
    folder = write_run(arms=arms, n_blocks=6, between=0.0, within=0.0, drift=0.0)
    for path in (folder / "raw").glob("*.json"):  # the writer's cold costs have a spread
        raw = json.loads(path.read_text())
        cold = arms[raw["arm"]].cold
        raw["cold"] = dict(
            zip(("import", "prepare", "first_epoch"), (cold[0], 1e-9, cold[2]), strict=True)
        )
        path.write_text(json.dumps(raw))
    base, compiled, slow, light = (arm.break_even for arm in findings_of(folder).arms)
    assert base is None
    assert compiled is not None
    assert compiled.epochs == pytest.approx(0.5 / 9e-3)
    assert slow is not None
    assert (slow.epochs, break_even_text(slow)) == (None, "never: its epochs save nothing")
    assert light is not None
    assert (light.epochs, break_even_text(light)) == (0.0, "ahead from the first epoch")


def test_a_null_arm_that_differs_makes_the_evidence_unusable(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base", 1e-2), bench("again", 1.2e-2, null_of=0), bench("other", 2e-2))
    found = findings_of(write_run(arms=arms, n_blocks=12))
    assert not found.null_arm.is_usable
    assert "epoch" in [cell.phase for cell in found.null_arm.differing]
    assert judgement_text(found.null_arm).startswith("Unsound evidence")
    assert "epoch" in judgement_text(found.null_arm)


def test_identical_arms_make_the_evidence_unusable_in_at_most_1_run_of_12(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base", 1e-2), bench("again", 1e-2, null_of=0))
    unusable = 0
    for seed in range(60):
        run = load_run(write_run(name=f"run{seed}", arms=arms, n_blocks=6, rounds=3, seed=seed))
        unusable += not findings(run).null_arm.is_usable
    assert unusable <= 5


def test_the_null_arms_intervals_are_widened_for_all_its_cells(write_run: WriteRun) -> None:
    found = findings_of(write_run(n_blocks=6))
    judged = next(c for c in found.null_arm.cells if c.phase == "epoch")
    plain = cell_of(found, "torch-lesson again")
    assert len(found.null_arm.cells) == 8
    assert plain.ratio is not None
    assert plain.ratio.high is not None
    assert judged.ratio.high is not None
    assert judged.ratio.high > plain.ratio.high


def test_a_run_without_null_arm_says_that_nothing_judges_it(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    found = findings_of(write_run(arms=(bench("a"), bench("b")), n_blocks=3))
    null = found.null_arm
    assert (null.is_usable, null.is_judged, null.lack) == (True, False, "a null arm")
    assert "no null arm" in judgement_text(found.null_arm)


def test_a_null_arm_that_lacks_blocks_says_how_many_it_takes(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    missing = frozenset({(0, 1), (1, 1), (2, 0)})
    arms = (bench("a"), bench("again", null_of=0))
    one = findings_of(write_run(name="one", arms=arms, n_blocks=1))
    few = findings_of(write_run(name="few", arms=arms, n_blocks=4, missing=missing))
    assert [run.null_arm.lack for run in (one, few)] == ["a second block", "two blocks of both"]
    assert judgement_text(one.null_arm).endswith(" that takes two blocks.")
    assert judgement_text(few.null_arm).endswith(" succeeded together in fewer than 2 of 4 blocks.")


def test_an_arm_that_never_ran_is_missing_and_counted(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    missing = frozenset((block, 1) for block in range(3))
    folder = write_run(arms=(bench("a"), bench("b")), n_blocks=3, missing=missing)
    found = findings_of(folder)
    assert cell_of(found, "b").status == "missing"
    assert found.n_missing == 3


def test_the_planted_ratio_is_found(write_run: WriteRun) -> None:
    cell = cell_of(findings_of(write_run(n_blocks=24)), "jax")
    assert cell.ratio is not None
    assert cell.ratio.value == pytest.approx(1.23 / 14.5, rel=0.03)
    assert cell.verdict == "faster"
