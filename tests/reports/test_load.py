"""What ``load`` promises: a run as it lies there, or one clear BadRun."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from runfiles.errors import BadRun
from runfiles.load import load_run

WriteRun = Callable[..., Path]
GOLDEN = Path(__file__).parents[1] / "data" / "run-version-1"


def change(path: Path, **keys: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | keys))


def test_every_planned_process_of_a_finished_run_is_read(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=3))
    assert len(run.processes) == 3 * len(run.plan.arms)
    assert run.plan.arms[run.plan.baseline].name == "torch-lesson"


def test_an_older_run_of_version_1_is_still_read() -> None:
    run = load_run(GOLDEN)
    assert [arm.name for arm in run.plan.arms][:2] == ["torch-lesson", "torch-lesson again"]
    assert run.processes[0].phases.keys() >= {"epoch", "train"}


def test_a_stored_run_of_version_2_is_read() -> None:
    run = load_run(GOLDEN.with_name("run-version-2"))
    assert [arm.name for arm in run.plan.arms] == ["numpy", "autograd", "numpy (null)"]
    assert run.plan.command
    assert run.plan.command[:2] == ("--backend", "numpy,autograd")
    assert (run.plan.limit, len(run.processes), len(run.ceilings)) == ("numba", 6, 2)
    assert all(set(process.phases) == {"step", "epoch", "train"} for process in run.processes)


def test_missing_raw_files_are_an_interrupted_run(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=3, missing=frozenset({(2, 0), (2, 3)})))
    assert len(run.processes) == 3 * len(run.plan.arms) - 2


def test_keys_nobody_knows_are_left_alone(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    change(folder / "raw/000-00.json", later={"more": [1]})
    assert len(load_run(folder).processes) == 16


@pytest.mark.parametrize("key", ["phases", "cold"])
def test_a_phase_nobody_knows_is_left_alone(key: str, write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    path = folder / "raw/000-00.json"
    before = load_run(folder).processes[0]
    change(path, **{key: json.loads(path.read_text())[key] | {"vjp": "of a later version"}})
    assert load_run(folder).processes[0] == before


def test_training_is_kept_per_training_and_the_rest_per_epoch(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    raw = json.loads((folder / "raw/000-00.json").read_text())
    raw["phases"]["epoch"]["epochs_per_call"] = 2
    (folder / "raw/000-00.json").write_text(json.dumps(raw))
    phases = load_run(folder).processes[0].phases
    assert phases["train"].seconds.tolist() == raw["phases"]["train"]["seconds"]
    assert phases["epoch"].seconds[0] == raw["phases"]["epoch"]["seconds"][0] / 2


@pytest.mark.parametrize("name", ["plan.json", "raw/000-00.json"])
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"   \n", "is empty"),
        (b'{"format": "autograd', "not a readable"),
        (b"\xff\xfe\x00", "not a readable"),
        (b"[1, 2]", "expected an object"),
        (b'{"machine_info": {}, "benchmarks": []}', "expected 'autograd-bench"),
        (b"[" * 100_000, "not a readable"),
        (b"9" * 5000, "not a readable"),
    ],
)
def test_a_file_that_is_no_result_is_named(
    write_run: WriteRun, name: str, content: bytes, said: str
) -> None:
    folder = write_run(n_blocks=1)
    (folder / name).write_bytes(content)
    with pytest.raises(BadRun, match=said) as caught:
        load_run(folder)
    assert name in str(caught.value)


def test_an_unknown_version_says_what_was_got_and_what_to_do(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    change(folder / "plan.json", version=4)
    with pytest.raises(
        BadRun, match=r"plan.json .* version is 4; expected 1 to 3.*Use the program"
    ):
        load_run(folder)


def test_a_folder_without_a_plan_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(BadRun, match=r"plan.json is not there; expected the folder of a run"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    "seconds",
    [
        [],
        [float("nan")],
        [float("inf")],
        [-1e-3],
        [0.0],
        [1e300],
        ["1"],
        [True],
        [None],
        3,
        [10**400],
    ],
)
def test_samples_that_no_clock_gives_are_refused(write_run: WriteRun, seconds: Any) -> None:
    folder = write_run(n_blocks=1)
    raw = json.loads((folder / "raw/000-00.json").read_text())
    raw["phases"]["epoch"]["seconds"] = seconds
    (folder / "raw/000-00.json").write_text(json.dumps(raw))
    with pytest.raises(BadRun, match=r"phases\.epoch\.seconds"):
        load_run(folder)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"baseline": 99}, "baseline is 99"),
        ({"baseline": -1}, "baseline is -1"),
        ({"baseline": True}, "baseline is True"),
        ({"blocks": [[0, 99]]}, r"blocks\[0\]\[1\] is 99"),
        ({"blocks": [[0, 0]]}, "each arm at most once"),
        ({"margin": 0}, "margin is 0"),
        ({"margin": float("nan")}, "margin is nan"),
        ({"phases": ["nap"]}, r"phases\[0\] is 'nap'"),
        ({"arms": []}, "arms is"),
        ({"true": None}, "true is None"),
    ],
)
def test_a_plan_that_does_not_fit_says_where(
    write_run: WriteRun, keys: dict[str, Any], said: str
) -> None:
    folder = write_run(n_blocks=1)
    change(folder / "plan.json", **keys)
    with pytest.raises(BadRun, match=said):
        load_run(folder)


def test_two_arms_of_one_name_are_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    plan = json.loads((folder / "plan.json").read_text())
    plan["arms"][1]["name"] = plan["arms"][0]["name"]
    (folder / "plan.json").write_text(json.dumps(plan))
    with pytest.raises(BadRun, match="a name no other arm has"):
        load_run(folder)


def test_a_failed_process_may_not_bring_numbers(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    change(folder / "raw/000-00.json", status="wrong", reason="it was")
    with pytest.raises(BadRun, match="no times, for it is wrong"):
        load_run(folder)


def test_an_ok_process_may_not_have_failed_a_check(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    failed = {"name": "gradient", "ok": False, "message": "off", "values": {}}
    change(folder / "raw/000-00.json", checks=[failed])
    with pytest.raises(BadRun, match="the check gradient failed"):
        load_run(folder)


def test_a_raw_file_under_another_name_is_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    (folder / "raw/000-00.json").rename(folder / "raw/001-03.json")
    with pytest.raises(BadRun, match="its name says otherwise"):
        load_run(folder)


def test_a_raw_file_outside_the_plan_is_refused(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    plan = json.loads((folder / "plan.json").read_text())
    change(folder / "plan.json", blocks=plan["blocks"][:1])
    with pytest.raises(BadRun, match="was not planned"):
        load_run(folder)


def test_hidden_and_other_files_in_raw_are_left_alone(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    (folder / "raw/.000-00.json").write_text("half")
    (folder / "raw/000-00.json.tmp").write_text("half")
    assert len(load_run(folder).processes) == 8


def test_a_run_without_its_data_has_no_points(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    (folder / "problem/X.npy").unlink()
    (folder / "problem/y.npy").unlink()
    assert load_run(folder).points is None


@pytest.mark.parametrize("name", ["X.npy", "y.npy"])
@pytest.mark.parametrize("fault", ["truncated", "shape", "pickled", "complex", "nan", "gone"])
def test_data_that_do_not_fit_the_problem_are_refused(
    write_run: WriteRun, name: str, fault: str
) -> None:
    folder = write_run(n_blocks=1)
    path = folder / "problem" / name
    array = np.load(path)
    path.unlink()
    if fault == "truncated":
        np.save(path, array)
        path.write_bytes(path.read_bytes()[:-100])
    elif fault != "gone":
        changed = {
            "shape": array[:-1],
            "pickled": array.astype(object),
            "complex": array.astype(complex),
            "nan": array * np.nan,
        }
        np.save(path, changed[fault])
    with pytest.raises(BadRun, match=name):
        load_run(folder)


def test_at_most_a_thousand_points_are_drawn(write_run: WriteRun) -> None:
    points = load_run(write_run(n_blocks=1, n_examples=5000)).points
    assert points is not None
    assert points.feature == 2
    assert len(points.x) == len(points.y) == 1000


def test_a_lone_surrogate_in_a_name_becomes_a_question_mark(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    plan = json.loads((folder / "plan.json").read_text())
    plan["arms"][2]["name"] = "\ud800"
    (folder / "plan.json").write_text(json.dumps(plan))
    assert load_run(folder).plan.arms[2].name == "?"


def sized_run(write_run: WriteRun) -> tuple[Path, Path]:
    """(a run at two sizes, the folder of the other one)."""
    folder = write_run(n_blocks=2, sizes={"b1": {"batch_size": 1}})
    return folder, folder / "sizes" / "b1"


def test_a_size_whose_plan_is_gone_is_missed_and_not_passed_over(write_run: WriteRun) -> None:
    folder, size = sized_run(write_run)
    (size / "plan.json").unlink()
    with pytest.raises(BadRun, match=r"sizes/b1/plan.json is not there.* move the folder"):
        load_run(folder)


def test_a_link_to_nowhere_among_the_sizes_is_refused(write_run: WriteRun) -> None:
    folder, _ = sized_run(write_run)
    (folder / "sizes" / "lost").symlink_to(folder / "nowhere")
    with pytest.raises(BadRun, match=r"sizes/lost/plan.json is not there"):
        load_run(folder)


def test_the_same_size_twice_is_refused(write_run: WriteRun) -> None:
    folder, _ = sized_run(write_run)
    (folder / "sizes" / "self").symlink_to(folder)
    with pytest.raises(BadRun, match=r"sizes/self is of the same size as .* Move one out"):
        load_run(folder)


def test_sizes_within_a_size_are_refused(write_run: WriteRun) -> None:
    folder, size = sized_run(write_run)
    (size / "sizes" / "deep").mkdir(parents=True)
    with pytest.raises(BadRun, match=r"sizes/b1/sizes is within a size; expected none"):
        load_run(folder)


@pytest.mark.parametrize("key", ["problem_sha256", "timed_orders_sha256"])
def test_a_raw_file_of_another_problem_is_refused(key: str, write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    dtypes = [arm.dtype for arm in load_run(folder).plan.arms]
    for path in (folder / "raw").glob("*.json"):
        dtype = dtypes[int(path.stem.partition("-")[2])]
        of = f"of this problem in {dtype}" if key == "problem_sha256" else "the same for all"
        change(path, facts={key: of})
    assert load_run(folder).processes
    change(folder / "raw/001-01.json", facts={key: "of another"})
    with pytest.raises(BadRun, match=r"001-01.json and .*000-0\d.json are of different problems"):
        load_run(folder)
