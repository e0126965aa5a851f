"""The plan of a run: arms, blocks and their order, fixed before the first process starts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from backends.errors import BadInput, UnknownName
from backends.problem import ARRAYS, MOST, Problem
from backends.reference import Trajectory, mean_loss, recovers, trajectory
from backends.subject import TOLERANCE, distance
from bench.arms import PlannedArm
from bench.children import Limits
from bench.environment import machine_facts, n_cpus
from bench.pairs import Pair
from bench.phases import NEED_DEVICE, PHASES
from bench.record import PLAN

MOST_BLOCKS = 10_000  # what needs more cannot be shown by this machine
SMALLER = "No arm could be checked. Expected a smaller one, such as lr / 10, or a wider dtype."
PLAIN_KEYS = ("seed", "threads", "margin", "problem", "reference", "baseline")


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
    environment: dict[str, Any]  # of the command; a run is not resumed in another one
    command: tuple[str, ...] | None = None  # the words after ``autograd-bench run``
    pairs: tuple[Pair, ...] = ()  # the older arm, the newer one
    gate: bool = False  # whether a regression in a pair fails the command
    kept_variables: dict[str, str] = field(default_factory=dict)  # name to fingerprint of a value

    def as_record(self) -> dict[str, Any]:
        """The plan as the object of plan.json."""
        record = {**PLAN, **asdict(self), "true": self.truth, "profile": self.profile.name}
        del record["truth"]
        return {**record, "rounds": self.profile.rounds, "max_discards": self.profile.max_discards}

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Plan:
        """The plan of a plan.json. Raises BadInput where a key is missing or misshapen."""
        try:
            profile, arms = PROFILES[record["profile"]], record["arms"]
            return cls(
                created=record["created"],
                profile=replace(
                    profile,
                    n_blocks=len(record["blocks"]),
                    rounds=record.get("rounds", profile.rounds),
                    max_discards=record.get("max_discards", profile.max_discards),
                ),
                truth=record["true"],
                phases=tuple(record["phases"]),
                arms=tuple(PlannedArm(**known(PlannedArm, arm)) for arm in arms),
                blocks=tuple(tuple(block) for block in record["blocks"]),
                limits=Limits(**known(Limits, record["limits"])),
                environment=record.get("environment", {}),
                command=None if record.get("command") is None else tuple(record["command"]),
                pairs=tuple((old, new) for old, new in record.get("pairs", [])),
                gate=record.get("gate", False),
                kept_variables=record.get("kept_variables", {}),
                **{key: record[key] for key in PLAIN_KEYS},
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BadInput(f"plan.json is misshapen ({error!r}). Start a new run.") from error


def known(kind: type, record: dict[str, Any]) -> dict[str, Any]:
    """The entries of ``record`` that ``kind`` has a field for: later versions only add keys."""
    names = {one.name for one in fields(kind)}
    return {key: value for key, value in record.items() if key in names}


def make_plan(
    arms: Sequence[PlannedArm],
    problem: Problem,
    profile: Profile,
    phases: Sequence[str],
    threads: int = 1,
    baseline: int = 0,
    margin: float = 0.03,
    limits: Limits | None = None,
    command: tuple[str, ...] | None = None,
    pairs: tuple[Pair, ...] = (),
    gate: bool = False,
    kept_variables: Mapping[str, str] | None = None,
) -> Plan:
    """The plan of ``arms``; the orders of the blocks follow from the problem's seed."""
    if not 1e-6 <= margin < 1:
        raise BadInput(f"margin is {margin!r}; expected a fraction between 0 and 1, such as 0.03.")
    if not 1 <= threads <= n_cpus():
        raise BadInput(f"threads is {threads}; expected 1 to {n_cpus()}, the CPUs here.")
    reference = reference_of(problem, [arm.dtype for arm in arms])
    w, b = reference.after_epoch[-1]
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
            "losses": reference.losses,
            "recovers": recovers(problem, w, b),
        },
        baseline=baseline,
        arms=tuple(arms),
        blocks=balanced_blocks(len(arms), profile.n_blocks, problem.spec.seed),
        limits=limits or Limits(),
        environment=machine_facts(),
        command=command,
        pairs=pairs,
        gate=gate,
        kept_variables=dict(kept_variables or {}),
    )


def reference_of(problem: Problem, dtypes: Iterable[str]) -> Trajectory:
    """The float64 reference. Raises BadInput where it, or one in ``dtypes``, cannot be held.

    No engine is to be called wrong for what its numbers have no room for.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        exact = trajectory(problem)
        if not is_finite(exact):
            raise BadInput(f"{training(problem)} diverges beyond float64. {SMALLER}")
        for dtype in sorted(set(dtypes) - {"float64"}):
            require_within(problem, exact, dtype)
    return exact


def require_within(problem: Problem, exact: Trajectory, dtype: str) -> None:
    """Raise BadInput where ``dtype`` cannot hold the data, or what training makes of them.

    Plain NumPy in that dtype tells. Where training diverges rounding grows with it: there the
    dtype must stay well within the tolerance too.
    """
    largest = f"whose largest number is {np.finfo(dtype).max:.1e}"
    for name in ARRAYS[:-1]:
        if not np.isfinite(getattr(problem, name).astype(dtype)).all():
            raise BadInput(f"{training(problem)}: {name} is beyond {dtype}, {largest}. {SMALLER}")
    rounded = trajectory(problem, dtype)
    if not is_finite(rounded):
        raise BadInput(f"{training(problem)} goes beyond {dtype}, {largest}. {SMALLER}")
    start = mean_loss(problem.w_start, problem.b_start, problem.X, problem.y)
    off = distance(rounded.after_epoch[-1], exact.after_epoch[-1])
    if exact.losses[-1] > start and off > TOLERANCE[dtype] / 10:
        raise BadInput(
            f"{training(problem)} diverges, and rounding to {dtype} alone puts it {off:.1g} off. "
            f"{SMALLER}"
        )


def is_finite(answer: Trajectory) -> bool:
    """Whether the last parameters and every loss are numbers: nothing comes back from infinity."""
    w, b = answer.after_epoch[-1]
    return bool(np.isfinite([*w.ravel(), *b, *answer.losses]).all())


def training(problem: Problem) -> str:
    """What is trained, at which settings."""
    spec = problem.spec
    return (
        f"lr is {spec.lr!r} and noise {spec.noise!r}; with {spec.n_examples} examples of "
        f"{spec.n_features} features in batches of {spec.batch_size} training"
    )


def plan_phases(names: Sequence[str], devices: Iterable[str] = ("cpu",)) -> tuple[str, ...]:
    """The phases named, or all that some of ``devices`` has, in the order they are run.

    Raises UnknownName.
    """
    for name in names:
        if name not in PHASES:
            raise UnknownName("phase", name, PHASES)
    on_cpu_only = set(devices) == {"cpu"}
    default = [phase for phase in PHASES if not (on_cpu_only and phase in NEED_DEVICE)]
    return tuple(phase for phase in PHASES if phase in (names or default))


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
