"""A request: what a run is to measure, planned at every size and written into its folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from msgspec import structs

from backends.errors import BadInput
from backends.registry import ESSENTIAL, LIMIT
from bench.machine import machine_facts, n_cpus
from bench.runner import run_folder
from bench.runner.allow_list import kept_variables
from bench.runner.arms import find_baseline, null_arm, plan_arms, read_arms, twins
from bench.runner.cases import by_problem, for_problem, homes
from bench.runner.lock import Lock
from bench.runner.pairs import find_pairs, split_pairs
from bench.runner.plan import Profile, balanced_blocks
from bench.runner.run_folder import HeldRun
from bench.runner.sizes import folder_of, problem_of, require_room
from problems.case import Case
from problems.reference import recovers
from problems.room import cases_of
from problems.spec import ProblemSpec
from runfiles.records import (
    Arm,
    Cost,
    Data,
    Interpreters,
    Limits,
    Pair,
    Parameter,
    Plan,
    Source,
    Spec,
)


@dataclass(frozen=True)
class RunRequest:
    """What a run is asked to measure, in the words of the command's options."""

    profile: Profile
    limits: Limits
    backends: Sequence[str] = ()
    arms: Sequence[str] = ()  # BACKEND@PYTHON
    pythons: Sequence[str] = ()  # BACKEND=PYTHON
    pairs: Sequence[str] = ()  # OLD,NEW
    gate: bool = False
    devices: Sequence[str] = ()
    dtypes: Sequence[str] = ()
    phases: tuple[str, ...] = ()  # in the order they are run; none: every arm is only checked
    baseline: str | None = None
    margin: float = 0.03
    threads: int = 1
    command: tuple[str, ...] | None = None  # as it was typed; None: it was not
    keep_env: Sequence[str] = ()  # names of variables
    finds_rate: bool = False  # none was named
    facts: Mapping[str, Any] | None = None  # of the machine that measures; None: it is this one
    unlike: bool = False  # whether other machines may measure too

    def command_of(self, spec: ProblemSpec) -> tuple[str, ...] | None:
        """The words that ask for this one size of one problem."""
        if self.command is None:
            return None
        own = f"--examples {spec.n_examples} --batch-size {spec.batch_size}"
        if "n_features" in spec.sizes and spec.data is None:
            own += f" --features {spec.sizes['n_features']}"
        return (*for_problem(self.command, spec), *own.split())  # the last one counts

    @property
    def default_backends(self) -> Sequence[str] | None:
        """The backends where none is named: all, or the essential ones of a quick run."""
        if self.profile.name != "quick":
            return None
        of_baseline = [self.baseline.partition(" ")[0]] if self.baseline else []
        return list(dict.fromkeys((*ESSENTIAL, *of_baseline)))

    def planned(self, has_gradient: bool = True) -> Planned:
        """The arms with those they are read against, and the pairs of them.

        ``has_gradient``: what is differentiated has one by hand.

        The arms of pairs come first: the first older one is the baseline where none is named, and
        its null arm the A/A test of what the pair compares. Raises BadInput, UnknownName.
        """
        halves = split_pairs(self.pairs)
        members = [text for pair in halves for text in pair]
        asked, pythons, interpreters = read_arms(
            [*members, *self.backends], self.arms, self.pythons
        )
        devices = self.devices or ["cpu"]
        arms = list(
            plan_arms(asked, devices, self.dtypes, pythons, self.devices, self.default_backends)
        )
        named = list(zip(asked[: len(members) : 2], asked[1 : len(members) : 2], strict=True))
        pairs = find_pairs(arms, named, pythons)
        require_gateable(self, pairs)
        base = find_baseline(arms, self.baseline, has_gradient)
        arms += twins(arms, base)
        arms[base] = structs.replace(
            arms[base], named=arms[base].named or self.baseline is not None
        )
        return Planned([*arms, null_arm(arms, base)], base, pairs, interpreters)


@dataclass(frozen=True)
class Planned:
    """The arms of a run, with what is asked about them."""

    arms: Sequence[Arm]
    baseline: int = 0
    pairs: tuple[Pair, ...] = ()
    interpreters: Interpreters = field(default_factory=Interpreters)


def require_gateable(asked: RunRequest, pairs: Sequence[Pair]) -> None:
    """Raise BadInput where ``--gate`` is asked for and has nothing to go by."""
    if asked.gate and not asked.profile.gates:
        raise BadInput(
            "--gate and --quick exclude each other: a quick run is indicative and confirms "
            "nothing. Leave out one of them."
        )
    if asked.gate and not pairs:
        raise BadInput(
            "--gate has no pair to judge; name one, the older arm first: "
            "--pair torch@.venv-old,torch@.venv-new."
        )


