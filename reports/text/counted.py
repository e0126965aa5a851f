"""Counted nouns: one of them, or several."""

from __future__ import annotations

from reports.text.sentence import Sentence


def counted(n: int, one: str, several: str | None = None) -> Sentence:
    """Such as ``1 thread``, ``4 threads`` or ``1,000 threads``."""
    return Sentence("{} {}", n, noun(n, one, several))


def noun(n: float, one: str, several: str | None = None) -> str:
    """``one`` where ``n`` is 1, else ``several``, which is it with an s where it is None."""
    return one if n == 1 else several or f"{one}s"
