"""The contract, held against what a backend hands out: of which kind each thing must be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

import numpy as np

from backends.base import Batch, Params, Program, Steps
from backends.errors import BrokenContract
from problems.problem import Problem

PROGRAM = ("memory", "steps", "start", "epoch", "loss")
MEMORY = ("put", "fetch", "wait")
STEPS = ("batches", "gradient", "step")
OF_BEFORE = ("X", "y", "w_start", "b_start", "w_true", "b_true", "n_features", "noise")
LONGEST_FACT = 1000  # characters
SEE = "See docs/adding-a-backend.md."
CHANGED = (
    "This keeps the contract of before: now data, start and rate are the problem's, whatever is "
    "differentiated, stepwise is called steps, and put, fetch and wait belong to memory. See "
    "CHANGELOG.md and docs/adding-a-backend.md."
)


def breach(program: Program, problem: Problem) -> BrokenContract | None:
    """The first thing that ``program`` hands out in another kind than asked for, or None.

    Asked after something else has gone wrong: any other exception is of no interest here.
    """
    order, names = problem.orders[0], problem.objective.params
    try:
        start = require_params("start", program.start(), names)
        fetched_arrays(program, start)
        if program.steps is not None:
            batch = next(batches_of(program.steps, order))
            require_params("gradient", program.steps.gradient(start, batch), names)
            require_params("step", program.steps.step(start, batch), names)
        require_params("epoch", program.epoch(program.start(), order), names)
    except BrokenContract as found:
        return found
    except Exception:
        return None
    return None


def require_params(what: str, got: Params, names: tuple[str, ...] = ()) -> Params:
    """``got``, which ``what`` returned. Raises BrokenContract unless it is a tuple of arrays.

    Of one for each of ``names``, where they are given.
    """
    listed = f"a tuple of arrays, {' and '.join(names) or 'one for each parameter'}"
    if not isinstance(got, tuple | list):
        raise unlike(what, got, listed)
    if names and len(got) != len(names):
        raise BrokenContract(
            f"{what} returned a {type(got).__name__} of {len(got)}; expected {listed}. {SEE}"
        )
    return got


def batches_of(steps: Steps, order: np.ndarray) -> islice[Batch]:
    """The minibatches of ``order``. Raises BrokenContract where they cannot be gone through."""
    got = steps.batches(order)
    if not isinstance(got, Iterable):
        raise unlike("batches", got, "an iterable of minibatches")
    return islice(got, None)


def fetched_arrays(program: Program, value: tuple[Any, ...]) -> tuple[np.ndarray, ...]:
    """``value`` fetched. Raises BrokenContract unless that is a NumPy array for each."""
    got = program.memory.fetch(value)
    expected = f"a tuple of {len(value)} NumPy arrays, one for each it was given"
    if not isinstance(got, tuple | list):
        raise unlike("fetch", got, expected)
    odd = [type(one).__name__ for one in got if not isinstance(one, np.ndarray)]
    if odd or len(got) != len(value):
        kinds = ", ".join(type(one).__name__ for one in got)
        raise BrokenContract(f"fetch returned ({kinds}); expected {expected}. {SEE}")
    return tuple(got)


def require_members(found: object, members: tuple[str, ...], whose: str) -> None:
    """Raise BrokenContract naming the members that ``found``, from ``whose``, lacks."""
    lacking = [member for member in members if not hasattr(found, member)]
    if lacking and hasattr(found, "stepwise"):
        raise BrokenContract(f"{whose} lacks {', '.join(lacking)}. {CHANGED}")
    if lacking:
        raise BrokenContract(
            f"{whose} is {kind(found)} and lacks {', '.join(lacking)}; expected "
            f"{', '.join(members)}. {SEE}"
        )


def plain_facts(whose: str, got: object) -> dict[str, str | int | float]:
    """What ``facts`` of ``whose`` returned, each entry a number or a text that can be written.

    Raises BrokenContract where it is no mapping, or an entry has no text.
    """
    if not isinstance(got, Mapping):
        raise unlike(f"facts of backend {whose!r}", got, "a mapping of names to numbers or texts")
    return {str(key)[:LONGEST_FACT]: plain(f"{whose!r}: {key!r}", got[key]) for key in got}


def plain(what: str, value: object) -> str | int | float:
    """``value`` where it is a number that JSON has, else its text, cut where too long."""
    if isinstance(value, float) or (isinstance(value, int) and value.bit_length() < 1024):
        return value
    try:
        return str(value)[:LONGEST_FACT]
    except Exception as error:
        raise BrokenContract(
            f"facts of backend {what} is {kind(value)} without a text "
            f"({type(error).__name__}: {error}); expected a number or a text. {SEE}"
        ) from error


def unlike(what: str, got: object, expected: str) -> BrokenContract:
    """What to raise where ``what`` returned a thing of another kind."""
    return BrokenContract(f"{what} returned {kind(got)}; expected {expected}. {SEE}")


def kind(got: object) -> str:
    """What ``got`` is, without looking into it."""
    return "None" if got is None else f"an object of type {type(got).__name__}"
