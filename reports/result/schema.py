"""Readers that turn parsed JSON into typed values or say what does not fit, knowing no key."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T")
Reader = Callable[[object, str], T]  # (value, where it stood) -> what it is

MANY = 2**53  # whole numbers up to here are exact in every reader of JSON
Floats = npt.NDArray[np.float64]


class Mismatch(ValueError):
    """A value that is not what its place in the file promises."""

    def __init__(self, where: str, got: object, expected: str) -> None:
        shown = "nothing" if got is MISSING else reprlib.repr(got)
        super().__init__(f"{where or 'the file'} is {shown}; expected {expected}.")


class Missing:
    """The type of ``MISSING``, which stands for a key that is not there."""


MISSING = Missing()


class Fields:
    """An object of the file, read key by key; keys nobody asks for are left alone."""

    def __init__(self, value: object, where: str = "") -> None:
        if not isinstance(value, dict):
            raise Mismatch(where, value, "an object")
        self._value: dict[str, object] = value
        self._where = where

    def need(self, key: str, reader: Reader[T]) -> T:
        """What ``reader`` makes of ``key``, which must be there."""
        where = f"{self._where}.{key}" if self._where else key
        return reader(self._value.get(key, MISSING), where)

    def maybe(self, key: str, reader: Reader[T]) -> T | None:
        """The same, or None where the key is null or absent."""
        return None if self._value.get(key) is None else self.need(key, reader)


def text(value: object, where: str) -> str:
    """A string; a lone surrogate, which no file can hold, becomes a question mark."""
    if not isinstance(value, str):
        raise Mismatch(where, value, "text")
    return value.encode("utf-8", "replace").decode("utf-8")


def flag(value: object, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Mismatch(where, value, "true or false")
    return value


def one_of(*words: str) -> Reader[str]:
    """A reader of one of ``words``."""

    def read(value: object, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise Mismatch(where, value, "one of " + ", ".join(words))
        return value

    return read


def count(low: int, high: int) -> Reader[int]:
    """A reader of a whole number from ``low`` to ``high``, both included."""

    def read(value: object, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Mismatch(where, value, f"a whole number from {low} to {high}")
        return value

    return read


def number(low: float, high: float) -> Reader[float]:
    """A reader of a finite number from ``low`` to ``high``, both included."""

    def read(value: object, where: str) -> float:
        given = any_number(value, where)
        if not low <= given <= high:  # NaN fails this too
            raise Mismatch(where, value, f"a number from {low:g} to {high:g}")
        return given

    return read


def any_number(value: object, where: str) -> float:
    """A number that may be infinite, or NaN where the file says null: what a failure left."""
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Mismatch(where, value, "a number")
    try:
        return float(value)
    except OverflowError:
        raise Mismatch(where, value, "a number a float can hold") from None


def items(reader: Reader[T], at_least: int = 0) -> Reader[tuple[T, ...]]:
    """A reader of a list, each entry read by ``reader``."""

    def read(value: object, where: str) -> tuple[T, ...]:
        if not isinstance(value, list) or len(value) < at_least:
            raise Mismatch(where, value, f"a list of at least {at_least}")
        return tuple(reader(entry, f"{where}[{i}]") for i, entry in enumerate(value))

    return read


def mapping(reader: Reader[T]) -> Reader[dict[str, T]]:
    """A reader of an object with free keys, each value read by ``reader``."""

    def read(value: object, where: str) -> dict[str, T]:
        if not isinstance(value, dict):
            raise Mismatch(where, value, "an object")
        return {text(key, where): reader(entry, f"{where}.{key}") for key, entry in value.items()}

    return read


def numbers(value: object, where: str) -> dict[str, float]:
    """The numbers of an object with free keys; what else it holds is left out."""
    given = mapping(anything)(value, where)
    kept = {k: v for k, v in given.items() if type(v) in (int, float)}
    return {key: any_number(entry, f"{where}.{key}") for key, entry in kept.items()}


def array(value: object, where: str, depth: int = 3) -> tuple[float, ...]:
    """Every number of nested lists, in order; null reads as NaN."""
    if not isinstance(value, list) or depth == 0:
        raise Mismatch(where, value, "a list of numbers, nested at most three deep")
    flat: list[float] = []
    for i, entry in enumerate(value):
        at = f"{where}[{i}]"
        nested = isinstance(entry, list)
        flat.extend(array(entry, at, depth - 1) if nested else [any_number(entry, at)])
    return tuple(flat)


def samples(low: float, high: float, at_least: int = 0) -> Reader[Floats]:
    """A reader of a flat list of numbers in ``[low, high]`` as one array, checked at a stroke."""
    expected = f"a list of at least {at_least} numbers from {low:g} to {high:g}"

    def read(value: object, where: str) -> Floats:
        if not isinstance(value, list) or not set(map(type, value)) <= {int, float}:
            raise Mismatch(where, value, expected)
        try:
            given = np.array(value, dtype=np.float64)
        except OverflowError:
            raise Mismatch(where, value, expected) from None
        outside = ~((given >= low) & (given <= high))  # NaN is outside
        if outside.any():
            worst = int(outside.argmax())
            raise Mismatch(f"{where}[{worst}]", value[worst], f"a number in [{low:g}, {high:g}]")
        if given.size < at_least:
            raise Mismatch(where, value, expected)
        return given

    return read


def anything(value: object, where: str) -> object:
    """The value as it stands."""
    if value is MISSING:
        raise Mismatch(where, value, "a value")
    return value
