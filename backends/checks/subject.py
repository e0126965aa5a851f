"""The subject of a check, and what can be asked of it in NumPy's terms."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np

from backends.arm import Arm
from backends.base import DEVICES, Batch, Params, Program
from backends.contract import batches_of, fetched_arrays, require_params
from problems.case import Case
from problems.problem import Problem
from problems.reference import Answer

Arrays = tuple[np.ndarray, ...]


@dataclass(frozen=True)
class Subject:
    """An arm, the case in the arm's dtype, and the Program that was timed."""

    arm: Arm
    case: Case
    program: Program
    clock: Callable[[], float] = time.perf_counter  # seconds
    cpu_clock: Callable[[], float] = time.process_time  # seconds of CPUs, of all threads
    variant: str = "itself"  # of the case, which the program runs

    @property
    def problem(self) -> Problem:
        return self.case.of(self.variant)[0]

    @cached_property
    def one_step(self) -> Program:
        """The same arm, prepared for epochs of one minibatch with ``lr = batch_size``."""
        return self.arm.prepare(self.problem.one_step())

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
    index = problem.minibatch(number)
    if len(index) == problem.batch_size:
        return one_step_back(subject.one_step, index)
    return gradient_alone(subject, number)


def gradient_alone(subject: Subject, number: int) -> Arrays:
    """The same of an arm that runs whole epochs only, from a problem of those examples alone."""
    alone = subject.problem.alone(subject.problem.minibatch(number)).astype(subject.arm.dtype)
    return one_step_back(subject.arm.prepare(alone), alone.orders[0])


def one_step_back(program: Program, order: np.ndarray) -> Arrays:
    """Start minus the parameters after an epoch of one step, which is the gradient."""
    before = fetched(program, program.start())
    after = epoch_from_start(program, order)
    return tuple(p - q for p, q in zip(before, after, strict=True))


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
