"""A field of engines as a full run has it: 30 arms over five orders of magnitude.

``python -m tests.reports.many_arms FOLDER`` writes such a run there and makes its report.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from tests.reports.conftest import PARTS, WHOLE, Bench, Writer
from tests.reports.reported import write_report

HAND, STEP, EPOCH = "hand-written", "compiled step", "compiled epoch"


def missing(framework: str) -> str:
    """The reason that the suite gives where a framework is not installed."""
    return (
        f"{framework} is not installed; pip install -c constraints.txt -e '.[{framework}]', and "
        "a C++ compiler (Debian: apt install g++)"
    )


CPU = (
    Bench("torch-lesson", 14.5e-3, "torch 2.13.0+cpu"),
    Bench("torch", 10.4e-3, "torch 2.13.0+cpu"),
    Bench("torch-manual", 7.1e-3, "torch 2.13.0+cpu", differentiation=HAND),
    Bench("torch-func", 27e-3, "torch 2.13.0+cpu"),
    Bench("torch-compile", 2.6e-3, "torch 2.13.0+cpu", execution=STEP, cold=(1.3, 0.1, 16)),
    Bench("torch-compile-epoch", 0.3e-3, "torch 2.13.0+cpu", execution=EPOCH, stepwise=False),
    Bench("jax-eager", 257e-3, "jax 0.10.2"),
    Bench("jax", 1.23e-3, "jax 0.10.2", execution=STEP, cold=(0.9, 0.2, 0.35)),
    Bench("jax-manual", 1.19e-3, "jax 0.10.2", execution=STEP, differentiation=HAND),
    Bench("jax-scan", 40e-6, "jax 0.10.2", execution=EPOCH, stepwise=False),
    Bench("jax-scan-manual", 39e-6, "jax 0.10.2", execution=EPOCH, stepwise=False,
          differentiation=HAND),
    Bench("numpy", 0.53e-3, "numpy 2.4.1", differentiation=HAND, cold=(0.1, 1e-4, 1e-3)),
    Bench("numba", 14e-6, "numba 0.62", execution=EPOCH, differentiation=HAND, cold=(0.4, 1, 0.1)),
    Bench("autograd", 16.6e-3, "autograd 1.8"),
    Bench("mlx", 19.2e-3, "mlx 0.29"),
    Bench("mlx-compile", 4.6e-3, "mlx 0.29", execution=STEP),
    Bench("tensorflow", 9.0e-3, "tensorflow 2.20", execution=STEP, stepwise=False),
    Bench("tinygrad", 31e-3, "tinygrad 0.11", "wrong", "gradient is 1.0 away; expected at most "
          "1e-05.", "gradient", execution=STEP),
    Bench("casadi float64", 3.2e-3, "casadi 3.7.2", execution=STEP, dtype="float64"),
    Bench("casadi-codegen float64", 2.2e-6, "casadi 3.7.2", execution=EPOCH, dtype="float64",
          stepwise=False),
    Bench("torch-cudagraph", 1e-3, "torch 2.13.0+cpu", "unsupported",
          "torch-cudagraph captures a stream of the GPU; expected device cuda, got cpu."),
    Bench("cupy", 1e-3, "cupy", "unavailable", missing("cupy")),
    Bench("enzyme", 1e-3, "enzyme", "unavailable", missing("enzyme")),
    Bench("enzyme-epoch", 1e-3, "enzyme", "unavailable", missing("enzyme")),
)  # fmt: skip
TWINS = (
    replace(CPU[0], name="torch-lesson (null)", null_of=0, backend="torch-lesson"),
    replace(CPU[0], name="torch-lesson float64", dtype="float64", backend="torch-lesson"),
    replace(CPU[12], name="numba float64", dtype="float64", backend="numba"),
)
EVERY = tuple(PARTS) + tuple(WHOLE)


def more(n_arms: int) -> tuple[Bench, ...]:
    """Further arms by another interpreter, ``n_arms`` at most."""
    return tuple(
        replace(arm, name=f"{arm.name}@.venv-nightly", python=".venv-nightly", backend=arm.name,
                seconds=0.9 * arm.seconds, framework=f"{arm.framework}.dev1")
        for arm in CPU[1 : 1 + n_arms]
    )  # fmt: skip


def many_arms(folder: Path, n_more: int = 0, n_blocks: int = 10) -> Writer:
    """The writer of such a run, not yet written."""
    arms = (*CPU, *TWINS, *more(n_more))
    return Writer(folder, arms, n_blocks=n_blocks, phases=EVERY, ceilings=True, memory=True)


if __name__ == "__main__":
    where = many_arms(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0).write()
    print(write_report(where))
