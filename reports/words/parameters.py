"""Parameters: the names of those shown; more are summed up by their largest distance."""

from __future__ import annotations

from runfiles.records import Spec

MOST = 4


def parameters(spec: Spec) -> tuple[tuple[str, int], ...]:
    """(name, place in w then b) of the first few parameters and the last."""
    names = [f"w{i + 1}" for i in range(len(spec.w_true))]
    names += [f"b{i + 1}" if len(spec.b_true) > 1 else "b" for i in range(len(spec.b_true))]
    placed = tuple((name, place) for place, name in enumerate(names))
    return placed if len(placed) <= MOST else placed[: MOST - 1] + placed[-1:]
