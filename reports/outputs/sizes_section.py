"""The section on other sizes: everything that its template asks for."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.sweep import Axis, Sweep
from reports.text.null_arm import judgement_text
from reports.text.sizes import (
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


def sizes_section(findings: Findings) -> dict[str, object]:
    """What ``sizes.html`` needs besides the page's own; ``sweep`` is None without other sizes."""
    return {
        "sweep": findings.sweep,
        "size_unit": unit,
        "along": along,
        "axis_words": axis_words,
        "judgement_text": judgement_text,
        "verb": verb,
        "epoch_text": epoch_text,
        "proved_text": proved_text,
        "size_label": label,
        "axis_rows": lambda axis: rows(findings, axis),
        "size_troubles": troubles(findings, findings.sweep) if findings.sweep else (),
    }


def rows(findings: Findings, axis: Axis) -> list[Arm]:
    """The arms that were timed at some size of ``axis``, by their time at the run's own."""
    timed = {arm for point in axis.points for arm in point.timed.values()}
    ranked = findings.ranked(findings.compared_phase)
    return [cell.arm for cell in ranked if cell.arm in timed]


def troubles(findings: Findings, sweep: Sweep) -> tuple[Trouble, ...]:
    """Every reason that an arm gives at some sizes only; one at all sizes stands elsewhere."""
    sizes: dict[tuple[str, str, str], list[str]] = {}
    for arm in findings.others:
        for point in sweep.points:
            one = point.of(arm)
            if one.reason:
                sizes.setdefault((arm.name, one.status, one.reason), []).append(label(point.case))
    several = len(sweep.points)
    return tuple(
        Trouble(*key, tuple(labels)) for key, labels in sizes.items() if len(labels) < several
    )
