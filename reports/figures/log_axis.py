"""The log axis: a few round ticks, as many as have room, in a reader's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeVar

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.text.numbers import unit_of

T = TypeVar("T")
LARGEST = 9999.0  # a number beyond is written as a power of ten
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def paint_ticks(axis: Axis, most: int, text: Callable[[float], str]) -> None:
    """Put at most about ``most`` ticks on the log ``axis``, each labelled by ``text``."""
    low, high = sorted(axis.get_view_interval())
    axis.set_major_locator(FixedLocator(ticks(low, high, most)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))


def ticks(low: float, high: float, most: int = 7) -> list[float]:
    """A few round numbers between ``low`` and ``high``; ``most`` where they are powers of ten."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    for digits in ((1,), (1, 3), (1, 2, 5)):
        powers = range(first, last + 1)
        found = [d * 10.0**p for p in powers for d in digits if low <= d * 10.0**p <= high]
        if len(found) >= 3:
            return found[:: math.ceil(len(found) / most)]
    return [float(t) for t in MaxNLocator(4).tick_values(low, high) if low <= t <= high]


def limits(values: list[float], room: float = 0.06) -> tuple[float, float]:
    """The ends of a log axis that shows all ``values`` with ``room`` at both sides, as a share."""
    low, high = min(values), max(values)
    extra = max(room * math.log(high / low), 0.01)
    return low * math.exp(-extra), high * math.exp(extra)


def apart(values: list[T], places: Iterable[float], gap: float) -> list[T]:
    """Those of ``values`` whose places are at least ``gap`` apart, the first in any case."""
    kept: list[T] = []
    last = math.inf
    for value, place in zip(values, places, strict=True):
        if abs(place - last) >= gap:
            kept.append(value)
            last = place
    return kept


def seconds_tick(seconds: float) -> str:
    """Seconds in the unit that fits."""
    if seconds > LARGEST:
        return f"{number_tick(seconds)} s"
    scale, unit = unit_of(seconds)
    return f"{number_tick(float(f'{seconds / scale:.3g}'))} {unit}"


def number_tick(value: float) -> str:
    """A number, as a power of ten where it is one and far from 1."""
    if 1 / LARGEST < value <= LARGEST:
        return f"{value:.4g}"
    digits, exponent = f"{value:.2e}".split("e")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPT)
    return power if float(digits) == 1 else f"{float(digits):g}·{power}"
