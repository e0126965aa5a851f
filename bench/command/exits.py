"""Exit codes: what a finished command says about what was asked of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from backends import registry
from backends.errors import UnknownName

if TYPE_CHECKING:
    from runfiles.records import Arm

PROMISED = "AUTOGRAD_BENCH_PROMISED"  # comma-separated backends an environment promises to have


class Exit(IntEnum):
    """0 complete, 1 regression, 2 unusable, 3 wrong, 4 incomplete; from 70 on how it ended."""

    COMPLETE = 0
    REGRESSION = 1
    UNUSABLE = 2
    WRONG = 3
    INCOMPLETE = 4
    INTERNAL = 70  # an error of this program's own, as sysexits.h numbers it
    INTERRUPTED = 130
    CLOSED_PIPE = 141  # whoever read the output has enough of it


GRAVEST_FIRST = (Exit.WRONG, Exit.REGRESSION, Exit.UNUSABLE, Exit.INCOMPLETE)


def gravest(*found: Exit) -> Exit:
    """The code of a command that found all this.

    A wrong answer outweighs every time. A regression was confirmed whatever else is lacking.
    """
    return next((code for code in GRAVEST_FIRST if code in found), Exit.COMPLETE)


def exit_for(outcomes: Iterable[tuple[Arm, str]]) -> Exit:
    """The exit code for arms and their statuses: the gravest finding wins."""
    seen = list(outcomes)
    if any(status == "wrong" for _, status in seen):
        return Exit.WRONG
    if any(status == "refused" for _, status in seen):
        return Exit.UNUSABLE
    if any(is_lacking(arm, status) for arm, status in seen):
        return Exit.INCOMPLETE
    return Exit.COMPLETE if any(status == "ok" for _, status in seen) else Exit.INCOMPLETE


def is_lacking(arm: Arm, status: str) -> bool:
    """Whether something that was asked for or promised is not there."""
    if status == "unavailable":
        return arm.named or (arm.device == "cpu" and arm.backend in promised())
    return status in ("timeout", "crashed", "out of memory", "missing")


def promised() -> set[str]:
    """The backends this environment promises. Raises UnknownName where one is not registered."""
    names = {name.strip() for name in os.environ.get(PROMISED, "").split(",")} - {""}
    known = registry.entries() if names else {}
    for name in sorted(names):
        if name not in known:
            raise UnknownName(f"backend in {PROMISED}", name, known)
    return names
