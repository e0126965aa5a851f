"""What the statistics promise, on data whose truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from reports.findings.blocks_needed import MOST, BlocksNeeded, blocks_needed
from reports.findings.intervals import (
    detectable,
    geometric_mean,
    linear_estimate,
    log_estimate,
    mean,
    quotient,
    t_half_width,
    verdict,
)
from reports.text.evidence import blocks_text
from tests.simulations.simulated import BAR, BETWEEN, MARGIN, ROUNDS, RUNS, WITHIN, log_ratios


@pytest.mark.parametrize("n_blocks", [6, 12, 24])
def test_the_95_percent_interval_covers_the_truth_in_93_to_97_percent_of_runs(
    n_blocks: int,
) -> None:
    ratios = log_ratios(n_blocks, n_blocks)
    covered = np.abs(mean(ratios)) <= t_half_width(ratios)
    assert 0.93 <= covered.mean() <= 0.97


@pytest.mark.parametrize("n_blocks", [6, 12, 24])
def test_identical_arms_are_hardly_ever_called_different(n_blocks: int) -> None:
    called = [verdict(ratios, BAR) for ratios in log_ratios(n_blocks, n_blocks)]
    assert (called.count("faster") + called.count("slower")) / RUNS <= 0.01


def test_a_true_ratio_of_the_detectable_size_is_called_in_four_runs_of_five() -> None:
    n_blocks = 24
    spread = math.sqrt(2 * (BETWEEN**2 + WITHIN**2 * math.pi / 2 / ROUNDS))
    known = np.resize([spread, -spread], n_blocks) * math.sqrt((n_blocks - 1) / n_blocks)
    effect = detectable(known, BAR)
    assert effect is not None
    ratios = log_ratios(5, n_blocks, math.log(effect))
    called = [verdict(r, BAR) for r in ratios]
    assert called.count("slower") / RUNS == pytest.approx(0.8, abs=0.04)


def test_equivalence_is_reached_with_enough_blocks() -> None:
    shares = []
    for n_blocks in (6, 24):
        called = [verdict(ratios, BAR) for ratios in log_ratios(n_blocks, n_blocks)]
        shares.append(called.count("equivalent") / RUNS)
    assert shares[0] < shares[1]
    assert shares[1] > 0.8


def test_a_true_ratio_at_the_margin_is_called_equivalent_in_at_most_5_percent() -> None:
    ratios = log_ratios(3, 24, math.log1p(MARGIN))
    called = [verdict(r, BAR) for r in ratios]
    assert called.count("equivalent") / RUNS <= 0.06


def around(centre: float, half_width_95: float, n: int = 6) -> np.ndarray:
    """Logs whose mean is ``centre`` and whose 95 % half-width is ``half_width_95``."""
    unit = np.resize([1.0, -1.0], n)
    return centre + unit * half_width_95 / float(t_half_width(unit))


BOUND = math.log1p(MARGIN)


@pytest.mark.parametrize(
    ("centre", "half", "called"),
    [
        (-0.10, 0.10 - BOUND - 1e-6, "faster"),
        (-0.10, 0.10 - BOUND + 1e-6, "inconclusive"),
        (0.10, 0.10 - BOUND - 1e-6, "slower"),
        (0.10, 0.10 - BOUND + 1e-6, "inconclusive"),
        (0.0, 1e-9, "equivalent"),
        (BOUND - 1e-3, 1e-4, "equivalent"),
        (BOUND + 1e-3, 1e-4, "slower"),
        (-BOUND - 1e-3, 1e-4, "faster"),
        (0.0, 1.0, "inconclusive"),
    ],
)
def test_a_verdict_turns_exactly_at_the_margin(centre: float, half: float, called: str) -> None:
    assert verdict(around(centre, half), BAR) == called


def test_equivalent_goes_by_the_90_percent_interval() -> None:
    unit = around(0.0, 1.0)
    ratio = float(t_half_width(unit, 0.90) / t_half_width(unit))
    assert verdict(around(0.0, BOUND / ratio - 1e-6), BAR) == "equivalent"
    assert verdict(around(0.0, BOUND / ratio + 1e-6), BAR) == "inconclusive"


def test_the_margin_is_the_same_factor_up_and_down() -> None:
    assert verdict(around(math.log(1.031), 1e-6), BAR) == "slower"
    assert verdict(around(-math.log(1.031), 1e-6), BAR) == "faster"
    assert verdict(around(math.log(0.971), 1e-6), BAR) == "equivalent"


@pytest.mark.parametrize("logs", [[], [0.5], [math.nan, 0.5]])
def test_fewer_than_two_blocks_have_no_interval_and_no_verdict(logs: list[float]) -> None:
    given = np.array(logs)
    found = log_estimate(given)
    assert found is None or (found.low is None and found.high is None)
    assert verdict(given, BAR) == "inconclusive"
    assert detectable(given, BAR) is None


def test_a_family_widens_its_intervals_as_bonferroni_says() -> None:
    logs = around(0.0, 1.0)
    assert t_half_width(logs, 0.95, family=5) == pytest.approx(t_half_width(logs, 0.99))


def test_blocks_that_are_missing_are_left_out() -> None:
    logs = np.array([0.1, np.nan, 0.2, 0.3])
    whole = log_estimate(np.array([0.1, 0.2, 0.3]))
    assert log_estimate(logs) == whole


def test_a_known_sample_gives_the_interval_of_the_textbook() -> None:
    found = linear_estimate(np.array([1.0, 2.0, 3.0, 4.0, 5.0]))
    assert found is not None
    # 3 ± 2.776445 * sqrt(2.5 / 5), t from a printed table
    assert found.high == pytest.approx(3 + 2.776445 * math.sqrt(0.5), rel=1e-6)


def test_more_blocks_are_asked_for_a_smaller_effect() -> None:
    logs = around(0.0, 0.05)
    few, many = blocks_needed(logs, MARGIN, 1.2), blocks_needed(logs, MARGIN, 1.05)
    assert few is not None
    assert many is not None
    assert 2 <= few.number < many.number
    assert blocks_needed(logs, MARGIN, 1.02) is None


def test_the_blocks_needed_for_the_detectable_effect_are_those_there_are() -> None:
    logs = around(0.0, 0.05, n=12)
    effect = detectable(logs, BAR)
    assert effect is not None
    needed = blocks_needed(logs, MARGIN, effect * (1 + 1e-12))
    assert needed is not None
    assert needed.number == 12


@pytest.mark.parametrize("n_blocks", [6, 10, 40])
def test_the_interval_of_the_blocks_needed_holds_the_true_number_in_93_to_97_percent_of_runs(
    n_blocks: int,
) -> None:
    spread, rng = 0.05, np.random.default_rng(n_blocks)
    truth = blocks_needed(known(spread), MARGIN, 1.05)
    assert truth is not None
    covered = 0
    for logs in rng.normal(0, spread, (RUNS, n_blocks)):
        found = blocks_needed(logs, MARGIN, 1.05)
        assert found is not None
        assert found.low <= found.number
        covered += found.low <= truth.number <= (found.high or MOST)
    assert 0.93 <= covered / RUNS <= 0.97


def known(spread: float, n: int = 12) -> np.ndarray:
    """Logs with that standard deviation."""
    return np.resize([spread, -spread], n) * math.sqrt((n - 1) / n)


def test_five_blocks_do_not_say_how_many_are_needed() -> None:
    logs = np.random.default_rng(0).normal(0, 0.03, 6)
    assert blocks_needed(logs[:5], MARGIN, 1.05) is None
    assert blocks_needed(logs, MARGIN, 1.05) is not None


def test_a_number_of_blocks_has_two_digits_and_its_interval() -> None:
    assert blocks_text(BlocksNeeded(137, 81, 412)) == "about 140 blocks (81 to 410)"
    assert blocks_text(BlocksNeeded(4321, 2567, None)) == "about 4,300 blocks (2,600 or more)"
    assert blocks_text(BlocksNeeded(4, 3, 9)) == "about 4 blocks (3 to 9)"


def test_the_geometric_mean_is_taken_inside_each_block() -> None:
    logs = np.log([[1.0, 2.0, np.nan], [4.0, 8.0, 1.0]])
    assert np.exp(geometric_mean(logs))[:2] == pytest.approx([2.0, 4.0])
    assert math.isnan(geometric_mean(logs)[2])


def test_a_quotient_covers_the_truth_in_93_to_97_percent_of_runs() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(RUNS):
        found = quotient(rng.normal(3.0, 0.5, 12), rng.normal(1.0, 0.1, 12))
        assert found is not None
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 3.0 <= found.high
    assert 0.93 <= covered / RUNS <= 0.97


def test_a_quotient_by_what_may_be_nothing_has_no_upper_end() -> None:
    found = quotient(np.array([1.0, 1.1, 0.9]), np.array([0.5, -0.4, 0.2]))
    assert found is not None
    assert found.high == math.inf


def test_there_is_no_quotient_by_a_loss() -> None:
    assert quotient(np.array([1.0, 1.0]), np.array([-0.5, -0.4])) is None
