"""What one process of one block found: its times, its checks, its answer.

It is left as plain data by ``bench/worker/record.py`` and stored by ``bench/runner/raw.py``.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
from msgspec import Struct, field

from runfiles.errors import mismatch
from runfiles.phases import ANY_COLD, REPEATED
from runfiles.record import (
    LONGEST,
    Count,
    Floats,
    Hashed,
    Nested,
    Number,
    Numbers,
    Once,
    Record,
    Rounds,
    Size,
)
from runfiles.statuses import Status


class Check(Struct, frozen=True, kw_only=True):
    """One check as one process passed or failed it."""

    name: str
    ok: bool
    message: str | None = None
    measured: dict[str, Any] = field(name="values", default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        """The numbers among what was measured."""
        return {key: float(x) for key, x in self.measured.items() if type(x) in (int, float)}


class Noise(Struct, frozen=True, kw_only=True):
    """What the machine did while a phase was timed, by the kernel's counters."""

    wall_seconds: Number = None
    cpu_seconds: Number = None
    cpu_per_wall: Number = None
    involuntary_switches: Number = None
    steal_share: Number = None
    cpu_pressure_share: Number = None
    others_share: Number = None
    throttled_share: Number = None
    lost_share: Number = None
    disturbances: tuple[str, ...] | None = None  # None: not judged


class Series(Struct, frozen=True, kw_only=True, dict=True, omit_defaults=True):
    """The rounds of one phase in one process, in seconds an epoch (``train``: a training)."""

    samples: Rounds = field(name="seconds")
    iterations: Size  # calls a round
    warmup: tuple[Once, ...] = field(name="warmup_seconds", default=())  # of each call
    units_a_call: Size = 1  # epochs (``train``: trainings) that one timed call covers
    noise: Noise = Noise()
    gpu: dict[str, Any] | None = None  # what its driver says right after the rounds
    extra_memory_bytes: Count | None = None  # that one more call took; None: nothing told it

    @cached_property
    def seconds(self) -> Floats:  # (rounds,)
        return np.array(self.samples) / self.units_a_call

    @cached_property
    def warmup_seconds(self) -> Floats:  # (warm-up calls,)
        return np.array(self.warmup) / self.units_a_call


if TYPE_CHECKING:
    Timed = dict[str, Series]
    Cold = dict[str, float]
else:  # phases that nobody knows are left alone
    Timed = TypedDict("Timed", dict.fromkeys(REPEATED, Series), total=False)
    Cold = TypedDict("Cold", dict.fromkeys(ANY_COLD, Once), total=False)


class Process(Record, frozen=True, kw_only=True, tag="autograd-bench raw"):
    """raw/BBB-AA.json: what one process of one block found."""

    block: Count
    position: Count
    arm: Count
    backend: str | None = None
    framework: str | None = None
    framework_version: str | None = None
    differentiation: str | None = None
    execution: str | None = None
    form: str | None = None
    device: str | None = None
    dtype: str | None = None
    status: Status
    reason: str | None = None
    failed_check: str | None = None
    copied_from: Count | None = None
    machine: Hashed | None = None  # that the process ran on; older runs have none
    sources: Hashed | None = None  # the suite's own files there; older runs have none
    checks: tuple[Check, ...] = ()
    gradient_error: Number = None
    trajectory_error: Number = None
    learned: dict[str, Nested] | None = None  # by the parameter's name
    losses: Numbers | None = None
    cold: Cold = field(default_factory=dict)  # seconds of what is paid once a process
    phases: Timed = field(default_factory=dict)  # that were timed
    absent: dict[str, str] = field(default_factory=dict)  # a phase's name to why it has none
    facts: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        failed = [check.name for check in self.checks if not check.ok]
        if self.status == "ok" and failed:
            raise mismatch("status", "ok", f"wrong, for the check {failed[0]} failed")
        if self.status != "ok" and self.phases:
            raise mismatch("phases", list(self.phases), f"no times, for it is {self.status}")
        told = self.call_overhead_seconds
        if type(told) not in (int, float, type(None)) or not 0 <= (told or 0) <= LONGEST:
            raise mismatch("facts.call_overhead_seconds", told, "seconds")

    @property
    def file(self) -> str:
        """The name that the file has in ``raw/``."""
        return f"{self.block:03d}-{self.arm:02d}.json"

    @property
    def call_overhead_seconds(self) -> float | None:
        """What the harness adds to one timed call."""
        return self.facts.get("call_overhead_seconds")


def flat(nested: Nested) -> tuple[float, ...]:
    """Every number in order, NaN for null."""
    if isinstance(nested, tuple):
        return tuple(number for part in nested for number in flat(part))
    return (math.nan if nested is None else nested,)
