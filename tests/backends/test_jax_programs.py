"""What JAX compiles is deterministic, so a gate can hold it where time is too noisy to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backends.base import Backend, Program
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from tests.nightly import nightly, one_by_day

EVEN, RAGGED = ProblemSpec(), ProblemSpec(n_examples=1003)
STEPS, EPOCHS = (one_by_day((name, f"{name}-manual")) for name in ("jax", "jax-scan"))

BackendNamed = Callable[[str], Backend]


def program_on_cpu(backend: Backend, spec: ProblemSpec) -> tuple[Any, Problem]:
    problem = make_problem(spec).astype("float32")
    return backend.prepare(problem, "cpu", "float32"), problem


def train(program: Program, orders: np.ndarray) -> None:
    params = program.start()
    for order in orders:
        params = program.epoch(params, order)
    program.memory.wait((params, program.loss(params)))


@pytest.mark.parametrize("spec", one_by_day([RAGGED, EVEN]), ids=["ragged", "even"])
@pytest.mark.parametrize("name", [*STEPS, *EPOCHS, pytest.param("jax-eager", marks=nightly)])
def test_after_its_first_epoch_nothing_is_compiled_again(
    name: str, spec: ProblemSpec, backend_named: BackendNamed
) -> None:
    backend = backend_named(name)
    program, problem = program_on_cpu(backend, spec)
    train(program, problem.orders[:1])
    before = backend.facts("cpu")["compilations"]
    train(program, problem.orders)
    assert before != 0
    assert backend.facts("cpu")["compilations"] == before


@pytest.mark.parametrize("name", [*STEPS, *EPOCHS, pytest.param("jax-eager", marks=nightly)])
def test_a_problem_of_the_same_shape_prepared_again_compiles_nothing(
    name: str, backend_named: BackendNamed
) -> None:
    backend = backend_named(name)
    program, problem = program_on_cpu(backend, EVEN)
    train(program, problem.orders)
    before = backend.facts("cpu")["compilations"]
    again, other = program_on_cpu(backend, ProblemSpec(seed=EVEN.seed + 1))
    train(again, other.orders)
    assert backend.facts("cpu")["compilations"] == before


@pytest.mark.parametrize("name", EPOCHS)
def test_another_rate_compiles_no_other_epoch(name: str, backend_named: BackendNamed) -> None:
    backend = backend_named(name)
    program, problem = program_on_cpu(backend, EVEN)
    train(program, problem.orders)
    before = backend.facts("cpu")["compilations"]
    again, other = program_on_cpu(backend, ProblemSpec(lr=EVEN.lr / 2))
    train(again, other.orders)
    assert backend.facts("cpu")["compilations"] == before


@pytest.mark.parametrize("name", STEPS)
def test_the_step_writes_the_new_parameters_where_the_old_ones_were(
    name: str, backend_named: BackendNamed
) -> None:
    """XLA's own plan: the bytes of the donated parameters are those of the result, no others."""
    program, problem = program_on_cpu(backend_named(name), ProblemSpec(sizes={"n_features": 64}))
    batch = next(iter(program.steps.batches(problem.orders[0])))
    planned = program.steps.step.lower(program.start(), batch).compile().memory_analysis()
    n_parameter_bytes, n_batch_bytes = (64 + 1) * 4, 10 * (64 + 1) * 4
    assert planned.alias_size_in_bytes == n_parameter_bytes
    assert planned.temp_size_in_bytes <= n_batch_bytes + 4 * n_parameter_bytes


@pytest.mark.parametrize("name", EPOCHS)
def test_an_epoch_gathers_one_minibatch_at_a_time(name: str, backend_named: BackendNamed) -> None:
    """XLA's own plan: no copy of the data, which a gather before the loop would need."""
    program, problem = program_on_cpu(backend_named(name), ProblemSpec(sizes={"n_features": 64}))
    arguments = (program.start(), problem.orders[0], program.data, program.rate)
    planned = program.run.lower(*arguments).compile().memory_analysis()
    assert planned.temp_size_in_bytes <= problem.data[0].nbytes // 10


@pytest.mark.parametrize(("platform", "is_waited_for"), [("cpu", False), ("gpu", True)])
def test_what_is_put_on_a_gpu_is_there_before_the_hosts_copy_may_change(
    platform: str,
    is_waited_for: bool,
    backend_named: BackendNamed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On the cpu it gets memory of its own at once."""
    program, _ = program_on_cpu(backend_named("jax"), EVEN)
    import jax

    waited: list[object] = []
    monkeypatch.setattr(program.memory, "device", type("Device", (), {"platform": platform})())
    monkeypatch.setattr(jax, "device_put", lambda arrays, device: arrays)
    monkeypatch.setattr(jax, "block_until_ready", waited.append)
    put = program.memory.put((np.ones(3),))
    assert waited == ([put] if is_waited_for else [])
