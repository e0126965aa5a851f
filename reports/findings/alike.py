"""Like with like: the autodiff arms of one device and execution, the first of each framework."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.case import Case
from reports.findings.fastest import Front, front_of

EXECUTIONS = ("compiled epoch", "compiled step", "eager")  # from few calls to many


@dataclass(frozen=True)
class Alike:
    """Autodiff arms run the same way, one a framework, in tiers from fast to slow.

    A tier is led by its first; its other arms are not shown to be slower than that, all arms of
    later tiers are.
    """

    device: str
    execution: str | None
    tiers: tuple[Front[Arm], ...]


def alike_of(case: Case) -> tuple[Alike, ...]:
    """Every device and execution that has an autodiff arm with a time."""
    groups: dict[tuple[str, str | None], list[Arm]] = defaultdict(list)
    for arm in case.timed_arms(kind="autodiff"):
        groups[arm.device, arm.execution].append(arm)
    return tuple(
        Alike(*way, _tiers(case, _one_a_framework(case, groups[way])))
        for way in sorted(groups, key=lambda way: by_calls(*way))
    )


def by_calls(device: str, execution: str | None) -> tuple[str, int, str]:
    """By what groups of a device and execution are sorted: from few calls to many."""
    place = EXECUTIONS.index(execution) if execution in EXECUTIONS else len(EXECUTIONS)
    return device, place, execution or ""


def _one_a_framework(case: Case, arms: list[Arm]) -> list[Arm]:
    """Of each framework the arm of the least time: in the baseline's dtype, if it has one there."""
    usual = case.baseline.dtype
    found: dict[tuple[str | None, str | None], Arm] = {}
    for arm in sorted(arms, key=lambda arm: arm.dtype != usual):  # stable
        found.setdefault((arm.framework or arm.name, arm.python), arm)
    return list(found.values())


def _tiers(case: Case, arms: list[Arm]) -> tuple[Front[Arm], ...]:
    tiers = []
    while lead := front_of(case, arms):
        tiers.append(lead)
        arms = [arm for arm in arms if arm not in lead.arms]
    return tuple(tiers)
