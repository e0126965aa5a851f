"""What a container leaves and a sandbox forbids: said in a sentence, by the exit it deserves."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
import pytest

from backends import temporary
from backends.errors import BadInput
from bench import machine
from bench.container import Container
from bench.runner import check_arms, forecast, sizes
from bench.runner.supervisor import Ended, Supervisor
from bench.worker import environment
from bench.worker.process import ArmProcess
from bench.worker.request import Request
from bench.worker.standing import Failed
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.records import Arm, Limits
from tests.bench.control_groups import real_group, version_2
from tests.bench.test_cli import BRIEF, FAULTY, ROOT, command
from tests.nightly import nightly

QUOTA = {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "30000"}, {"cpu.max": "30000 100000"}
ROOM = str(450 * 2**20)
MEMORY = {"memory.limit_in_bytes": ROOM}, {"memory.max": ROOM}
FEW = ("--phase", "epoch", "--blocks", "2")
INSIDE = 'echo $$ > "$1/cgroup.procs"; shift; exec "$@"'


def inside(group: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What ``autograd-bench`` does with ``words`` in a control group."""
    shell = ["sh", "-c", INSIDE, "sh", str(group), sys.executable, "-m", "bench", *words]
    return subprocess.run(shell, capture_output=True, text=True, cwd=ROOT, check=False)


def contained(monkeypatch: pytest.MonkeyPatch, container: Container) -> None:
    for module in (machine, check_arms, forecast):
        monkeypatch.setattr(module, "Container", lambda: container)


def test_cpus_quota_and_memory_are_the_containers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cpu = min(machine.affinity() or [0])
    limits = {
        "memory.max": str(2**28),
        "cpu.max": "30000 100000",
        "cpuset.cpus.effective": str(cpu),
    }
    files = {f"pod/{name}": text for name, text in limits.items()}
    contained(monkeypatch, version_2(tmp_path, "/pod", files))
    facts = machine.machine_facts()
    assert (facts["cpus"], facts["cpu_quota"], facts["memory_bytes"]) == (1, 0.3, 2**28)
    assert facts["host_cpus"] == os.cpu_count()
    assert facts["host_memory_bytes"] > 2**28
    assert check_arms.n_at_once("cpu") == 1


def test_the_largest_problem_is_a_quarter_of_the_containers_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contained(monkeypatch, version_2(tmp_path, "/pod", {"pod/memory.max": str(2**30)}))
    sizes.require_room(ProblemSpec(n_examples=2**22, sizes={"n_features": 2}))
    with pytest.raises(BadInput, match=r"expected at most 0\.2 GiB, a quarter of the memory here"):
        sizes.require_room(ProblemSpec(n_examples=2**24, sizes={"n_features": 2}))


def test_a_quota_below_the_threads_asked_for_is_said_and_one_above_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contained(monkeypatch, version_2(tmp_path, "/pod", {"pod/cpu.max": "150000 100000"}))
    assert forecast.scarcity(1) is None
    said = forecast.scarcity(2) or ""
    assert said.startswith("a CPU quota leaves this container 1.5 CPUs of time, less than the 2 th")


@nightly
def test_a_default_run_whose_quota_stopped_it_says_so_and_exits_with_2(tmp_path: Path) -> None:
    arms = "numpy,tests.bench.throttled:throttled"
    done = command("run", "-b", arms, *FEW, "--baseline", "numpy", "--out", str(tmp_path / "r"))
    assert done.returncode == 2, done.stderr
    told = " ".join(done.stdout.split())
    assert "evidence is unusable: the machine disturbed too much of it" in told
    assert "tests.bench.throttled:throttled, 2 of 2" in told
    record = json.loads((tmp_path / "r" / "raw" / "000-01.json").read_text())
    found = record["phases"]["epoch"]["noise"]["disturbances"]
    assert found[0].startswith("throttled_share 0.7")


@nightly  # half a minute of a third of a CPU
def test_a_default_run_in_a_group_with_a_quota_of_0_3_says_so_and_exits_with_2(
    tmp_path: Path,
) -> None:
    with real_group("cpu", *QUOTA) as group:
        words = ("-b", "numpy", "--phase", "epoch", "--blocks", "1", "--out", str(tmp_path / "r"))
        done = inside(group, "run", *words)
    assert done.returncode == 2, done.stderr
    assert "a CPU quota leaves this container 0.3 CPUs of time" in done.stderr
    told = " ".join(done.stdout.split())
    assert "A CPU quota left this run 0.3 CPUs of time, less than the 1 thread" in told
    assert "Phases disturbed and kept: numpy, 1 of 1; numpy (null), 1 of 1." in told