def make_plan(asked: RunRequest, planned: Planned, case: Case) -> Plan:
    """The plan of what was ``asked``, on a problem in float64, whose seed gives the blocks' orders.

    Raises BadInput.
    """
    if not 1e-6 <= asked.margin < 1:
        expected = "a fraction between 0 and 1, such as 0.03"
        raise BadInput(f"margin is {asked.margin!r}; expected {expected}.")
    cpus = n_cpus() if asked.facts is None else asked.facts["cpus"]
    if not 1 <= asked.threads <= cpus:
        where = "here" if asked.facts is None else "of the fleet's first machine"
        raise BadInput(f"threads is {asked.threads}; expected 1 to {cpus}, the CPUs {where}.")
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        profile=asked.profile.name,
        seed=case.problem.spec.seed,
        threads=asked.threads,
        margin=asked.margin,
        phases=asked.phases,
        problem=spec_of(case),
        baseline=planned.baseline,
        arms=tuple(structs.replace(arm, index=i) for i, arm in enumerate(planned.arms)),
        blocks=balanced_blocks(len(planned.arms), asked.profile.n_blocks, case.problem.spec.seed),
        rounds=asked.profile.rounds,
        max_discards=asked.profile.max_discards,
        limits=asked.limits,
        limit=LIMIT,
        command=asked.command,
        environment=machine_facts() if asked.facts is None else dict(asked.facts),
        pairs=planned.pairs,
        gate=asked.gate,
        kept_variables=kept_variables(asked.keep_env),
        unlike=asked.unlike,
    )


def spec_of(case: Case) -> Spec:
    """Size and hyperparameters of the problem with both answers, and what its objective says."""
    problem, reference = case.of("itself")
    spec, objective = problem.spec, problem.objective
    source, data = spec.source, spec.data
    learned, cost = reference.learned(problem), objective.cost and objective.cost(spec.all_sizes)
    named = zip(objective.params, learned, problem.truth or [None] * len(learned), strict=True)
    n_losses = spec.epochs if objective.trained else 0
    losses = (reference.at("losses", n, problem).value[0] for n in range(1, n_losses + 1))
    return Spec(
        n_examples=spec.n_examples,
        batch_size=spec.batch_size,
        epochs=spec.epochs,
        lr=spec.lr,
        seed=spec.seed,
        steps=spec.steps,
        sha256=problem.sha256(),
        objective=spec.objective,
        title=objective.title or objective.name,
        sizes=dict(spec.sizes),
        parameters=tuple(
            Parameter(
                name=name,
                shape=found.shape,
                true=true if true is None else flat(true),
                reference=flat(found),
            )
            for name, found, true in named
        ),
        losses_reference=tuple(map(float, losses)),
        recovers=recovers(problem, learned) if objective.trained else None,
        cost=cost and Cost(flop=cost.flop, n_numbers=cost.n_numbers),
        look=objective.look,
        source=Source(**told_of(source, "file", "text", "sha256", "name")) if source else None,
        data=Data(**told_of(data, "file", "sha256", "target")) if data else None,
        trained=objective.trained,
    )


def told_of(file: object, *keys: str) -> dict[str, Any]:
    """What ``file`` tells of itself, by ``keys``."""
    return {key: getattr(file, key) for key in keys}


def flat(array: np.ndarray) -> tuple[float, ...]:
    """The numbers of ``array`` in C order."""
    return tuple(array.ravel().tolist())


@contextmanager
def create_run(
    out: Path | None, specs: Sequence[ProblemSpec], asked: RunRequest
) -> Iterator[list[HeldRun]]:
    """A run of ``specs``, written and held: the first is its own case, then the others.

    ``out``: the run's folder, or None for one of its own under ``results/``. The run's own plan is
    written last, so that a folder with a plan is whole. Raises BadInput.
    """
    planned = asked.planned(all(spec.its_objective.gradient is not None for spec in specs))
    for spec in specs:
        require_room(spec)
    with run_folder.claimed(out) as lock, ExitStack() as locks:
        problems = by_problem(specs)
        further = []
        for home, own in zip(homes(lock.folder, problems), problems[1:], strict=True):
            held = locks.enter_context(run_folder.claimed(home))
            words = asked.command and for_problem(asked.command, own[0])
            alone = replace(asked, command=words)
            further += write_problem(held, own, alone, planned, locks)
        yield [*write_problem(lock, problems[0], asked, planned, locks), *further]


def write_problem(
    lock: Lock, specs: Sequence[ProblemSpec], asked: RunRequest, planned: Planned, locks: ExitStack
) -> list[HeldRun]:
    """One problem at all its sizes, the first in the folder that ``lock`` holds.

    Its plan is written last; the others are held by ``locks``.
    """
    further = []
    for spec in specs[1:]:
        size = locks.enter_context(run_folder.claimed(folder_of(lock.folder, spec)))
        alone = replace(asked, command=asked.command_of(spec))
        further.append(write_run(size, spec, alone, planned))
    run = write_run(lock, specs[0], asked, planned)
    return [run, *sorted(further, key=lambda one: one.folder)]


def write_run(lock: Lock, spec: ProblemSpec, asked: RunRequest, planned: Planned) -> HeldRun:
    """The run of one size, its files written into the folder that ``lock`` holds."""
    problem = problem_of(spec, asked.finds_rate)
    dtypes = sorted({arm.dtype for arm in planned.arms})
    cases = cases_of(problem, dtypes)
    plan, used = make_plan(asked, planned, cases["float64"]), [cases[dtype] for dtype in dtypes]
    run_folder.write_files(lock.folder, plan, problem, planned.interpreters, used)
    return HeldRun(lock.folder, plan, planned.interpreters, lock)
