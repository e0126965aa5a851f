"""The plan of a run: arms, blocks and their order, fixed before the first process starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import numpy as np

from backends import registry
from backends.base import DEVICES, DTYPES
from backends.errors import BadInput, UnknownName
from backends.problem import Problem
from backends.reference import recovers, trajectory
from bench.environment import n_cpus
from bench.phases import PHASES
from bench.record import PLAN

NULL_SUFFIX = " (null)"


@dataclass(frozen=True)
class Profile:
    """How much is measured: blocks, rounds a cell and reruns of noisy blocks."""

    name: str
    n_blocks: int
    rounds: int
    max_discards: int
    gates: bool = True  # whether an unusable null arm fails the command


PROFILES = {
    profile.name: profile
    for profile in (
        Profile("quick", n_blocks=2, rounds=8, max_discards=0, gates=False),
        Profile("default", n_blocks=10, rounds=16, max_discards=2),
        Profile("thorough", n_blocks=40, rounds=16, max_discards=8),
    )
}


@dataclass(frozen=True)
class PlannedArm:
    """What is compared: a backend on a device in a dtype, run by an interpreter."""

    name: str  # unique in the run
    backend: str  # a registered name or module:Class
    device: str
    dtype: str
    python: str | None = None  # label of the interpreter; None is the one that runs the command
    null_of: int | None = None  # the arm this one repeats
    named: bool = False  # the user asked for it by name


@dataclass(frozen=True)
class Limits:
    """What one process may take."""

    seconds: float = 120.0
    memory_bytes: int = 8 * 2**30

    @classmethod
    def of(cls, seconds: float, gibibytes: float) -> Limits:
        """The limits as the command takes them. Raises BadInput."""
        for name, value in (("time-limit", seconds), ("memory-limit", gibibytes)):
            if not 0 < value < float("inf"):
                raise BadInput(f"--{name} is {value!r}; expected a finite number above 0.")
        return cls(seconds, int(gibibytes * 2**30))


@dataclass(frozen=True)
class Plan:
    """A whole run on paper."""

    created: str
    profile: Profile
    seed: int
    threads: int
    margin: float
    phases: tuple[str, ...]
    problem: dict[str, Any]
    truth: dict[str, Any]
    reference: dict[str, Any]
    baseline: int
    arms: tuple[PlannedArm, ...]
    blocks: tuple[tuple[int, ...], ...]
    limits: Limits

    def as_record(self) -> dict[str, Any]:
        """The plan as the object of plan.json."""
        record = {**PLAN, **asdict(self), "true": self.truth, "profile": self.profile.name}
        del record["truth"]
        return {**record, "rounds": self.profile.rounds, "max_discards": self.profile.max_discards}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Plan:
        """The plan of a plan.json. Raises BadInput where a key is missing or misshapen."""
        try:
            profile = PROFILES[record["profile"]]
            return cls(
                created=record["created"],
                profile=replace(
                    profile,
                    n_blocks=len(record["blocks"]),
                    rounds=record["rounds"],
                    max_discards=record["max_discards"],
                ),
                truth=record["true"],
                phases=tuple(record["phases"]),
                arms=tuple(PlannedArm(**arm) for arm in record["arms"]),
                blocks=tuple(tuple(block) for block in record["blocks"]),
                limits=Limits(**record["limits"]),
                **{
                    key: record[key]
                    for key in ("seed", "threads", "margin", "problem", "reference", "baseline")
                },
            )
        except (KeyError, TypeError) as error:
            raise BadInput(f"plan.json is misshapen ({error!r}). Start a new run.") from error


def make_plan(
    arms: Sequence[PlannedArm],
    problem: Problem,
    profile: Profile,
    phases: Sequence[str],
    threads: int = 1,
    baseline: int = 0,
    margin: float = 0.03,
    limits: Limits | None = None,
) -> Plan:
    """The plan of ``arms``; the orders of the blocks follow from the problem's seed."""
    if not 0 < margin < 1:
        raise BadInput(f"margin is {margin!r}; expected a fraction between 0 and 1, such as 0.03.")
    if not 1 <= threads <= n_cpus():
        raise BadInput(f"threads is {threads}; expected 1 to {n_cpus()}, the CPUs here.")
    answer = trajectory(problem)
    w, b = answer.after_epoch[-1]
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        profile=profile,
        seed=problem.spec.seed,
        threads=threads,
        margin=margin,
        phases=tuple(phases),
        problem=asdict(problem.spec) | {"sha256": problem.sha256()},
        truth={"w": problem.w_true.tolist(), "b": problem.b_true.tolist()},
        reference={
            "w": w.tolist(),
            "b": b.tolist(),
            "losses": answer.losses,
            "recovers": recovers(problem, w, b),
        },
        baseline=baseline,
        arms=tuple(arms),
        blocks=balanced_blocks(len(arms), profile.n_blocks, problem.spec.seed),
        limits=limits or Limits(),
    )


