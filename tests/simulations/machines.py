"""How often an interval covers what is claimed of it: ``python -m tests.simulations.machines``.

Runs on one, two, five and ten machines. The log-ratio of two arms is 10 % on machines as a whole,
off by 3 % (SD) on each machine, by 3 % in each block. A page claims of fewer than five machines
the mean of these, of five and more that of machines like these. Beside it what an interval over
all blocks covers that takes each for a sample of its own, as if they were of one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from reports.findings.intervals import Floats, log_estimate
from reports.findings.mean import ENOUGH

RUNS = 4000
TRUE = float(np.log(1.10))
BETWEEN_MACHINES, BETWEEN_BLOCKS = 0.03, 0.03
SHARES = ((20,), (10, 10), (15, 5), (4,) * 5, (8, 5, 4, 2, 1), (1,) * 5, (2,) * 10, (4,) * 10)


@dataclass(frozen=True)
class Covered:
    """How many of so many runs cover."""

    claimed: int  # what the page claims, by its interval
    these: int  # the mean of these machines, by an interval over all blocks
    all: int  # the mean of machines like these, by the same


def log_ratios(rng: np.random.Generator, n_blocks: tuple[int, ...]) -> tuple[Floats, float]:
    """Of one run the log-ratios, ([machines,] blocks), and the mean of what its machines do."""
    own = TRUE + rng.normal(0, BETWEEN_MACHINES, len(n_blocks))
    logs = np.full((len(n_blocks), sum(n_blocks)), np.nan)
    first = 0
    for machine, n in enumerate(n_blocks):
        logs[machine, first : first + n] = own[machine] + rng.normal(0, BETWEEN_BLOCKS, n)
        first += n
    return logs if len(n_blocks) > 1 else logs[0], float(own.mean())


def covers(logs: Floats, true: float) -> bool:
    """Whether the interval of ``logs`` holds a true log-ratio."""
    found = log_estimate(logs)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    return found.low <= float(np.exp(true)) <= found.high


def covered(n_blocks: tuple[int, ...], runs: int = RUNS) -> Covered:
    """How many of ``runs`` cover, with so many blocks on each machine."""
    rng = np.random.default_rng(n_blocks)
    found = []
    for _ in range(runs):
        logs, these = log_ratios(rng, n_blocks)
        pooled = logs[~np.isnan(logs)]
        claimed = TRUE if len(n_blocks) >= ENOUGH else these
        found.append((covers(logs, claimed), covers(pooled, these), covers(pooled, TRUE)))
    return Covered(*np.sum(found, axis=0).tolist())


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield (
        f"{RUNS} simulated runs a line, SD {BETWEEN_MACHINES:.0%} of machines and "
        f"{BETWEEN_BLOCKS:.0%} of blocks; shares in per cent"
    )
    yield f"{'':44}{'interval over all blocks covers':>37}"
    yield (
        f"{'machines':>8}  {'blocks of each':16}{'claim covers':>18}{'these':>20}{'like these':>17}"
    )
    for n_blocks in SHARES:
        found = covered(n_blocks)
        told = ", ".join(map(str, n_blocks)) if len({*n_blocks}) > 1 else f"{n_blocks[0]}"
        shares = (100 * n / RUNS for n in (found.claimed, found.these, found.all))
        claimed, these, every = (f"{share:.1f}" for share in shares)
        yield f"{len(n_blocks):8}  {told:16}{claimed:>18}{these:>20}{every:>17}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
