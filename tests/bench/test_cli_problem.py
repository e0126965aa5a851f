"""``--problem`` and ``--data`` on the command: found, refused, stored, and held to on resume."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench.command.options import _portable_file
from bench.runner.asked_files import path_of
from bench.runner.suite import ROOT
from problems import registry
from reports.text.shell import portable
from runfiles.records import Plan
from runfiles.store import read
from tests.bench.interpreters import environment
from tests.bench.test_cli import command
from tests.conftest import Answer
from tests.nightly import nightly
from tests.problems.files import WHOLE, data_in, written

CPU = ("--device", "cpu", "--backend", "numpy")
BRIEF = ("--quick", "--blocks", "1", "--phase", "epoch", "--examples", "60")


def test_a_file_of_ones_own_is_checked_from_any_folder(tmp_path: Path) -> None:
    """By a worker that finds nothing but the stored problem."""
    path, data = written(tmp_path), data_in(tmp_path)
    done = command("check", *CPU, "--problem", str(path), "--data", str(data), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["status"] for row in rows] == ["ok", "ok"]
    assert np.shape(rows[0]["learned"]["p0"]) == (3,)


def test_a_backend_that_needs_a_gradient_says_that_the_file_has_none(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE.partition("def gradient")[0])
    done = command("check", *CPU, "--problem", str(path), "--json")
    (row, _) = map(json.loads, done.stdout.splitlines())
    assert (row["status"], row["reason"]) == (
        "unsupported",
        "my_loss has no gradient(xp, params, batch) written by hand",
    )


def test_linear_regression_of_a_csv_is_checked_and_least_squares_told() -> None:
    words = ("--data", "tests/data/norris.csv", "--target", "y", "--json")
    done = command("check", *CPU, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "least squares: w = 1.00212, b = -0.262323" in done.stderr
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["ok", "ok"]


@pytest.fixture
def run_of_a_file(tmp_path: Path) -> Path:
    """A run of the user's file and data, of one block, and of another interpreter beside."""
    words = ("--problem", str(written(tmp_path)), "--data", str(data_in(tmp_path)))
    other = environment(tmp_path / "venv", "elsewhere")
    out = ("--backend", "numpy", "--arm", f"numpy@{other}", "--out", str(tmp_path / "r"))
    done = command("run", *BRIEF, *words, *out, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    cells = json.loads(done.stdout)["cells"]
    assert {cell["status"] for cell in cells} == {"ok"}
    assert {cell["arm"] for cell in cells} >= {"numpy", "numpy@venv"}
    return tmp_path / "r"


@nightly
def test_a_run_is_measured_by_any_interpreter_and_goes_on_with_what_it_was_begun_with(
    run_of_a_file: Path,
) -> None:
    plan = read(run_of_a_file / "plan.json", Plan)
    assert (plan.problem.objective, plan.problem.n_examples) == ("my_loss", 60)
    told = json.loads((run_of_a_file / "problem" / "spec.json").read_text())
    assert (told["source"]["file"], told["data"]["file"]) == ("my_loss.py", "my_data.npz")
    folder = run_of_a_file.parent
    (run_of_a_file / "raw" / "000-00.json").unlink()

    file, text = folder / "my_loss.py", WHOLE
    file.write_text(text + "\n# changed\n")
    done = command("run", "--resume", str(run_of_a_file))
    assert done.returncode == 2
    assert f"{file} has changed since the run was begun with it. Restore it" in done.stderr
    file.write_text(text)

    data = folder / "my_data.npz"
    kept = data.read_bytes()
    data_in(folder, 50)
    done = command("run", "--resume", str(run_of_a_file))
    assert done.returncode == 2
    assert f"{data} has changed since" in done.stderr
    data.write_bytes(kept)

    stored = run_of_a_file / "problem" / "objective.py"
    stored.write_text(text + "\n# changed\n")
    done = command("run", "--resume", str(run_of_a_file))
    assert done.returncode == 2
    assert "objective.py, the copy of my_loss.py, has changed since it was stored" in done.stderr
    stored.write_text(text)

    file.unlink()  # the run has a copy of its own
    data.unlink()
    done = command("run", "--resume", str(run_of_a_file))
    assert done.returncode == 0, done.stderr


def test_a_problem_of_the_working_folder_is_found_by_its_name_alone(tmp_path: Path) -> None:
    written(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "bench", "check", *CPU, "--problem", "my_loss.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--problem", "no_such.py"], "problem no_such.py: there is no such file; expected one"),
        (["--problem", "tests"], "problem tests is a folder; expected one Python file"),
        (["--problem", "lingre"], "unknown problem 'lingre'.*Did you mean 'linreg'"),
        (["--problem", "{folder}/bad.py"], r"bad.py has no loss; expected one Python file"),
        (["--problem", "{folder}/raises.py"], r"ZeroDivisionError.*\(raises.py:1: 1 / 0\)"),
        (["--problem", "{folder}/mean.py"], r"\(mean.py:\d+: return .* a mean; sum over the exam"),
        (["--problem", "{folder}/outside.py"], "xp.square is not in the vocabulary"),
        (
            ["--problem", "{folder}/my_loss.py", "--features", "3"],
            "n_features is no size of my_loss, which",
        ),
        (["--data", "no_such.npz"], "--data no_such.npz is no file that is there; expected .npz"),
        (["--data", "README.md"], "--data README.md ends in .md; expected .npz"),
        (["--target", "y"], "--target is 'y' without --data; expected a .csv"),
        (["--data", "tests/data/norris.csv"], "norris.csv gives 1 array; .* takes X, y"),
        (["--data", "tests/data/norris.csv", "--target", "z"], "unknown column .*'z'"),
        (["{norris}", "--features", "3"], "n_features is 3, and 1 in norris.csv; leave it out"),
        (["{norris}", "--noise", "3"], "noise is 3.0, which is of data that are drawn, and these"),
        (["{norris}", "--examples", "37"], "--examples is 37; norris.csv has 36 rows"),
        (["{norris}", "--batch-size", "37"], "batch_size is 37 with n_examples 36"),
        (["{norris}", "--lr", "0.03"], "lr is 0.03; linreg on 36 .* Expected a smaller --lr"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("called", ["check", "run"])
def test_bad_input_is_a_message_and_exit_code_2(
    called: str, words: list[str], message: str, tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    written(tmp_path)
    written(tmp_path, "x = 1", "bad.py")
    written(tmp_path, "1 / 0", "raises.py")
    written(tmp_path, WHOLE.replace("xp.sum(xp.log", "xp.mean(xp.log"), "mean.py")
    written(tmp_path, WHOLE.replace("xp.log(1", "xp.square(1"), "outside.py")
    norris = ["--data", "tests/data/norris.csv", "--target", "y"]
    given = [w.replace("{folder}", str(tmp_path)) for w in words if w != "{norris}"]
    given = (norris if "{norris}" in words else []) + given
    out = ["--quick", "--out", str(tmp_path / "r")] if called == "run" else []
    done = answer(called, "--backend", "numpy", *given, *out)
    assert done.code == 2, done.err
    told = " ".join(done.err.replace("│", " ").split())
    assert re.search(message, told), told
    assert not (tmp_path / "r").exists()  # nothing is left behind


def test_a_path_is_stored_as_it_may_be_published_and_found_again(tmp_path: Path) -> None:
    inside = ROOT / "tests" / "problems" / "three.py"
    assert _portable_file(f"{inside}:three", portable) == "tests/problems/three.py:three"
    assert _portable_file("linreg", portable) == "linreg"
    assert _portable_file("no/such.py", portable) == "no/such.py"
    outside = str(written(tmp_path))
    for asked, found in ((outside, Path(outside)), (f"{inside}:three", inside)):
        words = ("--quick", "--problem", _portable_file(asked, portable))
        plan = read(ROOT / "tests" / "data" / "run-version-1" / "plan.json", Plan)
        given = {name: getattr(plan, name) for name in plan.__struct_fields__} | {"command": words}
        assert path_of(Plan(**given), "--problem") == found
        assert path_of(Plan(**given), "--data") is None


def test_list_shows_the_problems_too(answer: Callable[..., Answer]) -> None:
    lines = answer("list").out.splitlines()
    (head,) = [number for number, line in enumerate(lines) if line.split()[:1] == ["problem"]]
    rows = [line.split() for line in lines[head + 1 :]]
    for name, objective in registry.REGISTERED.items():
        (row,) = [row for row in rows if row[:1] == [name]]
        assert row[1].rstrip(",") == objective.params[0]
    assert "--problem FILE.py --data FILE" in lines[-1]
    assert max(map(len, lines[head:])) <= 80