def plan_phases(names: Sequence[str]) -> tuple[str, ...]:
    """The phases named, or all, in the order they are run. Raises UnknownName."""
    for name in names:
        if name not in PHASES:
            raise UnknownName("phase", name, PHASES)
    return tuple(phase for phase in PHASES if not names or phase in names)


def null_arm(arms: Sequence[PlannedArm], baseline: int) -> PlannedArm:
    """The baseline a second time under another label."""
    return replace(arms[baseline], name=arms[baseline].name + NULL_SUFFIX, null_of=baseline)


def balanced_blocks(n_arms: int, n_blocks: int, seed: int) -> tuple[tuple[int, ...], ...]:
    """Random orders in which every arm stands equally often at every position.

    Whole Latin squares, shuffled, one after the other; a last one may be cut short.
    """
    rng = np.random.default_rng([seed, n_arms])
    blocks: list[tuple[int, ...]] = []
    while len(blocks) < n_blocks:
        arms = rng.permutation(n_arms)
        shifts = rng.permutation(n_arms)
        blocks.extend(tuple(np.roll(arms, shift).tolist()) for shift in shifts)
    return tuple(blocks[:n_blocks])


def plan_arms(
    backends: Sequence[str],
    devices: Sequence[str],
    dtypes: Sequence[str],
    devices_named: bool = True,
) -> tuple[PlannedArm, ...]:
    """One arm for each backend, device and dtype; all registered backends where none is named.

    Raises UnknownName with the nearest known name.
    """
    for kind, names, known in (("device", devices, DEVICES), ("dtype", dtypes, DTYPES)):
        for name in names:
            if name not in known:
                raise UnknownName(kind, name, known)
    chosen = [registry.find(name).name for name in backends] or list(registry.entries())
    return tuple(
        PlannedArm(
            arm_name(name, device, dtype, devices, dtypes),
            name,
            device,
            dtype,
            named=bool(backends) and (devices_named or device == "cpu"),
        )
        for name, device, dtype in product(
            dict.fromkeys(chosen), dict.fromkeys(devices), dict.fromkeys(dtypes)
        )
    )


def arm_name(
    backend: str, device: str, dtype: str, devices: Sequence[str], dtypes: Sequence[str]
) -> str:
    """The backend's name, with device and dtype where the run has several."""
    parts = [backend]
    parts += [device] if len(set(devices)) > 1 else []
    parts += [dtype] if len(set(dtypes)) > 1 else []
    return " ".join(parts)


def default_baseline(arms: Sequence[PlannedArm]) -> int:
    """The first arm whose framework is found here, in the order of the registry."""
    for number, arm in enumerate(arms):
        if registry.is_installed(registry.find(arm.backend)) is not False:
            return number
    return 0


def find_baseline(arms: Sequence[PlannedArm], name: str | None) -> int:
    """The index of the arm called ``name``, or the default one. Raises UnknownName."""
    if name is None:
        return default_baseline(arms)
    for number, arm in enumerate(arms):
        if name in (arm.name, arm.backend):
            return number
    raise UnknownName("baseline", name, [arm.name for arm in arms])
