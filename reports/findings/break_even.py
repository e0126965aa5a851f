"""The break-even: from how many epochs in a fresh process an arm is ahead of its baseline.

After k epochs an arm has taken its first epoch with all that is paid before it, and k - 1 steady
ones. The ratio of two totals is a weighted mean of the ratios over these parts: who is ahead at the
first epoch and in the long run is so at every k. Both are judged as any ratio is, paired by block
and at the bar of a verdict; where they disagree, the totals cross.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from reports.findings.document import Aside, Part
from reports.findings.intervals import (
    Column,
    Estimate,
    Verdict,
    log_estimate,
    quotient,
    surely_below,
    verdict,
)
from reports.findings.machines import ONE_MACHINE, Machines
from runfiles.phases import COLD

OF_A_TOTAL = frozenset({*COLD, "epoch"})  # phases that the time of so many epochs is made of


class BreakEven(Part, frozen=True, eq=False):
    """Where two lines of total time cross: cold phases first, then epochs."""

    called: ClassVar[Mapping[str, str]] = {"low": "epochs_low", "high": "epochs_high"}

    epochs: float | None
    """Epochs after which its mean total is the smaller one. 0: from the first on. Null: its epochs
    save nothing on the mean. What of it is shown is in text."""
    low: float | None
    """Lower end of the 95 % interval (Fieller's), in epochs. Null where there is none."""
    high: float | None
    """Upper end of it, in epochs. Null where there is none."""
    start: Aside[Verdict]  # over the first epoch with all that is paid before it
    steady: Aside[Verdict]  # over a steady epoch
    ratio: Aside[Estimate]  # of a steady epoch to the baseline's

    @property
    def estimate(self) -> Estimate | None:
        """The number of epochs with its interval; ``high`` is None where that has no end."""
        return None if self.epochs is None else Estimate(self.epochs, self.low, self.high, 0)

    @property
    def is_shown(self) -> bool:
        """Whether the arm is shown to overtake its baseline, by ``high`` epochs at the latest."""
        return self.steady == "faster" and self.start != "faster" and self.high is not None


def break_even(
    arm: int, baseline: int, columns: Mapping[str, Column], machines: Machines = ONE_MACHINE
) -> BreakEven | None:
    """The break-even of ``arm`` over ``baseline``, by the columns of the phases.

    Of several machines the number of epochs is that of one, as it comes from seconds; who is
    faster is judged over all.

    None for a baseline itself, where the run has not all of these phases, and where no block has
    them of both arms.
    """
    if arm == baseline or not columns.keys() >= OF_A_TOTAL:
        return None
    logs, bar = columns["epoch"].logs, columns["epoch"].bar
    cold = [np.exp(columns[phase].logs) for phase in COLD]
    epoch = np.exp(logs)  # (arms, [machines,] blocks), as each of cold
    once = sum(cold, -epoch)  # beyond what its epochs take
    dearer, saved = once[arm] - once[baseline], epoch[baseline] - epoch[arm]
    if np.isnan(dearer + saved).all():
        return None
    first, steady = (to[arm] - to[baseline] for to in (np.log(np.sum(cold, axis=0)), logs))
    ratio = log_estimate(steady)
    assert ratio is not None
    even = quotient(machines.there(dearer), machines.there(saved))
    numbers = _numbers(even, surely_below(steady, bar.null))
    # what is paid until the first epoch is done: the highest bar of its phases
    at_start = max((columns[phase].bar for phase in COLD), key=lambda one: one.null)
    return BreakEven(*numbers, verdict(first, at_start), verdict(steady, bar), ratio)


def _numbers(even: Estimate | None, saves: bool) -> tuple[float | None, float | None, float | None]:
    """(epochs, low, high) of the crossing; ``saves``: whether an epoch surely takes less."""
    if even is None:
        return None, None, None
    if even.value <= 0:
        return 0.0, None, None
    low = None if even.low is None else max(even.low, 0.0)
    ends = even.high is not None and math.isfinite(even.high) and saves
    return even.value, low, even.high if ends else None
