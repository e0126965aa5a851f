"""The published objectives: values and gradients against answers computed in 50 digits."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import numpy as np
import pytest

from problems import gmm, llsq, logsumexp
from problems.errors import BadInput
from problems.namespace import xp
from problems.objective import Arrays
from problems.problem import make_problem
from problems.registry import REGISTERED
from problems.spec import ProblemSpec
from tests.problems.published import FILE

ANSWERS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
NAMES = [name for name in ANSWERS if name != "source"]
OURS = {"lse": logsumexp, "llsq": llsq, "gmm": gmm}


def arrays(name: str) -> tuple[Arrays, Arrays]:
    """Parameters and data as ours take them."""
    given = {key: np.array(value) for key, value in ANSWERS[name]["given"].items()}
    if name.startswith("lse"):
        return (given["x"],), (np.array([0.25, 0.75]),)
    if name == "llsq":
        drawn = make_problem(ProblemSpec(int(given["n"]), 1, objective="llsq")).data
        return (given["x"],), drawn
    n = len(given["X"])
    return tuple(given[key] for key in gmm.gmm.params), (given["X"], np.full(n, 1 / n))


def functions(name: str) -> tuple[Any, Any]:
    module: Any = OURS[name.partition("-")[0]]
    if module is not gmm:
        return module.loss, module.gradient
    given = ANSWERS[name]["given"]
    prior = gmm.Prior(given["m"], given["gamma"])
    return partial(gmm.loss, prior), partial(gmm.gradient, prior)


@pytest.mark.parametrize("name", NAMES)
def test_value_and_gradient_are_those_of_fifty_digits(name: str) -> None:
    loss, gradient = functions(name)
    params, data = arrays(name)
    assert loss(xp, params, data) == pytest.approx(float(ANSWERS[name]["value"]), rel=4e-15)
    for found, right in zip(
        gradient(xp, params, data), ANSWERS[name]["gradient"].values(), strict=True
    ):
        expected = np.array(right, dtype=float)
        assert np.ravel(found) == pytest.approx(expected, rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_any_batches_add_up_to_it(name: str) -> None:
    """The prior of gmm too, and the one function of logsumexp: each example has its share."""
    loss, gradient = functions(name)
    params, data = arrays(name)
    parts = [slice(0, 1), slice(1, None)]
    batches = [tuple(array[part] for array in data) for part in parts]
    value = sum(loss(xp, params, batch) for batch in batches)
    assert value == pytest.approx(float(ANSWERS[name]["value"]), rel=4e-15)
    left, right = (gradient(xp, params, batch) for batch in batches)
    for one, other, answer in zip(left, right, ANSWERS[name]["gradient"].values(), strict=True):
        expected = np.array(answer, dtype=float)
        assert np.ravel(one + other) == pytest.approx(expected, rel=1e-13, abs=1e-14)


def test_the_answers_say_where_they_are_from_and_have_the_digits_they_promise() -> None:
    assert "mpmath" in ANSWERS["source"]
    for name in NAMES:
        digits = ANSWERS[name]["value"].lstrip("-").replace(".", "").lstrip("0")
        assert len(digits) >= 45, name


def test_a_gmm_of_one_dimension_is_refused() -> None:
    spec = ProblemSpec(objective="gmm", sizes={"n_features": 1, "n_components": 2})
    with pytest.raises(BadInput, match="n_features is 1; expected at least 2"):
        make_problem(spec)


@pytest.mark.parametrize("name", ["llsq", "logsumexp", "gmm"])
def test_what_is_not_trained_says_what_it_promises(name: str) -> None:
    objective = REGISTERED[name]
    assert not objective.trained
    assert objective.promise
    assert objective.stable_rate is None
