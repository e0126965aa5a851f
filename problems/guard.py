"""The guard: arrays that can do what the vocabulary says, and nothing else.

NumPy's own can do more, and so does the oracle: a loss that leans on that is right there and fails
on engines whose arrays know nothing of NumPy, each in words of its own. Here it is told once, with
its line, before any engine runs.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial
from itertools import chain, repeat
from typing import Any, NoReturn

import numpy as np

from problems.counted import counted
from problems.namespace import INSTEAD, vocabulary, xp
from problems.oracle import refusing
from problems.problem import Problem

FLOATS, INTEGERS, MASKS, ANY = "f", "iu", "b", "fiub"
WHAT_FOR = {  # what an array of another kind is for
    "f": "holds floats, which are neither a condition nor an index",
    "i": "holds integers, which are indices of xp.take; give it as floats to compute with it",
    "u": "holds integers, which are indices of xp.take; give it as floats to compute with it",
    "b": "is a mask, which is for xp.where; write xp.where(mask, x, 0.0)",
}
# Kinds of the first arguments of a function of xp; all the others are floats
ARGUMENTS = {"where": (MASKS,), "take": (ANY, INTEGERS), "reshape": (ANY,), "concat": (ANY,)}
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")
BINARY: dict[str, tuple[str, ...]] = {
    FLOATS: ("add", "sub", "mul", "truediv", "pow", "matmul"),
}
UNARY: dict[str, tuple[str, ...]] = {FLOATS: ("neg",)}
WITH_AXIS = ("sum", "mean", "max", "min", "logsumexp", "concat")
BY_NAME = ("axis", "keepdims")  # what every engine's functions are given by name
BOTH = "write xp.where(a, xp.where(b, x, y), y)"
NOT_IN_IT = {
    **{f"__{r}and__": f"& of masks; {BOTH}" for r in ("", "r")},
    **{f"__{r}or__": f"| of masks; {BOTH}" for r in ("", "r")},
    **{f"__{r}xor__": f"^ of masks; {BOTH}" for r in ("", "r")},
    **{f"__{r}floordiv__": "//, whose derivative is zero" for r in ("", "r")},
    **{f"__{r}mod__": "%, which not every engine has" for r in ("", "r")},
    "__invert__": "~ of a mask; give xp.where its two others the other way round",
    "__pos__": "+ before an array; leave it out",
    "__setitem__": "assignment; write xp.where or xp.concat",
    "__bool__": "branch on a value; write xp.where",
    "__float__": "float(), which loses the derivative; leave it out",
    "__int__": "int(), which loses the derivative; leave it out",
    "__index__": "index from an array; write xp.take",
    "__len__": "len(); write X.shape[0]",
    "__iter__": "loop over an array; write xp.sum, or index it: p[0], p[1]",
    "__abs__": "abs of Python's, which hides the derivative; write xp.abs",
    "__round__": "round of Python's; write xp.round",
    "__array__": "function that makes an array of NumPy's; write one of xp",
}


class Plain:
    """An array that has the vocabulary. ``name``: what the user calls it, where that is known."""

    def __init__(self, array: np.ndarray, name: str = "an array") -> None:
        self.array, self.name = array, name

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def ndim(self) -> int:
        return self.array.ndim

    @property
    def T(self) -> Plain:
        return Plain(self.array.T, self.name)

    def __getitem__(self, key: Any) -> Plain:
        parts = key if isinstance(key, tuple) else (key,)
        if not all(map(is_index, parts)):
            raise TypeError("indexing by an array is not in the vocabulary; write xp.take")
        if sum(part is not None for part in parts) > 2:
            raise TypeError("indexing of more than two dimensions is not in the vocabulary")
        return Plain(np.asarray(self.array[key]), self.name)

    def __getattr__(self, name: str) -> NoReturn:
        advice = "expected operators, .shape, .T and indexing"
        if name in vocabulary().split(", "):
            advice = f"write xp.{name}(...)"
        elif name in INSTEAD:
            advice = f"use {INSTEAD[name]}"
        raise AttributeError(f"an array's .{name} is not in the vocabulary; {advice}")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **_: object) -> Any:
        for one in inputs:
            operand(ANY, one)  # an array or a number of NumPy's beside this one
        raise TypeError(f"np.{ufunc.__name__} knows NumPy's arrays only; write a function of xp")

    def __array_function__(self, function: Any, *_: object) -> Any:
        raise TypeError(f"np.{function.__name__} knows NumPy's arrays only; write a function of xp")


def is_index(part: object) -> bool:
    """Whether ``part`` is a whole number, a slice of such, an ellipsis or None."""
    if isinstance(part, slice):
        return all(x is None or isinstance(x, int) for x in (part.start, part.stop, part.step))
    return part is None or part is Ellipsis or isinstance(part, int)


def operand(kinds: str, value: object) -> Any:
    """What ``value`` is to NumPy. Raises TypeError where other engines would not take it."""
    if isinstance(value, Plain):
        if value.array.dtype.kind not in kinds:
            raise TypeError(f"{value.name} {WHAT_FOR[value.array.dtype.kind]}")
        return value.array
    if isinstance(value, np.ndarray | np.generic):
        what, advice = ("an array", "make it part of the data")
        if value.ndim == 0:
            what, advice = ("a number", "write float(...) of it")
        raise TypeError(
            f"an operand is {what} of NumPy's, which is none to other engines; {advice}"
        )
    if isinstance(value, bool | int | float):
        return value
    raise TypeError(f"an operand is of type {type(value).__name__}; expected arrays and numbers")


def binary(name: str, kinds: str) -> Callable[[Plain, object], Plain]:
    """The operator ``name`` on two operands of ``kinds``."""
    function = getattr(operator, f"__{name}__")
    return lambda self, other: Plain(
        np.asarray(function(operand(kinds, self), operand(kinds, other)))
    )


def reflected(name: str, kinds: str) -> Callable[[Plain, object], Plain]:
    """The same, the array being the second operand."""
    function = getattr(operator, f"__{name}__")
    return lambda self, other: Plain(
        np.asarray(function(operand(kinds, other), operand(kinds, self)))
    )


def unary(name: str, kinds: str) -> Callable[[Plain], Plain]:
    function = getattr(operator, f"__{name}__")
    return lambda self: Plain(np.asarray(function(operand(kinds, self))))


def missing(what: str) -> Callable[..., NoReturn]:
    """A method that says what the vocabulary has not, and what to write."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise TypeError(f"the vocabulary has no {what}")

    return refuse


