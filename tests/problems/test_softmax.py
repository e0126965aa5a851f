"""Softmax regression: its loss, its labels, its cost."""

from __future__ import annotations

import math

import numpy as np
import pytest

from problems.errors import BadInput
from problems.namespace import xp
from problems.problem import make_problem
from problems.softmax import labelled, softmax
from problems.spec import ProblemSpec


def test_without_weights_every_class_is_as_likely_as_any() -> None:
    problem = make_problem(ProblemSpec(n_examples=50, objective="softmax"))
    nothing = tuple(np.zeros_like(param) for param in problem.start)
    assert softmax.loss(xp, nothing, problem.data) == pytest.approx(50 * math.log(10), rel=1e-14)


def test_logits_whose_exponential_nobody_holds_have_their_loss() -> None:
    """Of one example at logits 1000, 998 and -1000, labelled by the second."""
    params = np.array([[1000.0, 998.0, -1000.0]]), np.zeros(3)
    batch = np.ones((1, 1)), np.array([[0.0, 1.0, 0.0]])
    assert softmax.loss(xp, params, batch) == pytest.approx(2 + math.log1p(math.exp(-2)), rel=1e-12)
    assert softmax.gradient is not None
    _, db = softmax.gradient(xp, params, batch)
    share = 1 / (1 + math.exp(2))
    assert db == pytest.approx(np.array([1 - share, share - 1, 0.0]), rel=1e-12)


def test_labels_are_one_hot_and_as_frequent_as_their_softmax_says() -> None:
    n, logits = 40_000, np.array([0.0, 1.0, -1.0, 2.0])
    Y = labelled(np.random.default_rng(1), np.tile(logits, (n, 1)))
    assert np.unique(Y).tolist() == [0.0, 1.0]
    assert (Y.sum(axis=1) == 1).all()
    p = np.exp(logits) / np.exp(logits).sum()
    assert (np.abs(Y.mean(axis=0) - p) < 5 * np.sqrt(p * (1 - p) / n)).all()


def test_a_single_class_is_refused() -> None:
    with pytest.raises(BadInput, match="n_classes is 1; expected at least 2"):
        make_problem(ProblemSpec(objective="softmax", sizes={"n_classes": 1}))


def test_the_teacher_is_no_truth_that_an_arm_has_to_find() -> None:
    assert make_problem(ProblemSpec(objective="softmax")).truth is None


def test_its_cost_is_what_one_counts_by_hand() -> None:
    """Two batches of two examples, three features, two classes.

    An example: logits 2 (3 + 3); of them 1 comparison, 2 differences, 2 exponentials, 1 sum,
    2 divisions, 2 differences to the label; into dW 3 * 2 products and sums, into db 2 sums: 36.
    A batch: 3 for each of 3 * 2 + 2 parameters.
    """
    assert softmax.cost is not None
    spec = ProblemSpec(4, 2, objective="softmax", sizes={"n_features": 3, "n_classes": 2})
    flop, n_numbers = softmax.cost(spec.all_sizes)
    assert flop == 4 * (12 + 10 + 12 + 2) + 2 * 3 * 8
    assert n_numbers == 4 * (3 + 2)
