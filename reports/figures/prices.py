"""The prices: what autodiff costs over a gradient by hand in the same framework."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from reports.figures.drawing import Drawing
from reports.figures.forest import Row, forest, paint_estimate, paint_log
from reports.figures.palette import look
from reports.findings.findings import Findings
from reports.findings.price import AutodiffPrice
from reports.text.numbers import shown_ratio


def prices(findings: Findings) -> Drawing | None:
    """Autodiff ÷ hand-written of every pair of arms, None where no pair was timed."""
    found = sorted(findings.yardsticks.price_of_autodiff, key=_rank)
    return forest(
        "prices",
        "What autodiff costs",
        [row for _, group in groupby(found, key=_pair) for row in _rows(list(group))],
        partial(paint_log, words="autodiff ÷ by hand, log scale", held=(0.8, 1.25), around_1=1),
        how_to_read="Time with automatic differentiation ÷ time with the gradient written by hand, "
        "in the same framework and execution, with its 95 % interval. At the line of 1 the "
        "derivative is free.",
        alternative="Price of autodiff, with 95 % intervals, 1 is free",
    )


def _rank(price: AutodiffPrice) -> tuple[int, int, str]:
    return *_pair(price), price.phase


def _pair(price: AutodiffPrice) -> tuple[int, int]:
    return price.above.index, price.below.index


def _rows(prices: list[AutodiffPrice]) -> tuple[Row, Row]:
    """Two rows a pair, which share its name between them; the second may have no price."""
    first, *second = prices
    over = f"÷ {first.below.name}"
    below = _row(over, second[0]) if second else Row(over, arm=first.above)
    return _row(first.above.name, first), below


def _row(name: str, price: AutodiffPrice) -> Row:
    text = f"{shown_ratio(price.ratio)} {price.phase}"
    paint = partial(paint_estimate, price.ratio, look(price.above))
    return Row(name, text, paint, _told(price), price.above, (price.ratio,))


def _told(price: AutodiffPrice) -> str:
    above, below = (arm.name for arm in (price.above, price.below))
    shown = shown_ratio(price.ratio)
    return f"{above} ÷ {below}, {price.phase} {shown}{shown.aside}"
