"""CUDA graphs: torch's eager autograd, captured once over many steps and replayed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import torch

from backends.base import Array, Backend, Params, Refusal, unfit
from backends.engines import torch_memory
from backends.engines.torch_eager import FORMS, form_of
from backends.engines.torch_memory import Tensors
from problems.problem import Problem

RUN = 100  # steps a graph, at the most: capturing takes the longer the more there are
WARM_UPS = 3  # before a capture, so that libraries and autograd have set themselves up


def facts(device: str) -> dict[str, str | int | float]:
    return torch_memory.facts(device) | {"steps_a_call": RUN}


def supports(problem: Problem, device: str, dtype: str) -> Refusal | None:
    refusal = unfit("torch-cudagraph", device, ("cuda",), dtype)
    return refusal or torch_memory.supports(problem, device, dtype)


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


class Graphs(Tensors):
    steps = None

    def __init__(self, problem: Problem, device: str, dtype: str) -> None:
        super().__init__(problem, device)
        form = form_of(problem.objective)
        self.function, self.scale = form.function, self.first[0].new_tensor(form.scale)
        # The loss is eager like the work that is captured: once an epoch, a graph gains it little
        self.loss = partial(form.mean, data=self.data)
        # What every graph updates, and the same memory as autograd does not follow it
        self.followed = tuple(param.requires_grad_() for param in self.start())
        self.params = tuple(param.detach() for param in self.followed)
        self.length = RUN * self.size
        whole, rest = divmod(problem.n_visited, self.length)
        lengths = [self.length] * whole + [rest] * (rest > 0)
        graphs = {length: Captured(self.sgd_steps, length, device) for length in set(lengths)}
        self.graphs = [graphs[length] for length in lengths]

    def sgd_steps(self, chosen: Array) -> None:
        """A step for each minibatch of the examples ``chosen``, the last of which may be short."""
        parts = (torch.split(array.index_select(0, chosen), self.size) for array in self.data)
        for batch in zip(*parts, strict=True):
            loss = self.function(self.followed, batch)
            grads = torch.autograd.grad(loss, self.followed, self.scale)
            for param, grad in zip(self.params, grads, strict=True):
                param.sub_(grad, alpha=self.rate)

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        for static, param in zip(self.params, params, strict=True):
            static.copy_(param)  # nothing to do where the epoch before gave them
        parts = torch.split(torch.tensor(order, device=self.memory.device), self.length)
        for graph, chosen in zip(self.graphs, parts, strict=True):
            graph(chosen)
        return self.params


torch_cudagraph = Backend(
    "torch-cudagraph", "torch", "autodiff", "compiled epoch", supports, Graphs, facts, FORMS
)
