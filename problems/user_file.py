"""An objective of the user's: what its file defines, held against what it has to be."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, wraps
from types import ModuleType
from typing import Any

from problems.blame import blamed
from problems.errors import BadInput, BadObjective, UnknownName
from problems.objective import Cost, Objective, Sizes, no_sizes
from problems.source import EXPECTED, Source
from problems.user_module import module_of, require_no_sibling

TAKES = {  # the arguments of each function that a file may define
    "loss": ("xp", "params", "batch"),
    "start": ("rng", "data", "sizes"),
    "gradient": ("xp", "params", "batch"),
    "make": ("rng", "sizes"),
    "sizes": (),
    "cost": ("sizes",),
    "stable_rate": ("sizes",),
}
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")


@cache
def objective_of(source: Source) -> Objective:
    """The objective that the file defines. Raises BadInput, BadObjective.

    Its parameters and data have no names where neither the file nor ``source`` gives any.
    """
    module = module_of(source.file, source.text, source.path)
    require_no_sibling(source)
    found = None if source.name is None else named(source, module)
    if not isinstance(found, Objective):
        found = written(source, module)
    return replace(found, params=found.params or source.params, data=found.data or source.data)


def written(source: Source, module: ModuleType) -> Objective:
    """The objective of the file's functions, its loss being the one that is meant."""
    of_loss = source.name or "loss"
    loss = function(source, module, "loss", of_loss)
    start = function(source, module, "start")
    # These two belong to one loss: to the one called so, where there is one
    is_its_own = of_loss == "loss" or not hasattr(module, "loss")
    own = {
        name: function(source, module, name)
        for name in TAKES
        if hasattr(module, name) and (is_its_own or name not in ("gradient", "cost"))
    }
    sizes, cost, rate = (own.get(name) for name in ("sizes", "cost", "stable_rate"))
    return Objective(
        name_of(source),
        params=names_in(source, module, "PARAMS"),
        data=names_in(source, module, "DATA"),
        loss=loss,
        start=start,
        gradient=own.get("gradient"),
        make=own.get("make"),
        cost=cost and answering(cost, cost_of),
        stable_rate=rate and answering(rate, rate_of),
        sizes=answering(sizes, sizes_of) if sizes else no_sizes,
        trained=is_trained(source, module),
    )


def name_of(source: Source) -> str:
    """A name for what a file defines: the file's, with that of a loss that is called otherwise."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", source.file.removesuffix(".py")).strip(".-")
    of_loss = "" if source.name in (None, "loss") else f"-{source.name}"
    return f"{stem or 'problem'}{of_loss}"


def named(source: Source, module: ModuleType) -> Any:
    """What the file calls by the name that is meant. Raises UnknownName, BadInput."""
    known = [
        name
        for name, one in vars(module).items()
        if isinstance(one, Objective) or (inspect.isfunction(one) and name not in TAKES)
    ]
    if not hasattr(module, str(source.name)):
        raise UnknownName(f"name in {source.file}", str(source.name), {*known, "loss"})
    found = getattr(module, str(source.name))
    if not isinstance(found, Objective) and (not callable(found) or isinstance(found, type)):
        raise BadInput(
            f"{source.file}:{source.name} is of type {type(found).__name__}; expected an Objective,"
            " or a function loss(xp, params, batch)."
        )
    return found


def function(
    source: Source, module: ModuleType, name: str, called: str | None = None
) -> Callable[..., Any]:
    """The file's function ``name``, which the file may call otherwise. Raises BadInput."""
    called = called or name
    if not hasattr(module, called):
        others = [key for key, one in vars(module).items() if isinstance(one, Objective)]
        advice = f" It has an Objective: write {source.file}:{others[0]}." if others else ""
        raise BadInput(f"{source.file} has no {called}; {EXPECTED}.{advice}")
    found, wanted = getattr(module, called), f"{called}({', '.join(TAKES[name])})"
    if not callable(found):
        got = f"{called} is of type {type(found).__name__}"
        raise BadInput(f"{source.file}: {got}; expected a function {wanted}.")
    try:
        signature = inspect.signature(found)
    except (TypeError, ValueError):  # none to be seen: calling will tell
        return found  # type: ignore[no-any-return]  # what a file defines is of any type
    try:
        signature.bind(*TAKES[name])
    except TypeError as error:
        got = f"{called}{signature} cannot be called so ({error})"
        raise BadInput(f"{source.file}: {got}; expected {wanted}.") from error
    return found  # type: ignore[no-any-return]  # what a file defines is of any type


def names_in(source: Source, module: ModuleType, name: str) -> tuple[str, ...]:
    """The names that the file gives in ``PARAMS`` or ``DATA``; none where it has none."""
    found = getattr(module, name, ())
    is_fit = isinstance(found, tuple | list) and all(
        isinstance(one, str) and NAME.fullmatch(one) for one in found
    )
    if not is_fit or len({*found}) < len(found):
        raise BadInput(
            f'{source.file}: {name} is {found!r}; expected plain names, all unlike, such as ("w",).'
        )
    return tuple(found)


def is_trained(source: Source, module: ModuleType) -> bool:
    """What the file says in ``TRAINED``; True where it does not. Raises BadInput."""
    found = getattr(module, "TRAINED", True)
    if not isinstance(found, bool):
        raise BadInput(f"{source.file}: TRAINED is {found!r}; expected True or False.")
    return found


def answering(function: Callable[..., Any], read: Callable[[Any], Any]) -> Callable[..., Any]:
    """``function``, what it returns read by ``read``; whatever either raises is BadObjective."""

    @wraps(function)
    def answered(*args: Sizes) -> Any:
        try:
            return read(function(*args))
        except Exception as error:
            got = f"{type(error).__name__}: {error}{blamed(error, function)}"
            raise BadObjective(f"{function.__name__} of the problem: {got}.") from error

    return answered


def sizes_of(answer: Any) -> Mapping[str, float]:
    """Own sizes. Raises TypeError."""
    expected = 'expected numbers by name, such as {"n_hidden": 32}'
    if not isinstance(answer, Mapping):
        raise TypeError(f"got {type(answer).__name__}; {expected}")
    for name, value in answer.items():
        if not (isinstance(name, str) and NAME.fullmatch(name) and type(value) in (int, float)):
            raise TypeError(f"got {name!r}: {value!r}; {expected}")
    return answer


def cost_of(answer: Any) -> Cost:
    """What an epoch takes. Raises TypeError, ValueError."""
    flop, n_numbers = answer
    for number in (flop, n_numbers):
        if not isinstance(number, int) or number < 1:
            raise TypeError(f"got {answer!r}; expected two whole numbers, flop and numbers read")
    return Cost(flop, n_numbers)


def rate_of(answer: Any) -> float:
    """A learning rate. Raises TypeError, ValueError."""
    if not (math.isfinite(answer) and answer > 0):
        raise ValueError(f"got {answer!r}; expected a learning rate above 0")
    return float(answer)
