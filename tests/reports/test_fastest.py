"""Who is fastest: shared by all that nothing shows to be slower."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.findings.fastest import front
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.lead import ranking_text
from runfiles.load import load_run
from tests.reports.conftest import Writer
from tests.reports.test_sizes import arms_at, at
from tests.reports.texts import as_read

Bench = Callable[..., Any]
RunOf = Callable[..., Findings]
HAND = "hand-written"


@pytest.fixture
def run_of(write_run: Callable[..., Path]) -> RunOf:
    """Summarizes a synthetic run of the given arms, quiet enough for verdicts."""

    def summarized(*arms: Any, **options: Any) -> Findings:
        options = {"n_blocks": 6, "between": 0.005} | options
        return findings(load_run(write_run(arms=arms, **options)))

    return summarized


def noisy(rng: np.random.Generator, *medians: float) -> dict[int, Any]:
    """Logs of ten blocks of each arm, 3 % apart."""
    return {i: np.log(m) + rng.normal(0, 0.03, 10) for i, m in enumerate(medians)}


def test_an_arm_that_is_clearly_slower_shares_nothing() -> None:
    found = front(noisy(np.random.default_rng(0), 1.0, 1.5, 2.0), 0.0)
    assert found is not None
    assert (found.first, found.is_alone) == (0, True)


def test_a_difference_that_identical_arms_may_have_shows_nothing() -> None:
    logs = noisy(np.random.default_rng(0), 1.0, 1.1)
    free, bound = front(logs, 0.0), front(logs, np.log(1.1))
    assert free is not None
    assert bound is not None
    assert (free.is_alone, bound.is_alone) == (True, False)


def test_intervals_are_widened_for_the_number_of_others() -> None:
    rng = np.random.default_rng(0)
    few, many = noisy(rng, 1.0, 1.1), noisy(rng, 1.0, 1.1, *[1.2] * 20)
    many |= few
    narrow, wide = front(few, 0.0), front(many, 0.0)
    assert narrow is not None
    assert wide is not None
    widths = [
        one.ratio.high - one.ratio.value
        for found in (narrow, wide)
        for one in found.behind
        if one.arm == 1 and one.ratio and one.ratio.high
    ]
    assert widths[1] > 1.2 * widths[0]


def test_nobody_is_in_front_of_nobody() -> None:
    assert front({}, 0.0) is None


def test_the_truly_fastest_arm_is_left_out_in_a_fortieth_of_runs_at_most() -> None:
    rng = np.random.default_rng(1)
    n_runs, n_lost = 1000, 0
    for _ in range(n_runs):
        found = front(noisy(rng, 1.0, *[1.0001] * 6), 0.0)
        assert found is not None
        n_lost += 0 not in found.arms
    assert n_lost / n_runs < 0.025 + 2 * (0.025 / n_runs) ** 0.5


def test_an_arm_without_a_block_in_common_shares_the_lead() -> None:
    nan = np.nan
    found = front({0: np.array([0.0, nan]), 1: np.array([nan, 5.0])}, 0.0)
    assert found is not None
    assert found.arms == (0, 1)
    assert found.behind[0].ratio is None


def test_the_ranking_says_who_leads_all_arms(run_of: RunOf, bench: Bench) -> None:
    arms = (bench("base"), bench("numba", 1e-4, "numba", differentiation=HAND))
    twin = bench("other", 1e-4, "numba", differentiation=HAND)
    alone, shared = run_of(*arms, name="one"), run_of(*arms, twin, name="two")
    assert ranking_text(alone) == "The fastest of all arms, those by hand too, is numba."
    told = ranking_text(shared)
    assert told is not None
    assert told.endswith(" share the lead of all arms, those by hand too.")
    assert f"{told} Time of " in as_read(page(shared))


def test_the_ranking_says_nothing_twice_where_all_arms_are_by_hand(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (bench("base", differentiation=HAND), bench("numba", 1e-4, differentiation=HAND))
    assert ranking_text(run_of(*arms)) is None


def test_arms_that_are_ahead_together_share_the_break_even(run_of: RunOf, bench: Bench) -> None:
    arms = [bench(name, 1e-3, cold=(1.0, 0.1, 0.1)) for name in ("one", "other")]
    summary = run_of(*arms, bench("slow", 1e-2, cold=(3.0, 1.0, 1.0)))
    document: Any = cells_json(summary)
    (told,) = document["leads"]
    assert {told["arm"], *told["shared_with"]} == {"one", "other"}
    assert '<span class="note">shared with <bdi>' in page(summary)
    assert " (shared with " in page(summary)  # beside the figure, too


@pytest.mark.parametrize(("slowness", "changes"), [(9.0, True), (1.0, False)])
def test_the_lead_changes_only_from_one_arm_that_has_it_alone_to_another(
    tmp_path: Path, slowness: float, changes: bool
) -> None:
    def arms(batch_size: int) -> tuple[Any, ...]:
        first, null, second = arms_at(batch_size)
        pair = [replace(arm, name=f"{arm.name} twin", backend=None) for arm in (first, second)]
        return first, null, second, *(replace(arm, seconds=slowness * arm.seconds) for arm in pair)

    sizes = {"b1000": {**at(1000), "arms": arms(1000)}}
    writer = Writer(tmp_path / "run", arms(10), n_blocks=6, between=0.003, sizes=sizes)
    found = findings(load_run(writer.write())).sweep
    assert found is not None
    pairs = [one for axis in found.axes for one in axis.crossovers]
    assert any(one.changes_the_lead for one in pairs) == changes
