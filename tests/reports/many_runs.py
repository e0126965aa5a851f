"""Many synthetic runs, each from its seed: ties, failures, few arms, few blocks, every evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from tests.reports.conftest import Bench, Writer

FRAMEWORKS = ("torch 2.13", "jax 0.10", "casadi 3.8", "mlx", "tensorflow", "")
EXECUTIONS = {"eager": 1e-2, "compiled step": 2e-3, "compiled epoch": 1e-4}
HAND = "hand-written"
NATIVE = Bench("numba", 1e-5, "numba", backend="numba", differentiation=HAND,
               execution="compiled epoch", stepwise=False)  # fmt: skip


def run(seed: int, folder: Path) -> Path:
    """The folder of the run of ``seed``, written there."""
    dice = Random(seed)
    arms = [replace(arm, name=f"{arm.name} {i}") for i, arm in enumerate(drawn(dice))]
    baseline = dice.randrange(len(arms)) if dice.random() < 0.3 else 0
    if dice.random() < 0.8:
        bias = dice.choice((1.0, 1.0, 1.0, 1.3))
        again = arms[baseline]
        null = replace(again, name="again", null_of=baseline, seconds=bias * again.seconds)
        arms.append(replace(null, backend=again.backend or again.name.split()[0]))
    n_blocks = dice.choice((1, 2, 3, 4, 6, 10))
    return Writer(
        folder,
        tuple(arms),
        n_blocks=n_blocks,
        rounds=3,
        between=dice.choice((0.001, 0.003, 0.01, 0.05, 0.4)),
        seed=seed,
        baseline=baseline,
        phases=dice.choice((("epoch",), ("epoch",), ("gradient", "epoch"), ("gradient",))),
        missing=frozenset(missing(dice, n_blocks, len(arms))),
        n_examples=20,
    ).write()


def drawn(dice: Random) -> list[Bench]:
    """The arms of a run but its null arm, the baseline first."""
    dtypes = dice.choice((("float32",), ("float32",), ("float32", "float64")))
    devices = dice.choice((("cpu",), ("cpu",), ("cpu", "cuda")))
    kinds = dice.choice((("autodiff", HAND), ("autodiff", HAND), ("autodiff",), (HAND,)))
    arms = [Bench("torch-lesson", 1.4e-2, "torch 2.13", differentiation=kinds[0])]
    for _ in range(dice.choice((0, 1, 2, 5, 9))):
        execution = dice.choice((*EXECUTIONS, "eager"))
        arm = Bench(
            dice.choice(("a", "b", "c")),
            EXECUTIONS[execution] * dice.choice((1.0, 1.0, 1.02, 1.3, 8.0)),
            dice.choice(FRAMEWORKS),
            differentiation=dice.choice(kinds),
            execution=execution,
            stepwise=execution != "compiled epoch",
            dtype=dice.choice(dtypes),
            device=dice.choice(devices),
            python=dice.choice((None, None, None, ".venv-old")),
        )
        arms.append(arm)
        if dice.random() < 0.3:  # the same by hand
            arms.append(
                replace(arm, seconds=arm.seconds / dice.choice((1, 1.1, 4)), differentiation=HAND)
            )
    if dice.random() < 0.4:
        arms.append(NATIVE)
    return [failing(dice, arm) for arm in arms]


def missing(dice: Random, n_blocks: int, n_arms: int) -> list[tuple[int, int]]:
    """The (block, arm) of processes that have not run, in every second run."""
    return [(dice.randrange(n_blocks), dice.randrange(n_arms)) for _ in range(dice.choice((0, 3)))]


def failing(dice: Random, arm: Bench) -> Bench:
    """The arm, one in ten of which fails: everywhere or in its first block."""
    if dice.random() > 0.1:
        return arm
    status = dice.choice(("wrong", "crashed", "timeout"))
    return replace(arm, status=status, bad_blocks=dice.choice((None, frozenset({0}))))
