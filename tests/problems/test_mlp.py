"""Networks of one hidden layer: their start, their cost, their rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from problems import oracle
from problems.problem import make_problem
from problems.registry import REGISTERED
from problems.spec import ProblemSpec

NAMES = ["mlp", "mlp-tanh"]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_that_is_all_zero_has_a_derivative_at_the_start(name: str) -> None:
    problem = make_problem(ProblemSpec(n_examples=30, objective=name))
    X, Y = problem.data
    some_zero = replace(problem, data=(np.concatenate((0 * X[:5], X[5:])), Y))
    oracle.prove(some_zero)  # raises BadObjective where there is none
    assert not some_zero.data[0][:5].any()


@pytest.mark.parametrize("name", NAMES)
def test_the_start_keeps_the_size_of_what_passes(name: str) -> None:
    """So that hidden units are neither all dead or flat nor logits large, at any size."""
    sizes = {"n_features": 400, "n_hidden": 300}
    problem = make_problem(ProblemSpec(n_examples=500, objective=name, sizes=sizes))
    (W1, b1, W2, b2), (X, _) = problem.start, problem.data
    a = X @ W1 + b1
    h = np.maximum(a, 0) if name == "mlp" else np.tanh(a)
    assert np.mean(h * h) == pytest.approx(1.0 if name == "mlp" else 0.4, rel=0.1)
    assert np.std(h @ W2 + b2) == pytest.approx(np.sqrt(np.mean(h * h)), rel=0.2)


@pytest.mark.parametrize("name", NAMES)
def test_a_teacher_of_the_same_layers_is_no_truth_that_an_arm_has_to_find(name: str) -> None:
    problem = make_problem(ProblemSpec(n_examples=2000, objective=name))
    assert problem.truth is None
    shares = problem.data[1].mean(axis=0)
    assert shares.min() > 0.005  # every class is there to be learned


@pytest.mark.parametrize(("name", "of_a_unit"), [("mlp", 2), ("mlp-tanh", 4)])
def test_its_cost_is_what_one_counts_by_hand(name: str, of_a_unit: int) -> None:
    """Two batches of two examples, three features, two hidden units, two classes.

    An example: sums of the hidden layer 2 (3 + 3), logits 2 (2 + 2); of them 1 comparison,
    2 differences, 2 exponentials, 1 sum, 2 divisions, 2 differences to the label; into dW2
    2 * 2 products and sums, into db2 2 sums; back 2 products and 1 sum for each hidden unit; into
    dW1 3 * 2 products and sums, into db1 2 sums. A unit of relu: max, and its slope; of tanh: tanh,
    a square, a difference, a product. A batch: 3 for each of 3 * 2 + 2 + 2 * 2 + 2 parameters.
    """
    cost = REGISTERED[name].cost
    assert cost is not None
    sizes = {"n_features": 3, "n_hidden": 2, "n_classes": 2}
    flop, n_numbers = cost(ProblemSpec(4, 2, objective=name, sizes=sizes).all_sizes)
    example = 12 + 8 + 10 + (8 + 2) + 2 * 3 + (12 + 2) + 2 * of_a_unit
    assert flop == 4 * example + 2 * 3 * 14
    assert n_numbers == 4 * (3 + 2)
