"""One long run as many short ones: ``python -m tests.simulations.resampled RUN`` prints a table.

Blocks are drawn from RUN without replacement, 3 and 10 at a time, and each draw is judged as a
run of its own by its null arm: how often which state, and what identical arms may differ by.
Neighbouring blocks may be alike where the machine drifts, so they are judged as runs too.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from reports.findings.blocks import log_medians
from reports.findings.findings import Findings, findings
from reports.findings.null_arm import judge
from reports.text.null_arm import judgement_text
from runfiles.load import load_run
from runfiles.phases import COLD
from tests.simulations.states import STATES

DRAWS = 2000
BLOCKS = (3, 10)


def lines(run: Path) -> Iterator[str]:
    """The table, line by line; at its end quantiles of the largest bound of a repeated phase."""
    found = findings(load_run(run))
    n_blocks, rng = found.n_blocks, np.random.default_rng(0)
    arms = {arm.name: arm for arm in found.arms}
    yield f"{n_blocks} blocks: {judgement_text(found.null_arm)}"
    for cell in found.null_arm.cells:
        column = found.log_ratios(arms[cell.arm], found.baseline, cell.phase)
        yield f"{cell.phase:>14}  block SD {np.nanstd(column, ddof=1):6.1%}  {cell.ratio.value:.3f}"
    heads = "".join(f"{state:>11}" for state in STATES)
    yield f"{'blocks':>6}{'drawn':>14}{heads}{'bound 50 %':>12}{'90 %':>8}"
    for n in BLOCKS:
        anywhere = [rng.choice(n_blocks, n, replace=False) for _ in range(DRAWS)]
        beside = [np.arange(start, start + n) for start in range(n_blocks - n + 1)]
        for name, drawn in (("anywhere", anywhere), ("neighbours", beside)):
            yield f"{n:6}{name:>14}{_told(found, drawn)}"


def _told(all_found: Findings, drawn: list[np.ndarray]) -> str:
    plan = all_found.run.plan
    shape = len(all_found.arms), all_found.n_blocks
    logs = log_medians(all_found.blocks, all_found.phases, shape, all_found.machines)
    found = [
        judge(plan.arms, plan.baseline, all_found.phases, logs[..., blocks], plan.margin)
        for blocks in drawn
    ]
    counted = Counter(one.state for one in found)
    repeated = [phase for phase in all_found.phases if phase not in COLD]
    bounds = [max(one.bound(phase) for phase in repeated) for one in found]
    shares = "".join(f"{100 * counted[state] / len(found):10.1f}%" for state in STATES)
    middle, high = np.expm1(np.quantile(bounds, (0.5, 0.9)))
    return f"{shares}{middle:12.1%}{high:8.1%}"


if __name__ == "__main__":
    for line in lines(Path(sys.argv[1])):
        print(line, flush=True)
