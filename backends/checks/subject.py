"""The subject of a check, and what can be asked of it in NumPy's terms."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from backends.arm import Arm
from backends.base import DEVICES, Batch, Params, Program
from backends.contract import batches_of, fetched_arrays, require_params
from backends.operators import OPERATORS
from problems.case import Case
from problems.problem import Problem
from problems.reference import Answer, looked_at

Arrays = tuple[np.ndarray, ...]
MOST_IN_STEPS = 10**6  # examples that are gone through by epochs of one step


def cpu_seconds() -> float:
    """Seconds of CPUs, of all threads of this process and of the processes it has seen end."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


class SingleSteps(NamedTuple):
    """A Program whose epochs are one step with ``lr = batch_size``, and the orders of those."""

    program: Program
    orders: Mapping[int, np.ndarray]  # by the number of the minibatch

    def gradient(self, number: int) -> Arrays:
        """The gradient at the start: what an epoch over the minibatch takes away."""
        before = fetched(self.program, self.program.start())
        after = epoch_from_start(self.program, self.orders[number])
        return tuple(p - q for p, q in zip(before, after, strict=True))


@dataclass(frozen=True)
class Subject:
    """An arm, the case in the arm's dtype, and the Program that was timed."""

    arm: Arm
    case: Case
    program: Program
    clock: Callable[[], float] = time.perf_counter  # seconds
    cpu_clock: Callable[[], float] = cpu_seconds
    variant: str = "itself"  # of the case, which the program runs
    operators: tuple[str, ...] = OPERATORS  # that are held, where they are offered

    @property
    def problem(self) -> Problem:
        return self.case.of(self.variant)[0]

    @cached_property
    def single_steps(self) -> SingleSteps:
        """The same arm, prepared for epochs of one step over whole minibatches of the first."""
        problem, most = self.problem, max(2, MOST_IN_STEPS // self.problem.batch_size)
        whole = [n for n in looked_at(problem) if len(problem.minibatch(n)) == problem.batch_size]
        numbers = [*whole[: most - 1], *whole[most - 1 :][-1:]]
        made = problem.single_steps([problem.minibatch(number) for number in numbers])
        return SingleSteps(self.arm.prepare(made), dict(zip(numbers, made.orders, strict=True)))

    @property
    def is_trained(self) -> bool:
        """Whether there are epochs to be judged."""
        return self.problem.objective.trained

    def right(self, what: str, number: int) -> Answer:
        """The right answer ``number`` of ``what``: see ``Reference.at``."""
        problem, reference = self.case.of(self.variant)
        return reference.at(what, number, problem)

    def of(self, variant: str) -> Subject:
        """The same arm, freshly prepared, on a variant of the problem."""
        program = self.arm.prepare(self.case.of(variant)[0])
        return replace(self, program=program, variant=variant)


def fetched(program: Program, value: tuple[Any, ...]) -> Arrays:
    """``value`` waited for, as NumPy arrays."""
    program.memory.wait(value)
    return fetched_arrays(program, value)


def epoch_from_start(program: Program, order: np.ndarray) -> Arrays:
    """The parameters after one epoch from the start."""
    start = require_params("start", program.start())
    return fetched(program, require_params("epoch", program.epoch(start, order)))


def gradient_of(subject: Subject, number: int) -> Arrays:
    """The gradient at the start, of minibatch ``number`` of the first epoch."""
    program, problem = subject.program, subject.problem
    if program.steps is not None:
        batches = batches_of(program.steps, problem.orders[0])
        batch = next(islice(batches, number, None))
        return steps_gradient(program, program.start(), batch)
    if number in subject.single_steps.orders:
        return subject.single_steps.gradient(number)
    return gradient_alone(subject, number)


def gradient_alone(subject: Subject, number: int) -> Arrays:
    """The same of an arm that runs whole epochs only, from a problem of those examples alone."""
    alone = subject.problem.single_steps([subject.problem.minibatch(number)])
    return SingleSteps(subject.arm.prepare(alone), {number: alone.orders[0]}).gradient(number)


def steps_gradient(program: Program, params: Params, batch: Batch) -> Arrays:
    """The gradient of one minibatch of an arm that can be taken apart."""
    assert program.steps is not None
    return fetched(program, require_params("gradient", program.steps.gradient(params, batch)))


DLPACK_DEVICES = {1: "cpu", 2: "cuda", 3: "cpu", 8: "metal", 13: "cuda"}  # 3: pinned, 13: managed
UNIFIED = "unified memory"  # which the CPU and Metal share: MLX's arrays on a Mac


def place_of(array: Any) -> tuple[str, str]:
    """Whose array it is and on which device, such as ``("torch", "cuda")``.

    By DLPack, which the array API standard asks for; an array that knows it not names its
    device itself, or is on the host. One in Metal's memory that names no device is on none.
    """
    package = type(array).__module__.partition(".")[0]
    if hasattr(array, "__dlpack_device__"):
        kind = int(array.__dlpack_device__()[0])
        device = DLPACK_DEVICES.get(kind, f"DLPack device {kind}")
        return package, device if device != "metal" or hasattr(array, "device") else UNIFIED
    named = str(getattr(array, "device", "cpu")).lower().replace("gpu", "cuda")  # TensorFlow's word
    return package, next((device for device in DEVICES if device in named), named)


def lies_on(device: str, asked: str) -> bool:
    """Whether an array whose ``place_of`` says ``device`` is where ``asked`` can work on it."""
    return device == asked or (device == UNIFIED and asked in ("cpu", "metal"))
