"""The contract a backend keeps: three short protocols and the words they are written in.

A backend needs nothing of this module at run time: any object with these members is one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    import numpy as np

    from backends.problem import Problem

DEVICES = ("cpu", "cuda", "metal")
DTYPES = ("float32", "float64")
DIFFERENTIATIONS = ("hand-written", "autodiff")
EXECUTIONS = ("eager", "compiled step", "compiled epoch")

Array = Any  # an array of the backend's own framework
Params = tuple[Array, ...]  # flat; for the lesson (w, b): (n_features, 1), (1,)
# What ``gradient`` and ``step`` take; unpacks into X (batch, n_features) and y (batch,)
Batch = Any


class Refusal(NamedTuple):
    """Why an arm cannot run. A plain ``(status, reason)`` tuple is as good."""

    status: Literal["unsupported", "unavailable"]
    """``unsupported``: this backend never can; ``unavailable``: it could, on another machine."""
    reason: str


class Stepwise(Protocol):
    """An epoch taken apart, so that its parts can be timed and checked one by one."""

    def batches(self, order: np.ndarray) -> Iterable[Batch]:
        """The minibatches of ``order`` (n_visited,), on the device; the last may be short."""

    def gradient(self, params: Params, batch: Batch) -> Params:
        """d(summed loss)/d(params) of one minibatch, shaped like ``params``; changes neither."""

    def step(self, params: Params, batch: Batch) -> Params:
        """The parameters after one SGD update; consumes ``params``, leaves ``batch`` alone."""


class Prepared(Protocol):
    """A problem on its device, ready to run; one live set of parameters at a time.

    Parameters stay valid until they are consumed, batches until the next call of ``batches`` or
    ``epoch``, a gradient's values until the next call of ``gradient`` or ``step``; it can be
    waited for and fetched afterwards too.
    """

    @property
    def stepwise(self) -> Stepwise | None:
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
        """Mean loss over all examples, a scalar on the device."""

    def wait(self, value: Any) -> None:
        """Return when all work behind every array in ``value`` (nested tuples, lists) is done."""

    def put(self, arrays: tuple[np.ndarray, ...]) -> tuple[Array, ...]:
        """Copies of NumPy ``arrays`` on the device, in their own dtype.

        An order may be held in fewer bits. What is done to ``arrays`` later is not seen.
        """

    def fetch(self, arrays: tuple[Array, ...]) -> tuple[np.ndarray, ...]:
        """NumPy copies of ``arrays`` in their own dtype."""


class Backend(Protocol):
    """One way of getting the gradient, on one framework.

    ``differentiation`` is one of ``DIFFERENTIATIONS`` and ``execution`` one of ``EXECUTIONS``.
    """

    name: str
    framework: str
    differentiation: str
    execution: str

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        """None where ``prepare`` will work, else the status and the reason why not."""

    def prepare(self, problem: Problem, device: str, dtype: str) -> Prepared:
        """Move the data to ``device`` once and build what running needs.

        ``problem`` holds NumPy arrays already in ``dtype``, read-only and 64-byte aligned.
        """

    def facts(self, device: str) -> Mapping[str, str | int | float]:
        """What the framework says of itself now: ``version``, ``threads``, and the like.

        Also matmul precision, seconds of tracing and compiling, and name and peak memory of
        ``device``, where it knows them; ``steps_a_call``, where an epoch takes several calls.
        """


def epoch_of_steps(stepwise: Stepwise, params: Params, order: np.ndarray) -> Params:
    """The parameters after a step over each batch of ``order``: the epoch that is only a loop."""
    for batch in stepwise.batches(order):
        params = stepwise.step(params, batch)
    return params
