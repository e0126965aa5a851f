"""What an objective hands out: first parameters and data, held against what they have to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from problems.blame import blamed
from problems.errors import BadInput, BadObjective
from problems.objective import Arrays, Made, Objective, Sizes

# Parameters are kept so often: at each step that is looked at, of each variant, in each dtype
TIMES_KEPT = 64
GIBIBYTE = 2**30


def made(objective: Objective, rng: np.random.Generator, sizes: Sizes) -> Made:
    """The data that the objective makes, with their truth where there is one. Raises BadInput.

    A tuple of arrays is the data, a pair of a tuple and a truth both.
    """
    if objective.make is None:
        raise BadInput(
            f"problem {objective.name} draws no data of its own; expected a file of data, "
            "--data FILE, or a function make(rng, sizes) of it."
        )
    found = asking(objective, "make(rng, sizes)", objective.make, rng, sizes)
    is_pair = isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], tuple)
    data, truth = found if is_pair or isinstance(found, Made) else (found, None)
    arrays = flat(objective, "make", data)
    for name, array in zip(objective.data, arrays, strict=False):
        require_kind(f"problem {objective.name}", name, array)
    return Made(arrays, None if truth is None else flat(objective, "the truth of make", truth))


def started(objective: Objective, rng: np.random.Generator, data: Arrays, sizes: Sizes) -> Arrays:
    """The first parameters: arrays of real floats. Raises BadInput."""
    found = asking(objective, "start(rng, data, sizes)", objective.start, rng, data, sizes)
    arrays = flat(objective, "start", found)
    names = objective.params or tuple(f"p{i}" for i in range(len(arrays)))
    for name, array in zip(names, arrays, strict=False):
        if array.dtype.kind != "f":
            raise BadInput(
                f"problem {objective.name}: {name} starts as {array.dtype}; expected real floats, "
                "such as np.zeros(3)."
            )
        if not array.size:
            raise BadInput(
                f"problem {objective.name}: {name} starts with shape {array.shape}, which holds no "
                "number; expected one or more."
            )
    return arrays


def asking(objective: Objective, what: str, function: Callable[..., Any], *args: Any) -> Any:
    """What ``function`` answers. Raises BadInput where it cannot, with the line at fault."""
    name = what.partition("(")[0]
    with refusing_memory(objective, name):
        try:
            return function(*args)
        except (BadInput, MemoryError):
            raise
        except Exception as error:
            got = f"{name} raises {type(error).__name__}: {error}{blamed(error, function)}"
            expected = f"expected arrays of {what}, where sizes has {', '.join(args[-1])}"
            raise BadObjective(f"problem {objective.name}: {got}; {expected}.") from error


@contextmanager
def refusing_memory(objective: Objective, what: str) -> Iterator[None]:
    """Turn a MemoryError into BadInput."""
    try:
        yield
    except MemoryError as error:
        raise BadInput(
            f"problem {objective.name}: {what} takes more memory than there is: {error}. "
            "Ask for a smaller size."
        ) from error


def flat(objective: Objective, what: str, found: Any) -> Arrays:
    """``found`` as a flat tuple of arrays. Raises BadInput where it is none."""
    advice = "expected a flat tuple of arrays, one for each name, such as (w, b) or (w,)"
    if not isinstance(found, tuple | list):
        got = f"an object of type {type(found).__name__}"
        raise BadInput(f"problem {objective.name}: {what} gave {got}; {advice}.")
    for number, one in enumerate(found):
        parts = one if isinstance(one, tuple | list) else ()
        is_nested = any(isinstance(part, tuple | list | dict | np.ndarray) for part in parts)
        if is_nested or isinstance(one, dict):
            got = f"a nested {type(one).__name__} in place {number}"
            raise BadInput(f"problem {objective.name}: {what} gave {got}; {advice}.")
    return tuple(map(np.asarray, found))


def require_kind(where: str, name: str, array: np.ndarray) -> None:
    """Raise BadInput unless ``array`` is of real floats, or of integers that fit 64 bits."""
    kind, advice = array.dtype.kind, "expected floats, or integers that are indices of xp.take"
    if kind == "b":
        raise BadInput(
            f"{where}: {name} holds true and false; {advice}. Write {name}.astype(float)."
        )
    if kind == "c":
        raise BadInput(f"{where}: {name} is complex; {advice}. Give its parts as two arrays.")
    if kind not in "fiu":
        got = "text" if kind in "USO" else str(array.dtype)
        raise BadInput(f"{where}: {name} holds {got}; {advice}. Encode it, or leave it out.")
    if kind == "u" and array.size and array.max() > np.iinfo("int64").max:
        raise BadInput(f"{where}: {name} holds {array.max()}, more than 64 bits with a sign hold.")


def require_memory(objective: Objective, start: Arrays, data: Arrays, most_bytes: float) -> None:
    """Raise BadInput where parameters and data take more than ``most_bytes``."""
    n_params = sum(array.size for array in start)
    n_bytes = 8 * (TIMES_KEPT * n_params + sum(array.size for array in data))
    if n_bytes > most_bytes:
        raise BadInput(
            f"problem {objective.name}: {n_params:,} parameters, which are kept about {TIMES_KEPT} "
            f"times to hold arms against, and the data take {n_bytes / GIBIBYTE:.1f} GiB; expected "
            f"at most {most_bytes / GIBIBYTE:.1f} GiB, a quarter of the memory here. Ask for a "
            "smaller size."
        )
