"""What an arm's process finds in its environment, by its device; who is checked beside whom."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from backends.base import Refusal
from bench import machine
from bench.container import Container
from bench.runner import check_arms
from bench.runner.plan import PROFILES
from bench.runner.raw import failure
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.runner import Runner
from bench.worker.process import ArmProcess
from bench.worker.request import Request
from bench.worker.standing import Failed
from problems.case import Case
from problems.problem import Problem, make_problem
from problems.spec import ProblemSpec
from runfiles.records import Arm, Limits, Process
from tests.bench.begun import WithoutCeilings, begin, measure
from tests.bench.fake_device import FarProgram, fake_device

TELLING = "tests.bench.fake_device:telling"


@pytest.fixture(scope="module")
def seen_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], dict[str, str]]]:
    """The environment in which an arm's own process loads its backend, by device."""

    @cache
    def seen(device: str) -> dict[str, str]:
        folder = tmp_path_factory.mktemp(device) / "run"
        arm = Arm(TELLING, TELLING, device, "float32", named=True)
        problem = make_problem(ProblemSpec(n_examples=20))
        profile = replace(PROFILES["quick"], n_blocks=1)
        plan = make_plan(RunRequest(profile, Limits()), Planned([arm]), Case(problem))
        begin(folder, plan, problem)
        measure(WithoutCeilings(folder, plan))
        record = json.loads((folder / "raw" / "000-00.json").read_text())
        found: dict[str, str] = record["facts"]["framework"]
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CUDA_VISIBLE_DEVICES", "0")
        yield seen


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("cpu", {"JAX_PLATFORMS": "cpu", "CUDA_VISIBLE_DEVICES": ""}),
        (
            "cuda",
            {
                "JAX_PLATFORMS": "cuda,cpu",
                "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
                "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
                "CUDA_VISIBLE_DEVICES": "0",
            },
        ),
        ("metal", {"JAX_PLATFORMS": "METAL,cpu", "CUDA_VISIBLE_DEVICES": ""}),
    ],
)
def test_a_process_sees_its_own_device_alone_before_any_framework_is_imported(
    device: str, expected: dict[str, str], seen_on: Callable[[str], dict[str, str]]
) -> None:
    """A cpu arm must not start CUDA: JAX makes a client, torch a thread, TensorFlow computes."""
    seen = seen_on(device)
    assert {name: seen.get(name) for name in expected} == expected


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_compiling_takes_no_more_threads_than_asked_and_keeps_nothing(
    device: str, seen_on: Callable[[str], dict[str, str]]
) -> None:
    seen = seen_on(device)
    assert seen["TORCHINDUCTOR_COMPILE_THREADS"] == "1"
    assert seen["CUDA_CACHE_DISABLE"] == "1"


@pytest.mark.parametrize(
    "name",
    [
        *("cupy-cuda13x", "jax-cuda13-plugin", "jax-cuda12-pjrt"),
        *("nvidia-cudnn-cu13", "nvidia-cublas", "nvidia-of-another-time"),
    ],
)
def test_what_cuda_brings_is_among_the_versions_whatever_cuda_it_is_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert name not in machine.versions()
    for version in ("13.9", "13.2"):  # the last one comes first on the path
        folder = tmp_path / version / f"{name.replace('-', '_')}-{version}.dist-info"
        folder.mkdir(parents=True)
        text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        (folder / "METADATA").write_text(text)
        monkeypatch.syspath_prepend(str(folder.parent))
    assert machine.versions()[name] == "13.2"


class SlowClock:
    """What it is asked takes time: a second for ``supports``, two for ``prepare``."""

    now = 0.0

    def supports(self, problem: Problem, device: str, dtype: str) -> Refusal | None:
        self.now += 1.0
        return None

    def prepare(self, problem: Problem, device: str, dtype: str) -> FarProgram:
        self.now += 2.0
        return FarProgram(problem)


def test_what_an_engine_does_to_know_its_device_counts_as_preparing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """JAX makes its client of the GPU in ``supports``, torch its context in ``prepare``."""
    slow = SlowClock()
    backend = fake_device._replace(supports=slow.supports, prepare=slow.prepare)
    monkeypatch.setattr("backends.registry.load", lambda entry: backend)
    process = ArmProcess(Request("numpy", "cuda"), clock=lambda: slow.now)
    process.load()
    assert process.program is not None
    assert process.cold == {"import": 0.0, "prepare": 3.0, "first_epoch": 0.0}


def test_a_problem_that_cannot_be_read_is_no_fault_of_supports(tmp_path: Path) -> None:
    process = ArmProcess(Request("numpy", problem=tmp_path / "none"))
    with pytest.raises(Failed, match="BadInput in problem: cannot read a problem"):
        process.load()


@pytest.mark.parametrize(
    ("has_gpu", "expected"), [(True, {"cpu": 2, "cuda": 1}), (False, {"cpu": 2})]
)
def test_arms_of_a_gpu_are_checked_one_after_the_other_and_all_else_side_by_side(
    has_gpu: bool, expected: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is no GPU its arms can only be refused, and wait for the cpu's turn.

    Two arms of the cpu's lane wait for each other, one of the GPU's for others to come in vain.
    """
    monkeypatch.setattr(check_arms, "Container", lambda: Container(tmp_path))  # of no quota
    for module in ("check_arms", "request"):
        monkeypatch.setattr(f"bench.runner.{module}.n_cpus", lambda: 2)
    monkeypatch.setattr(check_arms, "may_have_gpu", lambda: has_gpu)
    lock, both = threading.Lock(), threading.Barrier(2)
    running, most = Counter[str](), Counter[str]()

    def counted(runner: Runner, block: int, position: int, number: int) -> Process:
        arm = runner.plan.arms[number]
        lane = "cuda" if has_gpu and arm.device == "cuda" else "cpu"
        with lock:
            running[lane] += 1
            most[lane] = max(most[lane], running[lane])
        both.wait(60) if lane == "cpu" else threading.Event().wait(0.05)
        with lock:
            running[lane] -= 1
        place = {"block": block, "position": position, "arm": number}
        return failure(arm, place, "unsupported", "not asked")

    monkeypatch.setattr(Runner, "measure", counted)
    arms = [
        Arm(f"{number} {device}", "numpy", device, "float32")
        for number in range(4)
        for device in ("cpu", "cuda")
    ]
    rows = list(check_arms.check_arms(arms, make_problem(ProblemSpec(n_examples=20)), Limits(), {}))
    assert [arm for arm, _ in rows] == arms
    assert most == expected


@pytest.mark.parametrize("sign", ["nvidia-smi", "/dev/nvidiactl", "/dev/dxg", None])
def test_a_gpu_may_be_here_where_its_tool_or_its_device_is(
    sign: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: name if name == sign else None)
    monkeypatch.setattr(Path, "exists", lambda path: str(path) == sign)
    assert check_arms.may_have_gpu() is (sign is not None)
