"""What JAX compiles is deterministic, so a gate can hold it where time is too noisy to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from backends.base import Backend
from backends.problem import ProblemSpec, make_problem


@pytest.fixture
def jax_backend(backend_named: Callable[[str], Backend]) -> Backend:
    return backend_named("jax")


@pytest.mark.parametrize(
    "spec", [ProblemSpec(), ProblemSpec(n_examples=1003)], ids=["even", "ragged"]
)
def test_after_its_first_epoch_nothing_is_compiled_again(
    spec: ProblemSpec, jax_backend: Backend
) -> None:
    problem = make_problem(spec).astype("float32")
    prepared = jax_backend.prepare(problem, "cpu", "float32")
    prepared.wait(prepared.epoch(prepared.start(), problem.orders[0]))
    before = jax_backend.facts("cpu")["compilations"]
    params = prepared.start()
    for order in problem.orders:
        params = prepared.epoch(params, order)
    prepared.wait(params)
    assert before != 0
    assert jax_backend.facts("cpu")["compilations"] == before


def test_the_step_writes_the_new_parameters_where_the_old_ones_were(jax_backend: Backend) -> None:
    """XLA's own plan: the bytes of the donated parameters are those of the result, no others."""
    problem = make_problem(ProblemSpec(n_features=64)).astype("float32")
    prepared = jax_backend.prepare(problem, "cpu", "float32")
    assert prepared.stepwise is not None
    batch = next(iter(prepared.stepwise.batches(problem.orders[0])))
    planned = prepared.stepwise.step.lower(prepared.start(), batch).compile().memory_analysis()  # type: ignore[attr-defined]
    n_parameter_bytes = (64 + 1) * 4
    assert planned.alias_size_in_bytes == n_parameter_bytes
    assert planned.temp_size_in_bytes <= 4 * n_parameter_bytes
