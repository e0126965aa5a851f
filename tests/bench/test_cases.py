"""Several problems in one run: each asked for once, measured in turn, resumed together."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backends.errors import BadInput
from bench.command.asked import base_specs, specs_asked
from bench.command.options import _portable_file
from bench.runner.cases import by_problem, for_problem, homes
from bench.runner.forecast import Stage
from bench.runner.plan import PROFILES
from bench.runner.raw import failure
from bench.runner.run_folder import resumed
from bench.runner.runner import Runner
from bench.runner.sizes import expected_length, run_in_turn
from problems.source import asked_texts
from problems.spec import ProblemSpec
from reports.text.shell import portable
from runfiles.load import case_folders, load_run
from runfiles.records import Plan, Process
from runfiles.store import read
from tests.bench.test_cli import BRIEF, command
from tests.bench.test_sizes import make
from tests.conftest import Answer
from tests.nightly import nightly
from tests.problems.files import WHOLE, data_in, written


def bases(problem: str, data: Path | None = None, **sizes: float) -> list[ProblemSpec]:
    """What is asked for by ``--problem`` and ``--size``."""
    return base_specs(problem, data, None, sizes, 3, 0)[0]


def specs(problem: str, batch_sizes: tuple[int, ...] = (10,), **sizes: float) -> list[ProblemSpec]:
    return specs_asked(bases(problem, None, **sizes), [40], [None], batch_sizes, 1000, None)


def test_several_problems_are_named_in_their_order_and_each_is_asked_for_once() -> None:
    found = [spec.objective for spec in bases("softmax, linreg,softmax,,mlp")]
    assert found == ["softmax", "linreg", "mlp"]


def test_each_problem_takes_the_sizes_that_it_has() -> None:
    linreg, softmax, mlp = bases("linreg,softmax,mlp", None, n_classes=4, n_hidden=3)
    assert linreg.sizes == ProblemSpec().sizes
    assert softmax.sizes["n_classes"] == mlp.sizes["n_classes"] == 4
    assert "n_hidden" not in softmax.sizes
    assert mlp.sizes["n_hidden"] == 3


def test_features_are_of_those_that_count_them(tmp_path: Path) -> None:
    own = bases(f"{written(tmp_path)},linreg")
    found = specs_asked(own, [40], [2, 5], [10], 1000, None)
    assert [(one.objective, one.sizes.get("n_features")) for one in found] == [
        ("my_loss", None),
        ("linreg", 2),
        ("linreg", 5),
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--problem", "linreg,softmax", "--size", "n_hiden=3"], "size of linreg, softmax 'n_hid"),
        (["--problem", "linreg,softmx"], "unknown problem 'softmx'.*Did you mean 'softmax'"),
        (["--problem", ","], "--problem is ','; expected a name such as linreg, or FILE.py"),
        (["--problem", "{folder}/linreg.py,linreg"], "called 'linreg' as one of ours is; rename"),
        (["--problem", "{folder}/my_loss.py,{folder}/b/my_loss.py"], "both called 'my_loss'.*Rena"),
        (
            ["--problem", "softmax,{folder}/my_loss.py", "--data", "{folder}/my_data.npz"],
            "--data is for every problem: leave softmax out, or run it by itself",
        ),
        (
            ["--problem", "{folder}/my_loss.py,linreg", "--lr", "99"],
            "lr is 99.0; .* on 1,000 examples",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("called", ["check", "run"])
def test_bad_input_is_a_message_and_leaves_nothing_behind(
    called: str, words: list[str], message: str, tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    (tmp_path / "b").mkdir()
    written(tmp_path)
    written(tmp_path, f"{WHOLE}\n# another", "b/my_loss.py")
    written(tmp_path, WHOLE, "linreg.py")
    data_in(tmp_path)
    given = [word.replace("{folder}", str(tmp_path)) for word in words]
    out = ["--quick", "--out", str(tmp_path / "r")] if called == "run" else []
    done = answer(called, "--backend", "numpy", *given, *out)
    assert done.code == 2, done.err
    told = " ".join(done.err.replace("│", " ").split())
    assert re.search(message, told), told
    assert not (tmp_path / "r").exists()


def test_one_file_in_two_folders_is_one_problem(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    texts = [str(written(tmp_path)), str(written(tmp_path, name="b/my_loss.py"))]
    assert len(bases(",".join(texts))) == 1
    with pytest.raises(BadInput, match="are both called 'my_loss'"):
        bases(f"{texts[0]},{written(tmp_path, WHOLE + chr(10), 'b/my_loss.py')}")


def test_a_file_with_a_comma_in_its_name_is_one_problem(tmp_path: Path) -> None:
    path = str(written(tmp_path, name="a,b.py"))
    assert asked_texts(path) == [path]
    assert asked_texts("a.py:f, b.py") == ["a.py:f", "b.py"]
    assert _portable_file("linreg", portable) == "linreg"


def test_cases_lie_in_folders_of_any_name_in_the_order_asked_for(tmp_path: Path) -> None:
    named = ["linreg", "softmax", "mlp"]
    problems = by_problem([spec for name in named for spec in specs(name, (10, 5))])
    assert [len(one) for one in problems] == [2, 2, 2]
    found = [path.relative_to(tmp_path).as_posix() for path in homes(tmp_path, problems)]
    assert found == ["cases/02-softmax", "cases/03-mlp"]


def test_the_words_for_one_problem_leave_out_what_only_others_have(tmp_path: Path) -> None:
    path = str(written(tmp_path))
    words = ("--quick", "--problem", f"linreg,{path}", "--size", "n_features=3", "--epochs", "2")
    own, linreg = bases(f"{path},linreg")
    assert for_problem(words, own) == ("--quick", "--problem", path, "--epochs", "2")
    assert for_problem(words, linreg) == (
        *("--quick", "--problem", "linreg", "--size", "n_features=3", "--epochs", "2"),
    )
    alone = ("--problem", "linreg", "--size", "n_features=3")
    assert for_problem(alone, linreg) == alone


def test_cases_are_measured_a_block_of_each_in_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(runner: Runner, block: int, position: int, number: int) -> Process:
        place = {"block": block, "position": position, "arm": number}
        return failure(runner.plan.arms[number], place, "unsupported", "not asked")

    monkeypatch.setattr(Runner, "measure", measure)
    monkeypatch.setattr(Runner, "measure_ceilings", lambda *_: None)
    make(tmp_path / "r", [*specs("softmax"), *specs("linreg", (10, 5))])
    told: list[Stage] = []
    with resumed(tmp_path / "r") as runs:
        assert " in each of 3 cases: " in expected_length(runs)
        run_in_turn(runs, told.append)
    n_blocks = PROFILES["quick"].n_blocks
    assert [stage.done for stage in told] == list(range(3 * 2 * n_blocks))
    where = [(stage.block, stage.label.partition(",")[0]) for stage in told][::2]
    each = ("softmax", "linreg", "linreg n40-d2-b5")
    assert where == [(block, name) for block in range(n_blocks) for name in each]
    assert [one.plan.problem.objective for one in load_run(tmp_path / "r").cases] == [
        *("softmax", "linreg", "linreg")
    ]


def test_the_command_measures_reports_and_resumes_all_cases(tmp_path: Path) -> None:
    folder, file = tmp_path / "r", written(tmp_path)
    words = ("--backend", "numpy", "--phase", "epoch", "--out", str(folder), "--examples", "60")
    asked = ("--problem", f"linreg,{file}", "--size", "n_features=3")
    done = command("run", *BRIEF, *words, *asked, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: Any = json.loads(done.stdout)["map"]
    assert [case["problem"] for case in found["cases"]] == ["linreg", "my_loss"]
    assert [one["status"] for one in found["arms"][0]["entries"]] == ["ok", "ok"]
    of_file = folder / "cases" / "02-my_loss"
    assert case_folders(folder) == [folder, of_file]
    for one in (folder, of_file):
        assert len(list((one / "raw").glob("[0-9]*.json"))) == 2  # numpy and its null arm
        assert (one / "report" / "table.md").exists()
    plan = read(of_file / "plan.json", Plan)
    assert plan.command is not None
    assert "--size" not in plan.command
    assert str(file) in plan.command

    lost = of_file / "raw" / "000-00.json"
    lost.unlink()
    file.write_text(f"{WHOLE}\n# changed")
    done = command("run", "--resume", str(folder))
    assert done.returncode == 2
    assert f"{file} has changed since the run was begun with it" in done.stderr
    file.write_text(WHOLE)
    done = command("run", "--resume", str(folder))
    assert done.returncode == 0, done.stderr
    assert lost.exists()
    assert "The map of 2 cases" in done.stdout
    again = command("report", str(of_file), "--json")  # a run of its own
    assert json.loads(again.stdout)["problem"]["objective"] == "my_loss"


@nightly
def test_check_says_the_problem_in_every_row(tmp_path: Path) -> None:
    words = ("--backend", "numpy", "--device", "cpu", "--dtype", "float64")
    done = command("check", "--problem", f"linreg,{written(tmp_path)}", *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["problem"], row["status"]) for row in rows] == [
        ("linreg", "ok"),
        ("my_loss", "ok"),
    ]
    done = command("check", "--problem", "linreg,softmax", *words)
    assert [line for line in done.stdout.splitlines() if line.startswith("problem ")] == [
        *("problem linreg", "problem softmax")
    ]
