"""Errors whose text is meant for the person at the keyboard: thing, got, expected, what to do."""

from __future__ import annotations

import re

from problems.errors import BadInput as BadInput
from problems.errors import UnknownName as UnknownName

LONGEST = 240  # characters of what is said, so that a line of the terminal's reasons holds all
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


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
