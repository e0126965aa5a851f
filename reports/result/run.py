"""The records a run is made of, as ``load`` reads them from its files."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from reports.result.points import Points
from reports.result.schema import Floats


@dataclass(frozen=True)
class Arm:
    """One thing compared, as it was planned."""

    index: int
    name: str
    backend: str
    framework: str | None
    differentiation: str | None
    execution: str | None
    device: str
    dtype: str
    python: str | None
    null_of: int | None
    named: bool


@dataclass(frozen=True)
class Spec:
    """Size and hyperparameters of the problem, with the true and the reference answer."""

    n_examples: int
    n_features: int
    batch_size: int
    epochs: int
    lr: float
    noise: float
    seed: int
    sha256: str
    w_true: tuple[float, ...]
    b_true: tuple[float, ...]
    w_reference: tuple[float, ...]
    b_reference: tuple[float, ...]
    losses_reference: tuple[float, ...]
    recovers: bool
    steps: int | None = None  # an epoch is cut to its first so many minibatches; None: whole

    @property
    def n_visited(self) -> int:
        """Examples that a timed epoch visits."""
        whole = self.n_examples if self.steps is None else self.steps * self.batch_size
        return min(whole, self.n_examples)


@dataclass(frozen=True)
class Pair:
    """Two arms by their indices, whose ratio is new ÷ old."""

    old: int
    new: int


@dataclass(frozen=True)
class Plan:
    """What was to be measured, written before the first process started."""

    created: str
    profile: str
    seed: int
    threads: int
    margin: float
    phases: tuple[str, ...]
    problem: Spec
    baseline: int
    arms: tuple[Arm, ...]
    blocks: tuple[tuple[int, ...], ...]
    rounds: int | None = None
    max_discards: int | None = None
    limits: dict[str, float] = field(default_factory=dict)  # by option: s, GiB a process may take
    command: tuple[str, ...] | None = None  # the words after ``autograd-bench run``
    environment: dict[str, object] = field(default_factory=dict)  # facts of the command
    pairs: tuple[Pair, ...] = ()
    gate: bool = False  # whether a regression in a pair fails the command
    kept_variables: dict[str, str] = field(default_factory=dict)  # name to fingerprint of a value


@dataclass(frozen=True, eq=False)
class Series:
    """The rounds of one phase in one process, in seconds an epoch (``train``: a training)."""

    seconds: Floats  # (rounds,)
    iterations: int
    warmup_seconds: Floats  # (warm-up calls,)
    units_a_call: int  # epochs (``train``: trainings) that one timed call covers
    disturbances: tuple[str, ...] | None = None  # by the kernel's counters; None: not judged


@dataclass(frozen=True)
class Check:
    """One check as one process passed or failed it."""

    name: str
    ok: bool
    message: str | None
    values: dict[str, float]


@dataclass(frozen=True, eq=False)
class Process:
    """What one process of one block found: one raw file."""

    file: str
    block: int
    position: int
    arm: int
    framework: str | None
    framework_version: str | None
    differentiation: str | None
    execution: str | None
    status: str
    reason: str | None
    failed_check: str | None
    checks: tuple[Check, ...]
    gradient_error: float | None
    trajectory_error: float | None
    w: tuple[float, ...] | None
    b: tuple[float, ...] | None
    losses: tuple[float, ...] | None
    cold: dict[str, float]
    phases: dict[str, Series]
    absent: dict[str, str]
    call_overhead_seconds: float | None  # what the harness adds to one timed call
    facts: dict[str, object]


@dataclass(frozen=True)
class Discard:
    """A block that the machine disturbed, set aside whole and measured again."""

    file: str
    block: int
    reasons: tuple[str, ...]
    files: tuple[str, ...]  # names of its raw files


@dataclass(frozen=True, eq=False)
class Copy:
    """A copy of memory, timed: the most bytes a second that data of its size may move."""

    what: str  # "memory": larger than any cache; "the problem's size": as many as the data
    n_bytes: int  # moved by one copy, read plus written
    seconds: Floats  # (rounds,), of one copy


@dataclass(frozen=True, eq=False)
class Product:
    """A product of two square matrices, timed: the most operations a second in its dtype."""

    dtype: str
    n: int  # rows and columns
    flop: int
    seconds: Floats  # (rounds,), of one product


@dataclass(frozen=True, eq=False)
class Ceilings:
    """What the machine could do at best in one block; nothing where that failed."""

    file: str
    block: int
    status: str
    reason: str | None
    copies: tuple[Copy, ...]
    products: tuple[Product, ...]


@dataclass(frozen=True, eq=False)
class Run:
    """A run as it lies in its folder, finished or not."""

    folder: Path
    plan: Plan
    processes: tuple[Process, ...]
    discards: tuple[Discard, ...]
    points: Points | None
    ceilings: tuple[Ceilings, ...] = ()  # at most one a block; older runs have none
    sizes: tuple[Run, ...] = ()  # the same arms at other sizes, each a run itself, without sizes

    @property
    def name(self) -> str:
        """The folder's own name, whatever links lead to it."""
        return self.folder.resolve().name

    @cached_property
    def by_arm(self) -> dict[int, tuple[Process, ...]]:
        """Arm -> its processes, of every arm that has some."""
        found: dict[int, list[Process]] = {}
        for process in self.processes:
            found.setdefault(process.arm, []).append(process)
        return {arm: tuple(processes) for arm, processes in found.items()}
