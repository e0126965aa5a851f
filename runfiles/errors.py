"""Errors about runs: which file or run, what was got, what was expected, what to do."""

from __future__ import annotations


class BadRun(ValueError):
    """A run cannot be read, written or compared."""


class Vanished(BadRun):
    """A file was listed and is not there any more."""
