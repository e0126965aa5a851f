"""Version 2 of the files, which knew the lesson only, lifted to what is read today."""

from __future__ import annotations

import math
from typing import Any

from runfiles.errors import mismatch

PARAMETERS = ("w", "b")
OWN = ("n_features", "noise")  # sizes of the lesson that stood among those of every problem
MOVED = (*OWN, *(f"{name}_{answer}" for name in PARAMETERS for answer in ("true", "reference")))


def lifted(document: dict[str, Any]) -> dict[str, Any]:
    """A document of version 2 as one of version 3."""
    found = document | {"version": 3}
    if document["format"] == "autograd-bench plan":
        found["problem"] = lifted_problem(document.get("problem"))
    elif document["format"] == "autograd-bench raw":
        learned = {name: document[name] for name in PARAMETERS if document.get(name) is not None}
        found["learned"] = learned or None
    return found


def lifted_problem(problem: Any) -> dict[str, Any]:
    """What is otherwise: sizes and answers were the lesson's, and nothing said so."""
    if not isinstance(problem, dict):
        raise mismatch("problem", problem, "an object")
    for name in MOVED:
        if name not in problem:
            raise ValueError(f"problem.{name} is nothing; expected a value")
    return {key: value for key, value in problem.items() if key not in MOVED} | {
        "objective": "linreg",
        "title": "the lesson",
        "sizes": {name: problem[name] for name in OWN},
        "parameters": [parameter(problem, name) for name in PARAMETERS],
        "cost": cost(problem),
        "look": ["X", "y"],
    }


def parameter(problem: dict[str, Any], name: str) -> dict[str, Any]:
    """A parameter with its answers: ``w`` is a column, ``b`` a list."""
    true, reference = problem[f"{name}_true"], problem[f"{name}_reference"]
    if not isinstance(true, list):
        raise mismatch(f"problem.{name}_true", true, "a list of numbers")
    shape = [len(true), 1] if name == "w" else [len(true)]
    return {"name": name, "shape": shape, "true": true, "reference": reference}


def cost(problem: dict[str, Any]) -> dict[str, int]:
    """What an epoch takes, by the lesson's formulas.

    An example: 4 d + 2 operations and d + 1 numbers; a minibatch: 3 for each of d + 1 parameters.
    """
    names = ("n_examples", "n_features", "batch_size")
    n, d, size = (count(problem, name) for name in names)
    if problem.get("steps") is not None:
        n = min(n, count(problem, "steps") * size)
    n_batches = math.ceil(n / size)
    return {"flop": n * (4 * d + 2) + n_batches * 3 * (d + 1), "n_numbers": n * (d + 1)}


def count(problem: dict[str, Any], name: str) -> int:
    """A size that is counted. Raises ValueError where it is none."""
    found = problem.get(name)
    if not isinstance(found, int) or isinstance(found, bool) or found < 1:
        raise mismatch(f"problem.{name}", found, "a whole number of at least 1")
    return found
