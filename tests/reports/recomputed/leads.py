"""The leads: which arm has the least total time in a fresh process, from how many epochs on."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.files import COLD
from tests.reports.recomputed.statistic import (
    Column,
    Interval,
    given,
    half_width,
    keys,
    less,
    logs,
    quotient,
)


@dataclass(frozen=True)
class Line:
    """An arm's total time: what it pays once, and for each epoch, block by block."""

    name: str
    once: Column
    epoch: Column

    @property
    def start(self) -> float:
        """Mean seconds of zero epochs."""
        return statistics.fmean(given(self.once))

    @property
    def slope(self) -> float:
        """Mean seconds of an epoch."""
        return statistics.fmean(given(self.epoch))

    def meets(self, other: Line) -> float:
        """Epochs at which the two lines of means have one height."""
        return (other.start - self.start) / (self.slope - other.slope)

    def crossing(self, other: Line) -> Interval | None:
        """The same from the blocks that both have, None where ``other`` never gets ahead."""
        return quotient(less(other.once, self.once), less(self.epoch, other.epoch))


def leads(size: Size) -> list[dict[str, Any]]:
    """The arms ahead one after the other, for every dtype that has two or more."""
    if not size.is_usable or "epoch" not in size.files.phases:
        return []
    return [
        {"dtype": dtype, **entry}
        for dtype, lines in _by_dtype(size).items()
        if len(lines) > 1
        for entry in _with_sharers(size, lines, _walk(lines, size.null_bound("epoch")))
    ]


def totals(size: Size) -> list[dict[str, Any]]:
    """Every arm's line."""
    if not size.is_usable or "epoch" not in size.files.phases:
        return []
    lines = {line.name: line for lines in _by_dtype(size).values() for line in lines}
    names = [size.files.arms[arm]["name"] for arm in size.others]
    return [
        {"arm": name, "once_seconds": lines[name].start, "epoch_seconds": lines[name].slope}
        for name in names
        if name in lines
    ]


def _by_dtype(size: Size) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for arm in size.others:
        if given(size.once(arm)):
            entry = size.files.arms[arm]
            line = Line(entry["name"], size.once(arm), size.columns[arm, "epoch"])
            found.setdefault(entry["dtype"], []).append(line)
    return found


def _walk(lines: list[Line], null: float) -> list[dict[str, Any]]:
    """Along the lowest line, from one epoch to ever more."""
    lowest = min(lines, key=lambda line: (line.start + line.slope, line.slope))
    found = [_entry(lowest, 1.0, None)]
    while flatter := [line for line in lines if _is_flatter(line, lowest, null)]:
        nearest = min(flatter, key=lambda line: (lowest.meets(line), line.slope))
        crossing = lowest.crossing(nearest)
        found.append(_entry(nearest, max(lowest.meets(nearest), 1.0), crossing))
        lowest = nearest
    return found


def _with_sharers(
    size: Size, lines: list[Line], found: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Each entry with the arms that nothing shows to take longer where it is ahead."""
    warm = size.null_bound("epoch")
    cold = max(warm, *(size.null_bound(phase) for phase in COLD))
    starts = [entry["since_epochs"] for entry in found]
    for i, entry in enumerate(found):
        at: list[tuple[float | None, float]] = []
        if i == 0:
            at.append((1.0, cold))
        if 0 < i < len(found) - 1:
            at.append((math.sqrt(starts[i] * starts[i + 1]), cold))
        if i == len(found) - 1:
            at.append((None, warm))
        sharers = [name for k, null in at for name in _near(lines, entry["arm"], k, null)]
        entry["shared_with"] = list(dict.fromkeys(sharers))
    return found


def _near(lines: list[Line], ahead: str, epochs: float | None, null: float) -> list[str]:
    """From fast to slow, the arms whose total is not shown to be longer; None: in the long run."""
    columns = {line.name: _log_total(line, epochs) for line in lines}
    others = sorted(
        (statistics.fmean(given(column)), name) for name, column in columns.items() if name != ahead
    )
    confidence = 1 - 0.05 / max(len(others), 1)
    found = []
    for _, name in others:
        values = given(less(columns[name], columns[ahead]))
        wide = len(values) > 1
        if not wide or statistics.fmean(values) - half_width(values, confidence) <= null:
            found.append(name)
    return found


def _log_total(line: Line, epochs: float | None) -> Column:
    if epochs is None:
        return logs(line.epoch)
    pairs = zip(line.once, line.epoch, strict=True)
    return [
        None if once is None or each is None else math.log(max(once + epochs * each, 1e-9))
        for once, each in pairs
    ]


def _is_flatter(line: Line, lowest: Line, null: float) -> bool:
    """Whether its epochs are shorter, not only perhaps, nor by what identical arms differ by."""
    crossing = lowest.crossing(line)
    if line.slope >= lowest.slope or crossing is None or crossing.high == math.inf:
        return False
    ratios = given(less(logs(line.epoch), logs(lowest.epoch)))
    return len(ratios) < 2 or statistics.fmean(ratios) + half_width(ratios) < -null


def _entry(line: Line, since: float, crossing: Interval | None) -> dict[str, Any]:
    epochs = keys("crossing_epochs", crossing)
    return {
        "arm": line.name,
        "since_epochs": since,
        **{key: None if value is None else max(value, 0.0) for key, value in epochs.items()},
    }
