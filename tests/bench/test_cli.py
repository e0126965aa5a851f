"""The command: its exit codes, its messages, and that bad input loses nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from backends import registry
from bench.command.exits import Exit, exit_for
from bench.runner.arms import plan_arms
from tests.bench.interpreters import like_this_one
from tests.conftest import Answer

ROOT = Path(__file__).resolve().parent.parent.parent
FAULTY = "tests.bench.faulty"
BRIEF = ("--quick", "--blocks", "1")  # which no null arm judges: a busy machine decides no exit
# A background job ignores the interrupt, and so would its children. (A `preexec_fn` would fork,
# and JAX, once another test has imported it, warns of that.)
INTERRUPTIBLE = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def command(
    *words: str, python: str = sys.executable, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What ``autograd-bench`` does with ``words``; stdout is no terminal."""
    return subprocess.run(
        [python, "-m", "bench", *words],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        check=False,
    )


def rows_of(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["check", "--backend", "nunpy"], "unknown backend 'nunpy'.*Did you mean 'numpy'"),
        (["run", "--device", "cude"], "unknown device 'cude'.*Did you mean 'cuda'"),
        (["run", "--dtype", "float16"], "unknown dtype 'float16'.*float32, float64"),
        (["run", "--phase", "epochs"], "unknown phase 'epochs'.*Did you mean 'epoch'"),
        (["run", "--baseline", "torhc"], "unknown baseline 'torhc'.*Did you mean 'torch'"),
        (["check", "--examples", "0"], "n_examples is 0; expected"),
        (["check", "--examples", "-5"], "n_examples is -5; expected"),
        (["check", "--examples", "nan"], "'nan' is no count"),
        (["check", "--examples", "inf"], "'inf' is no count"),
        (["check", "--batch-size", "0"], "batch_size is 0; expected"),
        (["check", "--batch-size", "2000"], "batch_size is 2000 with n_examples 1000"),
        (["check", "--epochs", "0"], "epochs is 0; expected"),
        (["check", "--lr", "0"], "lr is 0.0; expected"),
        (["check", "--lr", "-0.03"], "lr is -0.03; expected"),
        (["check", "--lr", "nan"], "lr is nan; expected"),
        (["check", "--lr", "inf"], "lr is inf; expected"),
        (["check", "--size", "n_features"], "--size 'n_features' names no number; .* NAME=VALUE"),
        (["run", "--size", "n_features=two"], "--size 'n_features=two' names no number"),
        (["run", "--size", "n_feature=3"], "unknown size of linreg 'n_feature'.*mean 'n_features'"),
        (["check", "--size", "n_features=2.5"], "n_features is 2.5; expected a whole number"),
        (["check", "--size", "n_features=3", "--features", "4"], "by --size, and elsewhere 4;"),
        (
            ["run", "--size", "noise=1", "--size", "noise=2"],
            "noise is 2 by --size, and elsewhere 1",
        ),
        (
            ["check", "--problem", "mlp", "--size", "n_classes=1"],
            "n_classes is 1; expected at least",
        ),
        (["run", "--threads", "0"], "threads is 0; expected 1 to"),
        (["run", "--margin", "nan"], "margin is nan; expected"),
        (["run", "--quick", "--thorough"], "exclude each other"),
        (["run", "--blocks", "0"], "--blocks is 0; expected 1 to 10000"),
        (["run", "--blocks", "1.5"], "'1.5' is no count"),
        (["run", "--resume", "no/such/run", "--blocks", "5"], "takes no --blocks"),
        (["run", "--resume", "no/such/run"], "no run at no/such/run or results/no/such/run"),
        (["report", "no/such/run"], "no/such/run"),
        (["report", "~nobody-has-this-name/r"], "no run at ~nobody-has-this-name/r or results/"),
        (["run", "--arm", "numpy@~nobody-has-this-name/v"], "is no Python interpreter; expected"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_a_message_and_exit_code_2(
    words: list[str], message: str, answer: Callable[..., Answer]
) -> None:
    done = answer(*words)
    assert done.code == 2
    told = " ".join(done.err.replace("│", " ").split())
    assert re.search(message, told), told


def test_list_names_every_backend_and_how_to_install_it() -> None:
    rows = rows_of(command("list", "--json").stdout)
    assert [row["backend"] for row in rows] == list(registry.entries())
    assert all(row["found"] or row["install"] for row in rows)


def test_check_prints_one_object_a_line_with_errors_and_answers() -> None:
    done = command("check", "--backend", "numpy", "--json")
    rows = rows_of(done.stdout)
    assert done.returncode == 0
    assert [(row["device"], row["dtype"], row["status"]) for row in rows] == [
        ("cpu", "float32", "ok"),
        ("cpu", "float64", "ok"),
        ("cuda", "float32", "unsupported"),
        ("cuda", "float64", "unsupported"),
    ]
    for row, tolerance in zip(rows, (1e-5, 1e-12), strict=False):
        assert row["gradient_error"] <= tolerance
        assert row["trajectory_error"] <= tolerance
        assert row["learned"]["w"] == [
            [pytest.approx(2, abs=5e-3)],
            [pytest.approx(-3.4, abs=5e-3)],
        ]
        assert row["learned"]["b"] == [pytest.approx(4.2, abs=5e-3)]
    assert all(row["reason"] for row in rows[2:])


def test_a_wrong_backend_makes_check_exit_3_and_names_the_check() -> None:
    done = command("check", "--backend", f"{FAULTY}:doubled,numpy", "--device", "cpu", "--json")
    rows = rows_of(done.stdout)
    assert done.returncode == 3
    assert [row["status"] for row in rows] == ["wrong", "wrong", "ok", "ok"]
    assert {row["failed_check"] for row in rows} == {"gradient", None}


def test_a_named_backend_that_is_missing_makes_check_exit_4() -> None:
    words = ("check", "--backend", f"{FAULTY}:needs_a_framework,numpy", "--device", "cpu")
    assert command(*words).returncode == 4


def test_a_promised_backend_that_is_missing_fails_and_an_unpromised_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module called like the framework, that cannot be imported, stands for a missing one."""
    site = like_this_one(tmp_path)
    for name in {entry.framework for entry in registry.BUILT_IN} - {"numpy"}:
        (site / f"{name}.py").write_text("raise ImportError('not here')")
    words = ("check", "--device", "cpu", "--dtype", "float64", "--json")
    bare = str(tmp_path / "bin" / "python")
    done = command(*words, python=bare, AUTOGRAD_BENCH_PROMISED="numpy")
    assert done.returncode == 0
    arms = plan_arms([], ["cpu"], ["float64"], named_devices=["cpu"])
    statuses = [row["status"] for row in rows_of(done.stdout)]
    monkeypatch.setenv("AUTOGRAD_BENCH_PROMISED", "numpy,jax")
    assert exit_for(zip(arms, statuses, strict=True)) == Exit.INCOMPLETE


def test_a_run_with_a_wrong_arm_exits_3_and_gives_the_others_their_numbers(tmp_path: Path) -> None:
    words = (
        "--backend",
        f"numpy,{FAULTY}:doubled",
        "--phase",
        "epoch",
        "--out",
        str(tmp_path / "r"),
    )
    done = command("run", *BRIEF, *words, "--json")
    assert done.returncode == 3
    cells = {
        cell["arm"]: cell for cell in json.loads(done.stdout)["cells"] if cell["phase"] == "epoch"
    }
    wrong, good = cells[f"{FAULTY}:doubled"], cells["numpy"]
    assert (wrong["status"], wrong["failed_check"]) == ("wrong", "gradient")
    assert wrong["seconds"] is wrong["ratio"] is wrong["verdict"] is None
    assert good["status"] == "ok"
    assert good["seconds"] > 0
    assert (tmp_path / "r" / "report" / "index.html").exists()


def test_a_run_of_the_first_file_version_is_still_reported(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "run-version-1", tmp_path / "r")
    done = command("report", str(tmp_path / "r"), "--json")
    assert done.returncode in (0, 2, 3), done.stderr  # by what that run holds
    assert json.loads(done.stdout)["cells"]


def test_a_folder_that_holds_a_run_is_not_written_over(
    tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    (tmp_path / "plan.json").write_text("{}")
    done = answer("run", "--quick", "--backend", "numpy", "--out", str(tmp_path))
    assert done.code == 2
    assert "already holds a run" in done.err
    assert (tmp_path / "plan.json").read_text() == "{}"


def test_a_folder_that_cannot_be_written_is_an_error_with_its_name(
    answer: Callable[..., Answer],
) -> None:
    done = answer("run", "--quick", "--backend", "numpy", "--out", "/proc/none")
    assert done.code == 2
    assert "cannot write /proc/none" in done.err


@pytest.mark.parametrize(
    "content", ["{", "", '{"format": "else"}', '{"format": "autograd-bench raw", "version": 9}']
)
def test_a_raw_file_that_is_none_is_an_error_with_its_name(
    content: str, tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    shutil.copytree(ROOT / "tests" / "data" / "run-version-1", tmp_path / "r")
    (tmp_path / "r" / "raw" / "000-00.json").write_text(content)
    done = answer("report", str(tmp_path / "r"))
    assert done.code == 2
    assert "000-00.json" in done.err


def test_an_interrupted_run_says_how_to_go_on_and_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "r"
    words = ("run", *BRIEF, "--backend", "numpy", "--phase", "epoch", "--out", str(folder))
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, sys.executable, "-m", "bench", *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not list((folder / "raw").glob("[0-9]*.json")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    finished = {path.name: path.read_bytes() for path in (folder / "raw").glob("[0-9]*.json")}
    assert process.returncode == 130
    assert f"autograd-bench run --resume {folder}" in told
    assert len(finished) == 1  # of two, the arm and the null arm
    assert command("report", str(folder)).returncode == 4
    assert command("run", "--resume", str(folder)).returncode == 0
    assert len(list((folder / "raw").glob("[0-9]*.json"))) == 2
    for name, content in finished.items():
        assert (folder / "raw" / name).read_bytes() == content
