"""What is not trained: its gradient and loss are timed and checked, and no word is of an epoch."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from backends.arm import Arm
from backends.checks import TRAINING, names_of, run_checks
from backends.checks.gradient import check_gradient
from backends.checks.precision import check_precision
from backends.checks.subject import Subject
from backends.checks.training import check_other_data
from backends.errors import BadInput, BrokenContract
from backends.registry import find, load
from bench.command.asked import base_spec
from bench.runner.plan import plan_phases
from problems.case import Case
from problems.problem import make_problem
from problems.rate import settled
from problems.reference import reference
from problems.registry import REGISTERED
from problems.spec import NUDGE, ProblemSpec
from tests.backends.wrong import Doubled, LossNotANumber, Right, WholeEpochs, wrong
from tests.bench.later import measured_later
from tests.bench.test_cli import command
from tests.problems.files import START, WHOLE, written

SMALL = ("--problem", "logsumexp", "--size", "n_entries=50")
GMM = ProblemSpec(
    n_examples=45,
    objective="gmm",
    sizes={"n_features": 3, "n_components": 2},
).with_stable_rate()


@pytest.fixture(scope="module")
def gmm() -> Case:
    return Case(make_problem(GMM).astype("float64"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of two engines, and what it printed."""
    pytest.importorskip("torch")
    folder = tmp_path_factory.mktemp("untrained") / "run"
    words = ("run", "--quick", "--blocks", "2", *SMALL, "--backend", "numpy,torch")
    done = command(*words, "--out", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    return folder, done.stdout


def seen(page: str) -> str:
    """What a reader sees of a page, without what the process recorded of itself."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", bare))


def test_a_run_times_gradients_and_loss(finished: tuple[Path, str]) -> None:
    folder, printed = finished
    plan = json.loads((folder / "plan.json").read_text())
    assert plan["phases"] == ["data_iter", "gradient", "full_gradient", "loss"]
    assert plan["problem"]["trained"] is False
    assert plan["problem"]["n_examples"] == plan["problem"]["batch_size"] == 1
    assert re.search(r"arm +fastest +time +baseline", printed)
    record = json.loads((folder / "raw" / "000-00.json").read_text())
    assert set(record["cold"]) == {"import", "prepare", "first_gradient"}
    assert [check["name"] for check in record["checks"]] == names_of(trained=False)
    assert record["facts"]["checks_not_run"] == "trajectory, fresh, recovery: nothing is trained"
    assert record["learned"] is None


def test_no_sentence_speaks_of_an_epoch(finished: tuple[Path, str]) -> None:
    folder, printed = finished
    html = (folder / "report" / "index.html").read_text(encoding="utf-8")
    # Of the page without engines' code and without the explanations of our words
    page = seen(re.sub(r"<pre.*?</pre>|<p popover.*?</p>", "", html, flags=re.DOTALL))
    table = (folder / "report" / "table.md").read_text(encoding="utf-8")
    for text in (page, table, printed):
        assert "epoch" not in text.lower()
        assert "trajectory error" not in text.lower()
    assert "differentiated and not trained" in page
    figures = {file.stem for file in (folder / "report").glob("*.svg")}
    assert figures <= {"times", "ratios", "spread"}
    for name in ("github-action-benchmark.json", "bencher.json", "cells.csv", "blocks.csv"):
        assert "epoch" not in (folder / "report" / name).read_text(encoding="utf-8")
    problem = json.loads((folder / "report" / "cells.json").read_text())["problem"]
    assert problem["trained"] is False
    assert problem["losses_reference"] == []


def test_two_runs_of_it_are_compared(finished: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = finished
    done = command("compare", str(folder), str(measured_later(folder, tmp_path / "later")))
    assert "epoch" not in done.stdout
    assert "gradient" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "--phase", "epoch"], "logsumexp is not trained and has no phase epoch; expected"),
        (["check", "--lr", "0.1"], "--lr is for training, and logsumexp is not trained"),
        (["run", "--epochs", "5"], "--epochs is for training, and logsumexp is not trained"),
    ],
)
def test_training_asked_of_it_is_bad_input(words: list[str], message: str) -> None:
    done = command(*words, *SMALL)
    assert done.returncode == 2
    assert re.search(message, " ".join(done.stderr.split()))


def test_a_run_takes_what_is_trained_and_what_is_not_apart() -> None:
    done = command("run", "--problem", "linreg,llsq", "--backend", "numpy")
    assert done.returncode == 2
    assert "linreg is trained, and llsq is not: one run" in " ".join(done.stderr.split())


def test_a_check_takes_both_and_gives_a_rate_to_what_is_trained(tmp_path: Path) -> None:
    path = written(tmp_path, f"TRAINED = False\n{WHOLE}", "mine.py")
    asked = (
        "--problem",
        f"linreg,{path}",
        "--lr",
        "0.01",
        "--examples",
        "60",
        "--backend",
        "numpy",
    )
    done = command("check", *asked, "--device", "cpu", "--dtype", "float64", "--json")
    found = [(row["problem"], row["status"]) for row in map(json.loads, done.stdout.splitlines())]
    assert found == [("linreg", "ok"), ("mine", "ok")]


def test_no_rate_is_looked_for() -> None:
    problem = make_problem(GMM)
    assert (GMM.lr, GMM.epochs) == (NUDGE, 1)
    assert settled(problem) is problem


def test_it_has_the_phases_that_are_left() -> None:
    objective = REGISTERED["gmm"]
    assert plan_phases([], ["cpu"], objective) == ("data_iter", "gradient", "full_gradient", "loss")
    assert "transfer" in plan_phases([], ["cuda"], objective)
    assert "waited_step" not in plan_phases([], ["cuda"], objective)


def test_its_reference_is_of_gradients_and_of_the_loss_at_the_start(gmm: Case) -> None:
    found = reference(gmm.problem)
    assert len(found.steps.numbers) == len(found.epochs.numbers) == 0
    assert found.losses.numbers.tolist() == [0]
    assert len(found.gradients.numbers) == gmm.problem.n_batches == 5


def test_an_arm_of_whole_epochs_refuses_it(gmm: Case) -> None:
    backend = load(find("numpy"))._replace(execution="compiled epoch")
    refusal = Arm(backend, "cpu", "float64").refusal(gmm.problem)
    assert refusal == ("unsupported", "runs whole epochs, and gmm is not trained in any")


def test_one_that_does_not_say_so_breaks_the_contract(gmm: Case) -> None:
    with pytest.raises(BrokenContract, match="gmm, which is not trained, and has no steps"):
        Arm(wrong(WholeEpochs), "cpu", "float64").prepare(gmm.problem)


@pytest.mark.parametrize(
    ("program", "check"), [(Right, None), (Doubled, "gradient"), (LossNotANumber, "loss")]
)
def test_the_other_checks_stand(program: type[Right], check: str | None, gmm: Case) -> None:
    arm = Arm(wrong(program), "cpu", "float64")
    findings = run_checks(Subject(arm, gmm, arm.prepare(gmm.problem)))
    assert next((one.check for one in findings if one.failure), None) == check
    not_run = {one.__name__.removeprefix("check_") for one in TRAINING}
    assert not not_run & {one.check for one in findings}


@pytest.mark.parametrize("n_entries", [50, 2500])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_autodiff_is_right_where_what_it_adds_up_cancels(dtype: str, n_entries: int) -> None:
    """Through the maximum of logsumexp come roundings larger than the entries' own."""
    pytest.importorskip("autograd")
    spec = ProblemSpec(1, 1, objective="logsumexp", sizes={"n_entries": n_entries})
    case = Case(make_problem(spec.with_stable_rate()).astype(dtype))
    arm = Arm(load(find("autograd")), "cpu", dtype)
    subject = Subject(arm, case, arm.prepare(case.problem))
    findings = run_checks(subject, (check_precision, check_gradient, check_other_data))
    assert [one.failure for one in findings] == [None] * 3


def test_a_file_of_ones_own_may_say_so(tmp_path: Path) -> None:
    path = written(tmp_path, f"TRAINED = False\n{WHOLE}")
    spec, _ = base_spec(str(path), None, None, {}, 3, 0)
    assert not spec.its_objective.trained
    assert spec.epochs == 1


def test_what_it_says_is_true_or_false(tmp_path: Path) -> None:
    path = written(tmp_path, f"TRAINED = 'no'\n{WHOLE}{START}")
    with pytest.raises(BadInput, match="TRAINED is 'no'; expected True or False"):
        base_spec(str(path), None, None, {}, 3, 0)
