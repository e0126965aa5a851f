"""What all tests share: backends by name, skipped where missing, never where promised."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from backends import registry
from backends.base import Backend
from backends.errors import FrameworkMissing
from bench.command.exits import promised

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Keep each of several workers, and all that it starts, to CPUs of its own."""
    worker, count = (os.environ.get(f"PYTEST_XDIST_WORKER{end}") for end in ("", "_COUNT"))
    if worker and count and hasattr(os, "sched_setaffinity"):
        own = sorted(os.sched_getaffinity(0))[int(worker.removeprefix("gw")) :: int(count)]
        os.sched_setaffinity(0, own or os.sched_getaffinity(0))


@pytest.fixture(scope="session")
def backend_named() -> Callable[[str], Backend]:
    """Loads a backend; skips where its framework is missing and was not promised."""

    def load(name: str) -> Backend:
        try:
            return registry.load(registry.find(name))
        except FrameworkMissing as error:
            if name in promised():
                raise
            pytest.skip(str(error))

    return load


class Answer(NamedTuple):
    """What the command did: its exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def answer(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """What the command answers to words, in this process: for words that start no other."""
    from bench.command.main import answered
    from bench.runner.allow_list import dropped_switches

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")

    def answer(*words: str) -> Answer:
        for name in dropped_switches(os.environ):  # pytest's own: the command would tell of them
            monkeypatch.delenv(name)
        monkeypatch.setattr(sys, "argv", ["autograd-bench", *words])
        capsys.readouterr()
        return Answer(answered(), *capsys.readouterr())

    return answer
