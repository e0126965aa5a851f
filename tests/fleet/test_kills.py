"""Whatever is killed, and when: nothing is measured twice, nothing is left, nothing is lost."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest

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


def await_victim(run: ShamRun, what: str, coordinator: BaseProcess) -> None:
    """Wait until there is something to kill, or its command has ended."""
    until(lambda: victims(run, what) or not coordinator.is_alive())


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
    """All is there, from processes of which no two ran at one time, and none runs any longer."""
    assert set(run.raw) == run.planned
    assert [note for note in run.notes if note[0] == "overlap"] == []
    records = [json.loads(content) for content in run.raw.values()]
    own = [record for record in records if record["copied_from"] is None]
    pids = [record["facts"]["pid"] for record in own if record["status"] == "ok"]
    assert len(pids) == len(set(pids))
    began = [pid for what, _, pid in run.notes if what == "began"]
    assert {str(pid) for pid in pids} <= set(began)
    by_block = {(record["block"], record["machine"]) for record in records}
    assert len(by_block) == run.n_blocks
    until(lambda: not measuring(run.name), 20)
    assert not list((run.folder / ".incoming").glob("*"))


@pytest.mark.parametrize("kind", ["arm", "block"])
def test_an_arm_or_a_block_killed_ten_times_costs_nothing_else(
    kind: str, hosts: Cluster, tmp_path: Path
) -> None:
    run = make_sham_run(tmp_path, n_blocks=8)
    coordinator = hosts.start_coordinator(run.folder)
    seen: dict[str, bytes] = {}
    n_killed = 0
    for seconds in moments(kind):
        time.sleep(seconds)
        if not coordinator.is_alive():  # what was tried three times is left to the next command
            coordinator = hosts.start_coordinator(run.folder)
        await_victim(run, kind, coordinator)
        for victim in victims(run, kind)[:1]:
            victim.kill()
            n_killed += 1
        now = run.raw
        assert {name: now[name] for name in seen} == seen
        seen = now
    finished(hosts, run, coordinator)
    assert n_killed >= N_KILLS // 2
    require_once(run)


def test_a_worker_killed_ten_times_gives_its_block_back(hosts: Cluster, tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=5)
    coordinator = hosts.start_coordinator(run.folder)
    for number, seconds in enumerate(moments("worker")):
        time.sleep(seconds)
        machine = list(MACHINES)[number % 2]
        ended(hosts.workers[machine])
        hosts.start_worker(machine)
        if not coordinator.is_alive():
            coordinator = hosts.start_coordinator(run.folder)
    finished(hosts, run, coordinator)
    require_once(run)


def test_a_coordinator_killed_ten_times_goes_on_and_leaves_no_block_running(
    hosts: Cluster, tmp_path: Path
) -> None:
    run = make_sham_run(tmp_path, n_blocks=6)
    seen: dict[str, bytes] = {}
    for seconds in moments("coordinator"):
        coordinator = hosts.start_coordinator(run.folder)
        time.sleep(seconds)
        ended(coordinator)
        until(lambda: not measuring(run.name), 20)
        now = run.raw
        assert {name: now[name] for name in seen} == seen
        seen = now
    finished(hosts, run, hosts.start_coordinator(run.folder))
    require_once(run)


def test_a_scheduler_killed_ten_times_stops_the_command_with_what_to_do(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=6)
    for seconds in moments("scheduler"):
        with cluster(tmp_path, MACHINES) as hosts:
            coordinator = hosts.start_coordinator(run.folder)
            await_victim(run, "block", coordinator)
            time.sleep(seconds)
            assert hosts.scheduler is not None
            ended(hosts.scheduler)
            coordinator.join(60)
            assert coordinator.exitcode in (2, 0)
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
