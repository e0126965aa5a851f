"""Names: text from outside, made safe to show once, before anything is found in a run."""

from __future__ import annotations

import html
import unicodedata
from collections import Counter
from dataclasses import replace
from typing import Any

from msgspec import Struct, structs

from runfiles.records import Arm
from runfiles.run import Run

LONGEST = 80  # of what is called by it: an arm, a framework, a version, a device, a file
LONGEST_REASON = 1000  # of what explains something, or is typed again: a reason, a fact, a backend
AT_LENGTH = frozenset(
    {"reason", "reasons", "message", "absent", "facts", "environment", "backend", "limit"}
)
# What a program reads, and not a person: in full, as it is
EXACT = frozenset(
    {"version", "status", "phases", "cold", "blocks", "command", "text", "sha256"}
    | {"sizes", "learned", "losses", "losses_reference", "true", "reference", "seconds"}
)
DEEPEST = 8  # of facts; what lies deeper is shown by its repr
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTROLS = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")  # categories of characters
SEEN_BY_NOBODY = (*CONTROLS, "Cf")  # in a name some of them join letters of a script


class Name(str):
    """A text from outside that is safe on any line; in HTML its direction is its own."""

    __slots__ = ()

    def __html__(self) -> str:
        return f"<bdi>{html.escape(self)}</bdi>"


def named(text: str, longest: int = LONGEST) -> Name:
    """``text`` as a name."""
    return Name(visible(text, longest))


def visible(name: str, longest: int = LONGEST) -> str:
    """``name`` on one line, controls and direction marks spelled out, cut where too long."""
    line = " ".join(name.split())
    if not (line.isascii() and line.isprintable()):
        line = "".join(map(_spelled, line))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def revealed(text: str) -> str:
    """``text`` line by line as it stands, controls and direction marks spelled out."""
    lines = (line.expandtabs(4) for line in text.splitlines())
    return "\n".join("".join(_spelled(one, SEEN_BY_NOBODY) for one in line) for line in lines)


def _spelled(character: str, spelled: tuple[str, ...] = CONTROLS) -> str:
    hidden = unicodedata.category(character) in spelled
    return f"\\u{ord(character):04x}" if hidden or character in BIDI else character


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
    several = {name for name, n in Counter(names).items() if n > 1}
    return tuple(
        structs.replace(arm, name=f"{visible(name, LONGEST - 12)} (arm {arm.index})")
        if name in several
        else arm
        for arm, name in zip(arms, names, strict=True)
    )


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
