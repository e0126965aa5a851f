"""Backends that do in their process what engines do when they fail."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from typing import Any

import numpy as np

from backends.base import Params, Refusal
from backends.problem import Problem
from tests.backends.wrong import Doubled, Right, Wrong, ZeroGradient

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


def refuses() -> Wrong:
    return Refusing(Right)


def lacks_members() -> Any:
    return object()


def needs_a_framework() -> Any:
    return __import__("no_such_framework")
