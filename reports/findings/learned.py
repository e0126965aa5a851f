"""What was learned: one number of the parameters as the arms ended, beside the reference's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reports.findings.arms import Arm
from reports.findings.case import Case

NEAR = 0.01  # of the reference's loss: nearer than the eye can tell


@dataclass(frozen=True, eq=False)
class Learned:
    """One number: its true and its reference value, and what every arm learned."""

    true: float | None
    reference: float
    by_arm: dict[Arm, float]

    @cached_property
    def farthest(self) -> Arm:
        """The arm that ends farthest from the reference."""
        return max(self.by_arm, key=lambda arm: abs(self.by_arm[arm] - self.reference))

    @property
    def distance(self) -> float:
        """How far that is."""
        return abs(self.by_arm[self.farthest] - self.reference)

    @property
    def to_truth(self) -> float | None:
        """How far the reference ends from the true value."""
        return None if self.true is None else abs(self.reference - self.true)


def learned_at(case: Case, place: int) -> Learned | None:
    """The number at a place among all; None where no arm but null arms learned as many."""
    spec = case.run.plan.problem
    vectors = ((arm, arm.vector) for arm in case.others)
    found = {arm: vector[place] for arm, vector in vectors if len(vector) == len(spec.reference)}
    true = spec.true[place] if spec.true else None
    return Learned(true, spec.reference[place], found) if found else None


def strays(case: Case, arm: Arm) -> bool:
    """Whether a loss of the arm is off the reference's by more than ``NEAR``, or not there."""
    given, reference = arm.losses or (), case.run.plan.problem.losses_reference
    same = len(given) == len(reference) and np.allclose(given, reference, rtol=NEAR, atol=0)
    return not same
