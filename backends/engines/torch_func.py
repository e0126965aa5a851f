"""Torch's function transforms: ``torch.func.grad`` of a pure loss, eager."""

from __future__ import annotations

import torch
from torch.nn.functional import mse_loss

from backends.base import Array, Batch, Params, Prepared
from backends.engines.torch_plain import PlainPrepared
from backends.engines.torch_tensors import facts, supports
from backends.problem import Problem


class TorchFunc:
    name = "torch-func"
    framework = "torch"
    differentiation = "autodiff"
    execution = "eager"
    supports = staticmethod(supports)
    facts = staticmethod(facts)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return PlainPrepared(problem, device, torch.func.grad(summed_loss))


def summed_loss(params: Params, batch: Batch) -> Array:
    w, b = params
    X, y = batch
    y_hat = torch.addmm(b, X, w)  # (batch, 1)
    return mse_loss(y_hat, y.unsqueeze(1), reduction="sum") / 2
