"""Arms: how each one fared over all its processes, before any number is looked at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from runfiles.records import Arm, Check, Process, Spec, flat
from runfiles.run import Run
from runfiles.statuses import Status

Standing = Literal[Status, "missing"]  # missing: none of the arm's processes has run
MISSING: Standing = "missing"
SPOILING = ("wrong", "refused")  # a single process so leaves the whole arm without a number


@dataclass(frozen=True, eq=False)
class ArmResult:
    """One arm: its verdict of right or wrong, and what it learned."""

    arm: Arm
    status: Standing
    reason: str | None
    failed_check: str | None
    framework: str | None
    framework_version: str | None
    differentiation: str | None
    execution: str | None
    form: str | None
    n_ok: int
    n_failed: int
    n_missing: int
    checks: tuple[Check, ...]
    gradient_error: float | None
    trajectory_error: float | None
    learned: dict[str, tuple[float, ...]] | None  # by parameter, in the plan's order
    losses: tuple[float, ...] | None
    distance: float | None  # largest distance of a learned parameter from the true one

    @property
    def name(self) -> str:
        """The arm's label."""
        return self.arm.name

    @property
    def vector(self) -> tuple[float, ...]:
        """All that it learned, one number after the other."""
        return sum((self.learned or {}).values(), ())

    @property
    def identity(self) -> dict[str, Any]:
        """What tells the arm from others, by the keys of a cell."""
        return {
            "arm": self.name,
            "backend": self.arm.backend,
            "framework": self.framework,
            "framework_version": self.framework_version,
            "differentiation": self.differentiation,
            "execution": self.execution,
            "device": self.arm.device,
            "dtype": self.arm.dtype,
            "python": self.arm.python,
        }

    @property
    def is_null(self) -> bool:
        """Whether this arm repeats another."""
        return self.arm.null_of is not None


def arm_results(run: Run) -> tuple[ArmResult, ...]:
    """One result an arm of the plan, in its order."""
    mine: list[list[Process]] = [[] for _ in run.plan.arms]
    for process in run.processes:
        mine[process.arm].append(process)
    planned = Counter(arm for block in run.plan.blocks for arm in block)
    spec = run.plan.problem
    return tuple(_result(arm, mine[arm.index], planned[arm.index], spec) for arm in run.plan.arms)


def _result(arm: Arm, processes: list[Process], planned: int, spec: Spec) -> ArmResult:
    good = [process for process in processes if process.status == "ok"]
    status, reason, failed_check = _standing(processes, planned)
    speaker = _speaker(processes, status)
    right = speaker if status == "ok" else None
    learned = _learned(right, spec) if right else None
    return ArmResult(
        arm=arm,
        status=status,
        reason=reason,
        failed_check=failed_check,
        framework=(speaker and speaker.framework) or arm.framework,
        framework_version=speaker.framework_version if speaker else None,
        differentiation=(speaker and speaker.differentiation) or arm.differentiation,
        execution=(speaker and speaker.execution) or arm.execution,
        form=speaker.form if speaker else None,
        n_ok=len(good),
        n_failed=len(processes) - len(good),
        n_missing=max(planned - len(processes), 0),
        checks=speaker.checks if speaker else (),
        gradient_error=_largest([p.gradient_error for p in good]) if right else None,
        trajectory_error=_largest([p.trajectory_error for p in good]) if right else None,
        learned=learned,
        losses=flat(right.losses) if right and right.losses is not None else None,
        distance=_distance(learned, spec) if learned else None,
    )


def _standing(processes: list[Process], planned: int) -> tuple[Standing, str | None, str | None]:
    """(status, reason, failed check) of an arm. One spoiled block spoils the arm."""
    wrong = [process for process in processes if process.status in SPOILING]
    failed = wrong or [process for process in processes if process.status != "ok"]
    if not processes:
        return MISSING, f"no process of its {planned} has run", None
    if not failed:
        return "ok", None, None
    status = Counter(process.status for process in failed).most_common(1)[0][0]
    first = next(process for process in failed if process.status == status)
    reason = first.reason or "no reason was given"
    if len(failed) == len(processes):
        return status, reason, first.failed_check
    counted = f"{status} in {len(failed)} of {len(processes)} blocks: {reason}"
    return (status if wrong else "ok"), counted, first.failed_check


def _speaker(processes: list[Process], status: str) -> Process | None:
    """The process that speaks for the arm: the first with the arm's own status."""
    return next((p for p in processes if p.status == status), processes[0] if processes else None)


def _largest(errors: list[float | None]) -> float | None:
    given = [error for error in errors if error is not None]
    return float(np.max(given)) if given else None


def _learned(process: Process, spec: Spec) -> dict[str, tuple[float, ...]] | None:
    """The parameters of the plan that the process learned, each flat."""
    given = process.learned
    if given is None:
        return None
    return {one.name: flat(given[one.name]) for one in spec.parameters if one.name in given}


def _distance(learned: dict[str, tuple[float, ...]], spec: Spec) -> float | None:
    """The largest ``|learned - true|``, None where nothing true is known or shapes do not agree."""
    vector, true = sum(learned.values(), ()), spec.true
    if not vector or true is None or len(vector) != len(true):
        return None
    return float(np.max(np.abs(np.subtract(vector, true))))
