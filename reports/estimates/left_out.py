"""Arms left out: those that could not take part, told in a line a reason and not as empty rows."""

from __future__ import annotations

from dataclasses import dataclass

from reports.estimates.arms import MISSING, ArmResult
from reports.estimates.ratios import Cell, Summary

STATUSES = ("unavailable", "unsupported", MISSING)


@dataclass(frozen=True)
class LeftOut:
    """Arms that are left out for one reason."""

    status: str
    reason: str
    names: tuple[str, ...]


def is_left_out(arm: ArmResult) -> bool:
    """Whether the arm took no part; one that failed did, and keeps its row."""
    return arm.status in STATUSES


def left_out(summary: Summary) -> tuple[LeftOut, ...]:
    """The arms that took no part, by status and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for arm in filter(is_left_out, summary.arms):
        key = (arm.status, arm.reason or "no reason was given")
        found.setdefault(key, []).append(arm.name)
    ranked = sorted(found, key=lambda key: STATUSES.index(key[0]))  # stable: as planned
    return tuple(LeftOut(*key, tuple(found[key])) for key in ranked)


def ranked_rows(summary: Summary) -> tuple[Cell, ...]:
    """The ranked cells of the main phase, without the arms left out."""
    cells = summary.ranked(summary.main_phase)
    return tuple(cell for cell in cells if not is_left_out(summary.arms[cell.arm]))
