"""Totals: what a fresh process pays, and which arm is ahead at how many epochs, in cells.json."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.cells.terms import ArmName, Count
from reports.document import Part, estimate_keys
from reports.estimates import totals as computed
from reports.estimates.ratios import Summary
from reports.estimates.totals import Segment
from reports.estimates.warm_up import warm_ups

Epochs = Annotated[float, Meta(ge=0)] | None


class Lead(Part, frozen=True):
    """An arm that is ahead of all others of its dtype, from a number of epochs on.

    Where problem.steps is not null, these epochs are cut like all others.
    """

    dtype: str
    """The dtype that its arms are compared in."""
    arm: str
    """Name of the arm that is ahead."""
    shared_with: tuple[ArmName, ...]
    """The arms not shown to take longer there: at the first epoch, midway between two changes, or
    in the long run."""
    since_epochs: Annotated[float, Meta(ge=1)]
    """Epochs from which it is ahead, by the means over each arm's own blocks. 1 for the first."""
    crossing_epochs: Epochs
    """Epochs after which its total equals that of the arm ahead before, from the blocks that both
    have. Null for the first."""
    crossing_epochs_low: Epochs
    """Lower end of the 95 % interval (Fieller's), in epochs, not below 0. Null where there is
    none."""
    crossing_epochs_high: Epochs
    """Upper end of it, in epochs. Null where there is none."""


class Total(Part, frozen=True):
    """An arm's time in a fresh process, as a line over the number of epochs.

    Where problem.steps is not null, these epochs are cut like all others.
    """

    arm: ArmName
    once_seconds: float
    """Seconds of import, prepare and first epoch less those of a steady epoch, the mean over
    blocks."""
    epoch_seconds: float
    """Seconds of a steady epoch, the mean over blocks (that of its cell is the geometric mean)."""


class Call(Part, frozen=True):
    """One call, as the median over blocks."""

    round: Count
    """0 for the first epoch of a fresh process, 1 and on for warm-up rounds."""
    ratio: float
    """Its time ÷ the steady time."""


class FirstCalls(Part, frozen=True):
    """One arm's first calls."""

    arm: ArmName
    calls: tuple[Call, ...]
    """Its calls, the first few."""


def leads(summary: Summary) -> tuple[Lead, ...]:
    """The arms that are ahead one after the other in a fresh process, by dtype."""
    rows = computed.lower_envelope(summary).items()
    return tuple(_lead(summary, dtype, segment) for dtype, row in rows for segment in row)


def _lead(summary: Summary, dtype: str, segment: Segment) -> Lead:
    return Lead(
        dtype=dtype,
        arm=summary.arms[segment.arm].name,
        shared_with=tuple(summary.arms[arm].name for arm in segment.shared_with),
        since_epochs=segment.since,
        **estimate_keys("crossing_epochs", segment.crossing),
    )


def totals(summary: Summary) -> tuple[Total, ...]:
    """What epochs cost each arm in a fresh process: once, and each."""
    return tuple(
        Total(summary.arms[total.arm].name, total.once, total.epoch)
        for total in computed.totals(summary)
    )


def first_calls(summary: Summary) -> tuple[FirstCalls, ...]:
    """The first calls of every arm ÷ its steady time, from the slowest start to the quickest."""
    return tuple(
        FirstCalls(summary.arms[one.arm].name, tuple(Call(*call) for call in one.calls))
        for one in warm_ups(summary)
    )
