"""Like with like: the autodiff arms of one device and execution, the first of each framework."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reports.estimates.fastest import Front, front_of, timed
from reports.estimates.ratios import Summary

EXECUTIONS = ("compiled epoch", "compiled step", "eager")  # from few calls to many


@dataclass(frozen=True)
class Alike:
    """Autodiff arms run the same way, one a framework, in tiers from fast to slow.

    A tier is led by its first; its other arms are not shown to be slower than that, all arms of
    later tiers are.
    """

    device: str
    execution: str | None
    tiers: tuple[Front, ...]


def alike(summary: Summary) -> tuple[Alike, ...]:
    """Every device and execution that has an autodiff arm with a time."""
    groups: dict[tuple[str, str | None], list[int]] = defaultdict(list)
    for index in timed(summary, "autodiff"):
        arm = summary.arms[index]
        groups[arm.arm.device, arm.execution].append(index)
    return tuple(
        Alike(*way, _tiers(summary, _one_a_framework(summary, groups[way])))
        for way in sorted(groups, key=lambda way: by_calls(*way))
    )


def by_calls(device: str, execution: str | None) -> tuple[str, int, str]:
    """By what groups of a device and execution are sorted: from few calls to many."""
    place = EXECUTIONS.index(execution) if execution in EXECUTIONS else len(EXECUTIONS)
    return device, place, execution or ""


def _one_a_framework(summary: Summary, arms: list[int]) -> list[int]:
    """Of each framework the arm of the least time: in the baseline's dtype, if it has one there."""
    usual = summary.baseline.arm.dtype
    found: dict[tuple[str | None, str | None], int] = {}
    for index in sorted(arms, key=lambda index: summary.arms[index].arm.dtype != usual):  # stable
        arm = summary.arms[index]
        found.setdefault((arm.framework or arm.name, arm.arm.python), index)
    return list(found.values())


def _tiers(summary: Summary, arms: list[int]) -> tuple[Front, ...]:
    tiers = []
    while lead := front_of(summary, arms):
        tiers.append(lead)
        arms = [arm for arm in arms if arm not in lead.arms]
    return tuple(tiers)
