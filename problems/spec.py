"""The spec of a problem: its objective, its sizes and hyperparameters, its seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from problems import registry
from problems.data_file import DataFile
from problems.errors import BadInput, UnknownName
from problems.objective import Objective, Sizes
from problems.source import Source

MOST = 10**15  # of anything that is counted
COUNTS = ("n_examples", "batch_size", "epochs")
# The rate of what is not trained: its steps only move parameters where a check wants others
NUDGE = 1e-6


@dataclass(frozen=True)
class ProblemSpec:
    """Size and hyperparameters; the defaults are the lesson's.

    ``n_examples``, ``batch_size`` and ``epochs`` are counts, ``lr`` is the learning rate,
    ``sizes`` are the objective's own (``n_...``: counts, the others numbers that are not negative).
    ``steps``: an epoch is cut to its first so many minibatches; None runs it whole. Raises
    BadInput.
    """

    n_examples: int = 1000
    batch_size: int = 10
    epochs: int = 3
    lr: float = 0.03
    seed: int = 0
    steps: int | None = None
    objective: str = registry.DEFAULT  # its name, or module:name
    sizes: Mapping[str, Any] = field(default_factory=dict, hash=False)
    source: Source | None = None  # the user's file that the objective is in
    data: DataFile | None = None  # the user's file that the data are from

    def __post_init__(self) -> None:
        own = self.its_objective.sizes()
        for name in self.sizes:
            if name not in own and own:
                raise UnknownName(f"size of {self.objective}", name, own)
            if name not in own:
                raise BadInput(f"{name} is no size of {self.objective}, which has none of its own.")
        filled = self.sizes if self.data is not None else {**own, **self.sizes}
        object.__setattr__(self, "sizes", dict(filled))
        counts = {name: getattr(self, name) for name in COUNTS}
        counts |= {name: v for name, v in self.sizes.items() if name.startswith("n_")}
        for name, value in (
            counts if self.steps is None else counts | {"steps": self.steps}
        ).items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise BadInput(f"{name} is {value!r}; expected a whole number of at least 1.")
            if value > MOST:
                raise BadInput(f"{name} is above {MOST:.0e}; expected a number that can be held.")
        for name in set(self.sizes) - set(counts):
            if not 0 <= self.sizes[name] <= 1e30:
                got = self.sizes[name]
                raise BadInput(f"{name} is {got!r}; expected a number from 0 to 1e30.")
        if not (math.isfinite(self.lr) and self.lr > 0):
            raise BadInput(f"lr is {self.lr!r}; expected a finite number above 0, such as 0.03.")
        if not isinstance(self.seed, int) or not 0 <= self.seed < 2**128:
            raise BadInput(f"seed is {self.seed!r}; expected a whole number from 0 to 2^128.")
        if self.batch_size > self.n_examples:
            raise BadInput(
                f"batch_size is {self.batch_size} with n_examples {self.n_examples}; "
                "expected at most n_examples. Lower the one or raise the other."
            )

    @property
    def its_objective(self) -> Objective:
        """What ``objective`` names."""
        return registry.find(self.objective, self.source)

    def named(self, n_params: int, n_data: int) -> ProblemSpec:
        """The same, with a name for each of so many arrays that the user's file gives none."""
        if self.source is None:
            return self
        return replace(self, source=self.source.named(self.its_objective, n_params, n_data))

    @property
    def n_visited(self) -> int:
        """Examples an epoch visits: all of them, or those of its first ``steps`` minibatches."""
        whole = self.n_examples if self.steps is None else self.steps * self.batch_size
        return min(whole, self.n_examples)

    @property
    def all_sizes(self) -> Sizes:
        """The objective's own sizes with those that every problem has."""
        common = {name: getattr(self, name) for name in (*COUNTS, "n_visited")}
        return {**self.sizes, **common}

    def bounded(self, most_steps: int) -> ProblemSpec:
        """The same, an epoch longer than ``most_steps`` minibatches cut to so many."""
        n_steps = -(-self.n_examples // self.batch_size)
        return self if n_steps <= most_steps else replace(self, steps=most_steps)

    def with_stable_rate(self) -> ProblemSpec:
        """The same, its rate lowered to what the objective calls stable, rounded to one digit.

        What is not trained has none, and one pass over the data.
        """
        if not self.its_objective.trained:
            return replace(self, lr=NUDGE, epochs=1)
        stable_rate = self.its_objective.stable_rate
        if stable_rate is None or self.data is not None:  # it is of data that are made
            return self
        fastest = stable_rate(self.all_sizes)
        power = math.floor(math.log10(fastest))
        return replace(self, lr=min(self.lr, float(f"{math.floor(fastest / 10.0**power)}e{power}")))

    @property
    def n_bytes(self) -> int:
        """Bytes that data and orders take in float64, as the objective's cost tells them."""
        cost = self.its_objective.cost
        whole = {**self.all_sizes, "n_visited": self.n_examples}
        n_numbers = 0 if cost is None else cost(whole).n_numbers
        return 8 * (n_numbers + self.epochs * self.n_visited)

    def as_json(self) -> dict[str, Any]:
        """What is stored and hashed: whatever is not left open, of files the name and the hash."""
        told = {one.name: getattr(self, one.name) for one in fields(self)}
        files = {key: told[key] and told[key].as_json() for key in ("source", "data")}
        return {key: value for key, value in (told | files).items() if value is not None}
