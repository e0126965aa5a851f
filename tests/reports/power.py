"""What the verdicts can see: ``python -m tests.reports.power`` prints shares of simulated runs.

The first table is of one run and its ratio to the baseline, the second of ``compare`` on two
runs, for one cell and for the 15 cells of three arms. *Covers* is how often the plain 95 %
interval holds the true ratio.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from reports.estimates.intervals import change_verdict, compare, log_estimate, verdict
from tests.reports.simulation import BAR, MARGIN, RUNS, log_ratios

BLOCKS = (6, 10, 12, 24, 40)  # 10: the default profile, 40: --thorough
EFFECTS = (0.0, 0.05, 0.10)  # how much slower the arm truly is
FAMILIES = (1, 15)


def run_shares(n_blocks: int, effect: float) -> Counter[str]:
    """How often each verdict, and ``covers``, came of a true ratio of 1 + ``effect``."""
    found: Counter[str] = Counter()
    for logs in log_ratios(n_blocks, n_blocks, np.log1p(effect)):
        found[verdict(logs, BAR)] += 1
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
    for old, new in zip(*runs, strict=True):
        found[change_verdict(old, new, BAR, family)] += 1
        change = compare(old, new)
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
