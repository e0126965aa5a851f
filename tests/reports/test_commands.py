"""What the page's commands promise: they can be typed as they stand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

import bench.cli
from bench.cli import app
from reports.result.load import load_run
from reports.words.commands import commands, measure_again

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
        del plan["created"]
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
def test_measured_again_a_run_is_planned_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    for name in ("measure", "conclude"):
        monkeypatch.setattr(bench.cli, name, lambda *_: None)
    first = planned(tmp_path / "first", shlex.split(words))
    line = measure_again(load_run(tmp_path / "first"))
    assert planned(tmp_path / "again", shlex.split(line)[2:]) == first


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
    assert measure_again(load_run(folder)).startswith(f"autograd-bench run {words} --phase ")


def test_a_hostile_name_is_one_quoted_word(write_run: WriteRun) -> None:
    folder = write_run(name="a run; rm -rf $HOME 'x'", n_blocks=2)
    for _, line in commands(load_run(folder))[1:]:
        assert "a run; rm -rf $HOME 'x'" in shlex.split(line)
