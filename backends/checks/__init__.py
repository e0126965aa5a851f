"""The checks: is this arm the same program as every other, to the tolerance of the problem?

A check is a function of a Subject that returns what it measured and raises CheckFailed.
``CHECKS`` is their order: a cause comes before what it would spoil.
"""

from __future__ import annotations

from collections.abc import Iterable

from backends.checks.finding import Check, Finding
from backends.checks.gradient import check_gradient, check_inputs, check_repeatable
from backends.checks.handed_out import (
    check_batches,
    check_device,
    check_finite,
    check_shapes,
    check_transfer,
)
from backends.checks.operators import check_operators
from backends.checks.precision import check_precision
from backends.checks.subject import Subject
from backends.checks.timing import check_unseen, check_wait
from backends.checks.training import (
    check_fresh,
    check_loss,
    check_other_data,
    check_ragged,
    check_recovery,
    check_trajectory,
)
from backends.errors import CheckFailed

CHECKS: tuple[Check, ...] = (
    *(check_shapes, check_finite, check_device, check_transfer, check_batches),
    *(check_inputs, check_repeatable, check_precision, check_gradient, check_operators),
    *(check_loss, check_trajectory, check_other_data, check_fresh),
    *(check_unseen, check_wait, check_ragged, check_recovery),
)


TRAINING: tuple[Check, ...] = (check_trajectory, check_fresh, check_recovery)


def checks_of(trained: bool) -> tuple[Check, ...]:
    """The checks in order, those of training where something is trained."""
    return tuple(check for check in CHECKS if trained or check not in TRAINING)


def names_of(trained: bool) -> list[str]:
    """Their names, as findings have them."""
    return [check.__name__.removeprefix("check_") for check in checks_of(trained)]


def run_checks(subject: Subject, checks: Iterable[Check] | None = None) -> list[Finding]:
    """The findings of ``checks`` in order, up to and including the first that fails."""
    findings: list[Finding] = []
    for check in checks_of(subject.is_trained) if checks is None else checks:
        name = check.__name__.removeprefix("check_")
        try:
            findings.append(Finding(name, values=check(subject)))
        except CheckFailed as failed:
            return [*findings, Finding(name, str(failed), failed.values)]
    return findings
