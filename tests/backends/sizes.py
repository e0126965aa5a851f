"""Every check of one backend at many sizes, in a process of its own.

``python -m tests.backends.sizes NAME [SIZE ...]``
"""

from __future__ import annotations

import json
import sys

from backends import registry
from backends.arm import Arm
from backends.checks import run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec

SIZES = {
    "ragged": ProblemSpec(n_examples=1003),
    "wide": ProblemSpec(batch_size=32, sizes={"n_features": 100}),
    "narrow": ProblemSpec(lr=0.1, epochs=2, sizes={"n_features": 1}),
    "one batch": ProblemSpec(n_examples=7, batch_size=7),
    "one example": ProblemSpec(n_examples=30, batch_size=1, epochs=1),
    "prefix": ProblemSpec(n_examples=1000, steps=7),
}


def main(name: str, *sizes: str) -> None:
    """Print a JSON line for each size and dtype: the checks that passed, and what did not."""
    backend = registry.load(registry.find(name))
    for size in sizes or SIZES:
        spec = SIZES[size]
        for dtype in ("float32", "float64"):
            problem, arm = make_problem(spec).astype(dtype), Arm(backend, "cpu", dtype)
            refusal = arm.refusal(problem)
            findings = (
                run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
                if refusal is None
                else []
            )
            failed = [f"{f.check}: {f.failure}" for f in findings if f.failure]
            row = {"size": size, "dtype": dtype, "refusal": refusal, "failed": failed}
            print(json.dumps(row | {"n_passed": len(findings) - len(failed)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
