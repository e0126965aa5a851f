"""Synthetic runs, written by hand to the result format with known variance components."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

PARTS = {"data_iter": 0.10, "gradient": 0.60, "step": 0.85, "epoch": 1.0, "train": 3.1}
WHOLE = {"full_gradient": 0.02, "loss": 0.008}  # of arms that can be taken apart
WITH_MEMORY = ("gradient", "full_gradient", "epoch")  # of arms on the cpu
FAR = {"waited_step": 0.9, "transfer": 0.005}  # as arms on other devices have
OTHER = {"jvp": 0.7, "hvp": 1.3, "hessian": 9.0, "per_example": 1.1}  # derivatives
TRUE = {"w": [[2.0], [-3.4]], "b": [4.2]}


@dataclass
class Bench:
    """An arm of a synthetic run: its true seconds an epoch, and how it ends."""

    name: str
    seconds: float = 1e-2
    framework: str = "torch"
    status: str = "ok"
    reason: str | None = None
    failed_check: str | None = None
    null_of: int | None = None
    bad_blocks: frozenset[int] | None = None  # None: a status that is not ok holds everywhere
    stepwise: bool = True
    differentiation: str = "autodiff"
    execution: str = "eager"
    cold: tuple[float, float, float] = (1.2, 0.01, 0.02)
    backend: str | None = None
    python: str | None = None
    dtype: str = "float32"
    device: str = "cpu"

    def status_in(self, block: int) -> str:
        everywhere = self.bad_blocks is None
        return self.status if everywhere or block in (self.bad_blocks or ()) else "ok"


LESSON = (
    Bench("torch-lesson", 14.5e-3, "torch 2.13"),
    Bench("torch-lesson again", 14.5e-3, "torch 2.13", null_of=0),
    Bench("torch", 10.4e-3, "torch 2.13"),
    Bench("jax", 1.23e-3, "jax 0.10.2", execution="compiled step", cold=(0.9, 0.2, 0.35)),
    Bench("jax-scan", 73e-6, "jax", execution="compiled epoch", stepwise=False,
          cold=(0.9, 0.4, 0.5)),
    Bench("numpy", 0.53e-3, "numpy", differentiation="hand-written", cold=(0.1, 1e-4, 1e-3)),
    Bench("doubled", 9e-3, "torch", "wrong", "gradient is 1.0 away; expected at most 1e-05.",
          "gradient"),
    Bench("mlx", 9e-3, "mlx", "unavailable", "mlx is not installed; pip install mlx"),
)  # fmt: skip


@dataclass
class Writer:
    """Writes a run; every spread is a standard deviation of logs."""

    folder: Path
    arms: tuple[Bench, ...] = LESSON
    n_blocks: int = 12
    rounds: int = 20
    between: float = 0.03
    within: float = 0.005
    drift: float = 0.05
    seed: int = 0
    n_examples: int = 1000
    phases: tuple[str, ...] = tuple(PARTS)
    missing: frozenset[tuple[int, int]] = field(default_factory=frozenset)
    profile: str = "default"
    baseline: int = 0
    threads: int = 1
    sha256: str = "5ee4" * 16
    facts: dict[str, Any] = field(default_factory=dict)  # of every process
    kept: dict[str, str] = field(default_factory=dict)  # variables, name to fingerprint
    overhead: float | None = 8e-8
    discards: tuple[tuple[int, tuple[str, ...]], ...] = ()  # (block, reasons) of each
    disturbed: frozenset[tuple[int, int]] | None = None  # (block, arm); None: nobody looked
    ceilings: bool = False
    memory: bool = False  # whether arms on the cpu tell what memory a call takes
    n_features: int = 2
    batch_size: int = 10
    steps: int | None = None
    recovers: bool = True
    pairs: tuple[tuple[int, int], ...] = ()
    gate: bool = False
    sizes: dict[str, dict[str, Any]] = field(default_factory=dict)  # label -> what differs there

    def write(self) -> Path:
        self._problem()
        rng = np.random.default_rng(self.seed)
        blocks = [rng.permutation(len(self.arms)).tolist() for _ in range(self.n_blocks)]
        (self.folder / "raw").mkdir(parents=True, exist_ok=True)
        self._dump("plan.json", self._plan(blocks))
        for block, order in enumerate(blocks):
            for position, arm in enumerate(order):
                when = (block + position / len(order)) / self.n_blocks
                raw = self._raw(rng, block, position, arm, when)
                if (block, arm) not in self.missing:
                    self._dump(f"raw/{block:03d}-{arm:02d}.json", raw)
        for number, (block, reasons) in enumerate(self.discards):
            self._discard(number, block, reasons)
        if self.ceilings:
            (self.folder / "ceilings").mkdir(exist_ok=True)
            for block in range(self.n_blocks):
                self._dump(f"ceilings/{block:03d}.json", self._ceilings(rng, block))
        for label, changes in self.sizes.items():
            replace(self, folder=self.folder / "sizes" / label, sizes={}, **changes).write()
        return self.folder

    def _wide(self, *weights: float) -> list[list[float]]:
        """One weight a feature, (features, 1), ``weights`` over and over."""
        return np.resize(weights, (self.n_features, 1)).tolist()

    def _ceilings(self, rng: np.random.Generator, block: int) -> dict[str, Any]:
        def part(seconds: float, **keys: Any) -> dict[str, Any]:
            return {**keys, "seconds": (seconds * np.exp(rng.normal(0, 0.02, 9))).tolist()}

        own = 24 * self.n_examples
        visited = min(self.n_examples, (self.steps or self.n_examples) * self.batch_size)
        rows = visited * (8 * (self.n_features + 1) + 8)
        return {
            "format": "autograd-bench ceilings",
            "version": 1,
            "block": block,
            "status": "ok",
            "reason": None,
            "threads": self.threads,
            "copies": [
                part(2**29 / 9e9, what="memory", n_bytes=2**29),
                part(own / 4e10, what="the problem's size", n_bytes=own),
            ],
            "products": [
                part(2**31 / 9e10, dtype="float32", n=1024, flop=2**31),
                part(2**31 / 4e10, dtype="float64", n=1024, flop=2**31),
            ],
            "gathers": [part(rows / 2e9, what="the problem's rows", n_bytes=rows)],
        }

    def _discard(self, number: int, block: int, reasons: tuple[str, ...]) -> None:
        """Set a copy of the block's files aside, as if it had been measured twice."""
        files = [path.name for path in sorted((self.folder / "raw").glob(f"{block:03d}-*.json"))]
        aside = self.folder / "discarded" / f"{number:03d}"
        aside.mkdir(parents=True)
        for name in files:
            (aside / name).write_bytes((self.folder / "raw" / name).read_bytes())
        note = {"format": "autograd-bench discard", "version": 1, "block": block}
        note |= {"reasons": list(reasons), "files": files}
        self._dump(f"discarded/{number:03d}.json", note)

    def _dump(self, name: str, value: object) -> None:
        (self.folder / name).write_text(json.dumps(value), encoding="utf-8")

    def _problem(self) -> None:
        rng = np.random.default_rng(7)
        X = rng.standard_normal((self.n_examples, self.n_features))
        y = X @ np.resize([2.0, -3.4], self.n_features) + 4.2 + rng.normal(0, 0.01, self.n_examples)
        folder = self.folder / "problem"
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "X.npy", X)
        np.save(folder / "y.npy", y)

    def _plan(self, blocks: list[list[int]]) -> dict[str, Any]:
        return {
            "format": "autograd-bench plan",
            "version": 1,
            "created": "2026-03-04T05:06:07+00:00",
            "profile": self.profile,
            "seed": self.seed,
            "threads": self.threads,
            "margin": 0.03,
            "phases": list(self.phases),
            "problem": {
                "n_examples": self.n_examples,
                "n_features": self.n_features,
                "batch_size": self.batch_size,
                "epochs": 3,
                "lr": 0.03,
                "noise": 0.01,
                "seed": 0,
                "sha256": self.sha256,
                **({} if self.steps is None else {"steps": self.steps}),
            },
            "true": {"w": self._wide(2.0, -3.4), "b": TRUE["b"]},
            "reference": {
                "w": self._wide(1.9996, -3.4002),
                "b": [4.1998],
                "losses": [0.0361, 0.000131, 0.0000497],
                "recovers": self.recovers,
            },
            "baseline": self.baseline,
            "arms": [self._arm(arm) for arm in self.arms],
            "blocks": blocks,
            "limits": {"seconds": 120, "memory_bytes": 2**33},
            "rounds": self.rounds,
            "max_discards": 2,
            "environment": {"cpu": "A Processor", "cpus": 2, "python": "3.11.4"},
            "pairs": [list(pair) for pair in self.pairs],
            "gate": self.gate,
            "kept_variables": self.kept,
        }

    def _arm(self, arm: Bench) -> dict[str, Any]:
        return {
            "name": arm.name,
            "backend": arm.backend or arm.name.split()[0],
            "framework": None,
            "differentiation": None,
            "execution": None,
            "device": arm.device,
            "dtype": arm.dtype,
            "python": arm.python,
            "null_of": arm.null_of,
            "named": False,
        }

    def _raw(
        self, rng: np.random.Generator, block: int, position: int, arm: int, when: float
    ) -> dict[str, Any]:
        bench = self.arms[arm]
        status = bench.status_in(block)
        right = status == "ok"
        framework, _, version = bench.framework.partition(" ")
        speed = bench.seconds * np.exp(rng.normal(0, self.between) + self.drift * when)
        names = [n for n in self.phases if bench.stepwise or n in ("epoch", "train", "loss")]
        return {
            "format": "autograd-bench raw",
            "version": 1,
            "block": block,
            "position": position,
            "arm": arm,
            "backend": bench.name.split()[0],
            "framework": framework,
            "framework_version": version or None,
            "differentiation": bench.differentiation,
            "execution": bench.execution,
            "device": bench.device,
            "dtype": bench.dtype,
            "status": status,
            "reason": None if right else bench.reason or "it did not go well",
            "failed_check": None if right else bench.failed_check,
            "checks": self._checks(bench, status),
            "gradient_error": 2.1e-7 if right else None,
            "trajectory_error": 3.4e-7 if right else None,
            "w": self._wide(1.99961, -3.40018) if right else None,
            "b": [4.19979] if right else None,
            "losses": [0.0361, 0.000131, 0.0000497] if right else None,
            "cold": self._cold(rng, bench) if status in ("ok", "wrong") else None,
            "phases": {
                n: self._series(rng, n, speed)
                | self._noise(block, arm)
                | self._memory(n, block, arm)
                for n in names
                if right
            },
            "absent": {n: "its epoch is one program" for n in self.phases if n not in names},
            "facts": self._facts(rng, bench),
        }

    def _series(self, rng: np.random.Generator, name: str, speed: float) -> dict[str, Any]:
        seconds = (
            speed
            * (PARTS | WHOLE | FAR | OTHER)[name]
            * np.exp(rng.normal(0, self.within, self.rounds))
        )
        return {
            "seconds": seconds.tolist(),
            "iterations": max(1, int(0.01 / seconds[0])),
            "warmup_seconds": (seconds[0] * np.array([9, 3, 1.5, 1.1, 1])).tolist(),
            "epochs_per_call": 3 if name == "train" else 1,
        }

    def _noise(self, block: int, arm: int) -> dict[str, Any]:
        if self.disturbed is None:
            return {}
        found = ["lost_share 0.40 above 0.05"] if (block, arm) in self.disturbed else []
        return {"noise": {"disturbances": found}}

    def _memory(self, name: str, block: int, arm: int) -> dict[str, Any]:
        if not self.memory or name not in WITH_MEMORY or self.arms[arm].device != "cpu":
            return {}
        return {"extra_memory_bytes": 2**20 * (arm + len(name)) + 2**12 * (7 * block % 5)}

    def _cold(self, rng: np.random.Generator, bench: Bench) -> dict[str, float]:
        cold = np.array(bench.cold) * np.exp(rng.normal(0, 0.1, 3))
        return dict(zip(("import", "prepare", "first_epoch"), cold.tolist(), strict=True))

    def _checks(self, bench: Bench, status: str) -> list[dict[str, Any]]:
        if status not in ("ok", "wrong"):
            return []
        checks = []
        for name in ("shapes", "finite", "batches", "gradient", "trajectory", "recovery"):
            bad = name == bench.failed_check and status == "wrong"
            values = {"largest error": 1.0 if bad else 2e-7}
            message = bench.reason if bad else None
            checks.append({"name": name, "ok": not bad, "message": message, "values": values})
            if bad:
                break
        return checks

    def _facts(self, rng: np.random.Generator, bench: Bench) -> dict[str, Any]:
        return {
            "python": "3.11.4",
            "cpu": "A Processor",
            "cpus": 2,
            "call_overhead_seconds": self.overhead,
            "threads": {"asked": 1, "found": 1},
            "framework": bench.framework,
            "alignment_bytes": 64,
            "peak_memory_bytes": int(rng.integers(10**8, 2 * 10**8)),
            **self.facts,
        }


@pytest.fixture
def write_run(tmp_path: Path) -> Callable[..., Path]:
    """Writes a synthetic run with the given changes to its writer and returns its folder."""

    def write(**changes: Any) -> Path:
        name = changes.pop("name", "a-run")
        return Writer(tmp_path / name, **changes).write()

    return write


@pytest.fixture
def bench() -> type[Bench]:
    """The class of synthetic arms, for tests that make their own."""
    return Bench


@pytest.fixture
def lesson() -> tuple[Bench, ...]:
    """The arms of the lesson: the baseline, its null arm, four good arms and two failures."""
    return LESSON
