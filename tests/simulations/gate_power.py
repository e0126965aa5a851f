"""What ``--gate`` can see: ``python -m tests.simulations.gate_power`` prints shares of runs.

Three arms: the older version, its null arm, the newer one, truly slower by so much in its epoch.
The SD is that of a log time, independent in every arm, block and phase, so a ratio has sqrt(2)
times it; what is timed once a process has five times it. *1 phase* is ``--phase epoch``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from reports.findings.intervals import Bar, verdict
from reports.findings.null_arm import judge
from runfiles.phases import COLD, EPOCH, WHOLE
from runfiles.records import Arm
from tests.simulations.simulated import MARGIN

RUNS = 2000
BLOCKS = (10, 20, 40)  # 10: the default profile, 40: --thorough
SPREADS = (0.01, 0.02, 0.03)
TRUTHS = (0.0, 0.05, 0.10)  # how much slower the newer version is
ASKED = (("epoch",), (*EPOCH, *WHOLE))
OUTCOMES = ("exit 1", "exit 2", "exit 0")
OLD, NULL, NEW = range(3)
ARMS = tuple(
    Arm(f"torch {index}", "torch", "cpu", "float32", null_of=null_of, named=True, index=index)
    for index, null_of in enumerate((None, OLD, None))
)


def outcomes(n_blocks: int, spread: float, slower: float, asked: tuple[str, ...]) -> Counter[str]:
    """How often the gate came to each exit code, of ``RUNS`` runs."""
    rng, phases = np.random.default_rng([n_blocks, len(asked)]), (*asked, *COLD)
    spreads = np.array([5 * spread if phase in COLD else spread for phase in phases])
    found: Counter[str] = Counter()
    for _ in range(RUNS):
        logs = rng.normal(0, 1, (len(ARMS), len(phases), n_blocks)) * spreads[:, None]
        logs[NEW, phases.index("epoch")] += np.log1p(slower)
        null = judge(ARMS, OLD, phases, logs, MARGIN)
        called = [
            verdict(logs[NEW, p] - logs[OLD, p], Bar(MARGIN, null.bound(phase)), len(asked))
            for p, phase in enumerate(phases)
            if phase in asked
        ]
        is_regression = null.is_usable and "slower" in called
        found["exit 1" if is_regression else "exit 0" if null.state == "shown" else "exit 2"] += 1
    return found


def lines() -> Iterator[str]:
    """The table, line by line."""
    yield f"{RUNS} simulated runs a line, margin {MARGIN:.0%}; shares in per cent"
    yield f"{'blocks':>6}{'SD':>6}{'slower':>8}" + "".join(
        f"{name:>9}" for _ in ASKED for name in OUTCOMES
    )
    yield " " * 20 + "".join(
        f"{len(asked)} phase{'s' * (len(asked) > 1)}".rjust(27) for asked in ASKED
    )
    for n_blocks in BLOCKS:
        for spread in SPREADS:
            for slower in TRUTHS:
                shares = [
                    100 * found[name] / RUNS
                    for asked in ASKED
                    for found in [outcomes(n_blocks, spread, slower, asked)]
                    for name in OUTCOMES
                ]
                told = "".join(f"{share:9.1f}" for share in shares)
                yield f"{n_blocks:6}{spread:6.0%}{slower:8.0%}{told}"


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
