"""One process, one arm: load, prepare, measure, check, record.

Nothing here imports NumPy before the arm's framework is loaded and timed.
"""

from __future__ import annotations

import gc
import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends import registry
from backends.errors import BadInput
from bench import environment
from bench.measure import Call, Clock, Pace, warm_up
from bench.noise import Counters
from bench.phases import NEED_STEPWISE, PHASES
from bench.record import RAW

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from backends.arm import Arm
    from backends.base import Backend, Prepared
    from backends.finding import Finding
    from backends.problem import Problem


ANSWERS = ("gradient_error", "trajectory_error", "w", "b", "losses")


class Failed(Exception):
    """This arm cannot go on; status and reason are in the process's record."""


@dataclass(frozen=True)
class Request:
    """What this process was asked to measure; ``problem`` is a folder, or None for the lesson."""

    backend: str = "numpy"
    device: str = "cpu"
    dtype: str = "float32"
    threads: int = 1
    problem: Path | None = None
    pace: Pace = field(default_factory=Pace)


@dataclass
class ArmProcess:
    """The state of one arm's process; ``status`` is ``ok`` until something shows otherwise."""

    request: Request
    status: str = "ok"
    reason: str | None = None
    cold: dict[str, float] = field(default_factory=dict)  # seconds
    phases: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    backend: Backend | None = None

    def load(self) -> None:
        """Import the backend, timed; refuse what is missing or cannot be done. Raises Failed."""
        environment.reset_peak_memory()
        with self.guarded("import"), self.timed("import"):
            self.backend = registry.load(registry.find(self.request.backend))
        with self.guarded("supports"):
            refusal = self.arm.refusal(self.problem)
        if refusal is not None:
            self.fail(*refusal)

    @cached_property
    def arm(self) -> Arm:
        from backends.arm import Arm

        assert self.backend is not None
        return Arm(self.backend, self.request.device, self.request.dtype)

    @cached_property
    def problem(self) -> Problem:
        """The problem in the arm's dtype, aligned."""
        from backends.problem import ProblemSpec, load_problem, make_problem

        folder = self.request.problem
        stored = make_problem(ProblemSpec()) if folder is None else load_problem(folder)
        problem = stored.astype(self.request.dtype)
        self.facts["problem_sha256"] = problem.sha256()
        self.facts["problem_alignment_bytes"] = min(
            array.ctypes.data & -array.ctypes.data for array in (problem.X, problem.y)
        )
        return problem

    @cached_property
    def prepared(self) -> Prepared:
        """The arm's Prepared, after its first epoch; both timed cold."""
        problem = self.problem
        with self.guarded("prepare"), self.timed("prepare"):
            prepared = self.arm.prepare(problem)
            prepared.wait(prepared.start())
        with self.guarded("first epoch"), self.timed("first_epoch"):
            prepared.wait(prepared.epoch(prepared.start(), problem.orders[0]))
        self.facts["framework_after_first_epoch"] = self.told()
        return prepared

    def measure(self, phase: str, benchmark: BenchmarkFixture) -> None:
        """Time ``phase`` through pytest-benchmark and keep its rounds. Raises Failed."""
        with self.guarded(phase):
            call = PHASES[phase](self.prepared, self.problem)
            before = Counters.now()
            warmup, iterations, seconds = timed_rounds(call, self.request.pace, benchmark)
        self.phases[phase] = {
            "seconds": seconds,
            "iterations": iterations,
            "warmup_seconds": warmup,
            "epochs_per_call": self.problem.spec.epochs if phase == "train" else 1,
            "noise": before.until(Counters.now()),
        }

    def measure_overhead(self, benchmark: BenchmarkFixture) -> None:
        """Time a call that does nothing: what the harness adds to every call."""
        _, _, seconds = timed_rounds(lambda: None, self.request.pace, benchmark)
        if seconds:
            self.facts["call_overhead_seconds"] = sorted(seconds)[len(seconds) // 2]

    def missing(self, phase: str) -> str | None:
        """Why this arm has no such phase, or None."""
        if phase in NEED_STEPWISE and self.prepared.stepwise is None:
            self.absent[phase] = "the epoch runs as one program and cannot be taken apart"
        return self.absent.get(phase)

    def check(self) -> None:
        """Run every check on the Prepared that was timed. Raises Failed where one fails."""
        from backends.checks import run_checks
        from backends.subject import Subject

        with self.guarded("checks"):
            self.findings = run_checks(Subject(self.arm, self.problem, self.prepared))
        last = self.findings[-1]
        if last.failure is not None:
            self.fail("wrong", f"{last.check}: {last.failure}")
        if self.problem.sha256() != self.facts["problem_sha256"]:
            self.findings[-1] = replace(last, check="inputs", failure="the problem was written to")
            self.fail("wrong", "inputs: the arm wrote to the problem it was handed")

    @property
    def is_checked(self) -> bool:
        """Whether every check ran and passed: without that there is no number."""
        return self.status == "ok" and bool(self.findings)

    def fail(self, status: str, reason: str) -> None:
        """Note the first failure and raise Failed."""
        if self.status == "ok":
            self.status, self.reason = status, reason
        raise Failed(f"{status}: {reason}")

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Turn any exception of the arm into its status and reason."""
        if self.status != "ok":
            raise Failed(f"{self.status}: {self.reason}")
        try:
            yield
        except (Failed, KeyboardInterrupt):
            raise
        except BaseException as error:
            if what == "import" and isinstance(error, ImportError | BadInput):
                self.fail("unavailable", first_line(error))
            status = "out of memory" if is_out_of_memory(error) else "crashed"
            self.fail(status, f"{type(error).__name__} in {what}: {first_line(error)}")

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Note the seconds of something that happens once a process."""
        began = time.perf_counter()
        yield
        self.cold[name] = time.perf_counter() - began

    @property
    def outcome(self) -> tuple[str, str | None]:
        """Status and reason: without all checks passed nothing is ok."""
        if self.status == "ok" and not self.is_checked:
            return "crashed", "the checks did not run"
        return self.status, self.reason

    def told(self) -> dict[str, Any]:
        """What the backend says of its framework, each entry a number or a text."""
        if self.backend is None:
            return {}
        with self.guarded("facts"):
            facts = self.backend.facts(self.request.device)
        return {
            str(key): value if isinstance(value, int | float) else str(value)
            for key, value in facts.items()
        }

    def record(self, place: dict[str, int]) -> dict[str, Any]:
        """The raw record; ``place`` says block, position and arm. No numbers unless checked."""
        told: dict[str, Any] = {}
        with suppress(Failed):
            told = self.told()
        facts = self.facts | self.facts_now() | {"framework": told}
        self.refuse_breaches(facts)
        values = {key: value for finding in self.findings for key, value in finding.values.items()}
        checked = self.is_checked
        return {
            **RAW,
            **place,
            "backend": self.request.backend,
            "framework": self.backend and str(self.backend.framework),
            "framework_version": str(told["version"]) if "version" in told else None,
            "differentiation": self.backend and self.backend.differentiation,
            "execution": self.backend and self.backend.execution,
            "device": self.request.device,
            "dtype": self.request.dtype,
            "status": self.outcome[0],
            "reason": self.outcome[1],
            "copied_from": None,
            "failed_check": self.findings[-1].check if self.status == "wrong" else None,
            "checks": [
                {
                    "name": f.check,
                    "ok": f.failure is None,
                    "message": f.failure,
                    "values": finite(f.values),
                }
                for f in self.findings
            ],
            **{key: finite(values.get(key)) for key in ANSWERS},
            "cold": self.cold if checked else {},
            "phases": self.phases if checked else {},
            "absent": self.absent,
            "facts": finite(facts),
        }

    def refuse_breaches(self, facts: dict[str, Any]) -> None:
        """Take the numbers back where the process used other threads than asked."""
        busy = [phase["noise"]["cpu_per_wall"] for phase in self.phases.values()]
        found = environment.breaches(facts, self.request.threads, busy)
        if self.phases and self.is_checked and found:
            self.status = "refused"
            asked = f"expected {self.request.threads} threads throughout, as asked"
            self.reason = f"{'; '.join(found)}; {asked}"

    def facts_now(self) -> dict[str, Any]:
        """What can be read back from this process at its end."""
        return {
            **environment.machine_facts(),
            **environment.thread_facts(),
            "threads_asked": self.request.threads,
            "peak_memory_bytes": environment.peak_memory_bytes(),
            "other_frameworks": sorted(
                {"torch", "jax", "tensorflow", "mlx", "numba"}
                & set(sys.modules) - {self.backend.framework if self.backend else ""}
            ),
        }


def timed_rounds(
    call: Call, pace: Pace, benchmark: BenchmarkFixture, clock: Clock = time.perf_counter
) -> tuple[list[float], int, list[float]]:
    """Warm-up seconds, calls a round and seconds a call of every round, collector frozen."""
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        warmup = warm_up(call, pace, clock)
        iterations = pace.iterations(warmup[-1])
        benchmark.pedantic(  # type: ignore[no-untyped-call]  # the library's is unannotated
            call, rounds=pace.rounds_within(warmup[-1]), iterations=iterations
        )
    finally:
        gc.enable()
        gc.unfreeze()
    measured = list(benchmark.stats.stats.data) if benchmark.stats else []
    return warmup, iterations, measured


def is_out_of_memory(error: BaseException) -> bool:
    """Whether a framework ran out of memory; each says so in its own way."""
    text = f"{type(error).__name__} {error}"
    return isinstance(error, MemoryError) or "OutOfMemory" in text or "RESOURCE_EXHAUSTED" in text


def first_line(error: BaseException) -> str:
    """The first line of what the error says, cut to a readable length."""
    return (str(error).strip().splitlines() or ["no message"])[0][:300]


def finite(value: Any) -> Any:
    """``value`` with None for every number that JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
