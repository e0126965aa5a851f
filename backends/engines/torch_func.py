"""Torch's function transforms: ``torch.func.grad`` of a pure loss, eager."""

from __future__ import annotations

import torch

from backends.base import Array, Backend, Batch, Params
from backends.engines.torch_eager import FORMS, form_of
from backends.engines.torch_memory import facts, supports
from backends.engines.torch_operators import by_transforms
from backends.engines.torch_plain import Plain
from problems.problem import Problem


def prepare(problem: Problem, device: str, dtype: str) -> Plain:
    form = form_of(problem.objective)
    # A tensor: forward, a product with a number of Python's has a derivative in float64
    scale = torch.tensor(form.scale, dtype=getattr(torch, dtype), device=device)

    def summed_loss(params: Params, batch: Batch) -> Array:
        found = form.function(params, batch)
        return found if form.scale == 1 else found * scale

    return Plain(problem, device, torch.func.grad(summed_loss), by_transforms(summed_loss))


torch_func = Backend("torch-func", "torch", "autodiff", "eager", supports, prepare, facts, FORMS)
