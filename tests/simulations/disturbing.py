"""What disturbed blocks do to a ratio: ``python -m tests.simulations.disturbing`` prints shares.

Simulated runs (see ``simulation``) of two arms that truly take equally long. Some blocks are
disturbed: the process takes 1 / (1 - lost) times as long, the lost share of its time being drawn
log-uniformly from the rule's own limit, 5 %, to a half, which a busy loop on the same CPU takes.
The worst case is that all of them are one arm's, as where others' work comes at the same time in
every block; mostly they strike any arm. *Covers* is how often the 95 % interval holds the true
ratio, 1; *called* how often the ratio is called faster or slower.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reports.findings.intervals import Bar, Floats, log_estimate, verdict
from tests.simulations.simulated import BETWEEN, MARGIN, RUNS, log_ratios

BLOCKS = (6, 10, 40)  # 10: the default profile, 40: --thorough
SHARES = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)  # of an arm's blocks
LEAST, MOST = 0.05, 0.5  # of a process's time that others may have had
WHOSE = {"one arm": 1, "both arms": 2}


def disturbances(seed: int, n_blocks: int, share: float) -> Floats:
    """What disturbances add to the logs of one arm, (runs, blocks); ``share`` of its blocks."""
    rng = np.random.default_rng([seed, n_blocks, round(1000 * share)])
    lost = np.exp(rng.uniform(np.log(LEAST), np.log(MOST), (RUNS, n_blocks)))
    places = rng.permuted(np.tile(np.arange(n_blocks), (RUNS, 1)), axis=1)
    return np.asarray(np.where(places < n_of(n_blocks, share), -np.log1p(-lost), 0.0))


def n_of(n_blocks: int, share: float) -> int:
    """How many blocks ``share`` of them are."""
    return round(share * n_blocks)


def found(n_blocks: int, share: float, n_arms: int) -> tuple[float, float]:
    """(how often the interval covers, how often a difference is called) with so much disturbed."""
    logs = log_ratios(n_blocks, n_blocks) + disturbances(1, n_blocks, share)
    if n_arms == 2:
        logs -= disturbances(2, n_blocks, share)
    covers = called = 0
    for one in logs:
        ratio = log_estimate(one)
        assert ratio is not None
        assert ratio.low is not None
        assert ratio.high is not None
        covers += ratio.low <= 1 <= ratio.high
        called += verdict(one, Bar(MARGIN, 0.0)) in ("faster", "slower")
    return covers / RUNS, called / RUNS


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield f"{RUNS} simulated runs a line, spread {BETWEEN:.0%}, margin {MARGIN:.0%}; per cent"
    yield f"{'disturbed':10}{'blocks':>8}{'share':>8}{'covers':>9}{'called':>9}"
    for whose, n_arms in WHOSE.items():
        for n_blocks in BLOCKS:
            for share in SHARES:
                if share and not n_of(n_blocks, share):
                    continue
                covers, called = found(n_blocks, share, n_arms)
                told = f"{100 * share:8.0f}{100 * covers:9.1f}{100 * called:9.1f}"
                yield f"{whose:10}{n_blocks:8}{told}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
