"""A new run: what was asked for, planned at every size and laid down in the run's folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backends.errors import BadInput
from backends.problem import ProblemSpec, make_problem
from backends.registry import ESSENTIAL
from bench import run_folder
from bench.arms import (
    Interpreters,
    PlannedArm,
    find_baseline,
    null_arm,
    plan_arms,
    read_asked,
    twins,
)
from bench.children import Limits
from bench.plan import Profile, make_plan, plan_phases
from bench.sizes import folder_of, require_room


@dataclass(frozen=True)
class Asked:
    """What a run is asked to measure, in the words of the command's options."""

    profile: Profile
    limits: Limits
    backends: Sequence[str] = ()
    arms: Sequence[str] = ()  # BACKEND@PYTHON
    pythons: Sequence[str] = ()  # BACKEND=PYTHON
    devices: Sequence[str] = ()
    dtypes: Sequence[str] = ()
    phases: Sequence[str] = ()
    baseline: str | None = None
    margin: float = 0.03
    threads: int = 1

    @property
    def on_devices(self) -> Sequence[str]:
        return self.devices or ["cpu"]

    @property
    def default_backends(self) -> Sequence[str] | None:
        """The backends where none is named: all, or the essential ones of a quick run."""
        if self.profile.name != "quick":
            return None
        of_baseline = [self.baseline.partition(" ")[0]] if self.baseline else []
        return list(dict.fromkeys((*ESSENTIAL, *of_baseline)))

    def planned(self) -> tuple[list[PlannedArm], int, Interpreters]:
        """The arms with those they are read against, the baseline's index, the interpreters.

        Raises BadInput, UnknownName.
        """
        asked, pythons, interpreters = read_asked(self.backends, self.arms, self.pythons)
        arms = list(
            plan_arms(
                asked, self.on_devices, self.dtypes, pythons, self.devices, self.default_backends
            )
        )
        base = find_baseline(arms, self.baseline)
        arms += twins(arms, base)
        arms[base] = replace(arms[base], named=arms[base].named or self.baseline is not None)
        return [*arms, null_arm(arms, base)], base, interpreters


def begin(folder: Path, specs: Sequence[ProblemSpec], asked: Asked) -> None:
    """Lay down a run of ``specs`` in ``folder``: the first is the run's own size.

    The run's own plan is written last, so that a folder with a plan is whole. Raises BadInput.
    """
    planned = asked.planned()
    for spec in specs:
        require_room(spec)
    run_folder.require_new(folder)
    try:
        _lay_down(folder, specs, asked, *planned)
    except BadInput:  # of one size; those laid down before it are no run
        shutil.rmtree(folder / "sizes", ignore_errors=True)
        raise


def _lay_down(
    folder: Path,
    specs: Sequence[ProblemSpec],
    asked: Asked,
    arms: Sequence[PlannedArm],
    base: int,
    interpreters: Interpreters,
) -> None:
    for spec in reversed(specs):
        problem = make_problem(spec)
        plan = make_plan(
            arms,
            problem,
            asked.profile,
            plan_phases(asked.phases, asked.on_devices),
            asked.threads,
            baseline=base,
            margin=asked.margin,
            limits=asked.limits,
        )
        own = folder if spec == specs[0] else folder_of(folder, spec)
        run_folder.lay_down(own, plan, problem, interpreters)
