"""What a change between two runs promises, on simulated runs whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reports.findings.intervals import log_estimate, verdict
from tests.simulations.power import compare_shares, lines, run_shares
from tests.simulations.simulated import BAR, MARGIN, RUNS, log_ratios, log_seconds

N_CELLS = 15


def coverage(old: np.ndarray, new: np.ndarray) -> float:
    """The share of pairs of runs whose change interval holds 1, the truth."""
    covered = 0
    for a, b in zip(old, new, strict=True):
        found = log_estimate(b, old=a)
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 1 <= found.high
    return covered / RUNS


@pytest.mark.parametrize("n_blocks", [6, 12, 24])
def test_the_change_interval_covers_the_truth_in_93_to_97_percent_of_pairs(n_blocks: int) -> None:
    old, new = (log_ratios(seed, n_blocks) for seed in (n_blocks, 100 + n_blocks))
    assert 0.93 <= coverage(old, new) <= 0.97


def test_an_interval_on_seconds_would_not_cover() -> None:
    assert coverage(log_seconds(1, 12), log_seconds(2, 12)) < 0.7


@pytest.mark.parametrize("n_blocks", [6, 12, 24])
def test_the_corrected_intervals_hold_together(n_blocks: int) -> None:
    """15 cells, independent here: at least one interval misses in at most 5 % of pairs."""
    old, new = (log_ratios(seed, n_blocks) for seed in (n_blocks, 100 + n_blocks))
    gates = [log_estimate(b, family=N_CELLS, old=a) for a, b in zip(old, new, strict=True)]
    missed = [g for g in gates if g and g.low and g.high and not g.low <= 1 <= g.high]
    assert len(missed) / RUNS <= 2 * 0.05 / N_CELLS


@pytest.mark.parametrize("n_blocks", [6, 12, 24])
def test_nothing_changed_is_hardly_ever_a_regression(n_blocks: int) -> None:
    found = compare_shares(n_blocks, 0.0, family=1)
    assert (found["regression"] + found["improvement"]) / RUNS <= 0.01


def test_power_grows_with_blocks_and_with_the_effect() -> None:
    few, many = compare_shares(6, 0.10, 1), compare_shares(24, 0.10, 1)
    assert few["regression"] < many["regression"]
    assert many["regression"] / RUNS > 0.98
    assert compare_shares(24, 0.05, 1)["regression"] < many["regression"]
    assert run_shares(12, 0.10)["slower"] / RUNS > 0.85


def test_the_power_table_shows_coverage_power_and_equivalence() -> None:
    first = [line for line, _ in zip(lines(), range(5), strict=False)]
    assert "2000 simulated runs" in first[0]
    assert {"slower", "equivalent", "covers"} <= set(first[2].split())


def around(centre: float, half_width: float, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Two runs whose change has that centre and that half-width of its plain 95 % interval."""
    unit = np.resize([1.0, -1.0], n)
    found = log_estimate(unit, old=unit)
    assert found is not None
    assert found.high is not None
    spread = unit * half_width / math.log(found.high)
    return spread, centre + spread


def called_of(old: np.ndarray, new: np.ndarray, family: int = 1) -> str:
    """The verdict on the change from one run to another."""
    return verdict(new, BAR, family, old)


BOUND = math.log1p(MARGIN)


@pytest.mark.parametrize(
    ("centre", "half", "called"),
    [
        (0.10, 0.10 - BOUND - 1e-6, "slower"),
        (0.10, 0.10 - BOUND + 1e-6, "inconclusive"),
        (-0.10, 0.10 - BOUND - 1e-6, "faster"),
        (-0.10, 0.10 - BOUND + 1e-6, "inconclusive"),
        (0.0, 1e-9, "equivalent"),
        (BOUND - 1e-3, 1e-4, "equivalent"),
        (BOUND + 1e-3, 1e-4, "slower"),
        (0.0, 0.5, "inconclusive"),
    ],
)
def test_a_verdict_on_a_change_turns_exactly_at_the_margin(
    centre: float, half: float, called: str
) -> None:
    assert called_of(*around(centre, half)) == called


def test_a_regression_must_show_in_the_corrected_interval() -> None:
    old, new = around(0.10, 0.10 - BOUND - 1e-6)
    assert called_of(old, new) == "slower"
    assert called_of(old, new, family=2) == "inconclusive"


def test_equivalence_goes_by_the_plain_90_percent_interval() -> None:
    unit = np.resize([1.0, -1.0], 6)
    within, plain = (log_estimate(unit, level, old=unit) for level in (0.90, 0.95))
    assert within is not None
    assert plain is not None
    assert within.high is not None
    assert plain.high is not None
    ratio = math.log(plain.high) / math.log(within.high)
    assert called_of(*around(0.0, BOUND * ratio - 1e-6), 15) == "equivalent"
    assert called_of(*around(0.0, BOUND * ratio + 1e-6), 15) == "inconclusive"


@pytest.mark.parametrize("logs", [[], [0.5], [math.nan, 0.5]])
def test_fewer_than_two_blocks_on_either_side_decide_nothing(logs: list[float]) -> None:
    many = np.zeros(6)
    assert called_of(np.array(logs), many) == "inconclusive"
    assert called_of(many, np.array(logs)) == "inconclusive"
