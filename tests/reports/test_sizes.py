"""What a sweep promises: crossovers where they were planted, and nothing said of what was not."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.crossovers import Measured, crossovers
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.headline import brief, sentences
from reports.text.sizes import crossover_sentences, epoch_text, trouble_sentences
from runfiles.load import load_run
from tests.reports.conftest import Bench
from tests.reports.texts import as_read
from tests.simulations.crossing import affine, power, simulated

WriteRun = Callable[..., Path]
STEADY, STARTER, NULL = "steady", "starter", "steady again"
PLACE = 320.0  # examples a batch from which the starter is the faster one


def arms_at(batch_size: int, n_examples: int = 1000) -> tuple[Bench, ...]:
    """``steady`` takes as long whatever the batch; ``starter`` pays for every batch."""
    steady = 1e-5 * n_examples
    return (
        Bench(STEADY, steady),
        Bench(NULL, steady, null_of=0, backend=STEADY),
        Bench(STARTER, steady * (batch_size / PLACE) ** -0.7),
    )


def at(batch_size: int, n_examples: int = 1000, **changes: Any) -> dict[str, Any]:
    """What differs at another size."""
    arms = arms_at(batch_size, n_examples)
    return {"arms": arms, "batch_size": batch_size, "n_examples": n_examples, **changes}


@pytest.fixture
def planted(write_run: WriteRun) -> Path:
    sizes = {"b100": at(100, recovers=False), "b1000": at(1000, recovers=False)}
    sizes["b1"] = at(1, steps=200, recovers=False, seed=3)
    return write_run(arms=arms_at(10), batch_size=10, n_blocks=10, sizes=sizes)


def summary_of(folder: Path) -> Findings:
    return findings(load_run(folder))


def test_a_planted_crossover_is_found_in_its_bracket(planted: Path) -> None:
    document: Any = cells_json(summary_of(planted))
    (axis,) = document["sweep"]["axes"]
    assert (axis["name"], axis["sizes"]) == ("batch_size", [1, 10, 100, 1000])
    (found,) = axis["crossovers"]
    assert (found["ahead"], found["behind"]) == (STARTER, STEADY)
    assert (found["measured_low"], found["measured_high"]) == (100, 1000)
    assert found["size_low"] < PLACE < found["size_high"]
    assert found["size"] == pytest.approx(PLACE, rel=0.1)
    assert found["changes_the_lead"]
    assert found["with_baseline"]


def test_a_crossover_is_told_in_the_terminal_and_on_the_page(planted: Path) -> None:
    summary = summary_of(planted)
    (text,) = crossover_sentences(summary)
    assert text.startswith("From about 3")
    assert "examples a batch on (" in text
    assert text.endswith(f"measured at 100 and 1,000), {STARTER} takes the lead from {STEADY}.")
    assert text in sentences(summary)
    html = page(summary)
    assert "At other sizes" in html
    assert 'id="figure-sizes_batch_size"' in html
    assert f"takes the lead from <bdi>{STEADY}</bdi>" in html


def test_a_cut_epoch_is_labelled_and_its_time_is_of_what_it_visited(planted: Path) -> None:
    summary = summary_of(planted)
    assert summary.sweep is not None
    (axis,) = summary.sweep.axes
    cut = axis.points[0]
    assert epoch_text(cut.case.run.plan.problem) == "first 200 of 1,000 steps"
    assert "first 200 of 1,000 steps" in as_read(page(summary))
    cell, example = cut.arms[0].cell, cut.arms[0].seconds_of_example
    assert cell is not None
    assert cell.seconds is not None
    assert example is not None
    assert example.value == cell.seconds.value / 200


@pytest.mark.parametrize(("steps", "n_crossovers"), [(None, 1), (20, 0)])
def test_along_the_examples_a_cut_epoch_takes_no_part_in_a_crossover(
    write_run: WriteRun, steps: int | None, n_crossovers: int
) -> None:
    """The same times, said to be of whole epochs or of their beginning."""
    own, other = (
        (Bench("a", 1e-3), Bench("b", ratio * 1e-3), Bench("a again", 1e-3, null_of=0, backend="a"))
        for ratio in (2.0, 0.5)
    )
    further = {"arms": other, "n_examples": 100_000, "steps": steps, "recovers": False}
    folder = write_run(arms=own, n_blocks=8, sizes={"large": further})
    document: Any = cells_json(summary_of(folder))
    (axis,) = document["sweep"]["axes"]
    assert axis["name"] == "n_examples"
    assert len(axis["crossovers"]) == n_crossovers


def test_recovery_is_claimed_only_where_the_steps_suffice(planted: Path) -> None:
    html = page(summary_of(planted))
    assert html.count("answer recovered") == 1
    assert html.count("trajectory only") == 3


def test_a_size_whose_evidence_is_unusable_claims_no_crossover(write_run: WriteRun) -> None:
    biased = (*arms_at(1000)[:1], replace(arms_at(1000)[1], seconds=2.0), arms_at(1000)[2])
    sizes = {"b1000": {**at(1000), "arms": biased}}
    summary = summary_of(write_run(arms=arms_at(10), n_blocks=10, sizes=sizes))
    assert not summary.sizes[0].null_arm.is_usable
    assert crossover_sentences(summary) == ()
    assert "unusable" in page(summary)


def test_null_arms_and_arms_of_two_dtypes_never_overtake(write_run: WriteRun) -> None:
    def wide(batch_size: int) -> tuple[Bench, ...]:
        *others, last = arms_at(batch_size)
        return (*others, replace(last, dtype="float64"))

    sizes = {"b1000": {**at(1000), "arms": wide(1000)}}
    document: Any = cells_json(summary_of(write_run(arms=wide(10), n_blocks=10, sizes=sizes)))
    assert document["sweep"]["axes"][0]["crossovers"] == []


def test_an_arm_that_failed_at_one_size_says_why_there(write_run: WriteRun) -> None:
    *others, last = arms_at(1000)
    failed = replace(last, status="out of memory", reason="it needed 99 GiB")
    sizes = {"b1000": {**at(1000), "arms": (*others, failed)}}
    summary = summary_of(write_run(arms=arms_at(10), n_blocks=4, sizes=sizes))
    told = as_read(page(summary))
    assert "it needed 99 GiB" in told
    assert "in batches of 1,000" in told.split("it needed 99 GiB")[-1][:200]
    assert crossover_sentences(summary) == ()


def test_sizes_off_the_axes_are_listed_but_never_drawn_as_a_line(write_run: WriteRun) -> None:
    sizes = {"n": at(10, 4000), "b": at(100), "both": at(100, 4000)}
    summary = summary_of(write_run(arms=arms_at(10), n_blocks=2, sizes=sizes))
    assert summary.sweep is not None
    assert [(axis.name, len(axis.points)) for axis in summary.sweep.axes] == [
        ("batch_size", 2),
        ("n_examples", 2),
    ]
    document: Any = cells_json(summary)
    assert len(document["sweep"]["points"]) == 4


def test_a_run_of_one_size_has_no_sweep(write_run: WriteRun) -> None:
    summary = summary_of(write_run(n_blocks=2))
    assert cells_json(summary)["sweep"] is None
    assert crossover_sentences(summary) == ()
    assert "At other sizes" not in page(summary)


def test_sizes_without_a_difference_widen_the_bracket() -> None:
    rng = np.random.default_rng(0)
    heights = {10: 0.5, 30: 0.01, 100: -0.01, 300: -0.5}
    points = [measured(size, high + rng.normal(0, 0.03, 10)) for size, high in heights.items()]
    (found,) = crossovers(points)
    assert (found.low, found.high, found.first_wins) == (10, 300, True)
    low, high = found.place.low, found.place.high
    assert low is not None
    assert high is not None
    assert 20 < low < 31 < 99 < high < 150
    assert low <= found.place.value <= high


def test_no_crossover_is_claimed_where_one_side_is_not_certain() -> None:
    rng = np.random.default_rng(0)
    sure, unsure = 0.5 + rng.normal(0, 0.03, 10), -0.05 + rng.normal(0, 0.2, 10)
    assert crossovers([measured(10, sure), measured(100, unsure)]) == ()
    assert crossovers([measured(10, sure), measured(100, -sure[:1])]) == ()


def test_two_crossovers_of_one_pair_are_both_found() -> None:
    heights = {10: 0.5, 100: -0.5, 1000: 0.5}
    found = crossovers([measured(s, high * np.ones(4)) for s, high in heights.items()])
    assert [(one.low, one.high, one.first_wins) for one in found] == [
        (10, 100, True),
        (100, 1000, False),
    ]
    assert found[0].place.value == pytest.approx(math.sqrt(1000))


def measured(size: int, logs: Any) -> Measured:
    """Two arms at ``size``, the second of which always takes a second."""
    logs = np.asarray(logs, dtype=float)
    return Measured(size, logs, np.expm1(logs), Bar(0.03))


@pytest.mark.parametrize("world", [power, affine])
def test_the_interval_holds_the_true_crossover_in_both_worlds(world: Any) -> None:
    rng = np.random.default_rng(5)
    found = [simulated(rng, world, (10, 1000), 100.0, 10) for _ in range(400)]
    held = [one.place.low <= 100.0 <= one.place.high for (one,) in found]  # type: ignore[operator]
    assert np.mean(held) >= 0.95


def test_what_went_wrong_at_another_size_is_said_with_that_size(write_run: WriteRun) -> None:
    broken = tuple(
        replace(arm, status="wrong") if arm.name == STARTER else arm for arm in arms_at(1)
    )
    sizes = {"b1": {"arms": broken, "batch_size": 1, "missing": frozenset({(1, 0)})}}
    summary = summary_of(write_run(arms=arms_at(10), batch_size=10, n_blocks=3, sizes=sizes))
    said = "At 1,000 examples of 2 features in batches of 1: starter is wrong; 1 of 9 planned"
    for told in (sentences(summary), brief(summary)):
        assert [text for text in told if text.startswith(said)]


def test_a_size_that_the_machine_disturbed_is_told_as_that(write_run: WriteRun) -> None:
    struck = frozenset((block, 0) for block in range(3))
    sizes = {"b1": {"arms": arms_at(1), "batch_size": 1, "disturbed": struck}}
    summary = summary_of(write_run(arms=arms_at(10), batch_size=10, n_blocks=3, sizes=sizes))
    (said,) = trouble_sentences(summary)
    assert said.endswith(": the evidence is unusable, the machine disturbed too much of it.")


def test_nothing_is_said_of_sizes_at_which_nothing_went_wrong(planted: Path) -> None:
    assert trouble_sentences(summary_of(planted)) == ()
