"""What the page's commands promise: they can be typed as they stand."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from bench.command import cli
from bench.command.cli import app
from reports.text import shell
from reports.text.commands import commands, drawn_from_plan, measure_again, origin
from runfiles.load import load_run
from tests.bench.test_cli import ROOT

WriteRun = Callable[..., Path]


def test_every_command_is_one_that_exists_with_options_it_has(write_run: WriteRun) -> None:
    known: Any = get_command(app)
    for _, line in commands(load_run(write_run(n_blocks=2))):
        program, name, *words = shlex.split(line)
        options = {option for one in known.commands[name].params for option in one.opts}
        assert program == "autograd-bench"
        assert {word for word in words if word.startswith("--")} <= options


def planned(folder: Path, words: list[str]) -> list[Any]:
    """What ``autograd-bench run WORDS`` plans in ``folder``, size by size."""
    done = CliRunner().invoke(app, ["run", *words, "--out", str(folder)])
    assert done.exit_code == 0, done.output
    found = [folder / "plan.json", *sorted(folder.glob("sizes/*/plan.json"))]
    plans = [json.loads(path.read_text(encoding="utf-8")) for path in found]
    for plan in plans:
        plan["created"] = None
        for arm in plan["arms"]:
            del arm["named"]  # the baseline is named in every command that the page prints
    return plans


@pytest.mark.parametrize(
    "words",
    [
        "--quick",
        "--quick --backend numpy --blocks 60",
        "--baseline numpy --seed 3",
        "--backend numpy,autograd --dtype float32,float64",
        "--backend numpy,casadi-codegen --noise 0.5 --phase epoch,train --margin 0.05",
        "--backend numpy --device cpu,cuda --thorough",
        "--quick --backend numpy --examples 60 --batch-size 5 --features 2,200",
        "--quick --backend numpy --examples 60 --batch-size 5 --features 200",
        "--quick --backend numpy --examples 60,40 --batch-size 5,1 --max-steps 7 --lr 0.1",
    ],
)
def test_a_command_drawn_from_the_plan_plans_what_was_planned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    for name in ("measure", "conclude"):
        monkeypatch.setattr(cli, name, lambda *_: None)
    first = planned(tmp_path / "first", shlex.split(words))
    line = drawn_from_plan(load_run(tmp_path / "first"))
    again = planned(tmp_path / "again", shlex.split(line)[2:])
    assert [{**plan, "command": None} for plan in again] == [
        {**plan, "command": None} for plan in first
    ]


@pytest.mark.parametrize(
    ("named", "words"),
    [(True, "--backend base --arm torch@old"), (False, "--python torch=old")],
)
def test_an_arm_of_another_interpreter_is_asked_for_as_it_was(
    write_run: WriteRun, bench: Callable[..., Any], named: bool, words: str
) -> None:
    folder = write_run(arms=(bench("base"), bench("torch@old", backend="torch", python="old")))
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan["arms"] = [arm | {"named": named} for arm in plan["arms"]]
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    run = load_run(folder)
    assert measure_again(run).startswith(f"autograd-bench run {words} --phase ")
    assert " --time-limit 120.0 --memory-limit 8.0 " in measure_again(run)
    assert "Put the path of its environment in place of old." in origin(run)


def test_what_was_passed_on_as_asked_for_is_asked_for_again(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2, kept={"MKL_CBWR": "12ab34cd", "NPY_DISABLE_SVML": "00000000"})
    words = shlex.split(measure_again(load_run(folder)))
    assert words[words.index("--keep-env") + 1] == "MKL_CBWR,NPY_DISABLE_SVML"


@pytest.mark.parametrize(
    "name", ["a run; rm -rf $HOME 'x'", "-x", "~y", "a  b", "a\nb", "\u202eodd"]
)
def test_a_hostile_name_is_one_word_that_a_shell_reads_as_it_is(
    write_run: WriteRun, name: str
) -> None:
    folder = write_run(name=name, n_blocks=2)
    told = [words_of_bash(line) for _, line in commands(load_run(folder))]
    assert told[0][-1] == told[1][-1] == f"results/{name}-again"
    assert told[1][2] == told[2][2] == str(folder)


def words_of_bash(line: str) -> list[str]:
    """The words that bash makes of ``line``; nothing in it may be hidden."""
    assert line.isprintable()
    script = f"printf '%s\\0' {line}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("clone/results/r", "results/r"),
        ("clone/a b/r", "'a b/r'"),
        ("clone/-x", "./-x"),
        ("clone/~y", "'./~y'"),
        ("~nobody-has-this-name/r", "'{}/~nobody-has-this-name/r'"),
        ("home/my runs/r", "~/'my runs/r'"),
        ("else/where", "{}/else/where"),
    ],
)
def test_a_path_is_told_from_the_clone_s_root_or_from_home_and_else_in_full(
    path: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "ROOT", tmp_path / "clone")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert shell.path_word(tmp_path / path) == told.format(tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--quick --time-limit 7 --memory-limit 1.5 --threads 1 --backend=numpy -b autograd",
        "--arm numpy@{home}/old --arm numpy@new,numpy@{else_where}/py --baseline numpy@new",
        "--python numpy={home}/old --backend numpy --blocks 3 --phase epoch --json",
        "--pair numpy@new,numpy@{else_where}/py --gate --phase epoch",
        "--backend numpy --examples 6e1,40 --batch-size 5,1 --max-steps 7 --margin 0.07 --lr 1e-3",
    ],
)
def test_the_command_is_kept_as_it_was_typed_without_a_path_of_the_user_s(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "ROOT", tmp_path / "clone")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    places = {"home": tmp_path / "home", "else_where": tmp_path / "else where"}
    for folder in ("home/old", "clone/new", "else where/py"):
        (tmp_path / folder / "bin").mkdir(parents=True)
        (tmp_path / folder / "bin" / "python").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path / "clone")
    for name in ("measure", "conclude"):
        monkeypatch.setattr(cli, name, lambda *_: None)
    typed = [word.format(**places) for word in shlex.split(words)]
    first = planned(tmp_path / "first", typed)
    run = load_run(tmp_path / "first")
    assert str(tmp_path / "home") not in json.dumps(first)
    assert str(tmp_path / "clone") not in json.dumps(first)
    assert planned(tmp_path / "again", words_of_bash(measure_again(run))[2:]) == first
    for size, expected in zip(run.sizes, first[1:], strict=True):
        (alone,) = planned(tmp_path / size.name, words_of_bash(measure_again(size))[2:])
        assert alone | {"command": expected["command"]} == expected


def test_every_command_of_a_page_works_at_the_root_of_the_clone(
    write_run: WriteRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of the pages of its sizes, and of a report that lies elsewhere."""
    monkeypatch.chdir(ROOT)
    run = load_run(write_run(name="a run", n_blocks=3, sizes={"b 1": {"batch_size": 1}}))
    for one in (run, *run.sizes):
        measured = Path(shutil.copytree(one.folder, tmp_path / "results" / one.name))
        plan = measured / "plan.json"  # measured at another time: a copy would be refused
        plan.write_text(plan.read_text().replace("2026-03-04", "2026-03-05"))
        for _, line in commands(one, tmp_path / "report of" / one.name)[1:]:
            words = words_of_bash(line.replace(f"results/{one.name}-again", str(measured)))
            done = CliRunner().invoke(app, words[1:])
            assert done.exit_code in (0, 2, 3), line  # by what the run holds; bad input is raised
            assert "Usage" not in done.output
        assert (tmp_path / "report of" / one.name / "index.html").exists()
