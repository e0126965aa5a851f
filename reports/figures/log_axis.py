"""The log axis: a few round ticks, as many as have room, in a reader's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from matplotlib.axis import Axis
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from reports.findings.intervals import Estimate
from reports.text.numbers import unit_of

TICK = 40.0  # points that a tick's label takes
ROUND = (1, 2, 5, 10)  # steps between two ticks of an even axis, but for powers of ten
LARGEST = 9999.0  # a number beyond is written as a power of ten
REACH = 30.0  # how far beyond the outermost value, as a factor, an interval is still drawn
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def paint_ticks(axis: Axis, places: Sequence[float], text: Callable[[float], str]) -> None:
    """Put ticks at ``places`` and nowhere else, each labelled by ``text``."""
    axis.set_major_locator(FixedLocator(places))
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
    even = MaxNLocator(4, steps=ROUND).tick_values(low, high)
    return [float(tick) for tick in even if low <= tick <= high]


def most_ticks(wide: float) -> int:
    """The labels of ticks that fit side by side on so many points."""
    return max(int(wide / TICK), 2)


def limits(values: Sequence[float], room: float = 0.06) -> tuple[float, float]:
    """The ends of a log axis that shows all ``values`` with ``room`` at both sides, as a share."""
    low, high = min(values), max(values)
    extra = max(room * math.log(high / low), 0.01)
    return low * math.exp(-extra), high * math.exp(extra)


def point(value: float) -> Estimate:
    """A value that has no interval."""
    return Estimate(value, None, None, 1)


def interval_limits(
    estimates: Sequence[Estimate], held: Sequence[float] = ()
) -> tuple[tuple[float, float], bool]:
    """(such ends for intervals, as far out as is sensible, and what is ``held``; if one is cut)."""
    values = [one.value for one in estimates]
    outer = [end for one in estimates for end in (one.low, one.high) if end is not None]
    near = [min(max(end, min(values) / REACH), max(values) * REACH) for end in outer]
    inner = limits([*values, *near])
    low, high = min(*inner, *held), max(*inner, *held)
    return (low, high), any(not low <= end <= high for end in outer)


def apart(values: Iterable[float], places: Iterable[float]) -> list[float]:
    """Those of ``values`` whose labels have room at their places, the first in any case."""
    kept: list[float] = []
    last = math.inf
    for value, place in zip(values, places, strict=True):
        if abs(place - last) >= TICK:
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
