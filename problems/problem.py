"""A problem: an objective on data, from a start, in an order; what every backend is handed."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from problems import handed
from problems.counted import counted
from problems.errors import BadInput
from problems.objective import Arrays, Made, Objective
from problems.spec import ProblemSpec

ALIGNMENT = 64  # bytes; torch and XLA align to it too, so that no arm gains by luck


@dataclass(frozen=True)
class Problem:
    """An objective trained by minibatch SGD, to the byte; all arrays are read-only.

    The update is ``p - lr * dp / batch_size`` of the summed loss, with the same divisor for a
    short last batch. Floats are in the arm's dtype, integers among the data int64.
    """

    objective: Objective
    spec: ProblemSpec
    data: Arrays  # the first axis of each: the examples
    start: Arrays
    orders: np.ndarray  # (epochs, n_visited), int64; row e is the order of epoch e
    truth: Arrays | None = None  # the parameters that the data were drawn from

    def __post_init__(self) -> None:
        for name, array in self.arrays():
            if not np.isfinite(array).all():
                where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
                raise BadInput(
                    f"problem array {name} holds {array[where]} at {list(where)}; expected "
                    "finite numbers only. Clean the data, or make the problem again."
                )

    @property
    def batch_size(self) -> int:
        return self.spec.batch_size

    @property
    def rate(self) -> float:
        """What a summed gradient is multiplied by in a step."""
        return self.spec.lr / self.spec.batch_size

    @property
    def n_visited(self) -> int:
        """Examples an epoch visits."""
        return int(self.orders.shape[1])

    @property
    def n_batches(self) -> int:
        """Minibatches an epoch, the short last one included."""
        return -(-self.n_visited // self.batch_size)

    @cached_property
    def direction(self) -> Arrays:
        """Along which operators derive: of unit scale, like the parameters in shape and dtype.

        Drawn from the seed in numbers that every dtype holds, so that it is the same in each.
        """
        rng = np.random.default_rng([self.spec.seed, 5])
        drawn = (rng.standard_normal(p.shape, np.float32) for p in self.start)
        return tuple(aligned(v, str(p.dtype)) for v, p in zip(drawn, self.start, strict=True))

    def minibatch(self, number: int, epoch: int = 0) -> np.ndarray:
        """The examples of a minibatch."""
        size = self.batch_size
        index: np.ndarray = self.orders[epoch][number * size :][:size]
        return index

    def batch(self, index: np.ndarray) -> Arrays:
        """The data of the examples ``index``."""
        return self.objective.batch(self.data, index)

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array with the name of its file: data by their names, start and truth by theirs."""
        names = self.objective.params
        yield from zip(self.objective.data, self.data, strict=True)
        yield from zip((f"{name}_start" for name in names), self.start, strict=True)
        if self.truth is not None:
            yield from zip((f"{name}_true" for name in names), self.truth, strict=True)
        yield "orders", self.orders

    def astype(self, dtype: str) -> Problem:
        """The same problem in ``dtype``, in read-only 64-byte-aligned arrays."""

        def held(arrays: Arrays) -> Arrays:
            return tuple(aligned(a, dtype if a.dtype.kind == "f" else "int64") for a in arrays)

        return replace(
            self,
            data=held(self.data),
            start=held(self.start),
            orders=aligned(self.orders, "int64"),
            truth=None if self.truth is None else held(self.truth),
        )

    def as_one_batch(self) -> Problem:
        """The same data as one minibatch an epoch, in the order of storage where epochs are cut."""
        n = self.spec.n_examples
        spec = replace(self.spec, batch_size=n, steps=None)
        orders = self.orders if self.n_visited == n else np.arange(n)[None]
        return replace(self, spec=spec, orders=orders)

    def single_steps(self, minibatches: Sequence[np.ndarray]) -> Problem:
        """The examples of ``minibatches``, each an epoch of one step, with ``lr = batch_size``.

        Such an epoch is start minus gradient: it shows the gradient of an arm that runs whole
        epochs only, without the loss of digits that a small rate would bring. All are of one size.
        """
        n, size = len(minibatches), len(minibatches[0])
        spec = replace(
            self.spec, n_examples=n * size, batch_size=size, epochs=n, lr=float(size), steps=1
        )
        data = self.batch(np.concatenate(minibatches))
        orders = np.arange(n * size).reshape(n, size)
        return replace(self, spec=spec, data=data, orders=orders).astype(str(self.start[0].dtype))

    def sha256(self) -> str:
        """Hash of the spec and of every array's bytes."""
        digest = hashlib.sha256(json.dumps(self.spec.as_json(), sort_keys=True).encode())
        for _, array in self.arrays():
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()


