"""Derivatives besides the gradient that are of other values than the reference's, or harm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from backends.base import Batch, Params
from backends.operators import OPERATORS, Function
from problems.operators import flat, like
from tests.backends.wrong.right import Right

STEP = 1e-100  # of a derivative along an imaginary number


class RightOperators(Right):
    """Derivatives in float64 by the gradient and its complex steps, cast: all right."""

    @property
    def operators(self) -> Mapping[str, Function]:
        return {name: getattr(self, name) for name in OPERATORS}

    def jvp(self, params: Params, batch: Batch, direction: Params) -> np.ndarray:
        terms = zip(self.exact(params, batch), direction, strict=True)
        return np.asarray(sum(np.sum(g * v) for g, v in terms), self.dtype)

    def hvp(self, params: Params, batch: Batch, direction: Params) -> Params:
        return tuple(h.astype(self.dtype) for h in self.product(params, batch, direction))

    def hessian(self, params: Params, batch: Batch) -> np.ndarray:
        units = np.eye(sum(p.size for p in params))
        columns = [flat(self.product(params, batch, like(params, unit))) for unit in units]
        return np.stack(columns, axis=1).astype(self.dtype)

    def per_example(self, params: Params, batch: Batch) -> Params:
        rows = range(len(batch[0]))
        grads = (self.exact(params, tuple(a[i : i + 1] for a in batch)) for i in rows)
        return tuple(np.stack(one).astype(self.dtype) for one in zip(*grads, strict=True))

    def exact(self, params: Params, batch: Batch) -> Params:
        examples = tuple(a.astype("float64") if a.dtype.kind == "f" else a for a in batch)
        return Right.gradient(self, tuple(p + np.zeros(()) for p in params), examples)

    def product(self, params: Params, batch: Batch, direction: Params) -> Params:
        pairs = zip(params, direction, strict=True)
        moved = tuple(p.astype("float64") + 1j * STEP * v.astype("float64") for p, v in pairs)
        return tuple(np.imag(g) / STEP for g in self.exact(moved, batch))


class HvpOfTheWrongSign(RightOperators):
    def hvp(self, params: Params, batch: Batch, direction: Params) -> Params:
        return tuple(-one for one in super().hvp(params, batch, direction))


class EmpiricalFisher(RightOperators):
    """The sum over examples of g g^T in place of the Hessian."""

    def hvp(self, params: Params, batch: Batch, direction: Params) -> Params:
        each = np.concatenate(
            [g.reshape(len(g), -1) for g in super().per_example(params, batch)], axis=1
        )
        return like(direction, each.T @ (each @ flat(direction)))


class GaussNewton(RightOperators):
    """Without the curvature of tanh: J^T J v, J being the derivative of the residual."""

    def hvp(self, params: Params, batch: Batch, direction: Params) -> Params:
        (w, _, _), (X, codes, _), (dw, dE, db) = params, batch, direction
        slope = 1 - np.tanh(X @ w) ** 2
        moved = slope * (X @ dw) + dE[codes] + db
        back = np.zeros_like(dE)
        np.add.at(back, codes, moved)
        return X.T @ (slope * moved), back, np.sum(moved, keepdims=True)


class JvpWithoutAParameter(RightOperators):
    def jvp(self, params: Params, batch: Batch, direction: Params) -> np.ndarray:
        *others, last = direction
        return super().jvp(params, batch, (*others, 0 * last))


class PerExampleAveraged(RightOperators):
    def per_example(self, params: Params, batch: Batch) -> Params:
        each = super().per_example(params, batch)
        return tuple(np.broadcast_to(a.mean(axis=0), a.shape).astype(self.dtype) for a in each)


class PerExampleSummed(RightOperators):
    def per_example(self, params: Params, batch: Batch) -> Params:
        return Right.gradient(self, params, batch)


class HessianOfTheLastParameter(RightOperators):
    def hessian(self, params: Params, batch: Batch) -> np.ndarray:
        n = params[-1].size
        return super().hessian(params, batch)[-n:, -n:]


class HessianOfBlocks(RightOperators):
    """What couples two parameters left out."""

    def hessian(self, params: Params, batch: Batch) -> np.ndarray:
        owner = np.concatenate([np.full(p.size, i) for i, p in enumerate(params)])
        blocks: np.ndarray = super().hessian(params, batch) * (owner[:, None] == owner)
        return blocks


class Consumes(RightOperators):
    def hvp(self, params: Params, batch: Batch, direction: Params) -> Params:
        product = super().hvp(params, batch, direction)
        self.descend(params, product)
        return product


class ScalesItsDirection(RightOperators):
    def jvp(self, params: Params, batch: Batch, direction: Params) -> np.ndarray:
        value = super().jvp(params, batch, direction)
        direction[0][...] *= 2
        return value


class InAnotherDtype(RightOperators):
    def jvp(self, params: Params, batch: Batch, direction: Params) -> np.ndarray:
        other = "float64" if self.dtype == "float32" else "float32"
        return super().jvp(params, batch, direction).astype(other)


CAUGHT_BY: dict[type[Right], str] = {
    HvpOfTheWrongSign: "operators",
    EmpiricalFisher: "operators",
    JvpWithoutAParameter: "operators",
    PerExampleAveraged: "operators",
    PerExampleSummed: "operators",
    HessianOfTheLastParameter: "operators",
    HessianOfBlocks: "operators",
    Consumes: "operators",
    ScalesItsDirection: "operators",
    InAnotherDtype: "operators",
}
