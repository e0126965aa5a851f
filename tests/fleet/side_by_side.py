"""A fleet of one beside no fleet: the same arms on the same machine, interval against interval.

For a person to run on a machine that has nothing else to do, with words for ``run`` where others
than the usual ones are wanted: ``python -m tests.fleet.side_by_side``. Both are of one machine:
of their 95 % intervals few should lie apart. The table shows them all; the exit code is 1 where
more do than chance would have in one of a hundred times, were the cells independent. They share a
baseline, so a strange one moves all of them: look at the table.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scipy.stats import binom

from tests.conftest import ROOT
from tests.fleet.cluster import cluster

USUAL = ("--backend", "numpy,torch,jax,numba", "--blocks", "10", "--phase", "epoch,gradient,loss")
# Two estimates of equal error lie so far apart that their 95 % intervals do not meet
APART = 0.0056
CHANCE = 0.01
Interval = tuple[float, float]


def main(words: Sequence[str]) -> int:
    """The exit code, after the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with cluster(folder, {"one": {"as": None}}) as hosts:
            run(words, folder / "fleet", "--fleet", hosts.address)
            run(words, folder / "here")
        found = paired(*(intervals(folder / one) for one in ("here", "fleet")))
    return told(found)


def run(words: Sequence[str], out: Path, *fleet: str) -> None:
    """Measure what is asked for."""
    whole = [sys.executable, "-m", "bench", "run", *(words or USUAL), "--out", str(out), *fleet]
    done = subprocess.run(whole, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    assert (out / "report" / "cells.json").exists(), f"exit code {done.returncode}"


def intervals(run: Path) -> dict[tuple[str, str], Interval | None]:
    """The interval of the ratio of every cell that has one, by arm and phase."""
    document: dict[str, Any] = json.loads((run / "report" / "cells.json").read_text())
    return {(cell["arm"], cell["phase"]): interval_of(cell) for cell in document["cells"]}


def interval_of(cell: dict[str, Any]) -> Interval | None:
    """The interval of its ratio, None where it has none."""
    low, high = cell["ratio_low"], cell["ratio_high"]
    return None if low is None or high is None else (low, high)


def paired(
    here: dict[tuple[str, str], Interval | None], fleet: dict[tuple[str, str], Interval | None]
) -> list[tuple[str, str, Interval, Interval]]:
    """Arm, phase and both intervals of every cell; fails where the cells are not the same."""
    assert here.keys() == fleet.keys(), here.keys() ^ fleet.keys()
    both = ((*cell, here[cell], fleet[cell]) for cell in sorted(here))
    return [(a, p, x, y) for a, p, x, y in both if x is not None and y is not None and x != (1, 1)]


def told(found: Sequence[tuple[str, str, Interval, Interval]]) -> int:
    """Print the cells; 1 where more intervals lie apart than chance would have."""
    n_apart = 0
    for arm, phase, here, fleet in found:
        is_apart = here[1] < fleet[0] or fleet[1] < here[0]
        n_apart += is_apart
        texts = (f"[{low:.3g}, {high:.3g}]" for low, high in (here, fleet))
        print(f"{arm:30} {phase:14} {'{:22} {:22}'.format(*texts)} {'apart' * is_apart}")
    likely = float(binom.sf(n_apart - 1, len(found), APART)) if found else 0.0
    print(
        f"{n_apart} of {len(found)} pairs of intervals lie apart (chance of as many: {likely:.3f})"
    )
    return int(not found or likely < CHANCE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
