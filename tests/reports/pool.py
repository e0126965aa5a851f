"""The pool: every number of cells.json, as it may be told in words."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reports.text.numbers import MINUS

SECONDS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6, "ns": 1e-9}
OWNERS = ("arm", "autodiff", "compiled")  # keys of an object that name the arm it is of
SECTIONS = ("first_calls", "totals")
OF = {  # what a figure tells of an arm: numbers of one phase, or of one part of the document
    "times": "epoch",
    "ratios": "epoch",
    "spread": "epoch",
    "warm_up": "first_calls",
    "break_even": "totals",
}
PARTS = ("data_iter", "gradient", "update", "rest")


@dataclass(frozen=True)
class Leaf:
    """A number of cells.json: the key it stands under, its arm, and its phase or section."""

    key: str
    value: float
    arm: str | None = None
    phase: str | None = None


def leaves(value: Any, key: str = "", of: tuple[str | None, ...] = (None, None)) -> Iterator[Leaf]:
    """Every number of a JSON document, every length of its lists, every distance and share."""
    if isinstance(value, dict):
        arm = next((value[name] for name in OWNERS if value.get(name)), of[0])
        of = (arm, value.get("phase", of[1]))
        yield from derived(value, of)
        for inner, entry in value.items():
            yield from leaves(entry, inner, (arm, inner) if inner in SECTIONS else of)
    elif isinstance(value, list):
        yield Leaf("n", len(value), *of)
        for entry in value:
            yield from leaves(entry, key, of)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Leaf(key, value, *of)


def derived(value: dict[str, Any], of: tuple[str | None, ...]) -> Iterator[Leaf]:
    """What a figure reads off several numbers of one object."""
    if value.get("ratio") and value.get("ratio_high"):  # half an interval of logs, as per cent
        yield Leaf("half_share", value["ratio_high"] / value["ratio"] - 1, *of)
    if "problem" in value and "arms" in value:
        yield from learned(value["problem"], value["arms"])
    if "cells" in value and "problem" in value:
        yield from counts(value)
        for name, seconds in by_arm(value["cells"]).items():
            yield from shares(name, seconds)


def learned(problem: dict[str, Any], arms: list[Any]) -> Iterator[Leaf]:
    """How far every learned parameter is from the truth and from the reference."""
    for kind in ("true", "reference"):
        wanted = [number for one in problem["parameters"] for number in one[kind] or ()]
        for arm in arms:
            found = [number for numbers in (arm["learned"] or {}).values() for number in numbers]
            for value, other in zip(found, wanted, strict=False):
                yield Leaf("distance", abs(value - other))


def by_arm(cells: list[Any]) -> dict[str, dict[str, float]]:
    """Seconds by arm and phase."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for cell in cells:
        if cell["seconds"] is not None:
            found[cell["arm"]][cell["phase"]] = cell["seconds"]
    return found


def shares(arm: str, seconds: dict[str, float]) -> Iterator[Leaf]:
    """Where an epoch goes: of its time, and of its parts' sum with none below 0."""
    drawn = {part: max(seconds.get(part, 0.0), 0.0) for part in PARTS}
    for part in PARTS:
        if part in seconds and "epoch" in seconds:
            yield Leaf("share", seconds[part] / seconds["epoch"], arm)
            yield Leaf("share", drawn[part] / (sum(drawn.values()) or 1), arm)


def counts(value: dict[str, Any]) -> Iterator[Leaf]:
    """How many arms and cells are of a kind, and how many processes were planned."""
    kinds: dict[tuple[str, str], int] = defaultdict(int)
    for cell in value["cells"]:
        for key in ("verdict", "status"):
            kinds[cell["phase"], str(cell[key])] += 1
    yield from (Leaf("n", n) for n in kinds.values())
    yield Leaf("n", value["n_blocks"] * len({cell["arm"] for cell in value["cells"]}))


def known(document: Any) -> frozenset[float]:
    """What a number on the page may carry in full: what is in cells.json, or plainly made of it.

    A ratio may be told the other way round, or as how far it is from 1.
    """
    told = {float(leaf.value) for leaf in leaves(document)}
    told |= {1 / value for value in told if value}
    return frozenset(told | {value - 1 for value in told})


def readings(leaf: Leaf, unit: str | None) -> tuple[float, ...]:
    """What a number of cells.json may be told as in ``unit``: every conversion there is."""
    value, is_ratio = leaf.value, leaf.key.startswith(("ratio", "mde"))
    if leaf.key == "memory_bytes":
        return (value, value / 2**30)  # GiB
    if unit in SECONDS:
        return (value / SECONDS[unit],) if "seconds" in leaf.key else ()
    if unit == "%":
        if "share" in leaf.key or leaf.key == "margin":
            return (100 * value,)
        return (100 * (value - 1), 100 * (1 / value - 1)) if is_ratio and value else ()
    if "seconds" in leaf.key or "share" in leaf.key:
        return ()
    return (value, 1 / value) if is_ratio and value else (value,)


class Pool:
    """The numbers of cells.json as they may be told, by figure, arm and unit."""

    def __init__(self, document: Any) -> None:
        self._leaves = list(leaves(document))
        self._told: dict[tuple[str | None, ...], list[float]] = {}

    def told(self, figure: str, arm: str | None, unit: str | None) -> list[float]:
        """What may be said in ``unit``, of ``arm`` in ``figure`` or of anything; sorted."""
        phase = OF.get(figure) if arm else None
        key = (phase, arm, unit)
        if key not in self._told:
            own = [leaf for leaf in self._leaves if arm in (None, leaf.arm) or leaf.key == "sizes"]
            own = [leaf for leaf in own if phase in (None, leaf.phase)]
            self._told[key] = sorted(told for leaf in own for told in readings(leaf, unit))
        return self._told[key]

    def has(self, token: re.Match[str], figure: str = "", arm: str | None = None) -> bool:
        """Whether the number is a rounding of one of these at the digits shown."""
        digits = token["digits"].replace(",", "")
        power = int((token["power"] or "0").replace(MINUS, "-"))
        shown = float(digits) * 10.0**power * (-1 if token["sign"] else 1)
        zeros = len(digits) - len(digits.rstrip("0")) if "." not in digits else 0
        coarse = max(min(zeros, len(digits) - 2), 0)  # 3,680 has three digits, 1000 two at least
        near = 0.5 * 10.0 ** (power + coarse - len(digits.partition(".")[2])) * (1 + 1e-6)
        told = self.told(figure, arm, token["unit"])
        place = bisect_left(told, shown - near)
        return place < len(told) and told[place] <= shown + near
