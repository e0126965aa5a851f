"""How often evidence is shown, not shown or unsound: ``python -m tests.simulations.states``.

A null arm of seven cells. The block SD is that of a log time, independent in every arm, block and
cell, so that the ratio of two identical arms has sqrt(2) times it. *Truth* is by how much the null
arm is truly slower than the baseline, in every cell or in one. The last column is the median of
the largest difference that is not excluded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from reports.findings.intervals import Floats
from reports.findings.null_arm import NullArm, State, judge
from runfiles.records import Arm
from tests.simulations.simulated import MARGIN

RUNS = 500
PHASES = ("data_iter", "gradient", "step", "epoch", "train", "full_gradient", "loss")
BLOCKS = (3, 6, 10, 20, 40)
SPREADS = (0.005, 0.01, 0.02, 0.03)
OFF = ((0.0, "every"), (0.03, "every"), (0.05, "one"), (0.10, "one"), (0.10, "every"))
STATES: tuple[State, ...] = ("shown", "not shown", "unsound")
ARMS = tuple(
    Arm(f"base {index}", "base", "cpu", "float32", null_of=null_of, index=index)
    for index, null_of in enumerate((None, 0))
)


def judgements(
    n_blocks: int, spread: float, off: float = 0.0, cells: str = "every"
) -> Iterator[NullArm]:
    """What is judged of each simulated run whose null arm is truly ``off`` in those cells."""
    rng = np.random.default_rng(n_blocks)
    for _ in range(RUNS):
        logs: Floats = rng.normal(0, spread, (2, len(PHASES), n_blocks))
        logs[1, : None if cells == "every" else 1] += np.log1p(off)
        yield judge(ARMS, 0, PHASES, logs, MARGIN)


def shares(n_blocks: int, spread: float, off: float = 0.0, cells: str = "every") -> Counter[str]:
    """How many of ``RUNS`` runs came to each state."""
    return Counter(found.state for found in judgements(n_blocks, spread, off, cells))


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield f"{RUNS} simulated runs a line, {len(PHASES)} cells, margin {MARGIN:.0%}"
    yield (
        f"{'blocks':>6}{'SD':>8}{'truth':>16}"
        + "".join(f"{s:>11}" for s in STATES)
        + f"{'bound':>9}"
    )
    for n_blocks in BLOCKS:
        for spread in SPREADS:
            for off, cells in OFF:
                found = list(judgements(n_blocks, spread, off, cells))
                counted = Counter(one.state for one in found)
                told = "".join(f"{100 * counted[state] / RUNS:10.1f}%" for state in STATES)
                bound = np.median([max(one.bound(phase) for phase in PHASES) for one in found])
                truth = f"{off:+.0%} in {cells}" if off else "none"
                yield f"{n_blocks:6}{spread:8.1%}{truth:>16}{told}{np.expm1(bound):9.1%}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
