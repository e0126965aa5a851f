"""What the verdicts can see: ``python -m tests.simulations.power`` prints shares of simulated runs.

The first table is of one run and its ratio to the baseline, the second of ``compare`` on two
runs, for one cell and for the 15 cells of three arms. A claim must clear what each run's own null
arm, at the same spread, may differ by. *Covers* is how often the plain 95 % interval holds the
true ratio.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from reports.findings.comparison import OUTCOMES
from reports.findings.intervals import (
    EQUIVALENCE,
    Bar,
    Floats,
    log_estimate,
    mean,
    t_half_width,
    verdict,
)
from tests.simulations.simulated import MARGIN, RUNS, log_ratios

BLOCKS = (3, 6, 10, 12, 24, 40)  # 3: --quick, 10: the default profile, 40: --thorough
EFFECTS = (0.0, 0.05, 0.10, 0.50)  # how much slower the arm truly is
FAMILIES = (1, 15)
NULL_CELLS = 10  # seven repeated phases and three cold ones


def bars(seed: int, n_blocks: int) -> list[Bar]:
    """What a claim must clear in each run, by a null arm of its own."""
    null: Floats = log_ratios(seed, n_blocks)
    bounds = np.abs(mean(null)) + t_half_width(null, EQUIVALENCE, NULL_CELLS)
    return [Bar(MARGIN, float(bound)) for bound in bounds]


def run_shares(n_blocks: int, effect: float) -> Counter[str]:
    """How often each verdict, and ``covers``, came of a true ratio of 1 + ``effect``."""
    found: Counter[str] = Counter()
    ratios = log_ratios(n_blocks, n_blocks, np.log1p(effect))
    for logs, bar in zip(ratios, bars(2000 + n_blocks, n_blocks), strict=True):
        found[verdict(logs, bar)] += 1
        ratio = log_estimate(logs)
        assert ratio is not None
        assert ratio.low is not None
        assert ratio.high is not None
        found["covers"] += ratio.low <= 1 + effect <= ratio.high
    return found


def compare_shares(n_blocks: int, effect: float, family: int) -> Counter[str]:
    """The same of a true change of 1 + ``effect`` between two runs."""
    found: Counter[str] = Counter()
    runs = log_ratios(n_blocks, n_blocks), log_ratios(1000 + n_blocks, n_blocks, np.log1p(effect))
    judged = zip(bars(2000 + n_blocks, n_blocks), bars(3000 + n_blocks, n_blocks), strict=True)
    for old, new, of_both in zip(*runs, judged, strict=True):
        bar = max(of_both, key=lambda one: one.null)
        found[OUTCOMES[verdict(new, bar, family, old)]] += 1
        change = log_estimate(new, old=old)
        assert change is not None
        assert change.low is not None
        assert change.high is not None
        found["covers"] += change.low <= 1 + effect <= change.high
    return found


def lines() -> Iterator[str]:
    """Both tables, line by line."""
    yield f"{RUNS} simulated runs a line, margin {MARGIN:.0%}; shares in per cent"
    yield ""
    names = ("faster", "slower", "equivalent", "inconclusive", "covers")
    yield "one run            blocks  truth" + heading(names)
    for n_blocks in BLOCKS:
        for effect in EFFECTS:
            found = run_shares(n_blocks, effect)
            yield f"                   {n_blocks:6}  {effect:+5.0%}" + shares(found, names)
    names = ("improvement", "regression", "equivalent", "inconclusive", "covers")
    for family in FAMILIES:
        yield ""
        cells = f"{family} cell{'s' if family > 1 else ''}"
        yield f"two runs, {cells:8} blocks  truth" + heading(names)
        for n_blocks in BLOCKS:
            for effect in EFFECTS:
                found = compare_shares(n_blocks, effect, family)
                yield f"                   {n_blocks:6}  {effect:+5.0%}" + shares(found, names)


def heading(names: tuple[str, ...]) -> str:
    """The column names."""
    return "".join(f"{name:>13}" for name in names)


def shares(found: Counter[str], names: tuple[str, ...]) -> str:
    """The shares of ``names`` in per cent."""
    return "".join(f"{100 * found[name] / RUNS:13.1f}" for name in names)


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
