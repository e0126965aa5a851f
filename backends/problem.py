"""The problem: data, start, batch order, hyperparameters and true parameters, from one seed."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np

from backends.errors import BadInput

ARRAYS = ("X", "y", "w_start", "b_start", "w_true", "b_true", "orders")
MOST = 10**15  # of anything that is counted
ALIGNMENT = 64  # bytes; torch and XLA align to it too, so that no arm gains by luck


@dataclass(frozen=True)
class ProblemSpec:
    """Size and hyperparameters; the defaults are the lesson's.

    ``n_examples``, ``n_features``, ``batch_size`` and ``epochs`` are counts; ``lr`` is the
    learning rate, ``noise`` the standard deviation of the label noise. ``steps``: an epoch is
    cut to its first so many minibatches; None runs it whole. Raises BadInput.
    """

    n_examples: int = 1000
    n_features: int = 2
    batch_size: int = 10
    epochs: int = 3
    lr: float = 0.03
    noise: float = 0.01
    seed: int = 0
    steps: int | None = None

    def __post_init__(self) -> None:
        for name in ("n_examples", "n_features", "batch_size", "epochs", "steps"):
            value = getattr(self, name)
            if name == "steps" and value is None:
                continue
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise BadInput(f"{name} is {value!r}; expected a whole number of at least 1.")
            if value > MOST:
                raise BadInput(f"{name} is above {MOST:.0e}; expected a number that can be held.")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise BadInput(f"lr is {self.lr!r}; expected a finite number above 0, such as 0.03.")
        if not 0 <= self.noise <= 1e30:
            raise BadInput(f"noise is {self.noise!r}; expected a number from 0 to 1e30.")
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**128:
            raise BadInput(f"seed is {self.seed!r}; expected a whole number from 0 to 2^128.")
        if self.batch_size > self.n_examples:
            raise BadInput(
                f"batch_size is {self.batch_size} with n_examples {self.n_examples}; "
                "expected at most n_examples. Lower the one or raise the other."
            )

    @property
    def n_visited(self) -> int:
        """Examples an epoch visits: all of them, or those of its first ``steps`` minibatches."""
        whole = self.n_examples if self.steps is None else self.steps * self.batch_size
        return min(whole, self.n_examples)

    def bounded(self, most_steps: int) -> ProblemSpec:
        """The same, an epoch longer than ``most_steps`` minibatches cut to so many."""
        n_steps = -(-self.n_examples // self.batch_size)
        return self if n_steps <= most_steps else replace(self, steps=most_steps)

    def with_stable_rate(self) -> ProblemSpec:
        """The same, its rate lowered where SGD on so many standard-normal features would diverge.

        In the mean square it diverges from 2 B / (B + d + 1) on and is fastest at half of that, B
        being the batch size and d the features: that half, rounded down to one digit.
        """
        fastest = self.batch_size / (self.batch_size + self.n_features + 1)
        power = math.floor(math.log10(fastest))
        return replace(self, lr=min(self.lr, float(f"{math.floor(fastest / 10.0**power)}e{power}")))

    @property
    def n_bytes(self) -> int:
        """Bytes that the data and the orders take in float64."""
        return 8 * (self.n_examples * (self.n_features + 1) + self.epochs * self.n_visited)


@dataclass(frozen=True)
class Problem:
    """Linear regression by minibatch SGD: what every backend is handed, to the byte.

    Model ``X w + b``, loss ``(X w + b - y)^2 / 2``, update ``p - lr * dp / batch_size`` with
    the same divisor for a short last batch. All arrays are read-only.
    """

    spec: ProblemSpec
    X: np.ndarray  # (n_examples, n_features)
    y: np.ndarray  # (n_examples,)
    w_start: np.ndarray  # (n_features, 1)
    b_start: np.ndarray  # (1,)
    w_true: np.ndarray  # (n_features, 1)
    b_true: np.ndarray  # (1,)
    orders: np.ndarray  # (epochs, n_visited), int64; row e is the order of epoch e

    def __post_init__(self) -> None:
        for name in ARRAYS:
            array = getattr(self, name)
            if not np.isfinite(array).all():
                where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
                raise BadInput(
                    f"problem array {name} holds {array[where]} at {list(where)}; expected "
                    "finite numbers only. Clean the data, or make the problem again."
                )

    @property
    def n_visited(self) -> int:
        """Examples an epoch visits."""
        return int(self.orders.shape[1])

    @property
    def n_batches(self) -> int:
        """Minibatches an epoch, the short last one included."""
        return -(-self.n_visited // self.spec.batch_size)

    def astype(self, dtype: str) -> Problem:
        """The same problem in ``dtype``, in read-only 64-byte-aligned arrays."""
        numbers = {name: aligned(getattr(self, name), dtype) for name in ARRAYS[:-1]}
        return Problem(self.spec, **numbers, orders=aligned(self.orders, "int64"))

    def as_one_batch(self) -> Problem:
        """The same data as one minibatch an epoch, in the order of storage where epochs are cut."""
        n = self.spec.n_examples
        spec = replace(self.spec, batch_size=n, steps=None)
        orders = self.orders if self.n_visited == n else np.arange(n)[None]
        return replace(self, spec=spec, orders=orders)

    def sha256(self) -> str:
        """Hash of the spec and of every array's bytes."""
        spec = {key: value for key, value in asdict(self.spec).items() if value is not None}
        digest = hashlib.sha256(json.dumps(spec, sort_keys=True).encode())
        for name in ARRAYS:
            digest.update(np.ascontiguousarray(getattr(self, name)).data)
        return digest.hexdigest()

    def save(self, folder: Path) -> None:
        """Write ``spec.json`` and one ``.npy`` file an array into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        record = asdict(self.spec) | {"sha256": self.sha256()}
        (folder / "spec.json").write_text(json.dumps(record, indent=1), encoding="utf-8")


def make_problem(spec: ProblemSpec) -> Problem:
    """The problem of ``spec`` in float64. The true ``w`` repeats the lesson's [2, -3.4].

    Data, start and orders have a stream each, so that more epochs change no data.
    """
    streams = np.random.SeedSequence(spec.seed).spawn(3)
    data, start, order = map(np.random.default_rng, streams)
    n, d = spec.n_examples, spec.n_features
    X = data.standard_normal((n, d))
    w_true = np.resize([2.0, -3.4], (d, 1))
    b_true = np.array([4.2])
    y = (X @ w_true + b_true)[:, 0] + data.normal(0.0, spec.noise, n)
    w_start = start.normal(0.0, 0.01, (d, 1))
    orders = np.stack([order.permutation(n)[: spec.n_visited] for _ in range(spec.epochs)])
    problem = Problem(spec, X, y, w_start, np.zeros(1), w_true, b_true, orders)
    return problem.astype("float64")


def load_problem(folder: Path) -> Problem:
    """The stored problem, its arrays mapped read-only. Raises BadInput where a file is unusable."""
    try:
        given = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        spec = ProblemSpec(
            **{f.name: given[f.name] for f in fields(ProblemSpec) if f.name in given}
        )
        arrays = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise BadInput(f"cannot read a problem from {folder}: {error}. Start a new run.") from error
    problem = Problem(spec, **arrays)
    if problem.sha256() != given.get("sha256"):
        raise BadInput(f"the problem in {folder} has changed since it was stored. Start a new run.")
    return problem


def aligned(array: np.ndarray, dtype: str) -> np.ndarray:
    """A read-only C-contiguous copy in ``dtype`` that starts on a 64-byte boundary."""
    n_bytes = array.size * np.dtype(dtype).itemsize
    buffer = np.empty(n_bytes + ALIGNMENT, np.uint8)
    offset = -buffer.ctypes.data % ALIGNMENT
    copy = buffer[offset : offset + n_bytes].view(dtype).reshape(array.shape)
    copy[...] = array
    copy.setflags(write=False)
    return copy
