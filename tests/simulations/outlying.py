"""How often a block is called far from the others: ``python -m tests.simulations.outlying``.

Ten arms, each with its log-ratios by block, SD 3 %. *Alike* draws them from a normal
distribution, *heavy* from Student's t with 5 degrees of freedom, as a busy machine has them: the
shares of runs with any far block, which is there by the draw alone. Then one block or two of one
arm are 1.15, 1.3 or 1.8 times as long: the share in which exactly they are named.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reports.findings.far_blocks import outliers
from reports.findings.intervals import Floats

RUNS = 500
BLOCKS = (5, 6, 10, 20, 40)
ARMS = 10
SPREAD = 0.03
PLANTED = ((1, 1.15), (1, 1.3), (1, 1.8), (2, 1.3), (2, 1.8))  # blocks, times


def share_of_false(n_blocks: int, *, heavy: bool = False) -> float:
    """The share of runs in which a block of any arm is far by chance."""
    rng = np.random.default_rng(n_blocks)
    drawn = (
        rng.standard_t(5, (RUNS, ARMS, n_blocks))
        if heavy
        else rng.normal(size=(RUNS, ARMS, n_blocks))
    )
    return float(np.mean([any(outliers(logs, ARMS) for logs in SPREAD * run) for run in drawn]))


def share_found(n_blocks: int, n_far: int, times: float) -> float:
    """The share of runs in which the planted blocks are called far, and no other."""
    rng = np.random.default_rng(n_blocks)
    logs: Floats = rng.normal(0, SPREAD, (RUNS, n_blocks))
    logs[:, :n_far] += np.log(times)
    return float(np.mean([outliers(run, ARMS) == tuple(range(n_far)) for run in logs]))


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield f"{RUNS} simulated runs a cell of {ARMS} arms, block SD {SPREAD:.0%}; shares in per cent"
    planted = "".join(f"{f'{n} of {times}':>10}" for n, times in PLANTED)
    yield f"{'blocks':>6}{'alike':>10}{'heavy':>10}{planted}"
    for n_blocks in BLOCKS:
        shares = [share_of_false(n_blocks), share_of_false(n_blocks, heavy=True)]
        shares += [share_found(n_blocks, *one) for one in PLANTED]
        yield f"{n_blocks:6}" + "".join(f"{100 * share:10.1f}" for share in shares)


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
