"""The gallery: every figure that a run has something to show in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reports.figures.break_even import break_even
from reports.figures.by_machine import by_machine
from reports.figures.drawing import Drawing
from reports.figures.learned import learned
from reports.figures.losses import losses
from reports.figures.prefix import prefix
from reports.figures.prices import prices
from reports.figures.scatter import scatter
from reports.figures.sizes import by_size
from reports.figures.split import split
from reports.figures.spread import spread
from reports.figures.times import ratios, times
from reports.figures.warm_up import warm_up
from reports.findings.findings import Findings
from reports.text.machines import there

RANKED = (times, ratios)  # for a README: on the page their numbers are the ranking's
OF_SECONDS = ("times", "split", "break_even", "warm_up")
OF_EPOCHS = (prices, split, spread, by_machine, break_even, warm_up, losses, learned)


def gallery(findings: Findings) -> tuple[Drawing, ...]:
    """The drawings on the page of ``findings``, not yet painted; each name once.

    Where one stands is said by a section: ``outputs/*_section.py`` takes it by its name.
    """
    data = scatter(findings)
    return (*_of_epochs(findings, OF_EPOCHS), *((data,) if data else ()), *by_size(findings))


def rankings(findings: Findings) -> tuple[Drawing, ...]:
    """The drawings of what the page's first table says, as far as there are numbers."""
    return _of_epochs(findings, RANKED)


def _of_epochs(
    findings: Findings, painters: tuple[Callable[[Findings], Drawing | None], ...]
) -> tuple[Drawing, ...]:
    """What these draw; where epochs were cut, or seconds are those of one machine, it says so."""
    cut, where = prefix(findings), there(findings)
    drawn = tuple(drawing for paint in painters if (drawing := paint(findings)))
    told = ((one, f"{cut}{where if one.name in OF_SECONDS else ''}") for one in drawn)
    return tuple(_titled(one, behind) if behind else one for one, behind in told)


def _titled(drawing: Drawing, behind: str) -> Drawing:
    """The same with more in its title, which its alternative begins with then."""
    title = f"{drawing.title}{behind}"
    return replace(drawing, title=title, alternative=f"{title}. {drawing.alternative}")
