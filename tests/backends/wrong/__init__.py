"""Backends wrong on purpose, each with one mistake, and the check that must name it."""

from __future__ import annotations

from tests.backends.wrong import (
    handed_out,
    kept,
    operators,
    precision,
    training,
    values,
    waiting,
)
from tests.backends.wrong.handed_out import CodesAsFloats, CodesOffByOne, Transposed
from tests.backends.wrong.kept import (
    BakedIn,
    ByFirstElement,
    GatheredInPrepare,
    GradientByBatch,
    KeepsBatches,
    KeepsTheLastSixteen,
    Remembers,
    TablesOfProducts,
)
from tests.backends.wrong.operators import GaussNewton, RightOperators
from tests.backends.wrong.precision import ONLY_IN
from tests.backends.wrong.right import Right, WholeEpochs, wrong
from tests.backends.wrong.training import NotANumberLate, WrongEpoch
from tests.backends.wrong.values import (
    Broadcast,
    Doubled,
    LossNotANumber,
    WrongInTheMiddle,
    ZeroGradient,
)
from tests.backends.wrong.waiting import (
    FinishesLate,
    GatheredLate,
    HalfLazy,
    Lazy,
    NeverStops,
    UndoneEverySecondTime,
    UndoneEveryThirdTime,
    WaitsForTheFirst,
)

__all__ = [
    "BY_THE_CLOCK",
    "CAUGHT_BY",
    "NOT_OF_CLASSES",
    "ONLY_IN",
    "ON_THE_LESSON_ALONE",
    "ON_THE_OTHER_ALONE",
    "BakedIn",
    "Doubled",
    "Lazy",
    "LossNotANumber",
    "NotANumberLate",
    "Right",
    "RightOperators",
    "WholeEpochs",
    "WrongEpoch",
    "WrongInTheMiddle",
    "ZeroGradient",
    "wrong",
]

CAUGHT_BY: dict[type[Right], str] = {
    program: check
    for kind in (handed_out, values, operators, precision, training, kept, waiting)
    for program, check in kind.CAUGHT_BY.items()
}
ON_THE_OTHER_ALONE: dict[type[Right], str] = {
    CodesOffByOne: "batches",
    CodesAsFloats: "transfer",
    GaussNewton: "operators",  # which of the lesson is the Hessian
}
ON_THE_LESSON_ALONE: dict[type[Right], str] = {
    Transposed: "no parameter of the other objective has two axes",
    Broadcast: "it is the lesson's own trap: labels (batch,) beside predictions (batch, 1)",
    TablesOfProducts: "no gradient of the other objective is linear in products of its data",
}
NOT_OF_CLASSES: dict[type[Right], str] = {  # what is no mistake on softmax and mlp
    Broadcast: ON_THE_LESSON_ALONE[Broadcast],
    TablesOfProducts: "no gradient by cross-entropy is linear in products of its data",
}
BY_THE_CLOCK: set[type[Right]] = {  # right in every number: only time tells
    *(Remembers, KeepsTheLastSixteen, GradientByBatch, TablesOfProducts),
    *(KeepsBatches, GatheredInPrepare, ByFirstElement),
    *(Lazy, HalfLazy, UndoneEverySecondTime, UndoneEveryThirdTime),
    *(FinishesLate, WaitsForTheFirst, GatheredLate, NeverStops),
}
