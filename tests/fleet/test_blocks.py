"""What a fleet does with blocks is what a run on one machine does with them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.fleet.block import BlockRunner
from bench.fleet.coordinator import copies
from bench.fleet.fleet import Host
from bench.identity import GIVEN
from bench.machine import machine_facts
from bench.runner import begun, conditions
from bench.runner.run_folder import resumed
from runfiles.errors import BadRun
from runfiles.load import load_run
from runfiles.records import Discard, Plan
from runfiles.store import read
from tests.conftest import ROOT, Answer
from tests.fleet.cluster import cluster
from tests.fleet.sham_run import ShamRun, make_sham_run


def started(run: ShamRun) -> Counter[str]:
    """How often the process of each file was started."""
    return Counter(name for what, name, _ in run.notes if what == "began")


def measured(run: ShamRun, folder: Path) -> None:
    """Let a fleet of one machine measure ``run``."""
    pytest.importorskip("distributed")
    with cluster(folder, {"one": {}}) as hosts:
        coordinator = hosts.start_coordinator(run.folder)
        coordinator.join(120)
        assert coordinator.exitcode == 0, hosts.said()


def test_an_arm_that_cannot_run_is_asked_once(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=3, refuses=["02"])
    measured(run, tmp_path)
    assert set(run.raw) == run.planned
    assert [name for name in started(run) if name.endswith("-02")] == ["000-02"]
    found = {name: json.loads(content) for name, content in run.raw.items()}
    copied = {name: one for name, one in found.items() if one["copied_from"] is not None}
    assert set(copied) == {"001-02.json", "002-02.json"}
    assert {one["copied_from"] for one in copied.values()} == {0}
    assert len({one["machine"] for one in found.values()}) == 1
    machine = found["000-02.json"]["machine"]
    with resumed(run.folder, is_here=False) as runs:  # another machine finds out by itself
        again = {name: list(copies(runs[0], 2, host(name))) for name in (machine, "another")}
    assert [(one.file, one.machine) for one in again[machine]] == [("002-02.json", machine)]
    assert again["another"] == []


def host(machine: str) -> Host:
    """A worker of ``machine``."""
    return Host("tcp://127.0.0.1:1", "worker", "host", machine, None, "sources", {})


def test_a_disturbed_block_is_measured_again_while_the_plan_has_discards(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=2, disturbed=["000-01", "001-03"])
    measured(run, tmp_path)
    assert set(run.raw) == run.planned
    assert set(started(run).values()) == {1, 2}
    assert {name[:3] for name, times in started(run).items() if times == 2} == {"000"}
    note = read(run.folder / "discarded" / "000.json", Discard)
    assert (note.block, len(note.reasons)) == (0, 1)
    assert "steal_share 0.50 above" in note.reasons[0]
    aside = {path.name for path in (run.folder / "discarded" / "000").iterdir()}
    assert aside == set(note.files)
    assert [len(one.phases) for one in load_run(run.folder).processes if one.block == 0] == [0] * 4


def test_no_record_tells_where_on_its_machine_the_run_lies(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=1)
    runner = BlockRunner(run.folder, read(run.folder / "plan.json", Plan))
    told = {"reason": f"cannot read {run.folder}/problem/x.npy", "checks": [f"{ROOT}/a.py"]}
    assert runner.clean(told) == {
        "reason": "cannot read <run>/problem/x.npy",
        "checks": ["<suite>/a.py"],
    }


def test_a_block_of_two_machines_is_refused_by_its_files(tmp_path: Path) -> None:
    run = make_sham_run(tmp_path, n_blocks=1)
    measured(run, tmp_path)
    path = run.folder / "raw" / "000-02.json"
    record = json.loads(path.read_text())
    path.write_text(json.dumps({**record, "machine": "0123456789abcdef"}))
    with pytest.raises(BadRun, match=r"000-00.json and .*000-02.json of block 0 are of different"):
        load_run(run.folder)
    path.write_text(json.dumps({**record, "machine": None}))  # as of an older version
    assert len(load_run(run.folder).processes) == 4


def test_a_block_is_ended_where_it_was_begun_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here, without a fleet; whole blocks of another machine stay as they are."""
    run = make_sham_run(tmp_path, n_blocks=2)
    measured(run, tmp_path)
    with resumed(run.folder) as runs:
        begun.require_begun_here(runs)
        (run.folder / "raw" / "001-02.json").unlink()
        with pytest.raises(BadInput, match=r"block 2 was begun on another machine .*001-0.*delete"):
            begun.require_begun_here(runs)
        monkeypatch.setenv(GIVEN, "one")
        begun.require_begun_here(runs)


def test_a_run_is_not_resumed_by_another_version_of_the_suite(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_sham_run(tmp_path, n_blocks=1)
    measured(run, tmp_path)
    with resumed(run.folder):
        pass
    monkeypatch.setattr(conditions, "sources", lambda: "0123456789abcdef")
    told = r"000-00.json was measured by another version"
    with pytest.raises(BadInput, match=told), resumed(run.folder):
        pass


@pytest.mark.parametrize(
    ("key", "now", "is_refused"),
    [
        ("cpu", "Abacus 9000", True),
        ("memory_bytes", 2**20, True),
        ("memory_bytes", None, False),
        ("host_memory_bytes", 1.02, False),
        ("host_memory_bytes", 1.2, True),
    ],
)
def test_a_run_is_resumed_on_machines_that_are_alike_unless_others_are_wanted(
    key: str, now: object, is_refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = machine_facts()
    told = int(now * honest[key]) if isinstance(now, float) else now
    runs = [make_sham_run(tmp_path / name, 1, unlike=name == "b").folder for name in "ab"]
    monkeypatch.setattr(conditions, "machine_facts", lambda: honest | {key: told})
    plans = [read(run / "plan.json", Plan) for run in runs]
    conditions.require_conditions(plans[1])
    if is_refused:
        with pytest.raises(BadInput, match=f"{key} was .* and is "):
            conditions.require_conditions(plans[0])
    else:
        conditions.require_conditions(plans[0])


def test_what_a_stored_plan_has_fixed_is_not_asked_for_again(
    tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    done = answer("run", "--resume", str(tmp_path), "--unlike", "--fleet", "tcp://127.0.0.1:1")
    assert done.code == 2
    assert "takes no --unlike;" in done.err
