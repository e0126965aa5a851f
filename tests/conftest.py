"""What all tests share: backends by name, skipped where missing, never where promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backends import registry
from backends.base import Backend
from backends.errors import FrameworkMissing
from bench.command.exits import promised


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
