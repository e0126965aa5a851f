"""The vocabulary of objectives on CasADi's expressions, with NumPy's shapes and broadcasting.

CasADi's matrices have two dimensions, always, and lie column by column. An array in C order is the
matrix of its shape reversed, in the same memory, and so it is held: (m, n) as n x m, (n,) as n x 1.
Then data come in as they lie, a reshape moves nothing, and what NumPy broadcasts along the first
axis CasADi does by itself. (Its own ``ArrayInterface`` holds (m, n) as m x n, so that data are
transposed on their way in, takes a maximum along an axis row by row, and has no axis by None.)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import casadi
import numpy as np

from problems.namespace import logsumexp_of

Matrix = Any  # a casadi.MX: its stubs know neither its operators' shapes nor ours
Shape = tuple[int, ...]


class Inexpressible(ValueError):
    """What an objective asks for and CasADi cannot express, or not at a bearable length."""


class Expression:
    """An array of at most two dimensions whose numbers come later."""

    __array_ufunc__ = None  # NumPy's own arrays leave operators to this class

    def __init__(self, matrix: Matrix, shape: Shape) -> None:
        self.matrix: Matrix = casadi.reshape(matrix, *held(shape))
        self.shape = shape

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def T(self) -> Expression:
        return Expression(self.matrix.T, self.shape[::-1]) if self.ndim == 2 else self

    def __len__(self) -> int:
        return self.shape[0]

    def __bool__(self) -> bool:
        raise TypeError("an expression is neither true nor false before its numbers come: xp.where")

    def __neg__(self) -> Expression:
        return Expression(-self.matrix, self.shape)

    def __matmul__(self, other: Any) -> Expression:
        return product(self, expression(other))

    def __rmatmul__(self, other: Any) -> Expression:
        return product(expression(other), self)

    def __getitem__(self, key: Any) -> Expression:
        keys = key if isinstance(key, tuple) else (key,)
        n_free = self.ndim - sum(one is not None and one is not ... for one in keys)
        if n_free < 0:
            raise IndexError(f"an array of shape {self.shape} has no place {key}")
        at = next((i for i, one in enumerate(keys) if one is ...), len(keys))
        keys = (*keys[:at], *[slice(None)] * n_free, *keys[at + 1 :])
        lengths = iter(self.shape)
        # In each axis: one place, several, or None for an axis that is new
        chosen = [one if one is None else range(next(lengths))[one] for one in keys]
        shape = [1 if one is None else len(one) for one in chosen if not isinstance(one, int)]
        places = [places_of(one) for one in chosen if one is not None]
        rows, columns = (*reversed(places), slice(None), slice(None))[:2]
        return Expression(self.matrix[rows, columns], tuple(shape))


def held(shape: Shape) -> tuple[int, int]:
    """Rows and columns of the matrix that holds an array of ``shape``."""
    if len(shape) > 2:
        raise Inexpressible(f"CasADi has matrices only, no array of shape {shape}")
    rows, columns = (*reversed(shape), 1, 1)[:2]
    return rows, columns


def places_of(chosen: int | range) -> int | slice | list[int]:
    """An axis's places as CasADi's own index, which no step leads backwards."""
    if isinstance(chosen, int):
        return chosen
    return slice(chosen.start, chosen.stop, chosen.step) if chosen.step > 0 else list(chosen)


def expression(value: Any) -> Expression:
    """``value`` as an expression: itself, a number, or an array of NumPy's."""
    if isinstance(value, Expression):
        return value
    numbers = np.asarray(value, dtype=float)
    return Expression(casadi.MX(casadi.DM(np.atleast_1d(numbers.T))), numbers.shape)


def product(a: Expression, b: Expression) -> Expression:
    # (A B)^T = B^T A^T, and transposed is how they are held; a vector on the right is a column
    right = b.matrix if b.ndim == 2 else b.matrix.T
    return Expression(casadi.mtimes(right, a.matrix), (*a.shape[:-1], *b.shape[1:]))


def elementwise(function: Callable[..., Matrix]) -> Callable[..., Expression]:
    """``function`` of matrices as one of arrays and numbers, which are broadcast."""

    def of_arrays(*values: Any) -> Expression:
        arrays = [expression(value) for value in values]
        shape = np.broadcast_shapes(*(array.shape for array in arrays))
        return Expression(function(*(spread(array.matrix, shape) for array in arrays)), shape)

    return of_arrays


