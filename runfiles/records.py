"""The files of a run as types: what is written, what is read, and what their schemas say.

Keys nobody knows are left alone. A time is in seconds, a size in bytes; ``None`` is JSON's null.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct, field

from runfiles.errors import mismatch
from runfiles.phases import ANY_COLD, COLD, REPEATED, UNTRAINED_COLD
from runfiles.statuses import Status

VERSION = 3
LONGEST = 1e8  # seconds; nobody waited for more
Floats = npt.NDArray[np.float64]
Count = Annotated[int, Meta(ge=0, le=2**53)]  # exact in every reader of JSON
Size = Annotated[int, Meta(ge=1, le=2**53)]
Seed = Annotated[int, Meta(ge=0)]
Rate = Annotated[float, Meta(ge=0, le=1e30)]
Once = Annotated[float, Meta(ge=0, le=LONGEST, description="Seconds, once a process.")]
Seconds = Annotated[float, Meta(ge=1e-12, le=LONGEST, description="Seconds that a clock gives.")]
Number = float | None  # null: NaN or infinite, which JSON has no word for
Numbers = tuple[Number, ...]
Rows = tuple[Number | Numbers, ...]
Nested = Number | tuple[Number | tuple[Number | Rows, ...], ...]  # as a parameter is
Rounds = Annotated[tuple[Seconds, ...], Meta(min_length=1)]
Name = Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Title = Annotated[str, Meta(min_length=1)]
RawName = Annotated[str, Meta(pattern=r"^[0-9]{3,9}-[0-9]{2,9}\.json$")]


class Record(Struct, frozen=True, kw_only=True, tag_field="format"):
    """A file. Keys are only added; a change of meaning raises the version."""

    version: Literal[3] = 3


class Arm(Struct, frozen=True):
    """What is compared: a backend on a device in a dtype, run by an interpreter."""

    name: str  # unique in the run
    backend: str  # a registered name or module:Class
    device: str
    dtype: str
    python: str | None = None  # label of the interpreter; None is the one that runs the command
    null_of: Count | None = None  # the arm this one repeats
    named: bool = False  # the user asked for it by name
    index: Count = 0  # its place in the plan
    framework: str | None = None  # this and the next two: of runs that stored them here
    differentiation: str | None = None
    execution: str | None = None


class Pair(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Two arms by their indices, whose ratio is new ÷ old."""

    old: Count
    new: Count


class Limits(Struct, frozen=True):
    """What one process may take."""

    seconds: Rate = 120.0
    memory_bytes: Annotated[int, Meta(ge=0)] = 8 * 2**30


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter: the true and the reference answer, flat in C order."""

    name: Name
    shape: tuple[Size, ...]
    true: tuple[float, ...] | None  # None: nobody knows it
    reference: tuple[float, ...]  # after the last epoch, in float64; where none is: the first

    def __post_init__(self) -> None:
        for key, values in (("true", self.true), ("reference", self.reference)):
            if values is not None and len(values) != math.prod(self.shape):
                expected = f"as many numbers as {list(self.shape)} has"
                raise mismatch(f"problem: {self.name}, {key}", len(values), expected)


class Cost(Struct, frozen=True):
    """What a timed epoch takes at the least, by the objective's formulas."""

    flop: Size
    n_numbers: Size  # of the data, each read once


class Source(Struct, frozen=True, kw_only=True):
    """The user's file that the objective is in, by its text."""

    file: str  # its name, without its folder
    text: str
    sha256: str  # of the text's bytes
    name: Name | None = None  # which loss in it; None: the one called so


class Data(Struct, frozen=True, kw_only=True):
    """The user's file that the data are from."""

    file: str  # its name, without its folder
    sha256: str  # of its bytes
    target: str | None = None  # the column that is learned, of a .csv


