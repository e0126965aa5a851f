"""Safe: a run whose texts from outside are names, before anything is found in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from msgspec import Struct, structs

from reports.findings.names import LONGEST, LONGEST_REASON, named, visible
from runfiles.records import Arm
from runfiles.run import Run

AT_LENGTH = frozenset(
    {"reason", "reasons", "message", "absent", "facts", "environment", "backend", "limit"}
)
# What a program reads, and not a person: in full, as it is
EXACT = frozenset(
    {"version", "status", "phases", "cold", "blocks", "command", "text", "sha256"}
    | {"sizes", "learned", "losses", "losses_reference", "true", "reference", "seconds"}
)
DEEPEST = 8  # of facts; what lies deeper is shown by its repr


def safe(run: Run) -> Run:
    """``run`` and its cases with every text from outside as a name; no two arms' are alike."""
    return replace(
        run,
        plan=_safe(structs.replace(run.plan, arms=_told_apart(run.plan.arms))),
        processes=_safe(run.processes),
        discards=_safe(run.discards),
        ceilings=_safe(run.ceilings),
        sizes=tuple(map(safe, run.sizes)),
        problems=tuple(map(safe, run.problems)),
    )


def _told_apart(arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
    """``arms``, with its number behind the name of each that would be called like another."""
    names = [visible(arm.name) for arm in arms]
    while several := {name for name, n in Counter(names).items() if n > 1}:
        names = [
            f"{visible(name, LONGEST - 12)} (arm {arm.index})" if name in several else name
            for arm, name in zip(arms, names, strict=True)
        ]
    pairs = zip(arms, names, strict=True)
    return tuple(structs.replace(arm, name=name) for arm, name in pairs)


def _safe(value: Any, longest: int = LONGEST, depth: int = 0) -> Any:
    """``value`` with every text in it as a name."""
    if isinstance(value, Struct):
        given = {n: getattr(value, n) for n in value.__struct_fields__ if n not in EXACT}
        return structs.replace(value, **{
            name: _safe(entry, LONGEST_REASON if name in AT_LENGTH else longest)
            for name, entry in given.items()
        })  # fmt: skip
    if isinstance(value, str):
        return named(value, longest)
    if depth > DEEPEST:
        return value
    if isinstance(value, dict):
        return {named(key): _safe(entry, longest, depth + 1) for key, entry in value.items()}
    if isinstance(value, tuple | list):
        return type(value)(_safe(entry, longest, depth + 1) for entry in value)
    return value
