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
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from backends.base import Program
    from problems.problem import Problem

OPERATORS = ("jvp", "hvp", "hessian", "per_example")
ALONG = ("jvp", "hvp")  # a direction
MOST_PARAMS = 500  # of a Hessian: the numbers of more are no answer to wait for

LONGEST = 200  # characters of an engine's own words

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


def failing(program: Program, name: str, problem: Problem) -> str | None:
    """Why there is no operator ``name`` of ``program``, which is tried once, or None.

    An engine may lack a rule for what an objective asks for. Where memory runs out it raises.
    """
    reason = lacking(program, name, sum(p.size for p in problem.start))
    if reason is not None or program.steps is None:
        return reason
    params, memory = program.start(), program.memory
    batch = next(iter(program.steps.batches(problem.orders[0])))
    vectors = (memory.put(problem.direction),) if name in ALONG else ()
    try:
        memory.wait(offered(program)[name].function(params, batch, *vectors))
    except MemoryError:
        raise
    except Exception as error:
        told = str(error).strip().splitlines() or [""]
        return f"its {name} fails: {type(error).__name__}: {told[0][:LONGEST]}"
    return None
