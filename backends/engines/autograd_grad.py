"""HIPS autograd: reverse mode over NumPy, the loss traced anew in every call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from types import SimpleNamespace

import autograd.numpy as anp  # type: ignore[import-untyped]  # no annotations
import numpy as np
from autograd import grad, make_vjp

from backends.base import Array, Backend, Batch, Params, Refusal, unfit
from backends.engines.autograd_operators import operators
from backends.engines.numpy_host import Eager, Gradient
from problems.namespace import logsumexp_of
from problems.problem import Problem


def take(array: Array, indices: Array, /, *, axis: int = 0) -> Array:
    return array[(slice(None),) * (axis % array.ndim) + (indices,)]


# With the array API's names for what autograd follows by others only
xp = SimpleNamespace(**{**vars(anp), "concat": anp.concatenate, "take": take})
xp.logsumexp = logsumexp_of(xp)  # its own calls SciPy's, which takes longer than these


def as_written(problem: Problem) -> Gradient:
    """The gradient of the objective's own loss."""
    loss, n = problem.objective.loss, len(problem.start)
    grads = grad(lambda *arrays: loss(xp, arrays[:n], arrays[n:]), tuple(range(n)))
    return lambda params, batch: tuple(grads(*params, *batch))


def twice_summed_loss(weights: Array, X: Array, y: Array) -> Array:
    residual = X @ weights - y  # (batch,)
    return residual @ residual


# At (weights, X, y): the vector-Jacobian product, and the value
vjp_of_loss = make_vjp(twice_summed_loss)


def linreg(problem: Problem) -> Gradient:
    """An operation traced costs far more than its arithmetic, so few are.

    The bias is the weight of a feature that is 1, and the loss's 1/2 is what the product starts
    from.
    """
    dtype = problem.data[0].dtype
    half, ones = np.asarray(0.5, dtype), np.ones((problem.batch_size, 1), dtype)

    def gradient(params: Params, batch: Batch) -> Params:
        (w, b), (X, y) = params, batch
        weights = np.concatenate((w[:, 0], b))  # (d + 1,)
        with_one = np.concatenate((X, ones[: len(y)]), axis=1)  # (batch, d + 1)
        vjp, _ = vjp_of_loss(weights, with_one, y)
        grads = vjp(half)
        return grads[:-1, None], grads[-1:]

    return gradient


FORMS: dict[str, Callable[[Problem], Gradient]] = {"linreg": linreg}


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return unfit("autograd", device, ("cpu",), dtype)


def prepare(problem: Problem, device: str, dtype: str) -> Eager:
    gradient = FORMS.get(problem.objective.name, as_written)(problem)
    return Eager(problem, gradient, operators(problem, xp, gradient))


def facts(device: str) -> Mapping[str, str]:
    return {"version": version("autograd")}


autograd_grad = Backend(
    "autograd", "autograd", "autodiff", "eager", supports, prepare, facts, FORMS
)
