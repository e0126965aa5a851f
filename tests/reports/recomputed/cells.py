"""The cells of one size: times, ratios to the right baseline, verdicts, overheads."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.reports.recomputed.disturbed import is_too_disturbed
from tests.reports.recomputed.files import COLD, Files, times, units_a_call
from tests.reports.recomputed.standing import NO_REASON, standing
from tests.reports.recomputed.statistic import (
    Column,
    Interval,
    detectable,
    geometric,
    given,
    keys,
    less,
    linear,
    logs,
    verdict,
)

PARTS = {"data_iter", "gradient", "step", "epoch"}
BELOW_0 = "a difference of two times, here within their noise or below 0"


@dataclass(frozen=True)
class Size:
    """One size of a run, with what its cells are drawn from."""

    files: Files

    @cached_property
    def standings(self) -> list[dict[str, Any]]:
        """How every arm stands."""
        return [standing(self.files, arm) for arm in range(len(self.files.arms))]

    @cached_property
    def columns(self) -> dict[tuple[int, str], Column]:
        """(arm, phase) -> seconds by block; an arm that is not ok has none."""
        return {
            (arm, phase): times(self.files, arm, phase)
            if self.standings[arm]["status"] == "ok"
            else [None] * self.files.n_blocks
            for arm in range(len(self.files.arms))
            for phase in self.files.phases
        }

    @cached_property
    def baselines(self) -> list[int]:
        """The arm that every arm is compared with: the baseline, in its own dtype if it can."""
        arms, plan = self.files.arms, self.files.plan
        base = arms[plan["baseline"]]
        same = ("backend", "device", "python")
        found = []
        for arm in arms:
            twins = [
                i
                for i, other in enumerate(arms)
                if other["dtype"] == arm["dtype"]
                and other.get("null_of") is None
                and all(other.get(key) == base.get(key) for key in same)
            ]
            alike = arm["dtype"] == base["dtype"]
            found.append(plan["baseline"] if alike or not twins else twins[0])
        return found

    @cached_property
    def others(self) -> list[int]:
        """The arms that are no null arms."""
        return [i for i, arm in enumerate(self.files.arms) if arm.get("null_of") is None]

    def ratio(self, above: int, below: int, phase: str) -> Column:
        """log(above ÷ below) by block."""
        return less(logs(self.columns[above, phase]), logs(self.columns[below, phase]))

    def ranked(self) -> list[int]:
        """The timed arms without null arms, from fast to slow in their epochs."""
        return self.ranked_by("epoch") if "epoch" in self.files.phases else []

    def ranked_by(self, phase: str) -> list[int]:
        """The timed arms without null arms, from fast to slow in ``phase``."""
        found = [(geometric(logs(self.columns[arm, phase])), arm) for arm in self.others]
        return [arm for value, arm in sorted((x.value, arm) for x, arm in found if x)]

    @cached_property
    def null_cells(self) -> list[dict[str, Any]]:
        """Every phase of every null arm of the baseline, its interval widened for all of them."""
        base = self.files.plan["baseline"]
        pairs = [
            (arm["name"], phase, self.ratio(i, base, phase))
            for i, arm in enumerate(self.files.arms)
            if arm.get("null_of") == base
            for phase in self.files.phases
        ]
        tested = [pair for pair in pairs if len(given(pair[2])) >= 2]
        confidence = 1 - 0.10 / max(len(tested), 1)
        return [self._judged(name, phase, column, confidence) for name, phase, column in tested]

    def _judged(self, name: str, phase: str, column: Column, confidence: float) -> dict[str, Any]:
        ratio, most = geometric(column, confidence), 1 + self.files.plan["margin"]
        assert ratio is not None
        assert ratio.low is not None
        assert ratio.high is not None
        return {
            "arm": name,
            "phase": phase,
            **ratio.keys("ratio"),
            "differs": ratio.low > most or ratio.high < 1 / most,
            "within": 1 / most < ratio.low and ratio.high < most,
        }

    @property
    def state(self) -> str:
        """What the evidence can bear: too much disturbed is unsound, else by the null arm."""
        if is_too_disturbed(self.files, [told["status"] == "ok" for told in self.standings]):
            return "unsound"
        told = [cell for cell in self.null_cells if cell["phase"] not in COLD] or self.null_cells
        if any(cell["differs"] for cell in self.null_cells):
            return "unsound"
        return "shown" if told and all(cell["within"] for cell in told) else "not shown"

    @property
    def is_usable(self) -> bool:
        """Whether no two identical things came out different."""
        return self.state != "unsound"

    def null_bound(self, phase: str) -> float:
        """What two identical arms may differ by, as a log-ratio."""
        ends = [
            abs(math.log(cell[end]))
            for cell in self.null_cells
            if cell["phase"] == phase
            for end in ("ratio_low", "ratio_high")
        ]
        return max(ends, default=0.0)

    def cells(self) -> list[dict[str, Any]]:
        """All cells, those of differences last."""
        arms = range(len(self.files.arms))
        found = [self.cell(arm, phase) for arm in arms for phase in self.files.phases]
        if set(self.files.phases) >= PARTS:
            found += [self.difference(arm, part) for arm in arms for part in ("update", "rest")]
        return found

    def cell(self, arm: int, phase: str) -> dict[str, Any]:
        """One arm in one phase."""
        seconds = geometric(logs(self.columns[arm, phase]))
        if seconds is None:
            return self._words(arm, phase, *self._absence(arm, phase), None)
        found = self._words(arm, phase, "ok", self.standings[arm]["reason"], seconds)
        overhead = self._overhead(arm, phase)
        if overhead is not None:
            found |= {"overhead_seconds": overhead, "overhead_share": overhead / seconds.value}
        found |= {"extra_memory_bytes": self._memory(arm, phase)}
        if self.baselines[arm] == arm:
            return found | {"ratio": 1.0}
        column = self.ratio(arm, self.baselines[arm], phase)
        ratio, margin = geometric(column), self.files.plan["margin"]
        if ratio is None:
            return found
        null = self.null_bound(phase)
        called = verdict(column, margin, null) if self.is_usable else None
        mde = detectable(column, margin, null)
        return found | keys("ratio", ratio) | {"verdict": called, "mde": mde}

    def difference(self, arm: int, part: str) -> dict[str, Any]:
        """The update or the rest of one arm."""
        of = {phase: self.columns[arm, phase] for phase in PARTS}
        column = (
            less(of["step"], of["gradient"])
            if part == "update"
            else less(less(of["epoch"], of["data_iter"]), of["step"])
        )
        seconds = linear(column)
        if seconds is None:
            status, reason = self.standings[arm]["status"], self.standings[arm]["reason"]
            if status == "ok":
                status, reason = "unsupported", "its epoch is not taken apart"
            return self._words(arm, part, status, reason, None)
        low = seconds.value if seconds.low is None else min(seconds.value, seconds.low)
        return self._words(arm, part, "ok", BELOW_0 if low < 0 else None, seconds)

    def _words(
        self, arm: int, phase: str, status: str, reason: str | None, seconds: Interval | None
    ) -> dict[str, Any]:
        """A cell of an arm that has no ratio yet."""
        plan, told = self.files.arms[arm], self.standings[arm]
        words = ("framework", "framework_version", "differentiation", "execution")
        return {
            **{key: told[key] for key in ("arm", *words)},
            **{key: plan.get(key) for key in ("backend", "device", "dtype", "python")},
            "baseline": self.files.arms[self.baselines[arm]]["name"],
            "phase": phase,
            "status": status,
            "reason": reason,
            "failed_check": None if seconds else told["failed_check"],
            "n_blocks": seconds.n if seconds else 0,
            **keys("seconds", seconds),
            **keys("ratio", None),
            **dict.fromkeys(("verdict", "mde", "overhead_seconds", "overhead_share")),
            "extra_memory_bytes": None,
            "is_baseline": self.baselines[arm] == arm,
            "is_null": plan.get("null_of") is not None,
        }

    def _absence(self, arm: int, phase: str) -> tuple[str, str]:
        told = self.standings[arm]
        if told["status"] != "ok":
            return told["status"], told["reason"] or NO_REASON
        said = [(one.get("absent") or {}).get(phase) for one in self.files.of(arm)]
        reasons = [reason for reason in said if reason]
        if reasons:
            return "unsupported", reasons[0]
        return "missing", "no process reported this phase"

    def _overhead(self, arm: int, phase: str) -> float | None:
        told = [
            one["facts"]["call_overhead_seconds"] / units_a_call(phase, one["phases"][phase])
            for one in self.files.of(arm)
            if phase in one["phases"] and one["facts"].get("call_overhead_seconds") is not None
        ]
        return statistics.median(told) if told else None

    def _memory(self, arm: int, phase: str) -> float | None:
        found = [one["phases"].get(phase, {}) for one in self.files.of(arm)]
        told = [one["extra_memory_bytes"] for one in found if "extra_memory_bytes" in one]
        return statistics.median(told) if told else None

    def once(self, arm: int) -> Column:
        """What a process pays once, beyond what its first epoch would take when warm."""
        costs = [self.columns[arm, phase] for phase in COLD]
        epoch = self.columns[arm, "epoch"]
        return [
            None if warm is None or None in once else sum(given(list(once))) - warm
            for warm, *once in zip(epoch, *costs, strict=True)
        ]
