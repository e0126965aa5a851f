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

from backends.base import Backend, Params, Refusal
from problems.problem import Problem
from tests.backends.wrong import (
    Doubled,
    LossNotANumber,
    NotANumberLate,
    Right,
    WrongInTheMiddle,
    ZeroGradient,
)
from tests.backends.wrong import wrong as of

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
        assert problem.truth is not None
        self.address = problem.truth[0].ctypes.data

    def loss(self, params: Params) -> np.ndarray:
        ctypes.memset(self.address, 1, 1)  # the lowest bits of the first number
        return super().loss(params)


class Fleeing(Right):
    """A child in a session of its own, without the environment that marks it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        subprocess.Popen(["/bin/sleep", "601.25"], env={}, start_new_session=True)


def answering(answer: object) -> Backend:
    """One that answers so whether it supports a problem."""
    return of(Right, supports=lambda *_: answer)


def wrong() -> Backend:
    return of(ZeroGradient)


def doubled() -> Backend:
    return of(Doubled)


def wrong_from_batch_13() -> Backend:
    """Right where an epoch has fewer batches."""
    return of(WrongInTheMiddle)


def raises() -> Backend:
    return of(Raising)


def exits() -> Backend:
    return of(Exiting)


def segfaults() -> Backend:
    return of(Segfaulting)


def expires() -> Backend:
    return of(Expiring)


def stalls() -> Backend:
    return of(Chained)


def dies_at_exit() -> Backend:
    """Of a signal, after all was measured and written: as engines do that unload badly."""
    atexit.register(ctypes.string_at, 0)
    return of(Right)


def leaves_with_a_code_of_its_own() -> Backend:
    atexit.register(os._exit, 77)
    return of(Right)


def eats_memory() -> Backend:
    return of(Eating)


def hangs_with_a_child() -> Backend:
    return of(Hanging)


def leaves_a_child() -> Backend:
    return of(Littering)


def is_deaf() -> Backend:
    return of(Deaf)


def talks() -> Backend:
    return of(Talking)


def turns_to_nan() -> Backend:
    return of(NotANumberLate)


def leaves_its_cpus() -> Backend:
    return of(Threading)


def opens_its_pool() -> Backend:
    return of(WideOpen)


def refuses_oddly() -> Backend:
    return answering(("skipped", "not today"))


def refuses_by_bool() -> Backend:
    return answering(False)


def dies_of_a_nameless_signal() -> Backend:
    return of(Signalled)


def writes_a_hollow_record() -> Backend:
    return of(Forging)


def writes_an_unchecked_record() -> Backend:
    return of(ForgingOk)


def writes_an_unheard_of_status() -> Backend:
    return of(ForgingFine)


def loses_its_loss() -> Backend:
    return of(LossNotANumber)


def writes_to_the_problem() -> Backend:
    return of(Scribbling)


def flees() -> Backend:
    return of(Fleeing)


def says_its_version_oddly() -> Backend:
    return of(Right, facts=lambda device: {"version": (1, 2)})


def refuses() -> Backend:
    return answering(Refusal("unsupported", "not on a Tuesday"))


def lacks_members() -> Any:
    return object()


def needs_a_framework() -> Any:
    return __import__("no_such_framework")
