"""Arms: how each one fared over all its processes, in cells.json."""

from __future__ import annotations

from typing import Annotated

from reports.cells.terms import (
    ArmName,
    Count,
    Differentiation,
    Execution,
    FailedCheck,
    Form,
    Framework,
    Number,
    Numbers,
    Status,
)
from reports.document import Part, means
from reports.estimates import break_even
from reports.estimates.arms import ArmResult
from reports.estimates.ratios import Summary
from reports.words.break_even import break_even_text
from runfiles import records


class Check(Part, frozen=True):
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


class BreakEven(Part, frozen=True):
    """Where two lines of total time cross: cold phases first, then epochs."""

    epochs: float | None
    """Epochs after which its mean total is the smaller one. 0: from the first on. Null: its epochs
    save nothing on the mean. What of it is shown is in text."""
    epochs_low: float | None
    """Lower end of the 95 % interval (Fieller's), in epochs. Null where there is none."""
    epochs_high: float | None
    """Upper end of it, in epochs. Null where there is none."""
    text: str
    """Who is ahead at first and in the long run, as far as the intervals show it at the bar of a
    verdict; else that it is not shown, and why."""


class Arm(Part, frozen=True):
    """One arm over all its processes."""

    arm: ArmName
    status: Status
    """ok, or how it failed. One wrong or refused block spoils the arm."""
    reason: str | None
    """Why it has no number, or in how many blocks it failed. Null where nothing failed."""
    failed_check: FailedCheck
    framework: Framework
    framework_version: str | None
    """The framework's version. Null where nobody said it."""
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
    break_even: BreakEven | None
    """From how many epochs in a fresh process it is ahead of its baseline. Null for a baseline, a
    null arm, and where the evidence is unusable or not there."""


def arms(summary: Summary) -> tuple[Arm, ...]:
    """Every arm of the plan, in its order."""
    return tuple(_arm(summary, arm) for arm in summary.arms)


def _arm(summary: Summary, arm: ArmResult) -> Arm:
    return Arm(
        arm=arm.name,
        status=arm.status,
        reason=arm.reason,
        failed_check=arm.failed_check,
        framework=arm.framework,
        framework_version=arm.framework_version,
        differentiation=arm.differentiation,
        execution=arm.execution,
        form=arm.form,
        n_ok=arm.n_ok,
        n_failed=arm.n_failed,
        n_missing=arm.n_missing,
        gradient_error=arm.gradient_error,
        trajectory_error=arm.trajectory_error,
        learned=None if arm.learned is None else {**arm.learned},
        losses=arm.losses,
        distance=arm.distance,
        checks=tuple(_check(check) for check in arm.checks),
        break_even=_break_even(summary.break_even[arm.arm.index]),
    )


def _check(check: records.Check) -> Check:
    return Check(check.name, check.ok, check.message, dict(check.values))


def _break_even(even: break_even.BreakEven | None) -> BreakEven | None:
    return BreakEven(even.epochs, even.low, even.high, break_even_text(even)) if even else None
