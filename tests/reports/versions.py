"""Synthetic runs of two versions of one framework, an older and a newer one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.reports.conftest import Bench, Writer

EPOCH = 1e-2  # seconds of the older version
QUIET = 0.005  # standard deviation of the logs of processes


def arms(slower: float = 0.0, null: float = 0.0, **other: Any) -> tuple[Bench, ...]:
    """The older version, its null arm, the newer one: so much ``slower``; ``other`` for it."""
    old = Bench("torch@old", EPOCH, backend="torch", python="old")
    again = Bench("torch@old (null)", EPOCH * (1 + null), backend="torch", python="old", null_of=0)
    new = Bench("torch@new", EPOCH * (1 + slower), backend="torch", python="new", **other)
    return old, again, new


def versions(folder: Path, slower: float = 0.0, null: float = 0.0, **changes: Any) -> Writer:
    """A gated run of them in ten blocks; ``changes`` of the writer."""
    given = {"arms": arms(slower, null), "n_blocks": 10, "between": QUIET, "phases": ("epoch",)}
    return Writer(folder, **{**given, "pairs": ((0, 2),), "gate": True, **changes})
