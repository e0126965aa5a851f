"""The sweep: times of an example at every size, and where arms overtake each other."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import Column, given, half_width, keys, less

AXES = ("batch_size", "n_examples", "n_features")
GRID = 4000  # places between two sizes at which the line is asked for its height
Node = tuple[float, float, float]  # where, how high, half-width
Point = tuple[int, Column, Column, float]  # size, log-ratios, differences, what is a difference


def sweep(sizes: list[Size]) -> dict[str, Any] | None:
    """What cells.json has of several sizes, None for one."""
    if len(sizes) < 2:
        return None
    axes = [(axis, _along(sizes, axis)) for axis in AXES]
    return {
        "points": [_point(sizes[0], size) for size in sizes],
        "axes": [
            {
                "name": axis,
                "sizes": [_spec(size, axis) for size in points],
                "points": [sizes.index(size) for size in points],
                "crossovers": _crossovers(sizes[0], axis, points),
            }
            for axis, points in axes
            if len(points) > 1
        ],
    }


def _spec(size: Size, key: str) -> int:
    return int(size.files.plan["problem"][key])


def _along(sizes: list[Size], axis: str) -> list[Size]:
    found: dict[int, Size] = {}
    for size in sizes:
        if all(_spec(size, key) == _spec(sizes[0], key) for key in AXES if key != axis):
            found.setdefault(_spec(size, axis), size)
    return [found[value] for value in sorted(found)]


def arm_at(own: Size, arm: int, size: Size) -> int | None:
    """The same arm's index at another size."""
    same = ("name", "backend", "device", "dtype", "python")
    mine = own.files.arms[arm]
    for index, other in enumerate(size.files.arms):
        if all(other.get(key) == mine.get(key) for key in same):
            return index
    return None


def _point(own: Size, size: Size) -> dict[str, Any]:
    n_steps = math.ceil(_spec(size, "n_examples") / _spec(size, "batch_size"))
    steps = size.files.plan["problem"].get("steps")
    return {
        **{key: _spec(size, key) for key in ("batch_size", "n_examples")},
        "sizes": {key: size.files.plan["problem"][key] for key in ("n_features", "noise")},
        "n_visited": size.files.n_visited,
        "n_steps": n_steps,
        "steps_timed": n_steps if steps is None else min(steps, n_steps),
        "is_prefix": size.files.n_visited < _spec(size, "n_examples"),
        "recovers": size.files.plan["reference"]["recovers"],
        "arms": [_arm(own, arm, size) for arm in range(len(own.files.arms))],
    }


def _arm(own: Size, arm: int, size: Size) -> dict[str, Any]:
    there = arm_at(own, arm, size)
    name = own.files.arms[arm]["name"]
    if there is None or "epoch" not in size.files.phases:
        reason = "it was not planned at this size"
        blank = {"status": "missing", "reason": reason, "baseline": None, "n_blocks": 0}
        ratio = keys("seconds_of_example", None) | keys("ratio", None)
        return {"arm": name, **blank, **ratio, "verdict": None}
    cell = size.cell(there, "epoch")
    seconds = {
        f"seconds_of_example{end}": None
        if cell[f"seconds{end}"] is None
        else cell[f"seconds{end}"] / size.files.n_visited
        for end in ("", "_low", "_high")
    }
    copied = ("status", "reason", "baseline", "n_blocks", "verdict")
    ratio = {key: cell[key] for key in ("ratio", "ratio_low", "ratio_high")}
    return {"arm": name, **{key: cell[key] for key in copied}, **seconds, **ratio}


def _crossovers(own: Size, axis: str, points: list[Size]) -> list[dict[str, Any]]:
    usable = [
        size
        for size in points
        if size.is_usable and "epoch" in size.files.phases
        if axis != "n_examples" or size.files.n_visited == _spec(size, "n_examples")
    ]
    found = []
    for first, second in combinations(own.others, 2):
        a, b = own.files.arms[first], own.files.arms[second]
        if (a["device"], a["dtype"]) == (b["device"], b["dtype"]):
            compared = [_compared(own, axis, size, first, second) for size in usable]
            for entry in _of_pair([point for point in compared if point]):
                ahead, behind = (first, second) if entry.pop("first_wins") else (second, first)
                found.append(_named(own, axis, usable, ahead, behind) | entry)
                found[-1]["changes_the_lead"] = _leads(own, axis, usable, found[-1])
    return sorted(
        found, key=lambda one: (not one["changes_the_lead"], not one["with_baseline"], one["size"])
    )


def _named(own: Size, axis: str, points: list[Size], ahead: int, behind: int) -> dict[str, Any]:
    return {
        "ahead": own.files.arms[ahead]["name"],
        "behind": own.files.arms[behind]["name"],
        "with_baseline": own.baselines[ahead] == behind or own.baselines[behind] == ahead,
    }


