"""What all tests share: backends by name, skipped where missing, never where promised."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from backends import registry
from backends.base import Backend
from backends.errors import FrameworkMissing
from bench.command.exits import promised


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
