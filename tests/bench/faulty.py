"""Backends that do in their process what engines do when they fail."""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import threadpoolctl

from backends.base import Params, Refusal
from backends.problem import Problem
from tests.backends.wrong import Doubled, NotANumberLate, Right, Wrong, ZeroGradient

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


class Raising(Right):
    def epoch(self, params: Params, order: np.ndarray) -> Params:
        raise RuntimeError("the engine is on fire")


class Exiting(Right):
    def epoch(self, params: Params, order: np.ndarray) -> Params:
        os._exit(1)


class Segfaulting(Right):
    def epoch(self, params: Params, order: np.ndarray) -> Params:
        ctypes.string_at(0)
        return params


class Eating(Right):
    """Three GiB, touched, so that they are resident."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.eaten: list[np.ndarray] = []
        for _ in range(30):
            self.eaten.append(np.ones(100 * 2**20, np.uint8))
            time.sleep(0.02)
        time.sleep(30)
        return params


class Hanging(Right):
    """A child in a session of its own, then an endless loop."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        subprocess.Popen(SLEEP, start_new_session=True)
        while True:
            time.sleep(1)


class Deaf(Right):
    """An endless loop in C, every signal that can be blocked blocked."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        sum(itertools.repeat(1))


class Talking(Right):
    """A megabyte on standard output, through the file descriptor."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        os.write(1, b"x" * 2**20)


class Threading(Right):
    """A thread that leaves the CPUs the process was given."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        threading.Thread(target=self.leave, daemon=True).start()

    def leave(self) -> None:
        os.sched_setaffinity(threading.get_native_id(), range(os.cpu_count() or 1))
        while True:
            time.sleep(1)


class WideOpen(Right):
    """NumPy's pool opened again after it was limited."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.limits = threadpoolctl.threadpool_limits(2)


class Littering(Right):
    started = False

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        if not Littering.started:
            Littering.started = True
            subprocess.Popen(SLEEP, start_new_session=True)
        return super().epoch(params, order)


class Refusing(Wrong):
    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        return Refusal("unsupported", "not on a Tuesday")


def wrong() -> Wrong:
    return Wrong(ZeroGradient)


def doubled() -> Wrong:
    return Wrong(Doubled)


def raises() -> Wrong:
    return Wrong(Raising)


def exits() -> Wrong:
    return Wrong(Exiting)


def segfaults() -> Wrong:
    return Wrong(Segfaulting)


def eats_memory() -> Wrong:
    return Wrong(Eating)


def hangs_with_a_child() -> Wrong:
    return Wrong(Hanging)


def leaves_a_child() -> Wrong:
    return Wrong(Littering)


def is_deaf() -> Wrong:
    return Wrong(Deaf)


def talks() -> Wrong:
    return Wrong(Talking)


def turns_to_nan() -> Wrong:
    return Wrong(NotANumberLate)


def leaves_its_cpus() -> Wrong:
    return Wrong(Threading)


def opens_its_pool() -> Wrong:
    return Wrong(WideOpen)


def refuses() -> Wrong:
    return Refusing(Right)


def lacks_members() -> Any:
    return object()


def needs_a_framework() -> Any:
    return __import__("no_such_framework")
