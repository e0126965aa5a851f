"""Torch's eager autograd of any objective, as good as it gets without compiling."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import torch
from torch.nn.functional import mse_loss

from backends.base import Array, Backend, Batch, Params
from backends.engines.torch_memory import Loop, facts, supports
from backends.engines.torch_operators import by_autograd
from backends.engines.torch_xp import xp
from problems.objective import Objective
from problems.problem import Problem


class Form(NamedTuple):
    """An objective's summed loss in torch's own operations: ``scale`` times what it returns."""

    function: Callable[[Params, Batch], Array]
    scale: float = 1.0

    def mean(self, params: Params, data: Batch) -> Array:
        """The loss by the number of examples, which autograd does not follow."""
        with torch.no_grad():
            return self.function(params, data) * (self.scale / len(data[0]))


def squares(params: Params, batch: Batch) -> Array:
    (w, b), (X, y) = params, batch
    y_hat = torch.addmm(b, X, w)  # (batch, 1)
    return mse_loss(y_hat, y.unsqueeze(1), reduction="sum")


FORMS = {"linreg": Form(squares, 0.5)}


def form_of(objective: Objective) -> Form:
    """The objective's own form, or its loss as it is written."""
    return FORMS.get(objective.name) or Form(partial(objective.loss, xp))


class Eager(Loop):
    """Eager autograd with every avoidable call taken out, and nothing else."""

    follows = True

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        super().__init__(problem, device)
        self.form = form_of(problem.objective)
        self.function, self.loss = self.form.function, partial(self.form.mean, data=self.data)
        self.scale = self.first[0].new_tensor(self.form.scale)
        self.operators = by_autograd(self.function, self.scale)

    def gradient(self, params: Params, batch: Batch) -> Params:
        # As the vector of the vector-Jacobian product the scale takes the place of the 1 that
        # would be made anew, and costs no operation
        return torch.autograd.grad(self.function(params, batch), params, self.scale)

    def step(self, params: Params, batch: Batch) -> Params:
        for param, grad in zip(params, self.gradient(params, batch), strict=True):
            # In place, on a view that autograd does not follow: cheaper than entering no_grad
            param.detach().sub_(grad, alpha=self.rate)
        return params


torch_eager = Backend("torch", "torch", "autodiff", "eager", supports, Eager, facts, FORMS)
