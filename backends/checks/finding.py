"""A finding: what one check of one arm measured, and why it failed if it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

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
        away = f"{what} is {error:.3g} away from the reference{multiple(got, expected)}"
        raise CheckFailed(f"{away}; expected at most {expected.tolerance:.2g}", {key: error})
    return error


def multiple(got: Arrays, expected: Answer) -> str:
    """That ``got`` is so many times what is expected, where it is: a wrong factor or divisor."""
    pairs = list(zip(got, expected.value, strict=True))
    norm = sum(float(np.sum(right * right)) for _, right in pairs)
    factor = sum(float(np.sum(x * right)) for x, right in pairs) / norm if norm else np.nan
    scaled = tuple(factor * right for right in expected.value)
    is_multiple = distance(got, scaled) <= max(1.0, abs(factor)) * expected.tolerance
    return f" ({factor:.3g} times it)" if is_multiple else ""
