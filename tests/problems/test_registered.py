"""What every objective of ours keeps: a proof, the gradient of its loss, a rate that descends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from problems import oracle
from problems.problem import Problem, make_problem
from problems.reference import walked
from problems.registry import REGISTERED
from problems.room import cases_of
from problems.spec import ProblemSpec
from tests.nightly import one_by_day

# Unlike each other, so that no axis is taken for another
SMALL: dict[str, dict[str, int]] = {
    "linreg": {"n_features": 3},
    "softmax": {"n_features": 5, "n_classes": 3},
    "mlp": {"n_features": 5, "n_classes": 3, "n_hidden": 4},
    "mlp-tanh": {"n_features": 5, "n_classes": 3, "n_hidden": 4},
    "llsq": {"n_terms": 5},
    "logsumexp": {"n_entries": 7},
    "gmm": {"n_features": 3, "n_components": 4},
}
TRAINED = [name for name in SMALL if REGISTERED[name].trained]
SHAPES: list[dict[str, int]] = [
    {},
    {"n_features": 2, "n_classes": 3, "n_hidden": 2},
    {"n_features": 300, "n_classes": 30, "n_hidden": 3},
    {"n_features": 3, "n_classes": 4, "n_hidden": 300},
]


def small(name: str, **others: Any) -> Problem:
    return make_problem(ProblemSpec(n_examples=61, objective=name, sizes=SMALL[name], **others))


def test_every_objective_of_ours_is_tested_here() -> None:
    assert set(SMALL) == set(REGISTERED)


@pytest.mark.parametrize("name", SMALL)
def test_it_is_proved_at_the_start_and_where_training_leads_and_has_room(name: str) -> None:
    cases = cases_of(small(name), ["float32", "float64"])
    assert set(cases) == {"float32", "float64"}


@pytest.mark.parametrize("name", SMALL)
def test_the_gradient_by_hand_is_that_of_complex_steps_in_every_entry(name: str) -> None:
    problem = small(name)
    batch = problem.batch(np.arange(23))
    by_hand = oracle.gradient(problem.objective, problem.start, batch)
    alone = replace(problem.objective, gradient=None)
    exact = oracle.gradient(alone, problem.start, batch)
    for found, expected in zip(by_hand, exact, strict=True):
        assert found.shape == expected.shape
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-13)
        assert (expected != 0).all()


@pytest.mark.parametrize("name", ["softmax", "mlp", "mlp-tanh"])
def test_the_gradient_is_that_of_the_loss_where_labels_do_not_add_up_to_one(name: str) -> None:
    """As rounding, and the check of an arm's precision, leave them."""
    problem = small(name)
    X, Y = problem.batch(np.arange(23))
    alone = replace(problem.objective, gradient=None)
    by_hand, exact = (
        oracle.gradient(objective, problem.start, (X, 1.5 * Y))
        for objective in (problem.objective, alone)
    )
    for found, expected in zip(by_hand, exact, strict=True):
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("n_examples", one_by_day([200, 40]))
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: "-".join(map(str, shape.values())))
@pytest.mark.parametrize("name", TRAINED)
def test_sgd_descends_at_the_rate_it_calls_stable(
    name: str, shape: dict[str, int], n_examples: int
) -> None:
    objective = REGISTERED[name]
    assert objective.stable_rate is not None
    sizes = {size: shape.get(size, value) for size, value in objective.sizes().items()}
    for batch_size in (1, 10, n_examples):
        spec = ProblemSpec(n_examples, batch_size, objective=name, sizes=sizes)
        spec = replace(spec, lr=objective.stable_rate(spec.all_sizes))
        walk = walked(make_problem(spec))
        losses = [float(walk["losses", epoch][0]) for epoch in range(spec.epochs + 1)]
        assert losses[1] < losses[0], batch_size
        assert losses[-1] < losses[0], batch_size
