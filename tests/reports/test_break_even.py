"""What the break-even promises: nothing is said of it that its intervals do not show."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.break_even import break_even
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar, Column
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.break_even import break_even_text
from runfiles.load import load_run
from runfiles.phases import COLD
from tests.reports.test_states import unsteady
from tests.reports.test_totals import section

Told = Callable[..., dict[str, Any]]
UNDECIDED = re.compile(r"not shown: its epochs take between (\d\.\d+) and (\d\.\d+) times the "
                       r"baseline's")  # fmt: skip
BASE = {"seconds": 1e-2, "cold": (1.0, 0.1, 0.1)}


@pytest.fixture
def findings_of(
    write_run: Callable[..., Path], bench: Callable[..., Any]
) -> Callable[..., Findings]:
    """Makes the findings of a run of a baseline and of one arm with these changes to it."""

    def make(seconds: float, cold: tuple[float, float, float], **changes: Any) -> Findings:
        arms = (bench("base", **BASE), bench("other", seconds, cold=cold))
        return findings(load_run(write_run(arms=arms, **{"n_blocks": 8, **changes})))

    return make


@pytest.fixture
def told(findings_of: Callable[..., Findings]) -> Told:
    """Makes such a run and returns what cells.json has of the arm's break-even."""

    def make(*arm: Any, **changes: Any) -> dict[str, Any]:
        document: Any = cells_json(findings_of(*arm, **changes))
        found: dict[str, Any] = document["arms"][1]["break_even"]
        return found

    return make


def unsteady_start(folder: Path, arm: int, factor: float) -> None:
    """Make what the arm pays once dearer by ``factor`` in every second block, else cheaper."""
    for path in (folder / "raw").glob(f"*-{arm:02d}.json"):
        raw = json.loads(path.read_text())
        by = factor if int(path.name[:3]) % 2 else 1 / factor
        raw["cold"] = {phase: by * seconds for phase, seconds in raw["cold"].items()}
        path.write_text(json.dumps(raw))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("imported", [0.1, 1.0, 9.0])
def test_of_epochs_alike_it_is_neither_said_that_they_save_nor_that_they_do_not(
    told: Told, seed: int, imported: float
) -> None:
    text = told(1e-2, (imported, 0.1, 0.1), seed=seed, between=0.05)["text"]
    assert text.startswith(("not shown: its", "ahead at first, later not shown: its"))
    assert text.startswith("ahead at first") == (imported < 1)


def test_the_interval_that_does_not_decide_is_that_of_the_epochs_ratio(
    findings_of: Callable[..., Findings],
) -> None:
    found = findings_of(1e-2, (9.0, 0.1, 0.1), between=0.05)
    even, cell = found.arms[1].break_even, found.cell(found.arms[1], "epoch")
    assert even is not None
    assert cell is not None
    assert even.ratio == cell.ratio
    shown = UNDECIDED.fullmatch(break_even_text(even))
    assert shown
    assert [float(end) for end in shown.groups()] == pytest.approx(
        [even.ratio.low, even.ratio.high], abs=0.006
    )


def test_dear_epochs_after_a_dear_start_are_never_ahead(told: Told) -> None:
    assert told(2e-2, (9.0, 0.1, 0.1)) == {
        "epochs": None, "epochs_low": None, "epochs_high": None,
        "text": "never: its epochs save nothing",
    }  # fmt: skip


def test_dear_epochs_after_a_cheap_start_are_ahead_at_first(told: Told) -> None:
    assert told(2e-2, (0.1, 0.01, 0.02))["text"] == "ahead at first, behind in the long run"


def test_dear_epochs_after_a_start_alike_are_behind_in_the_long_run(told: Told) -> None:
    found = told(2e-2, BASE["cold"])
    assert found["text"] == "behind in the long run, at first not shown"


def test_cheap_epochs_after_a_cheap_start_are_ahead_from_the_first(told: Told) -> None:
    found = told(1e-3, (0.1, 0.01, 0.02))
    assert (found["epochs"], found["text"]) == (0.0, "ahead from the first epoch")


def test_cheap_epochs_after_a_dear_start_are_ahead_from_a_number_with_two_ends(told: Told) -> None:
    found = told(1e-3, (9.0, 0.1, 0.1))
    assert 0 < found["epochs_low"] < found["epochs"] < found["epochs_high"]
    assert found["text"] == "ahead from here"


