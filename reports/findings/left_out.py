"""Left out: the arms that took no part in a run, and why."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings.arms import LEFT_OUT
from reports.findings.case import Case
from reports.findings.terms import Status


@dataclass(frozen=True)
class LeftOut:
    """Arms that are left out for one reason."""

    status: str
    reason: str
    names: tuple[str, ...]


def left_out_of(case: Case) -> tuple[LeftOut, ...]:
    """The arms that took no part, by status and reason."""
    found: dict[tuple[Status, str], list[str]] = {}
    for arm in (arm for arm in case.arms if arm.is_left_out):
        found.setdefault((arm.status, arm.reason or "no reason was given"), []).append(arm.name)
    ranked = sorted(found, key=lambda why: LEFT_OUT.index(why[0]))  # stable: as planned
    return tuple(LeftOut(*why, tuple(found[why])) for why in ranked)
