"""CUDA graphs: torch's eager autograd, captured once over many steps and replayed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch.nn.functional import mse_loss

from backends.base import Array, Params, Prepared, Refusal
from backends.engines import torch_tensors
from backends.engines.torch_tensors import Tensors, facts
from backends.problem import Problem

RUN = 100  # steps a graph, at the most: capturing takes the longer the more there are
WARM_UPS = 3  # before a capture, so that libraries and autograd have set themselves up


class TorchCudaGraph:
    name = "torch-cudagraph"
    framework = "torch"
    differentiation = "autodiff"
    execution = "compiled epoch"

    def facts(self, device: str) -> dict[str, str | int | float]:
        return facts(device) | {"steps_a_call": RUN}

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        if device != "cuda":
            return Refusal("unsupported", f"CUDA graphs run on cuda only, not on {device}")
        return torch_tensors.supports(problem, device, dtype)

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        return GraphPrepared(problem, device)


class Captured:
    """``work`` on ``length`` indices as a CUDA graph, which reads them from memory of its own."""

    def __init__(self, work: Callable[[Array], None], length: int, device: str) -> None:
        self.chosen = torch.zeros(length, dtype=torch.int64, device=device)
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]  # torch's is unannotated
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UPS):
                work(self.chosen)
        torch.cuda.current_stream().wait_stream(side)
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            work(self.chosen)

    def __call__(self, chosen: Array) -> None:
        self.chosen.copy_(chosen)
        self.graph.replay()


class GraphPrepared:
    stepwise = None

    def __init__(self, problem: Problem, device: str) -> None:
        data = self.data = Tensors(problem, device)
        self.start, self.put, self.wait = data.plain_start, data.put, data.wait
        # The loss is eager like the work that is captured: once an epoch, a graph gains it little
        self.fetch, self.loss = data.fetch, data.loss
        self.rate = problem.spec.lr / problem.spec.batch_size
        self.half = data.X.new_tensor(0.5)
        # What every graph updates, and the same memory as autograd does not follow it
        self.followed = data.start()
        self.params = tuple(param.detach() for param in self.followed)
        self.length = RUN * data.batch_size
        whole, rest = divmod(problem.n_visited, self.length)
        lengths = [self.length] * whole + [rest] * (rest > 0)
        graphs = {length: Captured(self.sgd_steps, length, device) for length in set(lengths)}
        self.graphs = [graphs[length] for length in lengths]

    def sgd_steps(self, chosen: Array) -> None:
        """A step for each minibatch of the examples ``chosen``, the last of which may be short."""
        X, y = self.data.X.index_select(0, chosen), self.data.y.index_select(0, chosen)
        size = self.data.batch_size
        for X_batch, y_batch in zip(torch.split(X, size), torch.split(y, size), strict=True):
            w, b = self.followed
            y_hat = torch.addmm(b, X_batch, w)  # (batch, 1)
            squares = mse_loss(y_hat, y_batch.unsqueeze(1), reduction="sum")
            grads = torch.autograd.grad(squares, self.followed, self.half)  # of half the squares
            for param, grad in zip(self.params, grads, strict=True):
                param.sub_(grad, alpha=self.rate)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for static, param in zip(self.params, params, strict=True):
            static.copy_(param)  # nothing to do where the epoch before gave them
        parts = torch.split(torch.tensor(order, device=self.data.device), self.length)
        for graph, chosen in zip(self.graphs, parts, strict=True):
            graph(chosen)
        return self.params
