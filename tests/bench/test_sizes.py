"""Several sizes in one run: planned as asked, measured in turn, resumed and judged together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.command.options import own_sizes
from bench.runner.forecast import Stage
from bench.runner.plan import PROFILES
from bench.runner.raw import failure
from bench.runner.request import RunRequest, create_run
from bench.runner.run_folder import resumed
from bench.runner.runner import Runner
from bench.runner.sizes import require_room, run_in_turn, specs_of
from problems.problem import make_problem
from problems.reference import reference
from problems.spec import ProblemSpec
from problems.store import load
from runfiles.load import size_folders
from runfiles.records import Limits, Plan, Process
from runfiles.store import read
from tests.bench.test_cli import BRIEF, FAULTY, command
from tests.nightly import nightly

LESSON = ProblemSpec()
ASKED = RunRequest(PROFILES["quick"], Limits(), backends=("numpy",), phases=("epoch",))
IN_FLOAT64 = replace(ASKED, dtypes=("float64",))  # which holds what float32 has no room for


def make(folder: Path, specs: list[ProblemSpec], asked: RunRequest = ASKED) -> None:
    """Lay down a run of ``specs``, not measured yet."""
    with create_run(folder, specs, asked):
        pass


def shapes(specs: list[ProblemSpec]) -> list[tuple[int, int, int]]:
    return [(spec.n_examples, spec.sizes["n_features"], spec.batch_size) for spec in specs]


def test_sizes_are_every_combination_the_first_of_each_first() -> None:
    specs = specs_of(LESSON, [100, 50], [2], [10, 5, 10], most_steps=1000)
    assert shapes(specs) == [(100, 2, 10), (100, 2, 5), (50, 2, 10), (50, 2, 5)]


def test_an_epoch_of_too_many_steps_is_cut_and_a_shorter_one_is_whole() -> None:
    short, exact, long = specs_of(LESSON, [1000, 2000, 2001], [2], [1000 // 500], 1000)
    assert (short.steps, short.n_visited) == (None, 1000)
    assert (exact.steps, exact.n_visited) == (None, 2000)
    assert (long.steps, long.n_visited) == (1000, 2000)


@pytest.mark.parametrize(
    ("n_features", "batch_size", "lr"),
    [(2, 10, 0.03), (2, 1, 0.03), (64, 10, 0.03), (64, 1, 0.01), (1024, 10, 0.009)],
)
def test_the_lessons_rate_is_lowered_only_where_it_would_diverge(
    n_features: int, batch_size: int, lr: float
) -> None:
    (spec,) = specs_of(LESSON, [1000], [n_features], [batch_size], 1000)
    assert spec.lr == lr
    assert spec.lr <= batch_size / (batch_size + n_features + 1)
    losses = reference(make_problem(spec), [0]).losses.values[1:, 0]
    assert losses[-1] < losses[0]


def test_a_rate_that_was_asked_for_is_kept_at_every_size() -> None:
    specs = specs_of(LESSON, [1000], [2, 1024], [10], 1000, lr=0.05)
    assert [spec.lr for spec in specs] == [0.05, 0.05]


def test_sizes_of_the_problems_own_are_named_whole_where_they_are() -> None:
    found = own_sizes(["n_classes=1e1", "noise=0.5"], {"n_features": [3], "noise": [None]})
    assert found == {"n_classes": 10, "noise": 0.5, "n_features": 3}
    assert isinstance(found["n_classes"], int)
    assert own_sizes(None, {"n_features": [3, 5], "noise": [None]}) == {}


def test_no_step_at_all_is_refused() -> None:
    with pytest.raises(BadInput, match="--max-steps is 0; expected at least 1"):
        specs_of(LESSON, [1000], [2], [10], most_steps=0)


def test_a_problem_that_memory_cannot_hold_is_refused_before_it_is_made() -> None:
    with pytest.raises(
        BadInput, match=r"100,000,000 examples \(n_features 10000, .*\) in 3 epochs take .* GiB"
    ):
        require_room(ProblemSpec(n_examples=10**8, sizes={"n_features": 10**4}))


def test_training_that_diverges_is_refused_by_the_size_at_which_it_does(tmp_path: Path) -> None:
    near = specs_of(ProblemSpec(epochs=10), [40], [2], [20], 1000, lr=1000.0)
    make(tmp_path / "near", near, IN_FLOAT64)
    specs = specs_of(ProblemSpec(epochs=10), [40], [2], [20, 2], 1000, lr=1000.0)
    with pytest.raises(BadInput, match=r"on 40 examples .* in batches of 2: training"):
        make(tmp_path / "r", specs, IN_FLOAT64)


def test_a_size_without_its_plan_is_missed_and_not_passed_over(tmp_path: Path) -> None:
    make(tmp_path / "r", specs_of(LESSON, [40], [2], [10, 20], 1000))
    (tmp_path / "r/sizes/n40-d2-b20/plan.json").unlink()
    for call in (("report", str(tmp_path / "r")), ("run", "--resume", str(tmp_path / "r"))):
        done = command(*call)
        assert done.returncode == 2
        assert "sizes/n40-d2-b20/plan.json" in done.stderr


def test_every_size_is_a_run_in_a_folder_named_after_it(tmp_path: Path) -> None:
    make(tmp_path / "r", specs_of(LESSON, [40, 80], [2], [10, 1], 30))
    found = {
        one.name: read(one / "plan.json", Plan)
        for one in (tmp_path / "r", *size_folders(tmp_path / "r"))
    }
    assert list(found) == ["r", "n40-d2-b1", "n80-d2-b1", "n80-d2-b10"]
    assert found["n80-d2-b1"].problem.steps == 30
    assert len({(plan.arms, plan.blocks) for plan in found.values()}) == 1
    for one in (tmp_path / "r", *size_folders(tmp_path / "r")):
        stored = load(one / "problem")
        assert stored.sha256() == read(one / "plan.json", Plan).problem.sha256
        assert stored.orders.shape == (3, stored.spec.n_visited)


def test_sizes_are_measured_a_block_of_each_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(runner: Runner, block: int, position: int, number: int) -> Process:
        place = {"block": block, "position": position, "arm": number}
        return failure(runner.plan.arms[number], place, "unsupported", "not asked")

    monkeypatch.setattr(Runner, "measure", measure)
    monkeypatch.setattr(Runner, "measure_ceilings", lambda *_: None)
    make(tmp_path / "r", specs_of(LESSON, [40], [2], [10, 20], 1000))
    told: list[Stage] = []
    with resumed(tmp_path / "r") as runs:
        run_in_turn(runs, told.append)
    n_blocks = PROFILES["quick"].n_blocks
    n_processes = n_blocks * 2 * 2  # of two sizes, the arm and the null arm
    assert [stage.done for stage in told] == list(range(n_processes))
    assert {(stage.n_processes, stage.n_blocks) for stage in told} == {(n_processes, n_blocks)}
    where = [(stage.block, stage.label.partition(",")[0]) for stage in told][::2]
    assert where == [(n, name) for n in range(n_blocks) for name in ("own size", "n40-d2-b20")]


@nightly
def test_the_command_measures_reports_and_resumes_all_sizes(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    two = ("--backend", "numpy", "--dtype", "float32,float64")
    words = (*two, "--phase", "epoch", "--out", str(folder))
    done = command("run", *BRIEF, *words, "--examples", "60", "--batch-size", "10,1e0", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["problem"]["batch_size"] == 10
    for one in (folder, *size_folders(folder)):
        assert len(list((one / "raw").glob("[0-9]*.json"))) == 3
        assert (one / "report" / "index.html").exists()
    lost = folder / "sizes" / "n60-d2-b1" / "raw" / "000-00.json"
    lost.unlink()
    assert command("run", "--resume", str(folder)).returncode == 0
    assert lost.exists()


def test_a_size_of_the_problems_own_is_in_the_plan_and_its_command(tmp_path: Path) -> None:
    words = ["--backend", "numpy", "--phase", "epoch", "--examples", "60", "--problem", "mlp"]
    words += ["--size", "n_hidden=3", "--size", "n_classes=4"]
    done = command("run", *BRIEF, *words, "--out", str(tmp_path / "r"), "--json")
    assert done.returncode == 0, done.stderr
    plan = read(tmp_path / "r" / "plan.json", Plan)
    assert plan.problem.sizes == {"n_features": 64, "n_classes": 4, "n_hidden": 3}
    assert plan.command is not None
    assert " ".join(plan.command).endswith("--size n_hidden=3 --size n_classes=4")


@nightly
def test_a_wrong_arm_at_another_size_is_a_wrong_answer_of_the_run(tmp_path: Path) -> None:
    words = ("--backend", f"numpy,{FAULTY}:wrong_from_batch_13", "--phase", "epoch")
    sizes = ("--examples", "20", "--batch-size", "10,1", "--out", str(tmp_path / "r"))
    done = command("run", "--quick", *words, *sizes)
    assert done.returncode == 3, done.stdout + done.stderr
    again = command("report", str(tmp_path / "r"), "--json")
    assert (again.returncode, json.loads(again.stdout)["baseline"]) == (3, "numpy")


def test_counts_that_are_none_are_refused_by_what_was_given() -> None:
    done = command("run", "--batch-size", "10,ten")
    assert done.returncode == 2
    assert "'ten' is no count; expected a whole number such as 1000 or 1e4" in done.stderr


@nightly
def test_a_prefix_is_measured_and_checked_like_a_whole_epoch(tmp_path: Path) -> None:
    words = ("--backend", "numpy", "--examples", "5000", "--batch-size", "1", "--max-steps", "50")
    done = command("run", *BRIEF, *words, "--out", str(tmp_path / "r"), "--json")
    assert done.returncode == 0, done.stderr
    problem = json.loads((tmp_path / "r" / "plan.json").read_text())["problem"]
    assert (problem["n_examples"], problem["steps"]) == (5000, 50)
    cells = {cell["phase"]: cell for cell in json.loads(done.stdout)["cells"]}
    assert cells["epoch"]["status"] == "ok"
    # 50 steps against 5000 rows at once: the full gradient is over all data, prefix or not
    assert cells["full_gradient"]["status"] == "ok"


def test_a_size_that_is_refused_leaves_nothing_behind(tmp_path: Path) -> None:
    specs = specs_of(LESSON, [40], [2], [2, 20], 1000, lr=1000.0)
    with pytest.raises(BadInput, match="training diverges"):
        make(tmp_path / "r", specs, IN_FLOAT64)
    assert not (tmp_path / "r").exists()
