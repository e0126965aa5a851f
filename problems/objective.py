"""An objective: what is differentiated, as pure functions written once in the array API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

Array = Any  # of any framework
Arrays = tuple[Array, ...]  # parameters, or a batch: flat, in the order of the objective's names
Sizes = Mapping[str, Any]  # numbers by name: n_examples, batch_size, n_visited, and its own


class Made(NamedTuple):
    """Data drawn for an objective, and the parameters they were drawn from, where there are any."""

    data: Arrays
    truth: Arrays | None = None


class Cost(NamedTuple):
    """What an epoch takes at the least, by the objective's formulas."""

    flop: int
    n_numbers: int  # of the data, each read once


class Fit(NamedTuple):
    """Data of a file as an objective takes them, and what follows from them."""

    data: Arrays
    sizes: Mapping[str, Any]  # of its own, those that the data decide
    remarks: tuple[str, ...] = ()  # what the user should know, a sentence each
    of_making: tuple[str, ...] = ()  # own sizes that only data to be drawn have


def no_sizes() -> Mapping[str, float]:
    return {}


@dataclass(frozen=True)
class Objective:
    """``loss`` and ``start`` are all it takes; what is None is not claimed, and not run.

    ``xp`` is an array namespace: a framework's, NumPy's or the oracle's. ``loss`` is a scalar,
    summed over the examples of a batch; a step divides by ``batch_size``. The first axis of each
    array of the data is the example; integers among them stay integers and serve as indices.
    """

    name: str
    params: tuple[str, ...]  # such as ("w", "b")
    data: tuple[str, ...]  # such as ("X", "y")
    loss: Callable[[Any, Arrays, Arrays], Array]  # (xp, params, batch)
    start: Callable[[np.random.Generator, Arrays, Sizes], Arrays]  # (rng, data, sizes)
    gradient: Callable[[Any, Arrays, Arrays], Arrays] | None = None  # by hand
    make: Callable[[np.random.Generator, Sizes], Made] | None = None
    cost: Callable[[Sizes], Cost] | None = None
    stable_rate: Callable[[Sizes], float] | None = None  # the largest learning rate to trust
    sizes: Callable[[], Mapping[str, float]] = no_sizes  # its own, with what they are by default
    # Data of a file to what the objective takes; raises BadInput where they are nothing to it
    fit: Callable[[Arrays], Fit] | None = None
    title: str | None = None  # what an epoch is one of; its name where there is none
    look: tuple[str, str] | None = None  # a feature and a label worth a picture
    trained: bool = True  # False: loss and gradient are all there is, no rate and no epoch
    n_examples: int | None = None  # by default, where it is made for so many
    promise: str = ""  # what holds of its answers, for the list
    # Numbers, one in sum, that an entry of the gradient adds up and takes away again
    cancelling: Callable[[Sizes], int] | None = None

    def batch(self, data: Arrays, index: np.ndarray) -> Arrays:
        """The examples ``index`` of ``data``."""
        return tuple(array[index] for array in data)