class Spec(Struct, frozen=True, kw_only=True):
    """What is trained: its size and hyperparameters, with the true and the reference answer."""

    n_examples: Size
    batch_size: Size
    epochs: Size
    lr: Rate
    seed: Seed
    sha256: str
    objective: str
    title: Title  # what an epoch is one of
    sizes: dict[Name, Count | Rate]  # the objective's own; those named n_... are counts
    parameters: Annotated[tuple[Parameter, ...], Meta(min_length=1)]
    losses_reference: tuple[float, ...]  # after each epoch
    recovers: bool | None = None  # None: nothing true is known
    cost: Cost | None = None
    look: tuple[Name, Name] | None = None  # arrays worth a picture: a feature and a label
    steps: Size | None = None  # an epoch is cut to its first so many minibatches; None: whole
    source: Source | None = None  # None: the objective is ours, or a package's
    data: Data | None = None  # None: they were drawn
    trained: bool = True  # False: gradients and the loss are all there is, and ``reference`` none

    def __post_init__(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) != len(names):
            raise mismatch("problem.parameters", names, "each name once")
        for name in self.counts:
            if not isinstance(self.sizes[name], int) or self.sizes[name] < 1:
                got = self.sizes[name]
                raise mismatch(f"problem.sizes.{name}", got, "a whole number of at least 1")

    @property
    def cold(self) -> tuple[str, ...]:
        """What is timed once a process."""
        return COLD if self.trained else UNTRAINED_COLD

    @property
    def counts(self) -> dict[str, int]:
        """The objective's own sizes that are counted, such as features."""
        return {name: int(n) for name, n in self.sizes.items() if name.startswith("n_")}

    @property
    def levels(self) -> dict[str, float]:
        """The objective's other sizes, such as the noise of its labels."""
        return {name: x for name, x in self.sizes.items() if not name.startswith("n_")}

    @property
    def true(self) -> tuple[float, ...] | None:
        """The true parameters one after the other; None where one is not known."""
        parts = [parameter.true for parameter in self.parameters]
        known = [part for part in parts if part is not None]
        return sum(known, ()) if len(known) == len(parts) else None

    @property
    def reference(self) -> tuple[float, ...]:
        """The reference's parameters one after the other."""
        return tuple(x for parameter in self.parameters for x in parameter.reference)

    @property
    def n_visited(self) -> int:
        """Examples that a timed epoch visits."""
        whole = self.n_examples if self.steps is None else self.steps * self.batch_size
        return min(whole, self.n_examples)

    @property
    def n_steps(self) -> int:
        """The minibatches of a whole epoch."""
        return -(-self.n_examples // self.batch_size)

    @property
    def steps_timed(self) -> int:
        """The minibatches of a timed epoch."""
        return min(self.steps or self.n_steps, self.n_steps)

    @property
    def is_prefix(self) -> bool:
        """Whether a timed epoch is only the first steps of a whole one."""
        return self.n_visited < self.n_examples

    @property
    def every_size(self) -> dict[str, int]:
        """Every size that a sweep may be along, by name."""
        return {"batch_size": self.batch_size, "n_examples": self.n_examples, **self.counts}


class Plan(Record, frozen=True, kw_only=True, tag="autograd-bench plan"):
    """plan.json: what is to be measured, written before the first process starts."""

    created: str
    profile: str
    seed: Seed
    threads: Annotated[int, Meta(ge=1, le=2**20)]
    margin: Annotated[float, Meta(ge=1e-6, le=10, description="Half-width of equivalence.")]
    phases: tuple[Literal[REPEATED], ...]  # type: ignore[valid-type]  # of one definition
    problem: Spec
    baseline: Count
    arms: Annotated[tuple[Arm, ...], Meta(min_length=1)]
    blocks: tuple[tuple[Count, ...], ...]  # the indices of arms, in the order they are to run
    rounds: Size | None = None
    max_discards: Count | None = None
    limits: Limits | None = None
    limit: str | None = None  # the backend that ratios can be read against: nothing is as fast
    command: tuple[str, ...] | None = None  # the words after ``autograd-bench run``
    environment: dict[str, Any] = {}  # of the command; a run is not resumed in another one
    pairs: tuple[Pair, ...] = ()
    gate: bool = False  # whether a regression in a pair fails the command
    kept_variables: dict[str, str] = {}  # name to fingerprint of a value

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        for i, arm in enumerate(self.arms):
            if arm.index != i:
                raise mismatch(f"arms[{i}].index", arm.index, f"{i}, its place")
            if names.count(arm.name) > 1:
                raise mismatch(f"arms[{i}].name", arm.name, "a name no other arm has")
            if arm.null_of is not None and (arm.null_of >= len(names) or arm.null_of == i):
                raise mismatch(f"arms[{i}].null_of", arm.null_of, "the index of another arm")
        indices = {"baseline": self.baseline}
        for i, block in enumerate(self.blocks):
            indices |= {f"blocks[{i}][{j}]": arm for j, arm in enumerate(block)}
            if len(set(block)) != len(block):
                raise mismatch(f"blocks[{i}]", list(block), "each arm at most once")
        for i, pair in enumerate(self.pairs):
            indices |= {f"pairs[{i}][0]": pair.old, f"pairs[{i}][1]": pair.new}
            if pair.old == pair.new or pair in self.pairs[:i]:
                both = [pair.old, pair.new]
                raise mismatch(f"pairs[{i}]", both, "two arms, in no other pair alike")
        for where, index in indices.items():
            if index >= len(names):
                raise mismatch(where, index, f"a whole number from 0 to {len(names) - 1}")


class Check(Struct, frozen=True, kw_only=True):
    """One check as one process passed or failed it."""

    name: str
    ok: bool
    message: str | None = None
    measured: dict[str, Any] = field(name="values", default_factory=dict)

    @property
    def values(self) -> dict[str, float]:
        """The numbers among what was measured."""
        return {key: float(x) for key, x in self.measured.items() if type(x) in (int, float)}


class Noise(Struct, frozen=True, kw_only=True):
    """What the machine did while a phase was timed, by the kernel's counters."""

    wall_seconds: Number = None
    cpu_seconds: Number = None
    cpu_per_wall: Number = None
    involuntary_switches: Number = None
    steal_share: Number = None
    cpu_pressure_share: Number = None
    others_share: Number = None
    throttled_share: Number = None
    lost_share: Number = None
    disturbances: tuple[str, ...] | None = None  # None: not judged


class Series(Struct, frozen=True, kw_only=True, dict=True, omit_defaults=True):
    """The rounds of one phase in one process, in seconds an epoch (``train``: a training)."""

    samples: Rounds = field(name="seconds")
    iterations: Size  # calls a round
    warmup: tuple[Once, ...] = field(name="warmup_seconds", default=())  # of each call
    units_a_call: Size = 1  # epochs (``train``: trainings) that one timed call covers
    noise: Noise = Noise()
    gpu: dict[str, Any] | None = None  # what its driver says right after the rounds
    extra_memory_bytes: Count | None = None  # that one more call took; None: nothing told it

    @cached_property
    def seconds(self) -> Floats:  # (rounds,)
        return np.array(self.samples) / self.units_a_call

    @cached_property
    def warmup_seconds(self) -> Floats:  # (warm-up calls,)
        return np.array(self.warmup) / self.units_a_call


if TYPE_CHECKING:
    Timed = dict[str, Series]
    Cold = dict[str, float]
else:  # phases that nobody knows are left alone
    Timed = TypedDict("Timed", dict.fromkeys(REPEATED, Series), total=False)
    Cold = TypedDict("Cold", dict.fromkeys(ANY_COLD, Once), total=False)


class Process(Record, frozen=True, kw_only=True, tag="autograd-bench raw"):
    """raw/BBB-AA.json: what one process of one block found."""

    block: Count
    position: Count
    arm: Count
    backend: str | None = None
    framework: str | None = None
    framework_version: str | None = None
    differentiation: str | None = None
    execution: str | None = None
    form: str | None = None
    device: str | None = None
    dtype: str | None = None
    status: Status
    reason: str | None = None
    failed_check: str | None = None
    copied_from: Count | None = None
    checks: tuple[Check, ...] = ()
    gradient_error: Number = None
    trajectory_error: Number = None
    learned: dict[str, Nested] | None = None  # by the parameter's name
    losses: Numbers | None = None
    cold: Cold = {}  # seconds of what is paid once a process
    phases: Timed = {}  # that were timed
    absent: dict[str, str] = {}  # a phase's name to why the arm has no such phase
    facts: dict[str, Any] = {}

    def __post_init__(self) -> None:
        failed = [check.name for check in self.checks if not check.ok]
        if self.status == "ok" and failed:
            raise mismatch("status", "ok", f"wrong, for the check {failed[0]} failed")
        if self.status != "ok" and self.phases:
            raise mismatch("phases", list(self.phases), f"no times, for it is {self.status}")
        told = self.call_overhead_seconds
        if type(told) not in (int, float, type(None)) or not 0 <= (told or 0) <= LONGEST:
            raise mismatch("facts.call_overhead_seconds", told, "seconds")

    @property
    def file(self) -> str:
        """The name that the file has in ``raw/``."""
        return f"{self.block:03d}-{self.arm:02d}.json"

    @property
    def call_overhead_seconds(self) -> float | None:
        """What the harness adds to one timed call."""
        return self.facts.get("call_overhead_seconds")


class Copy(Struct, frozen=True, kw_only=True):
    """A copy of memory, timed: the most bytes a second that data of its size may move."""

    what: str  # "memory": larger than any cache; "the problem's size": as many as the data
    n_bytes: Size  # moved by one copy, read plus written
    seconds: Rounds  # of one copy


class Gather(Struct, frozen=True, kw_only=True):
    """The problem's own rows fetched in a random order, timed: an epoch fetches as many."""

    what: str  # "the problem's rows": those of its first order, out of every array, in float32
    n_bytes: Size  # moved by one gather: rows read plus written, and the order
    seconds: Rounds  # of one gather


class Product(Struct, frozen=True, kw_only=True):
    """A product of two square matrices, timed: the most operations a second in its dtype."""

    dtype: str
    n: Size  # rows and columns
    flop: Size
    seconds: Rounds  # of one product


class Ceilings(Record, frozen=True, kw_only=True, tag="autograd-bench ceilings"):
    """ceilings/BBB.json: what the machine could do at best in one block."""

    block: Count
    status: Status
    reason: str | None = None
    threads: Size | None = None
    copies: tuple[Copy, ...] = ()
    gathers: tuple[Gather, ...] = ()  # older runs have none
    products: tuple[Product, ...] = ()

    def __post_init__(self) -> None:
        for key in ("copies", "gathers", "products"):
            found = getattr(self, key)
            if self.status != "ok" and found:
                raise mismatch(key, "a list with numbers", f"none, for it is {self.status}")
            if self.status == "ok" and not found and key != "gathers":
                raise mismatch(key, None, "a list with numbers, for it is ok")

    @property
    def file(self) -> str:
        """The name that the file has in ``ceilings/``."""
        return f"{self.block:03d}.json"


class Discard(Record, frozen=True, kw_only=True, tag="autograd-bench discard"):
    """discarded/NNN.json: why a block was set aside whole and measured again."""

    number: Count  # of the note
    block: Count
    reasons: tuple[str, ...]
    files: tuple[RawName, ...]  # names of its raw files

    def __post_init__(self) -> None:
        for i, name in enumerate(self.files):
            if int(name.partition("-")[0]) != self.block:
                asked = f"the name of a raw file of block {self.block}"
                raise mismatch(f"files[{i}]", name, asked)

    @property
    def file(self) -> str:
        """The name that the file has in ``discarded/``."""
        return f"{self.number:03d}.json"


class Interpreters(Record, frozen=True, kw_only=True, tag="autograd-bench interpreters"):
    """interpreters.json: executables by label. The label is for publishing, the path is not."""

    paths: dict[str, str] = {}


def flat(nested: Nested) -> tuple[float, ...]:
    """Every number in order, NaN for null."""
    if isinstance(nested, tuple):
        return tuple(number for part in nested for number in flat(part))
    return (math.nan if nested is None else nested,)
