"""A finding: what one check of one arm measured, and why it failed if it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backends.checks.subject import Arrays, Subject
from backends.errors import CheckFailed
from problems.reference import Answer
from problems.tolerance import distance

Values = dict[str, Any]
Check = Callable[[Subject], Values]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: its name, why it failed if it did, what it measured."""

    check: str
    failure: str | None = None
    values: Values = field(default_factory=dict)


def require_close(got: Arrays, expected: Answer, what: str, key: str) -> float:
    """The distance of ``got``; raises CheckFailed unless within tolerance (NaN never is)."""
    error = distance(got, expected.value)
    if not error <= expected.tolerance:
        text = (
            f"{what} is {error:.3g} away from the reference; expected at most "
            f"{expected.tolerance:.2g}"
        )
        raise CheckFailed(text, {key: error})
    return error
