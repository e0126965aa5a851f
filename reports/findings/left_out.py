"""Left out: the arms that took no part in a run, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.findings.arms import LEFT_OUT, Arm


@dataclass(frozen=True)
class LeftOut:
    """Arms that are left out for one reason."""

    status: str
    reason: str
    names: tuple[str, ...]


def left_out_of(arms: Iterable[Arm]) -> tuple[LeftOut, ...]:
    """The arms that took no part, by status and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for arm in (arm for arm in arms if arm.is_left_out):
        key = (arm.status, arm.reason or "no reason was given")
        found.setdefault(key, []).append(arm.name)
    ranked = sorted(
        found, key=lambda key: [str(status) for status in LEFT_OUT].index(key[0])
    )  # stable: as planned
    return tuple(LeftOut(*key, tuple(found[key])) for key in ranked)