for kinds, names in BINARY.items():
    for name in names:
        setattr(Plain, f"__{name}__", binary(name, kinds))
        setattr(Plain, f"__r{name}__", reflected(name, kinds))
for name in COMPARISONS:
    setattr(Plain, f"__{name}__", binary(name, FLOATS))
for kinds, names in UNARY.items():
    for name in names:
        setattr(Plain, f"__{name}__", unary(name, kinds))
for name, what in NOT_IN_IT.items():
    setattr(Plain, name, missing(what))


class GuardedNamespace:
    """``xp`` of such arrays. Raises AttributeError for a name outside the vocabulary."""

    def __getattr__(self, name: str) -> Callable[..., Plain]:
        return partial(called, name, getattr(xp, name))


def called(name: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Plain:
    """What ``xp.name`` gives. Raises TypeError, IndexError where not every engine would."""
    parts = chain.from_iterable(a if isinstance(a, list | tuple) else (a,) for a in args)
    if not any(isinstance(part, Plain) for part in parts):
        raise TypeError(f"xp.{name} is given no array; compute plain numbers by math")
    if name in WITH_AXIS and len(args) > 1:
        raise TypeError(f"xp.{name} is given its axis by place; write axis={args[1]!r}")
    if any(isinstance(value, Plain) for value in kwargs.values()):
        raise TypeError(f"xp.{name} is given an array by name; give it by its place")
    if unknown := kwargs.keys() - {*BY_NAME}:
        raise TypeError(f"xp.{name} takes no {min(unknown)} on every engine; leave it out")
    given = list(map(bare, chain(ARGUMENTS.get(name, ()), repeat(FLOATS)), args))
    if name == "take":
        require_rows(*args, **kwargs)
    return Plain(np.asarray(function(*given, **kwargs)))


def bare(kinds: str, value: Any) -> Any:
    """``value`` as NumPy takes it; arrays in lists and tuples too."""
    if isinstance(value, list | tuple):
        return type(value)(bare(kinds, part) for part in value)
    return None if value is None else operand(kinds, value)


def require_rows(array: Plain, indices: Plain, *, axis: int | None = None) -> None:
    """Raise IndexError unless each of ``indices`` is a row of ``array``.

    NumPy counts negative ones from the end; other engines clamp, or read what lies there.
    """
    if axis != 0:
        raise TypeError(f"xp.take along axis {axis} is not in the vocabulary; expected axis=0")
    n = len(array.array)
    outside = np.argwhere((indices.array < 0) | (indices.array >= n))
    if len(outside):
        where = outside[0].tolist()
        raise IndexError(
            f"{indices.name}{where} is {indices.array[tuple(where)]}, and {len(outside)} such in "
            f"all; xp.take takes from {counted(n, 'row')}: expected 0 to {n - 1}"
        )


def require_vocabulary(problem: Problem) -> None:
    """Raise BadObjective unless the loss of all examples keeps to the vocabulary."""
    objective = problem.objective
    named = zip((*objective.params, *objective.data), (*problem.start, *problem.data), strict=True)
    given = [Plain(np.asarray(array), name) for name, array in named]
    cut = len(problem.start)
    with refusing(objective):
        objective.loss(GuardedNamespace(), tuple(given[:cut]), tuple(given[cut:]))
