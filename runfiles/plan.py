"""The plan of a run: which arms, in which blocks, and what they may take."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from runfiles.errors import mismatch
from runfiles.phases import REPEATED
from runfiles.record import Count, Rate, Record, Seed, Size
from runfiles.spec import Spec


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
    # Of the command: a run is not resumed in another one
    environment: dict[str, Any] = field(default_factory=dict)
    pairs: tuple[Pair, ...] = ()
    gate: bool = False  # whether a regression in a pair fails the command
    kept_variables: dict[str, str] = field(default_factory=dict)  # name to fingerprint of a value
    unlike: bool = False  # whether a machine may be another than ``environment`` says

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


class Interpreters(Record, frozen=True, kw_only=True, tag="autograd-bench interpreters"):
    """interpreters.json: executables by label. The label is for publishing, the path is not."""

    paths: dict[str, str] = field(default_factory=dict)
