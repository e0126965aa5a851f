"""The pairs of a run: two arms, an older and a newer one, whose ratio is a question of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

from backends.errors import BadInput
from bench.runner.arms import place
from runfiles.records import Arm, Pair


def split_pairs(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The two arms of each ``OLD,NEW``. Raises BadInput."""
    found = []
    for text in texts:
        halves = [part.strip() for part in text.split(",")]
        if len(halves) != 2 or not all(halves):
            raise misnamed(text)
        found.append((halves[0], halves[1]))
    return found


def misnamed(text: str) -> BadInput:
    """That ``--pair`` does not name two arms."""
    return BadInput(
        f"--pair is {text!r}; expected two arms, the older one first, such as "
        "torch@.venv-old,torch@.venv-new."
    )


def find_pairs(
    arms: Sequence[Arm], named: Sequence[tuple[str, str]], pythons: Mapping[str, str]
) -> tuple[Pair, ...]:
    """The pairs ``named`` by their backends, then every backend by two interpreters.

    Each on every device and in every dtype that both its arms have. Raises BadInput where they
    have none in common.
    """
    found: dict[frozenset[int], Pair] = {}
    for old, new in named:
        engines = place(old, pythons), place(new, pythons)
        if engines[0] == engines[1]:
            raise misnamed(f"{old},{new}")
        own = _alike(arms, *engines)
        if not own:
            raise BadInput(
                f"--pair {old},{new}: these two share no device and dtype in this run, and two "
                "dtypes are two amounts of work. Name one that both have, such as --dtype float64."
            )
        found |= {frozenset((pair.old, pair.new)): pair for pair in own}
    for older, newer in combinations(dict.fromkeys((a.backend, a.python) for a in arms), 2):
        if older[0] == newer[0]:
            for pair in _alike(arms, older, newer):
                found.setdefault(frozenset((pair.old, pair.new)), pair)
    return tuple(found.values())


def _alike(
    arms: Sequence[Arm], old: tuple[str, str | None], new: tuple[str, str | None]
) -> list[Pair]:
    """The arms of these backends and interpreters that share device and dtype, two by two."""
    return [
        Pair(i, j)
        for i, older in enumerate(arms)
        for j, newer in enumerate(arms)
        if (older.backend, older.python) == old and (newer.backend, newer.python) == new
        if i != j and (older.device, older.dtype) == (newer.device, newer.dtype)
    ]
