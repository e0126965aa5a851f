"""Each arm says whether it runs a problem as written or in a form of its backend's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import pytest

from backends.arm import Arm
from backends.base import Backend
from problems.problem import make_problem
from problems.spec import ProblemSpec


@pytest.mark.parametrize(
    ("own", "form"), [({"linreg"}, "own form"), ({"softmax"}, "as written"), ((), "as written")]
)
def test_a_backend_says_which_problems_it_has_forms_of_its_own_for(
    own: object, form: str, backend_named: Callable[[str], Backend]
) -> None:
    problem = make_problem(ProblemSpec())
    told = backend_named("numpy")._replace(own=own)  # type: ignore[arg-type]
    assert Arm(told, "cpu", "float64").form(problem) == form


def test_of_a_backend_that_does_not_say_nothing_is_told() -> None:
    silent = cast(Backend, SimpleNamespace(name="silent"))
    assert Arm(silent, "cpu", "float64").form(make_problem(ProblemSpec())) is None


@pytest.mark.parametrize("name", ["numpy", "torch", "jax-scan", "jax-eager"])
def test_what_is_not_among_the_built_in_problems_runs_as_written(
    name: str, backend_named: Callable[[str], Backend]
) -> None:
    problem = make_problem(ProblemSpec())
    mine = replace(problem, objective=replace(problem.objective, name="mine"))
    assert Arm(backend_named(name), "cpu", "float64").form(mine) == "as written"
