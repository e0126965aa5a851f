"""What a plan is made of: its profile, limits, phases, and blocks in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from backends.errors import BadInput, UnknownName
from problems.objective import Objective
from problems.spec import MOST
from runfiles.phases import DEVICE, OPERATORS, REPEATED, TRAINING
from runfiles.records import Limits, Plan

MOST_BLOCKS = 10_000  # what needs more cannot be shown by this machine


@dataclass(frozen=True)
class Profile:
    """How much is measured: blocks, rounds a cell and reruns of noisy blocks."""

    name: str
    n_blocks: int
    rounds: int
    max_discards: int
    gates: bool = True  # whether it is held to the share of disturbed phases, and compare confirms

    def of(self, n_blocks: int) -> Profile:
        """The same with ``n_blocks`` blocks, a fifth of which may be rerun. Raises BadInput."""
        if not 1 <= n_blocks <= MOST_BLOCKS:
            raise BadInput(f"--blocks is {n_blocks}; expected 1 to {MOST_BLOCKS} blocks.")
        return replace(self, n_blocks=n_blocks, max_discards=n_blocks // 5)


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", n_blocks=3, rounds=8, max_discards=0, gates=False),
        Profile("default", n_blocks=10, rounds=16, max_discards=2),
        Profile("thorough", n_blocks=40, rounds=16, max_discards=8),
    )
}


def profile_in(plan: Plan) -> Profile:
    """The profile as ``plan`` has it; what an older plan leaves open is as its name says."""
    usual = PROFILES.get(plan.profile, PROFILES["default"])
    rounds = usual.rounds if plan.rounds is None else plan.rounds
    discards = usual.max_discards if plan.max_discards is None else plan.max_discards
    return replace(usual, n_blocks=len(plan.blocks), rounds=rounds, max_discards=discards)


def profile_of(quick: bool, thorough: bool, n_blocks: int | None) -> Profile:
    """The profile as the command takes it. Raises BadInput."""
    if quick and thorough:
        raise BadInput("--quick and --thorough exclude each other; name one or neither.")
    profile = PROFILES["thorough" if thorough else "quick" if quick else "default"]
    return profile if n_blocks is None else profile.of(n_blocks)


def limits_of(seconds: float, gibibytes: float) -> Limits:
    """The limits as the command takes them. Raises BadInput."""
    for name, value in (("time-limit", seconds), ("memory-limit", gibibytes)):
        if not 0 < value <= MOST:
            raise BadInput(f"--{name} is {value!r}; expected a number above 0, at most {MOST:.0e}.")
    return Limits(seconds, int(gibibytes * 2**30))


def plan_phases(
    names: Sequence[str], devices: Iterable[str] = ("cpu",), objective: Objective | None = None
) -> tuple[str, ...]:
    """The phases named, or all that some of ``devices`` has, in the order they are run.

    Operators only where they are named: they would double what a run takes. What is not trained
    has the phases of its gradient and its loss. Raises UnknownName, BadInput.
    """
    for name in names:
        if name not in REPEATED:
            raise UnknownName("phase", name, REPEATED)
    lacking = () if objective is None or objective.trained else TRAINING
    for name in names:
        if objective is not None and name in lacking:
            others = ", ".join(phase for phase in REPEATED if phase not in lacking)
            raise BadInput(
                f"{objective.name} is not trained and has no phase {name}; expected {others}."
            )
    on_cpu_only = set(devices) == {"cpu"}
    left_out = {*lacking, *OPERATORS, *(DEVICE if on_cpu_only else ())}
    default = [phase for phase in REPEATED if phase not in left_out]
    return tuple(phase for phase in REPEATED if phase in (names or default))


def balanced_blocks(n_arms: int, n_blocks: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Random orders in which every arm stands equally often at every position.

    Whole Latin squares, their rows, columns and symbols shuffled, one after the other, so that
    neighbours vary too; a last one may be cut short.
    """
    rng = np.random.default_rng([seed, n_arms])
    blocks: list[tuple[int, ...]] = []
    while len(blocks) < n_blocks:
        arms = rng.permutation(n_arms)
        columns = rng.permutation(n_arms)
        rows = rng.permutation(n_arms)
        blocks.extend(tuple(arms[(row + columns) % n_arms].tolist()) for row in rows)
    return tuple(blocks[:n_blocks])
