"""How often a crossover's interval holds the true one: ``python -m tests.simulations.crossing``.

Two arms at several sizes, each with a spread of 3 % between processes. A block of every size is
measured in turn, so the drift of 5 % and the run's mood are the same at all of them. In one
world the ratio of their times is a power of the size, in the other each arm has a fixed cost and
a cost that grows with the size. *Claims* is how often a crossover is claimed, *false* how often
one is where two arms are the same at all sizes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from reports.findings.crossovers import Crossover, Measured, crossovers
from reports.findings.intervals import Bar
from tests.simulations.simulated import BETWEEN, BETWEEN_RUNS, DRIFT, MARGIN

RUNS = 2000
SPANS = ((100, 200), (10, 100), (10, 1000), (10, 30, 100, 300))
World = Callable[[float, float], tuple[float, float]]  # (size, crossover) -> seconds of both


def power(size: float, place: float) -> tuple[float, float]:
    """The ratio is a power of the size."""
    return 1e-3 * size, 1e-3 * size * (size / place) ** -0.6


def affine(size: float, place: float) -> tuple[float, float]:
    """A cheap start and dear growth against a dear start and cheap growth."""
    return 1e-3 + 1e-5 * size, 1e-3 + 1e-5 * place * (1 - 0.1) + 1e-6 * size


def same(size: float, place: float) -> tuple[float, float]:
    """Two arms that differ nowhere."""
    return 1e-3 * size, 1e-3 * size


def simulated(
    rng: np.random.Generator, world: World, sizes: tuple[int, ...], place: float, n_blocks: int
) -> tuple[Crossover, ...]:
    """The crossovers found in one simulated sweep."""
    points = []
    mood = rng.normal(0, BETWEEN_RUNS) + DRIFT * np.arange(n_blocks) / n_blocks
    for size in sizes:
        noise = rng.normal(0, BETWEEN, (2, n_blocks)) + mood
        logs = np.log(world(size, place))[:, None] + noise
        first, second = np.exp(logs)
        points.append(Measured(size, logs[0] - logs[1], first - second, Bar(MARGIN)))
    return crossovers(points)


def shares(world: World, sizes: tuple[int, ...], n_blocks: int) -> tuple[float, float]:
    """(how often a crossover is claimed, how often its interval holds the true one)."""
    rng = np.random.default_rng([n_blocks, *sizes])
    claims = held = 0
    for _ in range(RUNS):
        place = float(np.exp(rng.uniform(np.log(sizes[0]), np.log(sizes[-1]))))
        found = simulated(rng, world, sizes, place, n_blocks)
        claims += bool(found)
        held += any(holds(one, place) for one in found)
    return claims / RUNS, held / max(claims, 1)


def holds(one: Crossover, place: float) -> bool:
    """Whether the interval of ``one`` holds ``place``."""
    low, high = one.place.low, one.place.high
    return low is not None and high is not None and low <= place <= high


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield f"{RUNS} simulated sweeps a line, margin {MARGIN:.0%}; shares in per cent"
    yield f"{'world':8}{'sizes':>20}{'blocks':>8}{'claims':>9}{'covers':>9}"
    for world in (power, affine, same):
        for sizes in SPANS:
            for n_blocks in (6, 10, 24):
                claims, held = shares(world, sizes, n_blocks)
                told = " ".join(map(str, sizes))
                covers = f"{100 * held:9.1f}" if world is not same else f"{'false':>9}"
                yield f"{world.__name__:8}{told:>20}{n_blocks:8}{100 * claims:9.1f}{covers}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
