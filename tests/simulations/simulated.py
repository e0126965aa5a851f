"""Simulated runs with the variance components that were measured on a shared machine.

Standard deviations of logs: 3 % between processes, 0.5 % between the rounds of one, a drift of
5 % over a run, and 3 % between runs.
"""

from __future__ import annotations

import numpy as np

from reports.findings.intervals import Bar, Floats

RUNS = 2000
BETWEEN, WITHIN, DRIFT, ROUNDS = 0.03, 0.005, 0.05, 20
BETWEEN_RUNS = 0.03
MARGIN = 0.03
BAR = Bar(MARGIN)


def medians(rng: np.random.Generator, n_blocks: int, log_ratio: float = 0.0) -> Floats:
    """Log medians of two arms, (runs, arms, blocks), in random order within each block."""
    first = rng.integers(0, 2, (RUNS, 1, n_blocks))
    places = np.concatenate([first, 1 - first], axis=1) / 2
    when = (np.arange(n_blocks) + places) / n_blocks
    rounds = rng.normal(0, WITHIN, (RUNS, 2, n_blocks, ROUNDS))
    process = rng.normal(0, BETWEEN, (RUNS, 2, n_blocks))
    mood = rng.normal(0, BETWEEN_RUNS, (RUNS, 1, 1))
    logs = np.median(rounds, axis=-1) + process + DRIFT * when + mood
    logs[:, 1] += log_ratio
    return np.asarray(logs)


def log_ratios(seed: int, n_blocks: int, log_ratio: float = 0.0) -> Floats:
    """Log-ratios of the second arm to the first, (runs, blocks)."""
    logs = medians(np.random.default_rng(seed), n_blocks, log_ratio)
    return np.asarray(logs[:, 1] - logs[:, 0])


def log_seconds(seed: int, n_blocks: int) -> Floats:
    """Log seconds of the first arm, (runs, blocks): what moods and drift leave in a time."""
    return medians(np.random.default_rng(seed), n_blocks)[:, 0]
