"""The baseline: which arm each arm is compared with. Everything that takes a ratio asks here."""

from __future__ import annotations

from runfiles.records import Arm, Plan


def baselines(plan: Plan) -> tuple[int, ...]:
    """The index of the arm that each arm's ratios are to, in the plan's order."""
    return tuple(_baseline(plan, arm) for arm in plan.arms)


def _baseline(plan: Plan, arm: Arm) -> int:
    """The plan's baseline as it computes in the arm's own dtype, else the plan's baseline.

    Two dtypes are two amounts of work. A twin that failed gives no ratio rather than one to
    another dtype.
    """
    base = plan.arms[plan.baseline]
    if arm.dtype == base.dtype:
        return base.index
    twins = (twin.index for twin in plan.arms if _is_twin(twin, base) and twin.dtype == arm.dtype)
    return next(twins, base.index)


def _is_twin(arm: Arm, base: Arm) -> bool:
    same = (arm.backend, arm.device, arm.python) == (base.backend, base.device, base.python)
    return same and arm.null_of is None
