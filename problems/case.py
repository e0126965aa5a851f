"""A case: a problem in one dtype with its variants, and the right answers to each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from problems.objective import Arrays
from problems.problem import Problem, make_problem
from problems.reference import Reference, reference

# A number of COARSE_BITS grows by EPSILON in this dtype, and stays in the next lower precision
EPSILON = {"float32": 2.0**-16, "float64": 2.0**-40}
N_STEPS_MOVED = 10
MOST_PROBED = 32  # examples in a sum: more would round away what is to be seen
COARSE_BITS = 8  # of a significand: the fewest that a lower precision has


@dataclass(frozen=True)
class Case:
    """A problem in an arm's dtype; references are computed when asked for, or were stored."""

    problem: Problem
    stored: Mapping[str, Reference] = field(default_factory=dict)
    found: dict[str, tuple[Problem, Reference]] = field(default_factory=dict)

    def of(self, variant: str) -> tuple[Problem, Reference]:
        """The problem called ``variant`` in the same dtype, with its reference."""
        if variant not in self.found:
            dtype = str(self.problem.start[0].dtype)
            made = VARIANTS[variant](self)
            problem = made if made is self.problem else made.astype(dtype)
            stored = self.stored.get(variant)
            ends = None if problem is self.problem else sorted({0, problem.n_batches - 1})
            asked = OF_OPERATORS[variant](problem) if variant in OF_OPERATORS else ()
            self.found[variant] = problem, stored or reference(problem, ends, asked)
        return self.found[variant]

    def references(self, variants: Iterable[str] | None = None) -> dict[str, Reference]:
        """The references of ``variants``, or all, by name; what they are of is not kept."""
        found = {name: self.of(name)[1] for name in variants or VARIANTS}
        for name in set(self.found) - {"itself"}:
            del self.found[name]
        return found


def itself(case: Case) -> Problem:
    """The problem as it is."""
    return case.problem


def moved(case: Case) -> Problem:
    """Two steps from where some led: nearer to the optimum rounding would be all there is.

    Of what is not trained, from parameters a tenth of their size away.
    """
    problem, found = case.of("itself")
    spec, orders = replace(problem.spec, epochs=1, steps=2), problem.orders[:1]
    if not problem.objective.trained:
        rng = np.random.default_rng([problem.spec.seed, 5])
        start = tuple(beside(p, rng) for p in problem.start)
        return replace(problem, spec=spec, start=start, orders=orders[:, : spec.n_visited])
    n = int(found.steps.numbers[found.steps.numbers <= N_STEPS_MOVED].max())
    start = found.at("steps", n, problem).value
    return replace(problem, spec=spec, start=start, orders=orders[:, : spec.n_visited])


def beside(param: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """``param``, moved at random by about a tenth of its largest number."""
    size = float(np.abs(param).max()) or 1.0
    moved: np.ndarray = param + 0.1 * size * rng.standard_normal(param.shape)
    return moved


def other_data(case: Case) -> Problem:
    """Other data of the same shape, for an epoch.

    Where they are a file's, or made without drawing, the examples are drawn anew.
    """
    problem, spec = case.problem, case.problem.spec
    seed, n = spec.seed + 1, spec.n_examples
    drawn = np.random.default_rng([seed, 4]).integers(n, size=n)
    other = make_problem(replace(spec, seed=seed, epochs=1), of_file(problem, drawn))
    exact = problem.data if spec.data is not None else make_problem(spec).data
    if all(np.array_equal(a, b) for a, b in zip(other.data, exact, strict=True)):
        return make_problem(other.spec, problem.batch(drawn))
    return other


def unseen(case: Case) -> Problem:
    """An epoch over the first order, another over the same, and one over an order of its own."""
    problem = case.problem
    seen, rng = problem.orders[0], np.random.default_rng([problem.spec.seed, 1])
    orders = np.stack([seen, seen, rng.permutation(seen)])
    return replace(problem, spec=replace(problem.spec, epochs=3), orders=orders)


def ragged(case: Case) -> Problem:
    """Three minibatches and half of one."""
    problem = case.problem
    size = problem.batch_size
    n = 3 * size + size // 2
    repeated = of_file(problem, np.arange(n) % problem.spec.n_examples)
    return make_problem(replace(problem.spec, n_examples=n, epochs=1, steps=None), repeated)


def of_file(problem: Problem, index: np.ndarray) -> Arrays | None:
    """Those examples, where the data are a file's; None: others can be made."""
    return None if problem.spec.data is None else problem.batch(index)


def probe(case: Case) -> Problem:
    """Two minibatches of one example over and over, the second larger by EPSILON of itself.

    The first's numbers are cut to what every precision holds; a lower one cannot tell the two.
    """
    problem = case.problem
    size = min(problem.batch_size, MOST_PROBED)
    grown = 1 + EPSILON[str(problem.start[0].dtype)]

    def both(array: np.ndarray) -> np.ndarray:
        one = np.repeat(cut(array[:1]), size, axis=0)
        return np.concatenate((one, one * grown if array.dtype.kind == "f" else one))

    spec = replace(problem.spec, n_examples=2 * size, batch_size=size, epochs=1, steps=None)
    orders = np.arange(2 * size)[None]
    return replace(problem, spec=spec, data=tuple(map(both, problem.data)), orders=orders)


def cut(array: np.ndarray) -> np.ndarray:
    """``array`` with significands of COARSE_BITS; integers as they are."""
    if array.dtype.kind != "f":
        return array
    significand, exponent = np.frexp(array.astype("float64"))
    rounded: np.ndarray = np.round(significand * 2**COARSE_BITS) / 2**COARSE_BITS
    return np.asarray(rounded * 2.0**exponent)


VARIANTS: Mapping[str, Callable[[Case], Problem]] = {
    function.__name__: function for function in (itself, moved, other_data, unseen, ragged, probe)
}
# The minibatches whose derivatives besides the gradient are known: a whole one and a short one
OF_OPERATORS: Mapping[str, Callable[[Problem], tuple[int, ...]]] = {
    "itself": lambda problem: (0,),
    "ragged": lambda problem: (problem.n_batches - 1,),
}


def sha256(references: Mapping[str, Reference]) -> str:
    """Hash of every array's bytes."""
    digest = hashlib.sha256()
    for variant, one in sorted(references.items()):
        for name, array in one.arrays():
            digest.update(f"{variant}.{name}".encode())
            digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
