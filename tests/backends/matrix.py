"""Every check of one backend on registered problems, in a process of its own.

``python -m tests.backends.matrix NAME [PROBLEM ...]``
"""

from __future__ import annotations

import json
import sys

from backends import registry
from backends.arm import Arm
from backends.base import DTYPES
from backends.checks import run_checks
from backends.checks.subject import Subject
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.registry import REGISTERED
from problems.spec import ProblemSpec

SMALL = {"n_features": 8, "n_classes": 4, "n_hidden": 6}


def problem_of(name: str) -> Problem:
    """The registered problem, of 205 examples where it counts any: the last minibatch is short."""
    objective = REGISTERED[name]
    own = {size: n for size, n in SMALL.items() if size in objective.sizes()}
    n = objective.n_examples or 205
    spec = ProblemSpec(n, min(n, 10), 3 if objective.trained else 1, objective=name, sizes=own)
    return make_problem(spec.with_stable_rate())


def main(backend_name: str, *names: str) -> None:
    """Print a JSON line for each problem and dtype: what speaks against the arm, and how."""
    backend = registry.load(registry.find(backend_name))
    for name in names or REGISTERED:
        for dtype in DTYPES:
            problem, arm = problem_of(name).astype(dtype), Arm(backend, "cpu", dtype)
            row = {"problem": name, "dtype": dtype, "status": "ok", "reason": None}
            if refusal := arm.refusal(problem):
                row |= {"status": refusal[0], "reason": refusal[1]}
            else:
                found = run_checks(Subject(arm, Case(problem), arm.prepare(problem)))
                if failed := [f"{f.check}: {f.failure}" for f in found if f.failure]:
                    row |= {"status": "wrong", "reason": failed[0]}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
