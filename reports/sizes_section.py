"""The section on other sizes: everything that its template asks for."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.arms import ArmResult
from reports.estimates.fastest import front_of
from reports.estimates.ratios import Summary
from reports.estimates.sizes import Axis, cell_at, index_at, phase_of, seconds_of_example
from reports.sweep import Sweep, standing, sweep
from reports.words.null_arm import judgement_text
from reports.words.size_words import (
    along,
    axis_words,
    epoch_text,
    label,
    proved_text,
    unit,
    verb,
)


@dataclass(frozen=True)
class Trouble:
    """Why an arm has no number, or not all of it, at some sizes."""

    arm: str
    status: str
    reason: str
    sizes: tuple[str, ...]  # labels


def sizes_section(summary: Summary) -> dict[str, object]:
    """What ``sizes.html`` needs besides the page's own; ``sweep`` is None without other sizes."""
    found = sweep(summary)
    return {
        "sweep": found,
        "size_unit": unit,
        "along": along,
        "axis_words": axis_words,
        "judgement_text": judgement_text,
        "verb": verb,
        "epoch_text": epoch_text,
        "proved_text": proved_text,
        "size_label": label,
        "cell_at": cell_at,
        "seconds_of_example": seconds_of_example,
        "course_rows": lambda axis: rows(summary, axis),
        "best_at": lambda point: best(summary, point),
        "size_troubles": troubles(summary, found) if found else (),
    }


def rows(summary: Summary, axis: Axis) -> list[ArmResult]:
    """The arms that were timed at some size of ``axis``, by their time at the run's own."""
    timed = {
        arm.arm.index
        for arm in summary.others
        if any(seconds_of_example(point, arm.arm) for point in axis.points)
    }
    ranked = [summary.arms[cell.arm] for cell in summary.ranked(phase_of(summary))]
    return [arm for arm in ranked if arm.arm.index in timed]


def best(summary: Summary, point: Summary) -> tuple[ArmResult, ...]:
    """The arms of the run that are in front at ``point``, that of the least time first."""
    timed = [arm for arm in summary.others if seconds_of_example(point, arm.arm)]
    found = {index_at(point, arm.arm): arm for arm in timed}
    lead = front_of(point, (index for index in found if index is not None), phase_of(point))
    return tuple(found[index] for index in lead.arms) if lead else ()


def troubles(summary: Summary, found: Sweep) -> tuple[Trouble, ...]:
    """Every reason that an arm gives at some sizes only; one at all sizes stands elsewhere."""
    sizes: dict[tuple[str, str, str], list[str]] = {}
    for arm in summary.others:
        for point in found.points:
            status, reason = standing(cell_at(point, arm.arm))
            if reason:
                sizes.setdefault((arm.name, status, reason), []).append(label(point))
    several = len(found.points)
    return tuple(
        Trouble(*key, tuple(labels)) for key, labels in sizes.items() if len(labels) < several
    )
