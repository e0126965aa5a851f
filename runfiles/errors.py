"""Errors about runs: which file or run, what was got, what was expected, what to do."""

from __future__ import annotations


class BadRun(ValueError):
    """A run cannot be read, written or compared."""


class Vanished(BadRun):
    """A file was listed and is not there any more."""


def mismatch(where: str, got: object, expected: str) -> ValueError:
    """A value that is not what its place in the file promises."""
    return ValueError(f"{where} is {shown(got)}; expected {expected}")


def shown(value: object) -> str:
    """``value`` as a message shows it: never so much that the message drowns in it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:40]} ... {text[-15:]}"
