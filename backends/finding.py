"""A finding: what one check of one arm measured, and why it failed if it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from backends.errors import CheckFailed
from backends.subject import Arrays, Subject, distance

Values = dict[str, Any]
Check = Callable[[Subject], Values]


@dataclass(frozen=True)
class Finding:
    """The outcome of one check: its name, why it failed if it did, what it measured."""

    check: str
    failure: str | None = None
    values: Values = field(default_factory=dict)


def require_close(subject: Subject, got: Arrays, expected: Arrays, what: str, key: str) -> float:
    """The distance of ``got``; raises CheckFailed unless within tolerance (NaN never is)."""
    error = distance(got, expected)
    if not error <= subject.tolerance:
        text = (
            f"{what} is {error:.3g} away from the reference; expected at most {subject.tolerance:g}"
        )
        raise CheckFailed(text, {key: error})
    return error