def spread(matrix: Matrix, shape: Shape) -> Matrix:
    """A row repeated to the rows of ``shape``: CasADi broadcasts numbers and columns only."""
    n_rows = held(shape)[0]
    is_row = matrix.shape[0] == 1 < matrix.shape[1] and n_rows > 1
    return casadi.mtimes(casadi.MX.ones(n_rows), matrix) if is_row else matrix


def reflected(function: Callable[..., Expression]) -> Callable[..., Expression]:
    return lambda right, left: function(left, right)


ARITHMETIC = (operator.add, operator.sub, operator.mul, operator.truediv, operator.pow)
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)
for own in (*ARITHMETIC, *COMPARISONS):
    setattr(Expression, f"__{own.__name__}__", elementwise(own))
for own in ARITHMETIC:
    setattr(Expression, f"__r{own.__name__}__", reflected(elementwise(own)))


def reducing(fold: Callable[[Matrix, bool], Matrix]) -> Callable[..., Expression]:
    """A reduction by ``fold`` of a matrix, down its columns or along its rows."""

    def of_array(
        x: Any, /, *, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
    ) -> Expression:
        array = expression(x)
        axes = range(array.ndim) if axis is None else np.atleast_1d(axis) % array.ndim
        last = array.ndim - 1
        matrix = casadi.vec(array.matrix) if len(axes) == array.ndim else array.matrix
        folded = fold(matrix, last in axes or array.ndim == 0)
        shape = (
            1 if i in axes else n for i, n in enumerate(array.shape) if keepdims or i not in axes
        )
        return Expression(folded, tuple(shape))

    return of_array


def summed(matrix: Matrix, down: bool) -> Matrix:
    return casadi.sum1(matrix) if down else casadi.sum2(matrix)


def halving(larger: Callable[[Matrix, Matrix], Matrix]) -> Callable[[Matrix, bool], Matrix]:
    """The extreme of two, half against half: few operations, and of whole matrices."""

    def of_matrix(matrix: Matrix, down: bool) -> Matrix:
        while (n := matrix.shape[0 if down else 1]) > 1:
            first, second = slice(0, n - n // 2), slice(n // 2, n)  # may share the middle
            halves = (matrix[half, :] if down else matrix[:, half] for half in (first, second))
            matrix = larger(*halves)
        return matrix

    return of_matrix


total = reducing(summed)


def mean(x: Any, /, *, axis: int | None = None, keepdims: bool = False) -> Expression:
    array, sums = expression(x), total(x, axis=axis, keepdims=keepdims)
    return Expression(sums.matrix / (array.size / sums.size), sums.shape)


def reshape(x: Any, /, shape: int | Sequence[int]) -> Expression:
    array = expression(x)
    # What is left open, by -1, as NumPy finds it
    new = np.empty(array.shape, np.bool_).reshape(shape).shape
    return Expression(array.matrix, new)


def concat(arrays: Sequence[Any], /, *, axis: int = 0) -> Expression:
    parts = [expression(array) for array in arrays]
    ndim = parts[0].ndim
    axis %= ndim
    join = casadi.vertcat if axis == ndim - 1 else casadi.horzcat
    n = sum(part.shape[axis] for part in parts)
    shape = (n if i == axis else length for i, length in enumerate(parts[0].shape))
    return Expression(join(*(part.matrix for part in parts)), tuple(shape))


def take(x: Any, indices: Any, /, *, axis: int = 0) -> Expression:
    array, chosen = expression(x), expression(indices)
    axis %= array.ndim
    is_last = axis == array.ndim - 1
    places = chosen.matrix
    matrix = array.matrix[places, :] if is_last else array.matrix[:, places]
    return Expression(matrix, (*array.shape[:axis], *chosen.shape, *array.shape[axis + 1 :]))


xp = SimpleNamespace(
    **{name: elementwise(getattr(casadi, name)) for name in ("exp", "log", "sqrt", "sin", "cos")},
    tanh=elementwise(casadi.tanh),
    abs=elementwise(casadi.fabs),
    maximum=elementwise(casadi.fmax),
    minimum=elementwise(casadi.fmin),
    where=elementwise(casadi.if_else),
    sum=total,
    mean=mean,
    max=reducing(halving(casadi.fmax)),
    min=reducing(halving(casadi.fmin)),
    reshape=reshape,
    concat=concat,
    take=take,
)
xp.logsumexp = logsumexp_of(xp)  # its own is of a vector
