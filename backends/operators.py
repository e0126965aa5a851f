"""Operators: derivatives besides the gradient, which an arm's ``steps`` may offer.

``steps.operators`` maps names to functions of unconsumed parameters and a minibatch. They change
neither, and what they give is on the device:

- ``jvp(params, batch, direction)``: the derivative of the summed loss along ``direction``, a tuple
  like the parameters; a scalar
- ``hvp(params, batch, direction)``: the Hessian times ``direction``, like the parameters
- ``hessian(params, batch)``: (P, P), the parameters in C order one after another
- ``per_example(params, batch)``: the gradients of the examples, each (batch, ...)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from backends.base import Program

OPERATORS = ("jvp", "hvp", "hessian", "per_example")
ALONG = ("jvp", "hvp")  # a direction
MOST_PARAMS = 500  # of a Hessian: the numbers of more are no answer to wait for

FORWARD = "forward"
FORWARD_OVER_REVERSE = "forward over reverse"
REVERSE_OVER_REVERSE = "reverse over reverse"
REVERSE_VECTORIZED = "reverse, vectorized"
REVERSE_ONE_BY_ONE = "reverse, example by example"

Function = Callable[..., Any]


class Operator(NamedTuple):
    """A function, and the composition of modes by which the engine finds it, where it says so."""

    function: Function
    composition: str | None = None

    def __call__(self, *args: Any) -> Any:
        return self.function(*args)


def offered(program: Program) -> dict[str, Operator]:
    """The operators of ``program`` that are known here, by name; none of one without ``steps``."""
    found: Mapping[str, Function] = getattr(program.steps, "operators", None) or {}
    return {name: operator(found[name]) for name in OPERATORS if name in found}


def operator(function: Function) -> Operator:
    """``function`` as an Operator: itself, or one that does not say how it is found."""
    return function if isinstance(function, Operator) else Operator(function)


def lacking(program: Program, name: str, n_params: int) -> str | None:
    """Why there is no operator ``name`` of ``program``, or None."""
    if program.steps is None:
        return "the epoch runs as one program and cannot be taken apart"
    if name not in offered(program):
        return f"the backend offers no {name}"
    if name == "hessian" and n_params > MOST_PARAMS:
        return f"of {n_params} parameters; a Hessian is of {MOST_PARAMS} at the most"
    return None
