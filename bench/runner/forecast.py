"""The forecast: how long a run takes, from its plan and then from what its processes took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from bench.container import Container
from bench.runner.arms import may_run
from bench.runner.plan import profile_in
from problems.counted import counted, noun
from runfiles.records import Limits, Plan

# Seconds to start, import, prepare and be checked: of NumPy, and of an engine that compiles.
STARTING = (2.0, 12.0)
# Seconds of a phase: a round of a quick call, and all rounds of a slow one with its warm-up.
ROUND_SECONDS, SLOW_SECONDS = 0.01, 2.5
TELL_SECONDS = 95  # from here on minutes
TELL_MINUTES = 95  # from here on hours


@dataclass(frozen=True)
class Stage:
    """What starts now, and how much of the run came before it."""

    block: int  # counted from 0, as ``done`` is
    n_blocks: int
    done: int  # processes
    n_processes: int
    label: str  # the arm, with its case where there are several

    def __str__(self) -> str:
        where = f"block {self.block + 1} of {self.n_blocks}"
        return f"{where}, process {self.done + 1} of {self.n_processes}: {self.label}"


@dataclass
class Stopwatch:
    """What the process of each arm took last, and hence the time that is left."""

    clock: Callable[[], float] = time.monotonic  # seconds
    stage: Stage | None = None  # that runs
    since: float = 0.0
    seconds: dict[str, float] = field(default_factory=dict)  # by label

    def start(self, stage: Stage) -> None:
        """Note that ``stage`` starts, which ends the one before."""
        now = self.clock()
        if self.stage is not None:
            self.seconds[self.stage.label] = now - self.since
        self.stage, self.since = stage, now

    @property
    def left(self) -> float | None:
        """Seconds until the run's end, None until a process has ended.

        Every arm runs as often as the others, so each of the processes left takes what the arms
        took last, on average.
        """
        if self.stage is None or not self.seconds:
            return None
        running = self.clock() - self.since
        label, usual = self.stage.label, fmean(self.seconds.values())
        at_least = max(running, self.seconds.get(label, usual))
        each = fmean({**self.seconds, label: at_least}.values())
        return max(each * (self.stage.n_processes - self.stage.done) - running, 0.0)


def seconds_a_process(plan: Plan) -> tuple[float, float]:
    """Between what a process of ``plan`` is expected to take: by the pace of its phases."""
    low = STARTING[0] + len(plan.phases) * profile_in(plan).rounds * ROUND_SECONDS
    high = STARTING[1] + len(plan.phases) * SLOW_SECONDS
    return min(low, (plan.limits or Limits()).seconds), min(high, (plan.limits or Limits()).seconds)


def beforehand(plans: Sequence[Plan], n_done: int = 0) -> str:
    """How long the run of ``plans``, one a case, is expected to take; ``n_done`` processes did.

    An arm whose framework is not here starts once and takes no time to speak of: it is in neither.
    """
    arms = [[arm for arm in plan.arms if may_run(arm)] for plan in plans]
    n_all = sum(len(own) * len(plan.blocks) for own, plan in zip(arms, plans, strict=True))
    n_left = max(n_all - n_done, 0)
    low, high = seconds_a_process(plans[0])
    is_sizes = len({plan.problem.objective for plan in plans}) == 1
    each = f" at each of {len(plans)} sizes" if is_sizes else f" in each of {len(plans)} cases"
    each = each if len(plans) > 1 else ""
    what = f"{counted(len(arms[0]), 'arm')} in {counted(len(plans[0].blocks), 'block')}{each}"
    processes = counted(n_all, "process", "processes")
    if n_left == 0:
        return f"{what}: nothing is left to measure of {processes}."
    left = f"{n_left} of " if n_left < n_all else ""
    return (
        f"{what}: {left}{processes}, each of about {low:.0f} s where calls are quick to "
        f"{high:.0f} s where they are slow or compiled; {spoken(n_left * low)} to "
        f"{spoken(n_left * high)} in all. The first block will tell."
    )


def scarcity(threads: int) -> str | None:
    """What to say before a run that asks for more CPU time than a quota leaves, else None."""
    quota = Container().cpu_quota
    if quota is None or quota >= threads:
        return None
    return (
        f"a CPU quota leaves this container {quota:.4g} {noun(quota, 'CPU')} of time, less than "
        f"the {counted(threads, 'thread')} asked for: the kernel stops every arm again and again, "
        "and a run so disturbed is unusable. Expected a quota of at least as much; raise it "
        "(docker run --cpus, limits.cpu in Kubernetes, CPUQuota= in systemd) or measure elsewhere."
    )


def spoken(seconds: float) -> str:
    """A length of time, no finer than a forecast is."""
    if seconds < TELL_SECONDS:
        return f"{max(round(seconds, -1), 10):.0f} s"
    if seconds < 60 * TELL_MINUTES:
        return f"{seconds / 60:.0f} min"
    hours, minutes = divmod(10 * round(seconds / 600), 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
