"""Backends that do in their process what engines do when they fail."""

from __future__ import annotations

import atexit
import ctypes
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import threadpoolctl

from backends.base import Params, Refusal
from backends.problem import Problem
from tests.backends.wrong import (
    Doubled,
    LossNotANumber,
    NotANumberLate,
    Right,
    Wrong,
    WrongInTheMiddle,
    ZeroGradient,
)

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


class Expiring(Right):
    """Its last line of use, then a warning, then an end without a word."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        print("the licence has expired: µ", flush=True)
        os.write(2, b"x.py:3: UserWarning: old\n  warnings.warn('old')\n")
        os._exit(3)


class Chained(Right):
    def epoch(self, params: Params, order: np.ndarray) -> Params:
        try:
            return params[:1] * (1 // 0)
        except ZeroDivisionError as error:
            raise RuntimeError("the engine stalled") from error


class Eating(Right):
    """More than the cap, touched, so that it is resident."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        self.eaten: list[np.ndarray] = []
        for _ in range(10):
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


class Signalled(Right):
    """Dead of a real-time signal, which has no name."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        os.kill(os.getpid(), 40)
        return params


class Forging(Right):
    """A record of its own making instead of a result."""

    keys: ClassVar[dict[str, Any]] = {}

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        (raw,) = (Path(word[6:]) for word in sys.argv if word.startswith("--raw="))
        raw.write_text(json.dumps(self.keys))
        os._exit(0)


class ForgingOk(Forging):
    """Without a single check."""

    keys: ClassVar[dict[str, Any]] = {
        "phases": {},
        "status": "ok",
        "reason": None,
        "device": "cpu",
        "dtype": "float32",
        "backend": "tests.bench.faulty:writes_an_unchecked_record",
        "block": 0,
        "arm": 0,
    }


class ForgingFine(Forging):
    """With a status that there is not."""

    keys: ClassVar[dict[str, Any]] = {**ForgingOk.keys, "status": "fine"}


class Scribbling(Right):
    """The loss writes to the memory behind the problem's read-only arrays."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.address = problem.w_true.ctypes.data

    def loss(self, params: Params) -> np.ndarray:
        ctypes.memset(self.address, 1, 1)  # the lowest bits of the first number
        return super().loss(params)


class Fleeing(Right):
    """A child in a session of its own, without the environment that marks it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        subprocess.Popen(["/bin/sleep", "601.25"], env={}, start_new_session=True)


class Odd(Wrong):
    answer: Any = ("skipped", "not today")

    def supports(self, problem: Problem, device: str, dtype: str) -> Any:
        return self.answer


class OddVersion(Wrong):
    def facts(self, device: str) -> Any:
        return {"version": (1, 2)}


class Refusing(Wrong):
    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        return Refusal("unsupported", "not on a Tuesday")


def wrong() -> Wrong:
    return Wrong(ZeroGradient)


def doubled() -> Wrong:
    return Wrong(Doubled)


def wrong_from_batch_13() -> Wrong:
    """Right where an epoch has fewer batches."""
    return Wrong(WrongInTheMiddle)


def raises() -> Wrong:
    return Wrong(Raising)


def exits() -> Wrong:
    return Wrong(Exiting)


def segfaults() -> Wrong:
    return Wrong(Segfaulting)


def expires() -> Wrong:
    return Wrong(Expiring)


def stalls() -> Wrong:
    return Wrong(Chained)


def dies_at_exit() -> Wrong:
    """Of a signal, after all was measured and written: as engines do that unload badly."""
    atexit.register(ctypes.string_at, 0)
    return Wrong(Right)


def leaves_with_a_code_of_its_own() -> Wrong:
    atexit.register(os._exit, 77)
    return Wrong(Right)


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


def refuses_oddly() -> Wrong:
    return Odd(Right)


def refuses_by_bool() -> Wrong:
    odd = Odd(Right)
    odd.answer = False
    return odd


def dies_of_a_nameless_signal() -> Wrong:
    return Wrong(Signalled)


def writes_a_hollow_record() -> Wrong:
    return Wrong(Forging)


def writes_an_unchecked_record() -> Wrong:
    return Wrong(ForgingOk)


def writes_an_unheard_of_status() -> Wrong:
    return Wrong(ForgingFine)


def loses_its_loss() -> Wrong:
    return Wrong(LossNotANumber)


def writes_to_the_problem() -> Wrong:
    return Wrong(Scribbling)


def flees() -> Wrong:
    return Wrong(Fleeing)


def says_its_version_oddly() -> Wrong:
    return OddVersion(Right)


def refuses() -> Wrong:
    return Refusing(Right)


def lacks_members() -> Any:
    return object()


def needs_a_framework() -> Any:
    return __import__("no_such_framework")