def _leads(own: Size, axis: str, points: list[Size], entry: dict[str, Any]) -> bool:
    """Whether the one behind led at the lower size and the one ahead leads at the higher."""
    ends = (entry["measured_low"], "behind"), (entry["measured_high"], "ahead")
    for value, role in ends:
        size = next(one for one in points if _spec(one, axis) == value)
        names = [arm["name"] for arm in size.files.arms]
        mine = size.files.arms[names.index(entry[role])]
        alike = [
            arm
            for arm in size.ranked()
            if all(size.files.arms[arm][key] == mine[key] for key in ("device", "dtype"))
        ]
        if names[alike[0]] != entry[role] or not _leads_alone(size, alike):
            return False
    return True


def _leads_alone(size: Size, ranked: list[int]) -> bool:
    """Whether all but the first are shown to be slower, in intervals that hold for all arms."""
    first, *others = ranked
    confidence = 1 - 0.05 / max(len(size.ranked()) - 1, 1)
    columns = [given(size.ratio(arm, first, "epoch")) for arm in others]
    null = size.null_bound("epoch")
    return all(
        len(values) > 1 and statistics.fmean(values) - half_width(values, confidence) > null
        for values in columns
    )


def _compared(own: Size, axis: str, size: Size, first: int, second: int) -> Point | None:
    """The two arms at one size, None where they have fewer than two blocks in common."""
    indices = [arm_at(own, arm, size) for arm in (first, second)]
    if None in indices:
        return None
    a, b = (size.columns[index, "epoch"] for index in indices if index is not None)
    grows = 1 if axis == "n_features" else _spec(size, axis)
    scaled = [
        None if value is None else value * grows / size.files.n_visited for value in less(a, b)
    ]
    ratios = less(*(_logs(column) for column in (a, b)))
    bar = max(math.log(1 + own.files.plan["margin"]), size.null_bound("epoch"))
    return (_spec(size, axis), ratios, scaled, bar) if len(given(ratios)) > 1 else None


def _logs(column: Column) -> Column:
    return [None if value is None else math.log(value) for value in column]


def _of_pair(points: list[Point]) -> list[dict[str, Any]]:
    signs = []
    for i, (_, ratios, _, bar) in enumerate(points):
        centre, half = statistics.fmean(given(ratios)), half_width(given(ratios))
        if abs(centre) - half > bar:
            signs.append((i, centre > 0))
    return [
        _place(points[i : j + 1]) | {"first_wins": was_slower}
        for (i, was_slower), (j, is_slower) in pairwise(signs)
        if was_slower != is_slower
    ]


def _place(points: list[Point]) -> dict[str, Any]:
    powers = [_node(math.log(size), ratios) for size, ratios, *_ in points]
    lines = [_node(float(size), differences) for size, _, differences, _ in points]
    crossings = _crossings(powers)
    ends = [math.exp(end) for end in _ends(powers)] + _ends(lines)
    low, high = points[0][0], points[-1][0]
    return {
        "measured_low": low,
        "measured_high": high,
        "size": math.exp(crossings[len(crossings) // 2]),
        "size_low": max(min(ends), low),
        "size_high": min(max(ends), high),
    }


def _node(at: float, column: Column) -> Node:
    return at, statistics.fmean(given(column)), half_width(given(column))


def _crossings(nodes: list[Node]) -> list[float]:
    """Where the line through the nodes crosses 0."""
    found = []
    for (a, low, _), (b, high, _) in pairwise(nodes):
        if (low > 0) != (high > 0):
            found.append(a - low * (b - a) / (high - low))
    return found


def _ends(nodes: list[Node]) -> list[float]:
    """The first and last place at which the line is within its half-width of 0, by bisection."""
    a, b = nodes[0][0], nodes[-1][0]
    places = [a + (b - a) * i / GRID for i in range(GRID + 1)]
    places = sorted({*places, *(at for at, _, _ in nodes), *_crossings(nodes)})

    def inside(at: float) -> bool:
        return at in crossings or _is_near_zero(nodes, at)

    crossings = set(_crossings(nodes))
    near = [i for i, at in enumerate(places) if inside(at)]
    first, last = near[0], near[-1]
    low = places[first] if first == 0 else _edge(inside, places[first], places[first - 1])
    end = last == len(places) - 1
    high = places[last] if end else _edge(inside, places[last], places[last + 1])
    return [low, high]


def _is_near_zero(nodes: list[Node], at: float) -> bool:
    (a, low, low_half), (b, high, high_half) = next(
        pair for pair in pairwise(nodes) if pair[0][0] <= at <= pair[1][0]
    )
    share = (at - a) / (b - a)
    height = (1 - share) * low + share * high
    return abs(height) <= math.hypot((1 - share) * low_half, share * high_half)


def _edge(inside: Callable[[float], bool], inner: float, outer: float) -> float:
    for _ in range(200):
        middle = (inner + outer) / 2
        if middle in (inner, outer):
            break
        inner, outer = (middle, outer) if inside(middle) else (inner, middle)
    return inner
