"""The contract a backend keeps: a record of functions, and what they hand out.

A backend needs nothing of this module at run time: any object with these members is one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from problems.problem import Problem

DEVICES = ("cpu", "cuda", "metal")
DTYPES = ("float32", "float64")
DIFFERENTIATIONS = ("hand-written", "autodiff")
EXECUTIONS = ("eager", "compiled step", "compiled epoch")
FORMS = ("as written", "own form")

Array = Any  # an array of the backend's own framework
Params = tuple[Array, ...]  # flat, in the order of the objective's names
# What ``gradient`` and ``step`` take; unpacks into the data's arrays, (batch, ...) each
Batch = Any


class Refusal(NamedTuple):
    """Why an arm cannot run. A plain ``(status, reason)`` tuple is as good."""

    status: Literal["unsupported", "unavailable"]
    """``unsupported``: this backend never can; ``unavailable``: it could, on another machine."""
    reason: str


class Memory(Protocol):
    """A framework's memory on one device: the same for every problem."""

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        """Copies of NumPy ``arrays`` on the device, in their own dtype.

        Integers may be held in fewer bits. What is done to ``arrays`` later is not seen.
        """

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        """NumPy copies of ``arrays`` in their own dtype."""

    def wait(self, value: Any) -> None:
        """Return when all work behind every array in ``value`` (nested tuples, lists) is done."""


class Steps(Protocol):
    """An epoch taken apart, so that its parts can be timed and checked one by one.

    It may have ``operators`` besides, a mapping of names to functions: see ``backends.operators``.
    """

    def batches(self, order: np.ndarray) -> Iterable[Batch]:
        """The minibatches of ``order`` (n_visited,), on the device; the last may be short."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        """d(summed loss)/d(params) of one minibatch, shaped like ``params``; changes neither."""

    def step(self, params: Params, batch: Batch) -> Params:
        """The parameters after one SGD update; consumes ``params``, leaves ``batch`` alone."""


class Program(Protocol):
    """A problem made ready on its device; one live set of parameters at a time.

    Parameters stay valid until they are consumed, batches until the next call of ``batches`` or
    ``epoch``, a gradient's values until the next call of ``gradient`` or ``step``; it can be
    waited for and fetched afterwards too. An order may be overwritten once what came of it has
    been waited for: it is what it holds, not where it lies.
    """

    @property
    def memory(self) -> Memory:
        """Where its arrays lie."""

    @property
    def steps(self) -> Steps | None:
        """The epoch taken apart, or None where the framework runs it as one program."""

    def start(self) -> Params:
        """Fresh initial parameters on the device."""

    def epoch(self, params: Params, order: np.ndarray) -> Params:
        """The parameters after all minibatches of ``order`` (n_visited,), drawn on the host.

        ``order`` permutes the examples, or is the beginning of such a permutation where an epoch
        is cut short: as long as ``problem.orders[0]``. Consumes ``params``: the caller keeps only
        what comes back.
        """

    def loss(self, params: Params) -> Array:
        """The summed loss of all examples divided by their number, a scalar on the device."""


class Backend(NamedTuple):
    """One way of getting the gradient, on one framework: any object with these members is one."""

    name: str
    framework: str
    differentiation: str  # one of DIFFERENTIATIONS
    execution: str  # one of EXECUTIONS
    supports: Callable[[Problem, str, str], Refusal | tuple[str, str] | None]
    """(problem, device, dtype) to None where ``prepare`` will work, else status and reason."""
    prepare: Callable[[Problem, str, str], Program]
    """(problem, device, dtype) to the Program: the data moved to the device once.

    ``problem`` holds NumPy arrays already in ``dtype``, read-only and 64-byte aligned.
    """
    facts: Callable[[str], Mapping[str, str | int | float]]
    """(device) to what the framework says of itself now: ``version``, ``threads``, and the like.

    Also matmul precision, seconds of tracing and compiling, and name and peak memory of the
    device, where it knows them; ``steps_a_call``, where an epoch takes several calls.
    """
    own: Collection[str] | None = None
    """Names of the objectives that it runs in a form of its own, the others being run as written.

    None, or left out: not said.
    """


def epoch_of_steps(steps: Steps, params: Params, order: np.ndarray) -> Params:
    """The parameters after a step over each batch of ``order``: the epoch that is only a loop."""
    for batch in steps.batches(order):
        params = steps.step(params, batch)
    return params


def unfit(engine: str, device: str, devices: Iterable[str], dtype: str) -> Refusal | None:
    """None where ``engine`` computes on ``device`` in ``dtype``, which it does on ``devices``."""
    if device not in devices:
        known = " and ".join(devices)
        return Refusal("unsupported", f"{engine} runs on {known} only, not on {device}")
    if dtype not in DTYPES:
        return Refusal("unsupported", f"dtype {dtype} is not one of {', '.join(DTYPES)}")
    return None


def not_by_hand(problem: Problem, own: Mapping[str, Any]) -> Refusal | None:
    """None where a gradient by hand is there, the engine's ``own`` or the objective's."""
    if problem.objective.gradient is not None or problem.objective.name in own:
        return None
    name = problem.objective.name
    return Refusal("unsupported", f"{name} has no gradient(xp, params, batch) written by hand")


def not_written(engine: str, kernels: Mapping[str, Any], problem: Problem) -> Refusal | None:
    """None where ``engine``, which knows some objectives only, has a kernel for this one."""
    name, known = problem.objective.name, ", ".join(kernels)
    if name in kernels:
        return None
    return Refusal("unsupported", f"{engine} has kernels for {known}, none for {name}")
