"""How often an interval covers what is claimed of it: ``python -m tests.simulations.machines``.

Runs on one to ten machines. The log-ratio of two arms is 10 % on machines as a whole, off by 3 %
(SD) on each machine, by 3 % in each block or by so many times that on a noisy machine. A page
claims of fewer than five machines the mean of these, of five and more that of machines like these.
Beside it what an interval over all blocks covers that takes each for a sample of its own, as if
they were of one machine.
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
SHARES = (  # blocks of each machine, and how many times as noisy each is
    ((20,), (1,)),
    *(((2,) * 2, (1,) * 2), ((2,) * 2, (1, 3)), ((3,) * 2, (1,) * 2), ((3,) * 2, (1, 3))),
    *(((10,) * 2, (1,) * 2), ((10,) * 2, (1, 3))),
    ((8, 4), (1, 3)),
    *(((15, 5), (1, 1)), ((15, 5), (1, 2)), ((15, 5), (1, 3)), ((15, 5), (1, 6))),
    *(((16, 2), (1, 1)), ((16, 2), (1, 3)), ((16, 3), (1, 1)), ((16, 3), (1, 3))),
    *(((2,) * 3, (1,) * 3), ((3,) * 3, (1, 1, 3)), ((10, 6, 4), (1,) * 3)),
    *(((10, 6, 4), (1, 1, 3)), ((2,) * 4, (1,) * 4), ((5,) * 4, (1,) * 4)),
    *(((5,) * 4, (1, 1, 1, 3)), ((3,) * 4, (1, 1, 1, 3))),
    *(((4,) * 5, (1,) * 5), ((4,) * 5, (1, 1, 1, 1, 3)), ((8, 5, 4, 2, 1), (1,) * 5)),
    *(((1,) * 5, (1,) * 5), ((2,) * 10, (1,) * 10), ((4,) * 10, (1,) * 10)),
)


@dataclass(frozen=True)
class Covered:
    """How many of so many runs cover."""

    claimed: int  # what the page claims, by its interval
    these: int  # the mean of these machines, by an interval over all blocks
    all: int  # the mean of machines like these, by the same


def log_ratios(
    rng: np.random.Generator, n_blocks: tuple[int, ...], spreads: tuple[float, ...]
) -> tuple[Floats, float]:
    """Of one run the log-ratios, ([machines,] blocks), and the mean of what its machines do."""
    own = TRUE + rng.normal(0, BETWEEN_MACHINES, len(n_blocks))
    logs = np.full((len(n_blocks), sum(n_blocks)), np.nan)
    first = 0
    for machine, (n, times) in enumerate(zip(n_blocks, spreads, strict=True)):
        noise = rng.normal(0, times * BETWEEN_BLOCKS, n)
        logs[machine, first : first + n] = own[machine] + noise
        first += n
    return logs if len(n_blocks) > 1 else logs[0], float(own.mean())


def covers(logs: Floats, true: float) -> bool:
    """Whether the interval of ``logs`` holds a true log-ratio."""
    found = log_estimate(logs)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    return found.low <= float(np.exp(true)) <= found.high


def covered(n_blocks: tuple[int, ...], spreads: tuple[float, ...], runs: int = RUNS) -> Covered:
    """How many of ``runs`` cover, with so many blocks on each machine, so many times as noisy."""
    rng = np.random.default_rng(n_blocks)
    found = []
    for _ in range(runs):
        logs, these = log_ratios(rng, n_blocks, spreads)
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
    yield f"{'':60}{'interval over all blocks covers':>37}"
    yield (
        f"{'machines':>8}  {'blocks of each':16}{'noise of each':16}{'claim covers':>18}"
        f"{'these':>20}{'like these':>17}"
    )
    for n_blocks, spreads in SHARES:
        found = covered(n_blocks, spreads)
        shares = (100 * n / RUNS for n in (found.claimed, found.these, found.all))
        claimed, these, every = (f"{share:.1f}" for share in shares)
        yield (
            f"{len(n_blocks):8}  {_told(n_blocks):16}{_told(spreads):16}{claimed:>18}"
            f"{these:>20}{every:>17}"
        )


def _told(of_each: tuple[float, ...]) -> str:
    return ", ".join(map(str, of_each)) if len({*of_each}) > 1 else f"{of_each[0]}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
