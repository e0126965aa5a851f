"""The gallery: every figure that a run has something to show in, in the order of a reader."""

from __future__ import annotations

from reports.figures.break_even import break_even
from reports.figures.drawing import Drawing
from reports.figures.learned import learned
from reports.figures.losses import losses
from reports.figures.prices import prices
from reports.figures.scatter import scatter
from reports.figures.sizes import by_size
from reports.figures.split import split
from reports.figures.spread import spread
from reports.figures.times import ratios, times
from reports.figures.warm_up import warm_up
from reports.findings.findings import Findings

RANKED = (times, ratios)  # for a README: on the page their numbers are the ranking's
PAINTERS = (prices, split, spread, break_even, warm_up, scatter, losses, learned)


def gallery(summary: Findings) -> tuple[Drawing, ...]:
    """The drawings on the page of ``summary``, not yet painted; each name once."""
    drawn = (paint(summary) for paint in PAINTERS)
    return (*(drawing for drawing in drawn if drawing), *by_size(summary))


def rankings(summary: Findings) -> tuple[Drawing, ...]:
    """The drawings of what the page's first table says, as far as there are numbers."""
    return tuple(drawing for paint in RANKED if (drawing := paint(summary)))