def make_problem(
    spec: ProblemSpec, data: Arrays | None = None, most_bytes: float = math.inf
) -> Problem:
    """The problem of ``spec`` in float64. Raises BadInput.

    Data, start and orders have a stream each, so that more epochs change no data. ``data``: instead
    of those of the objective or of the spec's file. ``most_bytes``: for data and parameters.
    """
    objective, n = spec.its_objective, spec.n_examples
    streams = np.random.SeedSequence(spec.seed).spawn(3)
    drawn, start, order = map(np.random.default_rng, streams)
    given, sizes = data, spec.all_sizes
    if given is None and spec.data is not None:
        given = spec.data.first(n)
    made = handed.made(objective, drawn, sizes) if given is None else Made(given)
    first = handed.started(objective, start, made.data, sizes)
    handed.require_memory(objective, first, made.data, most_bytes)
    spec = spec.named(len(first), len(made.data))
    objective = spec.its_objective
    require_named(objective, made, first, n)
    orders = np.stack([order.permutation(n)[: spec.n_visited] for _ in range(spec.epochs)])
    return Problem(objective, spec, made.data, first, orders, made.truth).astype("float64")


def require_named(objective: Objective, made: Made, start: Arrays, n: int) -> None:
    """Raise BadInput unless there is an array for every name, those of data of ``n`` examples."""
    own = (*objective.params, *objective.data)
    ends = (f"{name}_{end}" for name in objective.params for end in ("start", "true"))
    files = (*objective.data, *ends, "orders", "timed_orders")
    if len({*files}) < len(files) or not all(name.isidentifier() for name in own):
        got = f"problem {objective.name}: its arrays are called {', '.join(own)}"
        raise BadInput(
            f"{got}; expected plain names, all unlike, and none of orders, timed_orders, "
            "NAME_start and NAME_true, which are files of ours."
        )
    for what, arrays, names in (
        ("start gave", start, objective.params),
        ("make gave data of", made.data, objective.data),
        ("make gave a truth of", made.truth or start, objective.params),
    ):
        if len(arrays) != len(names) or not names:
            expected = f"expected one for each of {', '.join(names) or 'one name or more'}"
            raise BadInput(
                f"problem {objective.name}: {what} {counted(len(arrays), 'array')}; {expected}."
            )
    for name, array in zip(objective.data, made.data, strict=True):
        if array.ndim == 0 or len(array) != n:
            raise BadInput(
                f"problem {objective.name}: {name} has shape {array.shape}; expected "
                f"{counted(n, 'example')} along its first axis. What is the same for all "
                "examples belongs into the loss."
            )


def overwritable(array: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An aligned copy to be written to, and the same memory for reading only."""
    shown = aligned(array, str(array.dtype))
    written = shown.view()
    written.setflags(write=True)
    return written, shown


def aligned(array: np.ndarray, dtype: str) -> np.ndarray:
    """A read-only C-contiguous copy in ``dtype`` that starts on a 64-byte boundary."""
    n_bytes = array.size * np.dtype(dtype).itemsize
    buffer = np.empty(n_bytes + ALIGNMENT, np.uint8)
    offset = -buffer.ctypes.data % ALIGNMENT
    copy = buffer[offset : offset + n_bytes].view(dtype).reshape(array.shape)
    copy[...] = array
    copy.setflags(write=False)
    return copy