def test_a_process_killed_at_the_memory_limit_of_its_group_is_out_of_memory(
    tmp_path: Path,
) -> None:
    arms = f"numpy,{FAULTY}:eats_memory"
    with real_group("memory", *MEMORY) as group:
        done = inside(
            group, "run", "-b", arms, *BRIEF, "--phase", "epoch", "--out", str(tmp_path / "r")
        )
    assert done.returncode == 4, done.stderr
    record = json.loads((tmp_path / "r" / "raw" / "000-01.json").read_text())
    assert record["status"] == "out of memory"
    assert "killed by the kernel at this container's memory limit of 0.44 GiB" in record["reason"]


@pytest.mark.parametrize(
    ("kills_after", "status"), [(1, "out of memory"), (0, "crashed")], ids=["kernel", "somebody"]
)
def test_sigkill_is_out_of_memory_only_where_the_kernel_counted_a_kill(
    tmp_path: Path, kills_after: int, status: str
) -> None:
    supervisor = Supervisor()
    limits = {"pod/memory.events": "oom_kill 0", "pod/memory.max": str(2**28)}
    supervisor.container = version_2(tmp_path, "/pod", limits)
    events = tmp_path / "sys/fs/cgroup/pod/memory.events"
    dies = f"echo oom_kill {kills_after} > {events}; kill -9 $$"
    with pytest.raises(Ended) as caught:
        supervisor.run(["sh", "-c", dies], {}, tmp_path / "log", Limits(), "a token of this test")
    assert caught.value.status == status


def forbid(*_: Any) -> None:
    raise PermissionError(errno.EPERM, "Operation not permitted")


@pytest.mark.alone
@pytest.mark.skipif(machine.n_cpus() < 2, reason="needs two CPUs, one of them to leave")
def test_an_affinity_that_may_not_be_set_refuses_the_arm_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    process = ArmProcess(Request())
    with pytest.raises(Failed):
        process.restrict()
    assert process.status == "refused"
    assert "cannot be kept to 1 CPU of its" in (process.reason or "")
    assert "sched_setaffinity says 'Operation not permitted'. Expected" in (process.reason or "")


def test_an_affinity_that_may_not_be_set_and_need_not_is_no_matter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    process = ArmProcess(Request(threads=machine.n_cpus()))
    process.restrict()
    assert (process.status, process.reason) == ("ok", None)


@pytest.mark.alone
@pytest.mark.skipif(machine.n_cpus() < 2, reason="needs two CPUs, one of them to leave")
def test_pytest_by_hand_in_such_a_sandbox_says_so_and_has_no_internal_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "forbidding.py").write_text(
        "import os\ndef forbid(*_): raise PermissionError(1, 'Operation not permitted')\n"
        "os.sched_setaffinity = forbid\n"
    )
    suite = [sys.executable, "-m", "pytest", "bench", "-p", "forbidding", "--backend", "numpy"]
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    raw = tmp_path / "raw.json"
    done = subprocess.run(
        [*suite, f"--raw={raw}"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "sched_setaffinity says 'Operation not permitted'" in said
    assert "INTERNALERROR" not in said
    assert "Traceback" not in said
    assert json.loads(raw.read_text())["status"] == "refused"


def test_what_may_not_be_asked_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", forbid)
    assert machine.affinity() is None
    assert environment.threads_inside() is None
    assert machine.n_cpus() >= 1


@pytest.mark.parametrize("is_there", [True, False], ids=["empty", "none"])
def test_processes_are_run_where_proc_shows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    if is_there:
        (tmp_path / "proc").mkdir()
    monkeypatch.setattr(psutil, "PROCFS_PATH", str(tmp_path / "proc"))
    done = tmp_path / "done"
    Supervisor().run(
        ["sh", "-c", f"> {done}"], {}, tmp_path / "log", Limits(), "a token of this test"
    )
    assert done.exists()


def test_a_check_without_a_temporary_folder_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(**_: Any) -> Any:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", none)
    arms = [Arm("numpy", "numpy", "cpu", "float32")]
    with pytest.raises(BadInput, match=r"no folder for temporary files.*set TMPDIR to it"):
        list(check_arms.check_arms(arms, make_problem(ProblemSpec()), Limits(), {}))


def test_an_engine_that_loads_what_it_compiles_is_unavailable_in_a_noexec_folder(
    tmp_path: Path,
) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", str(tmp_path)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        code = "from backends.temporary import not_executable; print(not_executable('An engine'))"
        said = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        ).stdout
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)
    assert f"loads what it compiles from {tmp_path}, which is mounted noexec; expected" in said


def test_a_folder_that_programs_may_be_loaded_from_is_no_reason() -> None:
    assert temporary.not_executable("An engine") is None
