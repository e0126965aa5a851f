"""Where CuPy is installed but no GPU is found, it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backends.base import Backend
from backends.problem import ProblemSpec, make_problem


@pytest.mark.parametrize(
    ("device", "status"), [("cpu", "unsupported"), ("metal", "unsupported"), ("cuda", None)]
)
def test_cupy_names_what_it_cannot_do(
    device: str, status: str | None, backend_named: Callable[[str], Backend]
) -> None:
    refusal = backend_named("cupy").supports(make_problem(ProblemSpec()), device, "float32")
    said = None if refusal is None else refusal.status
    assert said in ({status} if status else {None, "unavailable"})
    assert refusal is None or refusal.reason
