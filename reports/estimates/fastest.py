"""The fastest: which cell of the main phase comes first among arms of a kind."""

from __future__ import annotations

from reports.estimates.ratios import Cell, Summary
from reports.result.run import Arm


def fastest(
    summary: Summary, differentiation: str | None = None, like: Arm | None = None
) -> Cell | None:
    """The fastest cell of the main phase, null arms left out; None where none has a number.

    ``like``: only among arms of its device and dtype.
    """
    for cell in summary.ranked(summary.main_phase):
        arm = summary.arms[cell.arm]
        alike = like is None or (arm.arm.device, arm.arm.dtype) == (like.device, like.dtype)
        if cell.seconds is None or arm.is_null or not alike:
            continue
        if differentiation in (None, arm.differentiation):
            return cell
    return None


def leading(summary: Summary) -> Cell | None:
    """The cell that the headline is about, None where no arm has a number.

    The suite asks what automatic differentiation costs, so it is the fastest autodiff arm: of
    those in the baseline's dtype, as two dtypes are two amounts of work, unless the baseline
    itself leads them. Where nothing is autodiff it is the fastest of all.
    """
    base = summary.baseline.arm
    autodiff = [
        cell
        for cell in summary.ranked(summary.main_phase)
        if cell.seconds and not summary.arms[cell.arm].is_null
        if summary.arms[cell.arm].differentiation == "autodiff"
    ]
    alike = [cell for cell in autodiff if summary.arms[cell.arm].arm.dtype == base.dtype][:1]
    chosen = [cell for cell in alike if cell.arm != base.index]
    return next(iter([*chosen, *autodiff]), fastest(summary))
