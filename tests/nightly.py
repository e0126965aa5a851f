"""Nightly: what is tested of each kind by day, and what ``.ci/full`` alone tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

nightly = pytest.mark.nightly


def one_by_day(values: Iterable[Any]) -> list[Any]:
    """``values`` as parameters: the first is always tested, the others at night."""
    first, *others = values
    return [first, *(pytest.param(value, marks=nightly) for value in others)]
