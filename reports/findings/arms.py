"""Arms: how each one fared over all its processes, before any number is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np

from reports.findings.break_even import BreakEven
from reports.findings.document import Aside, Named, Part, means
from reports.findings.names import LONGEST_REASON, named
from reports.findings.terms import (
    MISSING,
    Count,
    Device,
    Differentiation,
    Dtype,
    Execution,
    FailedCheck,
    Form,
    Framework,
    Interpreter,
    Number,
    Numbers,
    Standing,
    Status,
)
from runfiles import records
from runfiles.records import Process, Spec, flat
from runfiles.run import Run

SPOILING = ("wrong", "refused")  # a single process so leaves the whole arm without a number
LEFT_OUT: tuple[Standing, ...] = ("unavailable", "unsupported", MISSING)


class Check(Part, frozen=True, eq=False):
    """One check of the arm."""

    name: str
    """The check's name."""
    ok: bool
    """Whether it passed."""
    message: str | None
    """What was found and expected. Null where it passed."""
    values: dict[str, Number]
    """Numbers that the check compared, by name. Errors are |x - reference| / max(1,
    max|reference|). Null where one is not finite."""


class Arm(Named, frozen=True, eq=False, kw_only=True):
    """One arm over all its processes."""

    called: ClassVar[Mapping[str, str]] = {"name": "arm"}

    name: str
    """The arm's name."""
    status: Status
    """ok, or how it failed. One wrong or refused block spoils the arm."""
    reason: str | None
    """Why it has no number, or in how many blocks it failed. Null where nothing failed."""
    failed_check: FailedCheck
    framework: Framework
    framework_version: str | None
    """The framework's version, as its processes said. Null where none said it."""
    differentiation: Differentiation
    execution: Execution
    form: Form
    n_ok: Count
    """Processes that went well."""
    n_failed: Count
    """Processes that failed."""
    n_missing: Count
    """Planned processes that never ran."""
    gradient_error: float | None
    """Largest error of the gradient over its processes, |x - reference| / max(1, max|reference|).
    Null where it is not known."""
    trajectory_error: float | None
    """Largest error on the way to the answer, in the same form."""
    learned: dict[str, Annotated[Numbers, means("Its numbers, in C order.")]] | None
    """What it learned, by parameter. Null for an arm that is not ok."""
    losses: Numbers | None
    """Mean loss over all examples after each epoch, in the loss's unit. Null for an arm that
    is not ok."""
    distance: float | None
    """Largest distance of a learned parameter from the true one, in the parameter's unit. Null
    where it is not known."""
    checks: tuple[Check, ...]
    """Its checks, in the order run."""
    break_even: BreakEven | None = None
    """From how many epochs in a fresh process it is ahead of its baseline. Null for a baseline, a
    null arm, and where the evidence is unusable or not there."""
    index: Aside[int]
    backend: Aside[str]
    """The backend that the arm uses: its name, or module:Class."""
    device: Aside[Device]
    dtype: Aside[Dtype]
    python: Aside[Interpreter]
    null_of: Aside[int | None]
    steps_a_call: Aside[int | None]
    """The most gradient steps in one call, where the backend tells it."""

    @property
    def vector(self) -> tuple[float, ...]:
        """All that it learned, one number after the other."""
        return sum((self.learned or {}).values(), ())

    @property
    def is_null(self) -> bool:
        """Whether this arm repeats another."""
        return self.null_of is not None

    @property
    def is_left_out(self) -> bool:
        """Whether the arm took no part; one that failed did, and keeps its row."""
        return self.status in LEFT_OUT

    @property
    def place(self) -> tuple[str, str]:
        """The device and the dtype that it computes in: what arms must share to be set in order."""
        return self.device, self.dtype

    @property
    def identity(self) -> tuple[str, str, str, str, str | None]:
        """What makes it the same arm in another case."""
        return self.name, self.backend, self.device, self.dtype, self.python


ArmName = Annotated[Arm, means("The arm's name.")]


def arms_of(run: Run) -> tuple[Arm, ...]:
    """One result an arm of the plan, in its order, as yet without a break-even."""
    planned = Counter(arm for block in run.plan.blocks for arm in block)
    return tuple(_arm(run, arm, planned[arm.index]) for arm in run.plan.arms)


def _arm(run: Run, arm: records.Arm, planned: int) -> Arm:
    processes, spec = run.by_arm.get(arm.index, ()), run.plan.problem
    good = [process for process in processes if process.status == "ok"]
    status, reason, failed_check = _standing(processes, planned)
    speaker = _speaker(processes, status)
    right = speaker if status == "ok" else None
    learned = _learned(right, spec) if right else None
    return Arm(
        name=arm.name,
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
        gradient_error=_largest([p.gradient_error for p in good]) if right else None,
        trajectory_error=_largest([p.trajectory_error for p in good]) if right else None,
        learned=learned,
        losses=flat(right.losses) if right and right.losses is not None else None,
        distance=_distance(learned, spec) if learned else None,
        checks=tuple(map(_check, speaker.checks)) if speaker else (),
        index=arm.index,
        backend=arm.backend,
        device=arm.device,
        dtype=arm.dtype,
        python=arm.python,
        null_of=arm.null_of,
        steps_a_call=_steps_a_call(processes),
    )


def _check(check: records.Check) -> Check:
    return Check(check.name, check.ok, check.message, check.values)


def _standing(
    processes: tuple[Process, ...], planned: int
) -> tuple[Standing, str | None, str | None]:
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
    told = f"{status} in {len(failed)} of {len(processes)} blocks: {reason}"
    return (status if wrong else "ok"), named(told, LONGEST_REASON), first.failed_check


def _speaker(processes: tuple[Process, ...], status: str) -> Process | None:
    """The process that speaks for the arm: the first with the arm's own status."""
    return next((p for p in processes if p.status == status), processes[0] if processes else None)


def _steps_a_call(processes: tuple[Process, ...]) -> int | None:
    told = (process.facts.get("framework") for process in processes)
    found = (facts.get("steps_a_call") for facts in told if isinstance(facts, dict))
    return next((n for n in found if type(n) is int and n > 0), None)


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
