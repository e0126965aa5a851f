"""References: the float64 answers that arms are held against, each with its tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from problems import operators, oracle, tolerance
from problems.objective import Arrays
from problems.problem import Problem

RECOVERY_TOLERANCE = 5e-3  # largest distance of a learned parameter from the truth
STEPS_LOOKED_AT = (1, 10, 100)  # and the last of the first epoch
N_GRADIENTS = 200  # batches whose gradient is looked at, at the most
N_WALKS = 4  # that are rounded at random, to see what rounding does
MOST_NUMBERS = 10**7  # of gradients stored

Shapes = tuple[tuple[int, ...], ...]


class Answer(NamedTuple):
    """What is right, and how far from it a right engine may be, by ``tolerance.distance``."""

    value: Arrays
    tolerance: float


@dataclass(frozen=True)
class Answers:
    """Answers by number: of a batch, of a step, of an epoch."""

    numbers: np.ndarray  # (answers,)
    values: np.ndarray  # (answers, entries): the arrays of each, flat
    tolerances: np.ndarray  # (answers,)

    @classmethod
    def of(cls, found: Mapping[int, tuple[Arrays, float]]) -> Answers:
        if not found:  # of training, where there is none
            return cls(np.empty(0, int), np.empty((0, 0)), np.empty(0))
        flat = [np.concatenate([np.ravel(a) for a in value]) for value, _ in found.values()]
        tolerances = np.array([t for _, t in found.values()])
        return cls(np.array(list(found)), np.stack(flat), tolerances)

    def at(self, number: int, shapes: Shapes) -> Answer:
        """The answer of that number, its arrays of these shapes. Raises KeyError."""
        (places,) = np.nonzero(self.numbers == number)
        if not len(places):
            raise KeyError(number)
        cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])[:-1]
        parts = np.split(self.values[places[0]], cuts)
        value = tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))
        return Answer(value, float(self.tolerances[places[0]]))


@dataclass(frozen=True)
class Reference:
    """The answers of one problem in one dtype."""

    gradients: Answers  # at the start, by minibatch of the first epoch
    steps: Answers  # parameters after so many steps
    epochs: Answers  # parameters after so many epochs
    losses: Answers  # mean loss after so many epochs, 0 being the start
    # At the start, by minibatch of the first epoch: see ``operators.answers``
    jvp: Answers
    hvp: Answers
    hessian: Answers
    per_example: Answers

    # Of what is not trained there are gradients and the loss at the start

    def at(self, what: str, number: int, problem: Problem) -> Answer:
        """The answer ``number`` of ``gradients``, ``steps``, ``epochs``, ``losses``, an operator.

        Raises KeyError where there is none.
        """
        shapes: Shapes = ((),) if what == "losses" else tuple(p.shape for p in problem.start)
        if what in operators.NAMES:
            shapes = operators.shapes(what, problem, number)
        answers: Answers = getattr(self, what)
        return answers.at(number, shapes)

    def learned(self, problem: Problem) -> Arrays:
        """The parameters after the last epoch; the first ones where nothing is trained."""
        if not problem.objective.trained:
            return problem.start
        return self.at("epochs", len(problem.orders), problem).value

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        """Every array with its name, such as ``gradients.values``."""
        for table in fields(self):
            for part in fields(Answers):
                yield f"{table.name}.{part.name}", getattr(getattr(self, table.name), part.name)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Reference:
        """What ``arrays`` gave. Raises KeyError where one is missing."""
        return cls(
            **{
                table.name: Answers(*(arrays[f"{table.name}.{p.name}"] for p in fields(Answers)))
                for table in fields(cls)
            }
        )


Walk = dict[tuple[str, int], Arrays]  # what is looked at on the way, by name and number


def reference(
    problem: Problem, numbers: Iterable[int] | None = None, of_operators: Iterable[int] = ()
) -> Reference:
    """The answers to ``problem`` in its own dtype: of its data as that dtype has them.

    ``numbers``: the minibatches whose gradient at the start is among them; ``of_operators``: those
    whose other derivatives are.
    """
    dtype, exact = str(problem.start[0].dtype), problem.astype("float64")
    eps = float(np.finfo(dtype).eps)
    walk, rng = walked(exact), np.random.default_rng([problem.spec.seed, 3])
    n_walks = N_WALKS if problem.objective.trained else 1
    others = [walked(exact, dtype, rng) for _ in range(n_walks)]
    apart = {key: max(tolerance.distance(one[key], walk[key]) for one in others) for key in walk}
    floor = tolerance.FLOOR[dtype]
    tolerances = {key: max(floor, tolerance.SAFETY * apart[key]) for key in walk}
    judged: dict[str, dict[int, tuple[Arrays, float]]] = {}
    for (what, number), value in walk.items():
        judged.setdefault(what, {})[number] = (value, tolerances[what, number])
    for number, (value, allowed) in judged["losses"].items():
        params = walk["epochs", number] if number else exact.start
        summed = tolerance.of_mean_loss(exact, params, float(value[0]), eps)
        judged["losses"][number] = (value, allowed + summed if number else summed)
    judged["gradients"] = {}
    for number in looked_at(exact) if numbers is None else numbers:
        index = exact.minibatch(number)
        found = oracle.gradient(exact.objective, exact.start, exact.batch(index))
        allowed = tolerance.of_gradient(exact, exact.start, index, found, eps)
        judged["gradients"][number] = (found, allowed)
    judged |= {name: {} for name in operators.NAMES}
    for number in of_operators:
        for name, answer in operators.answers(exact, number, eps).items():
            judged[name][number] = answer
    return Reference(*(Answers.of(judged.get(table.name, {})) for table in fields(Reference)))


def walked(
    exact: Problem, dtype: str | None = None, rng: np.random.Generator | None = None
) -> Walk:
    """What plain SGD comes by.

    With ``rng`` each parameter is moved by one rounding of ``dtype`` after every step, at random.
    """
    objective, params, step = exact.objective, exact.start, 0
    found: Walk = {("losses", 0): mean_loss(exact, params)}
    if not objective.trained:
        return found
    for epoch in range(len(exact.orders)):
        for number in range(exact.n_batches):
            grads = oracle.gradient(objective, params, exact.batch(exact.minibatch(number, epoch)))
            params = tuple(p - exact.rate * g for p, g in zip(params, grads, strict=True))
            if rng is not None and dtype is not None:
                params = tuple(nudged(p, dtype, rng) for p in params)
            step += 1
            if step in STEPS_LOOKED_AT or step == exact.n_batches:
                found["steps", step] = params
        found["epochs", epoch + 1] = params
        found["losses", epoch + 1] = mean_loss(exact, params)
    return found


def nudged(param: np.ndarray, dtype: str, rng: np.random.Generator) -> np.ndarray:
    """``param``, each number moved by one rounding of ``dtype`` up or down, at random."""
    return param * (1 + float(np.finfo(dtype).eps) * tolerance.signs(param.shape, rng))


def mean_loss(exact: Problem, params: Arrays) -> Arrays:
    """The mean loss over all examples."""
    return (np.asarray(oracle.loss(exact.objective, params, exact.data) / exact.spec.n_examples),)


def looked_at(problem: Problem) -> list[int]:
    """The minibatches whose gradient is looked at: all of an epoch, of long ones a sample."""
    n_entries = sum(p.size for p in problem.start)
    n = max(2, min(N_GRADIENTS, MOST_NUMBERS // n_entries))
    return sorted(set(np.linspace(0, problem.n_batches - 1, n, dtype=int).tolist()))


def recovers(problem: Problem, params: Arrays) -> bool | None:
    """Whether ``params`` are the true ones within RECOVERY_TOLERANCE; None where none are known."""
    if problem.truth is None:
        return None
    pairs = zip(params, problem.truth, strict=True)
    return all(bool(np.abs(p - true).max() <= RECOVERY_TOLERANCE) for p, true in pairs)
