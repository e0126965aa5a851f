"""Machines that may not measure are refused by name, before anything was measured on them."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.identity import hashed
from tests.fleet.cluster import Cluster, cluster, until
from tests.fleet.sham_run import ShamRun, make_sham_run

pytest.importorskip("distributed")
OTHER_CPU = {"facts": {"cpu": "Abacus 9000"}}


def measured(hosts: Cluster, run: ShamRun) -> int | None:
    """The exit code of a command that goes on with ``run``."""
    coordinator = hosts.start_coordinator(run.folder)
    coordinator.join(120)
    return coordinator.exitcode


def machines(run: ShamRun) -> set[str]:
    """The machines that have measured."""
    return {json.loads(content)["machine"] for content in run.raw.values()}


def test_a_worker_of_another_cpu_is_refused_by_name_for_one_question(tmp_path: Path) -> None:
    """It was asked what it is, and nothing more: nothing was laid on it."""
    run = make_sham_run(tmp_path, n_blocks=1)
    with cluster(tmp_path, {"odd": OTHER_CPU}) as hosts:
        assert measured(hosts, run) == 2
        assert hosts.errands("odd") == ["introduced"]
        said = hosts.said()
    assert "bad: no machine of the fleet can measure: tcp://127.0.0.1:" in said
    assert "cpu was" in said
    assert "is 'Abacus 9000'" in said
    assert "a new run with --unlike takes others too" in said
    assert not list(tmp_path.glob("autograd-bench-*"))
    assert run.raw == {}


def test_the_run_goes_on_with_the_machines_that_are_alike(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=2)
    with cluster(tmp_path, {"odd": OTHER_CPU, "even": {}}) as hosts:
        assert measured(hosts, run) == 0
        assert hosts.errands("odd") == ["introduced"]
        assert "is 'Abacus 9000'" in hosts.said()
    assert set(run.raw) == run.planned
    assert machines(run) == {hashed("machine", "even")}


def test_unlike_machines_measure_where_that_is_wanted(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=1, unlike=True)
    with cluster(tmp_path, {"odd": OTHER_CPU}) as hosts:
        assert measured(hosts, run) == 0
    assert machines(run) == {hashed("machine", "odd")}


def test_a_worker_with_other_files_of_the_suite_is_refused(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=1)
    with cluster(tmp_path, {"old": {"sources": "0123456789abcdef"}}) as hosts:
        assert measured(hosts, run) == 2
        assert "its files of autograd-bench are others (0123456789abcdef)" in hosts.said()
        assert hosts.errands("old") == ["introduced"]


def test_a_worker_or_a_scheduler_without_our_packages_is_told_to_have_them(tmp_path: Path) -> None:
    """A worker is not ended by it, as it would be by a task that it cannot read."""
    run = make_sham_run(tmp_path, n_blocks=1)
    with cluster(tmp_path, {}) as hosts, bare("worker", hosts.address) as worker:
        assert measured(hosts, run) == 2
        assert "No module named 'bench'" in hosts.said()
        assert worker.poll() is None
    address = tmp_path / "bare.json"
    with bare("scheduler", "--scheduler-file", str(address), "--port", "0"):
        until(lambda: address.exists() and address.read_text().endswith("}"))
        hosts = Cluster(tmp_path)
        (tmp_path / "address.txt").write_text(json.loads(address.read_text())["address"])
        try:
            hosts.start_worker("one")
            assert measured(hosts, run) == 2
            assert "bad: the scheduler cannot read what it is to pass on" in hosts.said()
        finally:
            hosts.stop()
    assert run.raw == {}


BARE = """
import sys
from importlib import import_module
from pathlib import Path
sys.path[:] = [path for path in sys.path if path and not (Path(path) / "bench").is_dir()]
main = import_module(f"distributed.cli.dask_{sys.argv[1]}").main
main([*sys.argv[2:], "--host", "127.0.0.1", "--no-dashboard"])
"""


@contextmanager
def bare(part: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A part of a cluster, of Dask alone."""
    alone = ["--no-nanny", "--nthreads", "1"] if part == "worker" else []
    whole = [sys.executable, "-P", "-c", BARE, part, *words, *alone]
    process = subprocess.Popen(whole, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_two_machines_of_one_image_are_told_apart_or_refused(tmp_path: Path) -> None:
    """The one that came first goes on."""
    run = make_sham_run(tmp_path, n_blocks=1)
    with cluster(tmp_path, {"same": {"boot_identity": "a"}}) as hosts:
        other = hosts.workers.pop("same")
        hosts.start_worker("same", boot_identity="b")
        hosts.workers["first"] = other
        assert measured(hosts, run) == 0
        said = hosts.said()
    assert "two machines of one image. Set AUTOGRAD_BENCH_MACHINE" in said
    assert set(run.raw) == run.planned


def test_a_block_that_was_begun_is_ended_on_its_own_machine_alone(tmp_path: Path) -> None:
    """Its finished records stay as they are, and are not measured again."""
    run = make_sham_run(tmp_path, n_blocks=2)
    with cluster(tmp_path, {"one": {}}) as hosts:
        assert measured(hosts, run) == 0
    lost = {"001-00.json", "001-02.json"}
    for name in lost:
        (run.folder / "raw" / name).unlink()
    before, n_notes = run.raw, len(run.notes)
    with cluster(tmp_path, {"two": {}}) as hosts:
        assert measured(hosts, run) == 0
        assert "block 2 was begun on another machine" in hosts.said()
    assert run.raw == before
    with cluster(tmp_path, {"two": {}, "one": {}}) as hosts:
        assert measured(hosts, run) == 0
    assert set(run.raw) == run.planned
    assert {name: run.raw[name] for name in before} == before
    assert {f"{name}.json" for _, name, _ in run.notes[n_notes:]} == lost
    assert machines(run) == {hashed("machine", "one")}


def test_two_workers_of_one_machine_have_one_block_between_them(tmp_path: Path) -> None:
    """The second is there for the first one's end: both are one machine."""
    run = make_sham_run(tmp_path, n_blocks=3)
    with cluster(tmp_path, {"same": {}}) as hosts:
        first = hosts.workers.pop("same")
        hosts.start_worker("same")
        hosts.workers["first"] = first
        assert measured(hosts, run) == 0
        told = [line.split() for line in hosts.said().splitlines() if line.startswith("whole")]
    assert {int(machines) for _, _, machines in told} <= {0, 1}
    assert set(run.raw) == run.planned
    assert [note for note in run.notes if note[0] == "overlap"] == []


def test_a_machine_that_fails_every_time_is_refused_and_costs_no_block(tmp_path: Path) -> None:
    """It fails much faster than the other one measures."""
    run = make_sham_run(tmp_path, n_blocks=4)
    full = {"raises": {"put": OSError(errno.ENOSPC, "No space left on device")}}
    with cluster(tmp_path, {"bad": full, "good": {}}) as hosts:
        assert measured(hosts, run) == 0
        said = hosts.said()
        assert hosts.errands("bad").count("put") == 3
    assert "is refused: 3 blocks in a row failed there, the last one: OSError" in said
    assert set(run.raw) == run.planned
    assert machines(run) == {hashed("machine", "good")}


def test_a_machine_that_says_why_it_cannot_measure_is_asked_once(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=2)
    foreign = {"raises": {"home_of": BadInput("the folder is not this user's own")}}
    with cluster(tmp_path, {"bad": foreign, "good": {}}) as hosts:
        assert measured(hosts, run) == 0
        assert hosts.errands("bad") == ["introduced", "lacking"]
        assert "is refused: the folder is not this user's own" in hosts.said()
    assert machines(run) == {hashed("machine", "good")}
