"""What stands in the map: times the fastest, or a mark for why there is no number."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from markupsafe import Markup

from reports.outputs.parts import Several, failed, none, note
from reports.outputs.quantity import Quantity
from reports.text.numbers import decimals_for, plain

AT_LEAST, UNKNOWN = ">", "?"  # what stands in a text where an interval says no size
UNTOLD = ("none", "missing", "unsupported", "unavailable")  # nothing went wrong


@dataclass
class Marks:
    """Letters that stand where there is no number, and what each says."""

    found: dict[str, str] = field(default_factory=dict)  # what it says -> letter

    def of(self, text: str) -> str:
        """The mark for ``text``."""
        return self.found.setdefault(text, f"({letters(len(self.found))})")

    @property
    def lines(self) -> list[str]:
        """What each mark says."""
        return [f"{mark} {text}" for text, mark in self.found.items()]


def letters(number: int) -> str:
    """a, b, ..., z, aa, ab, ..."""
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("a") + last)


@dataclass(frozen=True)
class Times(Quantity):
    """Times the fastest; in a text 1 where nothing tells it apart from that.

    Where the interval is too wide for a number, its lower end if that is above 1, or nothing.
    """

    in_front: bool = False

    @property
    def is_known(self) -> bool:
        """Whether its interval says something; also of the fastest itself, which needs none."""
        is_first = self.low is None and self.value == 1.0
        return is_first or (self.low is not None and not self.shown.is_too_wide)

    @property
    def interval(self) -> str:
        """The interval where it says something."""
        return super().interval if self.is_known else ""

    def __str__(self) -> str:
        low = 0.0 if self.in_front or self.low is None else self.low
        if not self.is_known:
            return f"{AT_LEAST}{rounded_down(low)}" if low > 1 else UNKNOWN
        return "1" if self.in_front or self.low is None else super().__str__()


def rounded_down(value: float) -> str:
    """``value`` in two significant digits, no more than it is."""
    scale = 10.0 ** decimals_for(value, 2)
    return plain(math.floor(value * scale) / scale, 2)


@dataclass(frozen=True)
class Missed:
    """What stands where there is no number: the status, in a text its mark alone."""

    status: str
    mark: str

    def __str__(self) -> str:
        return self.mark

    def __html__(self) -> Markup:
        status = none(self.status) if self.status in UNTOLD else failed(self.status)
        return Several(status, note(self.mark)).__html__()


@dataclass(frozen=True)
class Head:
    """Above a case: its name in short, which leads to where it is told of."""

    problem: str
    size: str
    link: str

    def __str__(self) -> str:
        return f"{self.problem}\n{self.size}".strip()

    def __html__(self) -> Markup:
        size = Markup(' <span class="note line">{}</span>').format(self.size) if self.size else ""
        return Markup('<a href="{}">{}{}</a>').format(self.link, self.problem, size)
