"""The evidence: what speaks against a run's numbers, in cells.json."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.cells.terms import ArmName, Count, Phase, Size
from reports.document import Part, means
from reports.estimates import far_blocks as far
from reports.estimates.disturbed import LIMIT, kept
from reports.estimates.intervals import Estimate
from reports.estimates.null_arm import State
from reports.estimates.ratios import Summary
from reports.words.null_arm import judgement_text


class NullCell(Part, frozen=True):
    """One null arm in one phase."""

    arm: str
    """The null arm's name."""
    phase: Phase
    """The phase it was judged in."""
    ratio: Annotated[Estimate, means("its interval, of 90 % and widened for all cells.")]
    """Its time divided by that of the arm it repeats, without a unit."""
    differs: bool
    """Whether the whole interval lies beyond the margin."""
    within: bool
    """Whether the whole interval lies inside the margin."""


class NullArm(Part, frozen=True):
    """The null arms as judges: what two identical things differ by."""

    usable: bool
    """Whether the evidence stands."""
    judged: bool
    """Whether there was a null arm to judge by."""
    state: State
    """What the evidence can bear: identical arms are shown to agree within the margin, or it is not
    shown, or they differ by more."""
    text: str
    """The judgement in a sentence."""
    cells: tuple[NullCell, ...]
    """Every cell that was judged."""


class DisturbedArm(Part, frozen=True):
    """One arm."""

    arm: ArmName
    n_phases: Size
    """Its phases with a number, over all blocks."""
    n_disturbed: Count
    """Those that were disturbed."""
    share: float
    """The one ÷ the other."""


class Disturbed(Part, frozen=True):
    """Phases that were disturbed, by the kernel's counters, and kept."""

    limit_share: float
    """The share of an arm's phases above which a run that gates is unusable."""
    arms: tuple[DisturbedArm, ...]
    """The arms whose processes judged their phases."""


class FarBlocks(Part, frozen=True):
    """One arm with blocks far from its others."""

    arm: ArmName
    blocks: tuple[Annotated[int, Meta(ge=0, description="A block, from 0.")], ...]
    """Its far blocks."""
    times: tuple[Annotated[float, means("A factor.")], ...]
    """The ratio to the baseline in each, divided by the median of the others'."""
    ratio_without: Annotated[Estimate, means("its 95 % interval.")]
    """The ratio to the baseline without these blocks, without a unit."""


def null_arm(summary: Summary) -> NullArm:
    """What the null arms of a size say."""
    null = summary.null_arm
    cells = (
        NullCell(
            arm=summary.arms[cell.arm].name,
            phase=cell.phase,
            ratio=cell.ratio,
            differs=cell.differs,
            within=cell.is_within,
        )
        for cell in null.cells
    )
    return NullArm(
        null.is_usable, null.is_judged, null.state, judgement_text(summary), tuple(cells)
    )


def disturbed(summary: Summary) -> Disturbed:
    """The phases that were disturbed and kept, by arm; none of a run that did not judge them."""
    arms = (
        DisturbedArm(summary.arms[one.arm].name, one.n_phases, one.n_disturbed, one.share)
        for one in kept(summary.run)
    )
    return Disturbed(LIMIT, tuple(arms))


def far_blocks(summary: Summary) -> tuple[FarBlocks, ...]:
    """The arms with blocks far from their others."""
    return tuple(
        FarBlocks(summary.arms[one.arm].name, one.blocks, one.times, one.without)
        for one in far.far_blocks(summary)
    )