@pytest.mark.parametrize("seed", range(6))
def test_cheap_epochs_after_a_start_alike_are_not_said_to_be_ahead_from_the_first(
    told: Told, seed: int
) -> None:
    found = told(1e-3, BASE["cold"], seed=seed)
    bounded = found["epochs_high"] is not None
    expected = "ahead from here" if bounded else "ahead in the long run, from where is not shown"
    assert found["text"] == expected


def test_the_starts_made_here_fall_on_both_sides_of_the_baselines(told: Told) -> None:
    epochs = {told(1e-3, BASE["cold"], seed=seed)["epochs"] > 0 for seed in range(6)}
    assert epochs == {True, False}


@pytest.mark.parametrize("seconds", [0.5e-2, 2e-2])
def test_one_block_shows_nothing_of_it(told: Told, seconds: float) -> None:
    found = told(seconds, (0.1, 0.01, 0.02), n_blocks=1)
    assert found["text"] == "not shown: one block tells no interval"


def test_an_interval_of_a_factor_of_3_is_too_few_blocks_to_say(told: Told) -> None:
    assert told(1e-2, (9.0, 0.1, 0.1), n_blocks=2, between=0.3)["text"] == (
        "not shown: too few blocks to say"
    )


def test_a_saving_inside_the_margin_is_too_near_1(told: Told) -> None:
    found = told(0.98e-2, (9.0, 0.1, 0.1), between=0.002)
    shown = UNDECIDED.match(found["text"])
    assert shown
    assert float(shown[2]) < 1
    assert found["text"].endswith(", too near 1 for a verdict")
    assert found["epochs_high"] is not None  # the number stays; it is no claim


def test_neither_end_claims_less_than_identical_arms_differ_by(
    write_run: Callable[..., Path], bench: Callable[..., Any]
) -> None:
    quick = bench("quick", 0.8e-2, cold=(0.8, 0.08, 0.08))
    arms = (bench("base", **BASE), bench("again", null_of=0, **BASE), quick)
    alone = write_run(name="alone", arms=arms[::2], n_blocks=20, between=0.005)
    noisy = write_run(name="noisy", arms=arms, n_blocks=20, between=0.005)
    unsteady(noisy, 1, 1.5)
    unsteady_start(noisy, 1, 1.5)
    one, other = (findings(load_run(folder)).arms[-1].break_even for folder in (alone, noisy))
    assert one is not None
    assert other is not None
    assert (one.start, one.steady) == ("faster", "faster")
    assert (other.start, other.steady) == ("inconclusive", "inconclusive")


def test_of_identical_arms_at_most_one_in_fifty_is_said_to_be_ahead_or_behind() -> None:
    rng, phases = np.random.default_rng(0), ("epoch", *COLD)

    def columns(logs: np.ndarray) -> dict[str, Column]:
        named = ((phase, logs[:, p]) for p, phase in enumerate(phases))
        return {phase: Column(phase, column, Bar(0.03)) for phase, column in named}

    means = np.log([1e-2, 1.0, 0.1, 0.1])[:, None]
    drawn = (means + rng.normal(0, 0.03, (2, 4, 6)) for _ in range(500))
    found = [break_even(1, 0, columns(logs)) for logs in drawn]
    said = [break_even_text(even) for even in found if even]
    assert len(said) == 500
    assert sum(not text.startswith("not shown") for text in said) <= 10


def test_the_page_says_what_cells_json_says_and_keeps_the_number(
    findings_of: Callable[..., Findings],
) -> None:
    for arm, has_number in (((0.98e-2, (9.0, 0.1, 0.1)), True), ((2e-2, (0.1, 0.0, 0.0)), False)):
        found = findings_of(*arm, between=0.002)
        document: Any = cells_json(found)
        even = document["arms"][1]["break_even"]
        read = section(page(found))
        assert even["text"] in " ".join("".join(read.text).split())
        shown = repr(even["epochs"]) in [value for value, _ in read.values]
        assert shown == has_number


def test_epochs_whose_cold_phases_the_plan_does_not_have_make_no_total(
    write_run: Callable[..., Path], bench: Callable[..., Any]
) -> None:
    """Such as of a plan that says of what was timed by the epoch that it is not trained."""
    folder = write_run(arms=(bench("base", **BASE), bench("other", 5e-3)), n_blocks=3)
    plan = json.loads((folder / "plan.json").read_text())
    plan["problem"]["trained"] = False
    (folder / "plan.json").write_text(json.dumps(plan))
    found = findings(load_run(folder))
    assert "epoch" in found.phases
    assert (found.totals, [arm.break_even for arm in found.arms]) == ((), [None, None])
    assert page(found)
