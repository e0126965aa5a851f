"""The break-even of an arm: its number of epochs, and what its intervals let be said of it."""

from __future__ import annotations

import math
import re
import statistics

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.files import COLD
from tests.reports.recomputed.statistic import (
    Column,
    Interval,
    geometric,
    given,
    half_width,
    less,
    logs,
    quotient,
    verdict,
)

NUMBER = re.compile(r"\d+(?:\.(\d+))?")
SAID = {  # by the verdicts over the first epoch with all before it, and over a steady one
    ("faster", "faster"): "ahead from the first epoch",
    ("slower", "slower"): "never: its epochs save nothing",
    ("faster", "slower"): "ahead at first, behind in the long run",
}


def break_even(size: Size, arm: int) -> dict[str, float | None] | None:
    """From how many epochs in a fresh process the arm is ahead of its baseline."""
    base = size.baselines[arm]
    if base == arm or arm not in size.others or not size.is_usable:
        return None
    if "epoch" not in size.files.phases:
        return None
    dearer = less(size.once(arm), size.once(base))
    saved = less(size.columns[base, "epoch"], size.columns[arm, "epoch"])
    if not given(less(dearer, saved)):
        return None
    even = quotient(dearer, saved)
    if even is None:
        return _even(None, None, None)
    if even.value <= 0:
        return _even(0.0, None, None)
    if even.low is None or even.high is None:
        return _even(even.value, None, None)
    ratios = given(size.ratio(arm, base, "epoch"))
    saves = statistics.fmean(ratios) + half_width(ratios) < -size.null_bound("epoch")
    endless = even.high == math.inf or not saves
    return _even(even.value, max(even.low, 0.0), None if endless else even.high)


def _even(epochs: float | None, low: float | None, high: float | None) -> dict[str, float | None]:
    return {"epochs": epochs, "epochs_low": low, "epochs_high": high}


def mistold(size: Size, arm: int, text: str) -> list[str]:
    """What ``text`` says of the arm's break-even that its intervals do not bear."""
    ratio = geometric(size.ratio(arm, size.baselines[arm], "epoch"))
    assert ratio is not None
    wanted = _said(size, arm, ratio)
    if NUMBER.sub("#", text) != wanted:
        return [f"{text!r} is said; expected {wanted!r}"]
    shown = NUMBER.finditer(text)
    ends = zip(shown, (ratio.low, ratio.high), strict=False)  # what else it counts is no interval
    return [f"{one[0]} is no rounding of {end}" for one, end in ends if not _rounds(one, end)]


def _rounds(shown: re.Match[str], value: float | None) -> bool:
    half = 0.5 * 10.0 ** -len(shown[1] or "")
    return value is not None and abs(float(shown[0]) - value) <= half * (1 + 1e-6)


def _said(size: Size, arm: int, ratio: Interval) -> str:
    """What may be said; a number in it is ``#``."""
    start, steady = _verdicts(size, arm)
    if (start, steady) in SAID:
        return SAID[start, steady]
    if steady == "slower":
        return "behind in the long run, at first not shown"
    if steady == "faster":
        found = break_even(size, arm)
        is_bounded = found is not None and found["epochs_high"] is not None
        return "ahead from here" if is_bounded else "ahead in the long run, from where is not shown"
    at_first = "ahead at first, later not shown" if start == "faster" else "not shown"
    return f"{at_first}: {_undecided(ratio)}"


def _undecided(ratio: Interval) -> str:
    if ratio.low is None or ratio.high is None:
        return "one block tells no interval"
    if ratio.high > 3 * ratio.low:
        return "too few blocks to say"
    near = "" if ratio.low <= 1 <= ratio.high else ", too near # for a verdict"
    return f"its epochs take between # and # times the baseline's{near}"


def _verdicts(size: Size, arm: int) -> tuple[str, str]:
    """Those over the first epoch with all that is paid before it, and over a steady epoch."""
    base, margin = size.baselines[arm], size.files.plan["margin"]
    first = less(logs(_first(size, arm)), logs(_first(size, base)))
    cold = max(size.null_bound(phase) for phase in COLD)
    steady = verdict(size.ratio(arm, base, "epoch"), margin, size.null_bound("epoch"))
    return verdict(first, margin, cold), steady


def _first(size: Size, arm: int) -> Column:
    """The seconds of a fresh process until its first epoch is done, by block."""
    parts = zip(*(size.columns[arm, phase] for phase in COLD), strict=True)
    return [None if None in part else sum(given(list(part))) for part in parts]
