"""One process, one arm: load, prepare, measure, check, record.

Nothing here imports NumPy before the arm's framework is loaded and timed.
"""

from __future__ import annotations

import statistics
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from backends import registry
from backends.errors import BadInput
from bench.machine import l2_bytes, machine_facts
from bench.worker import environment
from bench.worker.crash import crash_text, is_out_of_memory, message
from bench.worker.gpu import gpu_facts
from bench.worker.instruments import instruments
from bench.worker.measure import timed_rounds
from bench.worker.memory import OF_PHASES, extra_memory_bytes
from bench.worker.noise import Counters
from bench.worker.phases import NEED_STEPS, ONE_BATCH, gradient
from bench.worker.request import Request
from bench.worker.standing import Failed, Standing
from bench.worker.timed_calls import TimedCalls, drawing_seconds
from problems.counted import counted
from runfiles.phases import DEVICE, OPERATORS, TRAINING

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from backends.arm import Arm
    from backends.base import Backend, Program
    from backends.checks.finding import Finding
    from problems.problem import Problem


MAIN_PHASE = "epoch"  # whose clock a report shows
OF_A_WRONG_KIND = (TypeError, AttributeError, ValueError)  # what a broken contract shows as


@dataclass
class ArmProcess(Standing):
    """The state of one arm's process."""

    request: Request
    machine: dict[str, Any] = field(default_factory=machine_facts)
    cold: dict[str, float] = field(default_factory=dict)  # seconds
    phases: dict[str, dict[str, Any]] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    backend: Backend | None = None
    form: str | None = None  # as written, or the backend's own, where it says so
    built: Program | None = None  # before its first epoch too
    clock: Callable[[], float] = time.perf_counter  # seconds

    def restrict(self) -> None:
        """Keep this process to the threads asked for, before anything loads. Raises Failed."""
        try:
            environment.restrict(self.request.threads, self.request.device)
        except BadInput as error:
            self.fail("refused", str(error))

    def load(self) -> None:
        """Import the backend, timed; refuse what is missing or cannot be done. Raises Failed."""
        environment.reset_peak_memory()
        self.refuse_instruments()
        with self.guarded("import"), self.timed("import"):
            self.backend = registry.load(registry.find(self.request.backend))
        with self.guarded("problem"):
            arm, problem = self.arm, self.problem
            self.form = arm.form(problem)
        # To ask JAX for its devices is to make its client of the GPU, which torch makes when its
        # first tensor is put there: the sum of the cold times has both
        with self.guarded("supports"), self.timed("prepare"):
            refusal = arm.refusal(problem)
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
        problem = self.request.load_problem()
        self.facts["problem_sha256"] = problem.sha256()
        self.facts["problem_alignment_bytes"] = min(
            array.ctypes.data & -array.ctypes.data for array in problem.data
        )
        return problem

    @cached_property
    def calls(self) -> TimedCalls:
        """The calls of the phases, over orders that are the same for every arm."""
        timed = self.request.load_timed_orders(self.problem)
        self.facts["timed_orders_sha256"] = timed.sha256
        return TimedCalls(timed.orders, l2_bytes())

    @cached_property
    def program(self) -> Program:
        """The arm's Program, after its first epoch, or first gradients; both timed cold."""
        problem = self.problem
        with self.guarded("prepare"), self.timed("prepare"):
            program = self.built = self.arm.prepare(problem)
            wait = program.memory.wait
            wait(program.start())
        trained = problem.objective.trained
        first = "first_epoch" if trained else "first_gradient"
        with self.guarded(first.replace("_", " ")), self.timed(first):
            if trained:
                wait(program.epoch(program.start(), problem.orders[0]))
            else:
                wait(gradient(program, problem)())
        with self.guarded("facts"):
            self.facts[f"framework_after_{first}"] = self.backend_facts()
            self.facts[f"peak_memory_after_{first}_bytes"] = environment.peak_memory_bytes()
        return program

    def measure(self, phase: str, benchmark: BenchmarkFixture) -> None:
        """Time ``phase`` through pytest-benchmark and keep its rounds. Raises Failed."""
        with self.guarded(phase):
            subject = self.one_batch() if phase in ONE_BATCH else (self.program, self.problem)
            if subject is None:
                self.absent[phase] = "no memory for the full data a second time"
                return
            call, renew = self.calls.of(phase, *subject)
            before = Counters.now()
            warmup, iterations, seconds = timed_rounds(
                call, self.request.pace, benchmark, renew=renew
            )
        self.phases[phase] = {
            "seconds": seconds,
            "iterations": iterations,
            "warmup_seconds": warmup,
            "noise": before.until(Counters.now()),
        }
        if self.request.device == "cuda":  # while it is still warm; outside what was timed
            found = self.phases[phase]["gpu"] = gpu_facts()
            if phase == MAIN_PHASE or "gpu" not in self.facts:
                self.facts["gpu"] = found
        elif self.request.device == "cpu" and phase in OF_PHASES:
            with self.guarded(phase):
                if renew is not None:
                    renew()
                self.phases[phase]["extra_memory_bytes"] = extra_memory_bytes(call)

    def one_batch(self) -> tuple[Program, Problem] | None:
        """The same arm, prepared anew for the full data as its one minibatch; None if too large."""
        problem = self.problem.as_one_batch()
        try:
            return self.arm.prepare(problem), problem
        except Exception as error:
            if is_out_of_memory(error):
                return None
            raise

    def measure_overhead(self, benchmark: BenchmarkFixture) -> None:
        """Time a call that only takes its order: what the harness adds to every call.

        And, apart from every phase, the drawing of an epoch's order: the same for all arms.
        """
        orders = self.calls.rotation().next
        _, _, seconds = timed_rounds(lambda: orders(), self.request.pace, benchmark)
        if seconds:
            self.facts["call_overhead_seconds"] = statistics.median(seconds)
        self.facts["drawing_an_order_seconds"] = drawing_seconds(self.problem)

    def missing(self, phase: str) -> str | None:
        """Why this arm has no such phase, or None."""
        if phase in DEVICE and self.request.device == "cpu":
            self.absent[phase] = "asked of devices other than the cpu, which the data has to reach"
        elif phase in TRAINING and not self.problem.objective.trained:
            self.absent[phase] = f"{self.problem.objective.name} is not trained"
        elif phase in NEED_STEPS and self.program.steps is None:
            self.absent[phase] = "the epoch runs as one program and cannot be taken apart"
        elif phase in OPERATORS and (reason := self.lacks(phase)) is not None:
            self.absent[phase] = reason
        return self.absent.get(phase)

    def lacks(self, operator: str) -> str | None:
        """Why this arm has no such operator, or None; one that fails at once is none.

        What it is found by is noted.
        """
        from backends.operators import failing, offered

        found = offered(self.program).get(operator)
        reason = failing(self.program, operator, self.problem)
        if reason is None and found is not None:
            self.facts.setdefault("compositions", {})[operator] = found.composition
        return reason

    def check(self) -> None:
        """Run every check on the Program that was timed. Raises Failed where one fails."""
        from backends import checks
        from backends.checks.subject import Subject

        with self.guarded("checks"):
            subject = Subject(self.arm, self.request.load_case(self.problem), self.program)
            if self.phases:  # of a run: what it does not time it need not compile
                timed = tuple(one for one in OPERATORS if one in self.phases)
                subject = replace(subject, operators=timed)
            self.findings = checks.run_checks(subject)
        if not self.problem.objective.trained:
            skipped = ", ".join(c.__name__.removeprefix("check_") for c in checks.TRAINING)
            self.facts["checks_not_run"] = f"{skipped}: nothing is trained"
        last = self.findings[-1]
        if last.failure is not None:
            self.fail("wrong", f"{last.check}: {last.failure}")
        if self.problem.sha256() != self.facts["problem_sha256"]:
            self.findings[-1] = replace(last, check="inputs", failure="the problem was written to")
            self.fail("wrong", "inputs: the arm wrote to the problem it was handed")

    def refuse_instruments(self) -> None:
        """Fail where something is active that moves every time in this process."""
        found = instruments()
        if found:
            self.fail("refused", f"{'; '.join(found)}; expected a process that nothing instruments")

    def judge(self) -> None:
        """The verdict on what was timed: every check, then what it ran under. Raises Failed."""
        if not self.findings:
            self.check()
        with self.guarded("facts"):
            facts = environment.thread_facts() | {"framework": self.backend_facts()}
        self.refuse_instruments()
        busy = [phase["noise"]["cpu_per_wall"] for phase in self.phases.values()]
        found = environment.breaches(facts, self.request.threads, busy)
        if found:
            asked = f"expected {counted(self.request.threads, 'thread')} throughout, as asked"
            self.fail("refused", f"{'; '.join(found)}; {asked}")

    @property
    def is_checked(self) -> bool:
        """Whether every check ran and passed: without that there is no number."""
        return self.status == "ok" and bool(self.findings)

    def backend_facts(self) -> dict[str, Any]:
        """What the backend says of its framework, each entry a number or a text."""
        return {} if self.backend is None else self.arm.facts()

    def crashed(self, error: BaseException, what: str) -> str:
        """Why the arm came to its end in ``what``; all of it goes to the log."""
        traceback.print_exception(error)
        broken = None
        if isinstance(error, OF_A_WRONG_KIND) and self.built is not None:
            from backends.contract import breach

            broken = breach(self.built, self.problem)
        module = registry.find(self.request.backend).target.partition(":")[0]
        return crash_text(broken or error, what, module)

    @contextmanager
    def guarded(self, what: str) -> Iterator[None]:
        """Turn any exception of the arm into its status and reason."""
        self.require_ok()
        try:
            yield
        except (Failed, KeyboardInterrupt):
            raise
        except BaseException as error:
            if what == "import" and isinstance(error, ImportError | BadInput):
                self.fail("unavailable", message(error))
            status = "out of memory" if is_out_of_memory(error) else "crashed"
            self.fail(status, self.crashed(error, what))

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add the seconds of something that happens once a process to the cold time ``name``."""
        began = self.clock()
        yield
        self.cold[name] = self.cold.get(name, 0.0) + self.clock() - began

    @property
    def outcome(self) -> tuple[str, str | None]:
        """Status and reason: without all checks passed nothing is ok."""
        if self.status == "ok" and not self.is_checked:
            return "crashed", "the checks did not run"
        return self.status, self.reason
