"""Errors whose text is meant for the person at the keyboard: thing, got, expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 240  # characters of what is said, so that a line of the terminal's reasons holds all
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class BadInput(ValueError):
    """What was asked for cannot be done as asked; the command exits with 2."""


class UnknownName(BadInput):
    """A name outside the known ones, answered with the nearest of them."""

    def __init__(self, kind: str, got: str, known: Iterable[str]) -> None:
        names = sorted(known)
        near = get_close_matches(got, names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"unknown {kind} {got!r}; expected one of: {', '.join(names)}.{hint}")


class FrameworkMissing(ImportError):
    """A backend's framework cannot be imported here; the text says how to install it."""


class BrokenContract(TypeError):
    """A backend lacks a part of the contract; the text prints both sides."""


class CheckFailed(AssertionError):
    """An arm is not the program it should be; ``values`` holds what was measured."""

    def __init__(self, message: str, values: dict[str, float] | None = None) -> None:
        super().__init__(message)
        self.values = values or {}


def shortened(text: str, longest: int = LONGEST) -> str:
    """``text``, its middle left out where it is longer: causes stand at either end."""
    half = (longest - 3) // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"
