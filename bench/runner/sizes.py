"""The sizes of a problem: each a run of the same arms in a folder of its own; all in turn."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

from backends.errors import BadInput
from bench.machine import memory_bytes
from bench.runner.arms import may_run
from bench.runner.begun import require_begun_here
from bench.runner.cases import label_of
from bench.runner.forecast import Stage, beforehand
from bench.runner.run_folder import HeldRun
from bench.runner.runner import Runner
from bench.runner.supervisor import Supervisor
from problems.counted import counted
from problems.problem import Problem, make_problem
from problems.rate import require_descent, settled
from problems.spec import ProblemSpec

LARGEST_SHARE = 0.25  # of the container's memory that the float64 data may take


def specs_of(
    base: ProblemSpec,
    examples: Sequence[int],
    features: Sequence[int | None],
    batch_sizes: Sequence[int],
    most_steps: int,
    lr: float | None = None,
) -> list[ProblemSpec]:
    """Every combination of the sizes, the first of each first; the rest is ``base``'s.

    Features that are None are the objective's own, which need not have any.

    An epoch of more than ``most_steps`` minibatches is cut to so many. ``lr``: the learning rate
    at every size; without it that of ``base``, or less where it would diverge. Raises BadInput.
    """
    if most_steps < 1:
        raise BadInput(f"--max-steps is {most_steps}; expected at least 1 step of an epoch.")
    if base.data is not None and len({*features}) > 1:
        raise BadInput(
            f"--features has several values, and {base.data.file} has features of its own; leave "
            "them out."
        )
    specs = [
        replace(
            base,
            n_examples=n,
            batch_size=size if base.its_objective.n_examples is None else min(size, n),
            sizes=base.sizes if d is None else {**base.sizes, "n_features": d},
        ).bounded(most_steps)
        for n, d, size in product(
            dict.fromkeys(examples), dict.fromkeys(features), dict.fromkeys(batch_sizes)
        )
    ]
    return [s.with_stable_rate() if lr is None else replace(s, lr=lr) for s in specs]


def folder_of(folder: Path, spec: ProblemSpec) -> Path:
    """Where the run of ``spec`` lies, as one of the further sizes of the run in ``folder``."""
    counts = {name: n for name, n in spec.sizes.items() if name.startswith("n_")}
    letters = {"n_features": "d"}
    own = "".join(f"{letters.get(name, name)}{n}-" for name, n in counts.items())
    return folder / "sizes" / f"n{spec.n_examples}-{own}b{spec.batch_size}"


def most_bytes() -> float:
    """Bytes that a problem may take of the memory of this machine or container."""
    memory = memory_bytes()
    return math.inf if memory is None else LARGEST_SHARE * memory


def problem_of(spec: ProblemSpec, finds_rate: bool) -> Problem:
    """The problem of ``spec``; ``finds_rate``: at a rate that does not diverge. Raises BadInput."""
    require_room(spec)
    problem = make_problem(spec, most_bytes=most_bytes())
    if finds_rate:
        return settled(problem)
    require_descent(problem)
    return problem


def require_room(spec: ProblemSpec) -> None:
    """Raise BadInput where the problem is too large for the memory of this machine or container."""
    most = most_bytes()
    if spec.n_bytes > most:
        own = ", ".join(f"{name} {value!r}" for name, value in spec.sizes.items())
        raise BadInput(
            f"{counted(spec.n_examples, 'example')} ({own}) in {counted(spec.epochs, 'epoch')} "
            f"take {spec.n_bytes / 2**30:.1f} GiB; expected at most {most / 2**30:.1f} GiB, a "
            "quarter of the memory here. Ask for a smaller size."
        )


def expected_length(runs: Sequence[HeldRun]) -> str:
    """How long the rest of the run is expected to take, in a sentence."""
    done = [
        path
        for one in runs
        for number, arm in enumerate(one.plan.arms)
        if may_run(arm)
        for path in (one.folder / "raw").glob(f"[0-9]*-{number:02d}.json")
    ]
    return beforehand([one.plan for one in runs], len(done))


def run_in_turn(runs: Sequence[HeldRun], progress: Callable[[Stage], None]) -> None:
    """Start what is missing of every case, a block of each in turn: drift meets all alike.

    Raises BadInput where nothing can be written.
    """

    def tell(number: int, block: int, position: int) -> None:
        progress(stage(runs, number, block, position))

    supervisor = Supervisor()
    runners = [
        Runner(
            *(one.folder, one.plan, one.interpreters.paths),
            started=partial(tell, number),
            require_held=one.lock.require_held,
            supervisor=supervisor,
        )
        for number, one in enumerate(runs)
    ]
    for runner in runners:
        runner.clear_leftovers()
    require_begun_here(runs)
    for block in range(max(len(runner.plan.blocks) for runner in runners)):
        for runner in runners:
            runner.run_whole_block(block)


def stage(runs: Sequence[HeldRun], number: int, block: int, position: int) -> Stage:
    """That the process at ``position`` in a block of case ``number`` starts, as a part of all."""
    plan = runs[number].plan
    n_blocks, n_arms = len(plan.blocks), len(plan.arms)
    done = (block * len(runs) + number) * n_arms + position
    case = "" if len(runs) == 1 else f"{label_of(runs, number)}, "
    label = case + plan.arms[plan.blocks[block][position]].name
    return Stage(block, n_blocks, done, n_blocks * n_arms * len(runs), label)
