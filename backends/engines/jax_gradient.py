"""Any objective in JAX: its gradient by autodiff and by hand, its mean loss, the update."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from types import SimpleNamespace

import jax
import jax.numpy as jnp

from backends.base import Array, Batch, Params, Refusal, not_by_hand
from backends.engines.jax_memory import supports
from problems.objective import Objective
from problems.problem import Problem

Gradient = Callable[[Params, Batch], Params]
Derivation = Callable[[Objective], Gradient]

# The array API is JAX's own NumPy, but for a name
xp = SimpleNamespace(**{**vars(jnp), "logsumexp": jax.nn.logsumexp})
# One function a process for each objective: what is compiled is found by the function


@cache
def loss_of(objective: Objective) -> Callable[[Params, Batch], Array]:
    return lambda params, batch: objective.loss(xp, params, tuple(batch))


@cache
def mean_loss(objective: Objective) -> Callable[[Params, Batch], Array]:
    summed_loss = loss_of(objective)

    def mean(params: Params, data: Batch) -> Array:
        data = tuple(data)
        return summed_loss(params, data) / len(data[0])

    return mean


@cache
def compiled_loss(objective: Objective) -> Callable[[Params, Batch], Array]:
    return jax.jit(mean_loss(objective))


@cache
def autodiff(objective: Objective) -> Gradient:
    return jax.grad(loss_of(objective))


@cache
def by_hand(objective: Objective) -> Gradient:
    if objective.name in GRADIENTS:
        return GRADIENTS[objective.name]
    assert objective.gradient is not None, "else it is refused"
    gradient = partial(objective.gradient, xp)
    return lambda params, batch: gradient(params, tuple(batch))


def supports_by_hand(problem: Problem, device: str, dtype: str) -> Refusal | None:
    return not_by_hand(problem, GRADIENTS) or supports(problem, device, dtype)


def linreg(params: Params, batch: Batch) -> Params:
    (w, b), (X, y) = params, batch
    residual = X @ w + b - y[:, None]  # (batch, 1)
    # As (r^T X)^T, the product that autodiff finds: X^T r is slower where batches are large
    return (residual.T @ X).T, residual.sum(axis=0)


GRADIENTS: dict[str, Gradient] = {"linreg": linreg}


def sgd(params: Params, grads: Params, rate: float | Array) -> Params:
    """The parameters a step of ``rate`` = lr / batch_size downhill."""
    return tuple(param - rate * grad for param, grad in zip(params, grads, strict=True))
