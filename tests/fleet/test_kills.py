"""Whatever is killed, and when: nothing is measured twice, nothing is left, nothing is lost."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest

from bench.identity import hashed
from tests.fleet.cluster import Cluster, cluster, ended, measuring, until
from tests.fleet.sham_run import ShamRun, make_sham_run

pytest.importorskip("distributed")
N_KILLS = 10
MACHINES: dict[str, dict[str, object]] = {"one": {}, "two": {}}


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two machines, as they say, of which one measures at a time."""
    with cluster(tmp_path_factory.mktemp("cluster"), MACHINES) as made:
        yield made


def moments(kind: str) -> list[float]:
    """Seconds before each kill, the same in every test."""
    rng = random.Random(f"{kind} 20261127")
    return [rng.uniform(0.2, 1.6) for _ in range(N_KILLS)]


def victims(run: ShamRun, what: str) -> list[psutil.Process]:
    """What of a run is running now: the processes of its blocks, or of its arms."""
    found = []
    for process in measuring(run.name):
        try:
            is_arm = any(word.endswith("sham_arm.py") for word in process.cmdline())
        except psutil.Error:
            continue
        if is_arm == (what == "arm"):
            found.append(process)
    return found


def struck(hosts: Cluster, run: ShamRun, what: str, coordinator: BaseProcess) -> BaseProcess:
    """The command that measures ``run``, one of whose processes was killed; fails without one."""
    on = [coordinator]

    def is_struck() -> bool:
        assert set(run.raw) != run.planned, "it was over before"
        if not on[0].is_alive():  # what was tried three times is left to the next command
            on[0] = hosts.start_coordinator(run.folder)
        with suppress(IndexError, psutil.NoSuchProcess):
            victims(run, what)[0].kill()
            return True
        return False

    until(is_struck)
    return on[0]


def await_block(run: ShamRun, coordinator: BaseProcess, machine: str = "") -> None:
    """Wait until a block is measured; fails where its command ends before."""
    is_in = hashed("machine", machine) if machine else run.name

    def is_there() -> bool:
        assert coordinator.is_alive(), "it was over before"
        return any(is_in in " ".join(one.cmdline()) for one in victims(run, "block"))

    until(is_there)


def finished(hosts: Cluster, run: ShamRun, coordinator: BaseProcess) -> None:
    """Let the run come to its end, by further commands where some blocks were left."""
    for _ in range(4):
        coordinator.join(120)
        assert coordinator.exitcode is not None
        if set(run.raw) == run.planned:
            return
        coordinator = hosts.start_coordinator(run.folder)
    pytest.fail((hosts.folder / "coordinator.txt").read_text())


def require_once(run: ShamRun) -> None:
    """Each record is there, of the last process begun for it; no two ran at one time, none runs."""
    assert set(run.raw) == run.planned
    assert [note for note in run.notes if note[0] == "overlap"] == []
    records = {name.removesuffix(".json"): json.loads(text) for name, text in run.raw.items()}
    ok = {name: one["facts"]["pid"] for name, one in records.items() if one["status"] == "ok"}
    assert len(ok) == len(set(ok.values()))
    began = {name: pid for what, name, pid in run.notes if what == "began"}  # last
    assert all(began[name] == str(pid) for name, pid in ok.items())
    by_block = {(record["block"], record["machine"]) for record in records.values()}
    assert len(by_block) == run.n_blocks
    until(lambda: not measuring(run.name), 20)
    assert not list((run.folder / ".incoming").glob("*"))


@pytest.mark.parametrize("kind", ["arm", "block"])
def test_an_arm_or_a_block_killed_ten_times_costs_nothing_else(
    kind: str, hosts: Cluster, tmp_path: Path
) -> None:
    run = make_sham_run(tmp_path, n_blocks={"arm": 14, "block": 8}[kind])
    coordinator = hosts.start_coordinator(run.folder)
    seen: dict[str, bytes] = {}
    for seconds in moments(kind):
        time.sleep(seconds)
        coordinator = struck(hosts, run, kind, coordinator)
        now = run.raw
        assert {name: now[name] for name in seen} == seen
        seen = now
    finished(hosts, run, coordinator)
    require_once(run)


def test_a_worker_killed_ten_times_gives_its_block_back(hosts: Cluster, tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=8)
    coordinator = hosts.start_coordinator(run.folder)
    for number, seconds in enumerate(moments("worker")):
        time.sleep(seconds)
        machine = list(MACHINES)[number % 2]
        if not coordinator.is_alive():  # what was tried three times is left to the next command
            coordinator = hosts.start_coordinator(run.folder)
        await_block(run, coordinator, machine)
        ended(hosts.workers[machine])
        hosts.start_worker(machine)
    finished(hosts, run, coordinator)
    require_once(run)


def test_a_coordinator_killed_ten_times_goes_on_and_leaves_no_block_running(
    hosts: Cluster, tmp_path: Path
) -> None:
    run = make_sham_run(tmp_path, n_blocks=12)
    seen: dict[str, bytes] = {}
    for seconds in moments("coordinator"):
        coordinator = hosts.start_coordinator(run.folder)
        await_block(run, coordinator)
        time.sleep(seconds)
        assert coordinator.is_alive(), "it was over before"
        ended(coordinator)
        until(lambda: not measuring(run.name), 20)
        now = run.raw
        assert {name: now[name] for name in seen} == seen
        seen = now
    finished(hosts, run, hosts.start_coordinator(run.folder))
    require_once(run)


def test_a_scheduler_killed_ten_times_stops_the_command_with_what_to_do(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=12)
    for seconds in moments("scheduler"):
        with cluster(tmp_path, MACHINES) as hosts:
            coordinator = hosts.start_coordinator(run.folder)
            await_block(run, coordinator)
            time.sleep(seconds)
            assert hosts.scheduler is not None
            assert coordinator.is_alive(), "it was over before"
            ended(hosts.scheduler)
            coordinator.join(60)
            assert coordinator.exitcode == 2
            until(lambda: not measuring(run.name), 20)
    said = (tmp_path / "coordinator.txt").read_text()
    assert "bad: the scheduler at tcp://127.0.0.1:" in said
    assert f"autograd-bench run --resume {run.folder} --fleet tcp://" in said
    with cluster(tmp_path, MACHINES) as hosts:
        finished(hosts, run, hosts.start_coordinator(run.folder))
    require_once(run)


def test_an_interrupted_command_ends_its_blocks(hosts: Cluster, tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=3)
    coordinator = hosts.start_coordinator(run.folder)
    until(lambda: victims(run, "arm"))
    ended(coordinator, signal.SIGINT)
    until(lambda: not measuring(run.name), 20)
    finished(hosts, run, hosts.start_coordinator(run.folder))
    require_once(run)
