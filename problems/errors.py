"""Errors whose text is meant for the person at the keyboard: thing, got, expected, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

# What people call a thing -> its name here, where the spelling tells nothing
CALLED_HERE = {
    "gpu": "cuda",
    "nvidia": "cuda",
    "mps": "metal",
    "double": "float64",
    "single": "float32",
}


class BadInput(ValueError):
    """What was asked for cannot be done as asked; the command exits with 2."""


class BadObjective(BadInput):
    """A loss that cannot be differentiated as it is written; the text says where and why."""


class UnknownName(BadInput):
    """A name outside the known ones, answered with the nearest of them."""

    def __init__(self, kind: str, got: str, known: Iterable[str]) -> None:
        names = sorted(known)
        called = CALLED_HERE.get(got.lower(), "")
        near = [called] if called in names else get_close_matches(got, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"unknown {kind} {got!r}; expected one of: {', '.join(names)}.{hint}")
