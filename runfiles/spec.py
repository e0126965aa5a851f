"""The problem of a run: what is trained, how much of it, and both answers."""

from __future__ import annotations

import math
from typing import Annotated

from msgspec import Meta, Struct

from runfiles.errors import mismatch
from runfiles.phases import COLD, UNTRAINED_COLD
from runfiles.record import Count, Name, Rate, Seed, Size, Title


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
