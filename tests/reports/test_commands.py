"""What the page's commands promise: they can be typed as they stand."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.main import get_command

from bench.cli import app
from reports.result.load import load_run
from reports.words.commands import commands

WriteRun = Callable[..., Path]


def test_every_command_is_one_that_exists_with_options_it_has(write_run: WriteRun) -> None:
    known: Any = get_command(app)
    for _, line in commands(load_run(write_run(n_blocks=2))):
        program, name, *words = shlex.split(line)
        options = {option for one in known.commands[name].params for option in one.opts}
        assert program == "autograd-bench"
        assert {word for word in words if word.startswith("--")} <= options


def test_the_run_is_asked_for_with_its_sizes_and_interpreters(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("torch@old", backend="torch", python="old"))
    folder = write_run(arms=arms, n_blocks=2, profile="quick", n_examples=400)
    line = commands(load_run(folder))[0][1]
    assert line.startswith("autograd-bench run --quick --arm torch@old --threads 1 ")
    assert "--examples 400 --features 2 --batch-size 10 --epochs 3 --lr 0.03" in line


def test_a_hostile_name_is_one_quoted_word(write_run: WriteRun) -> None:
    folder = write_run(name="a run; rm -rf $HOME 'x'", n_blocks=2)
    for _, line in commands(load_run(folder))[1:]:
        assert "a run; rm -rf $HOME 'x'" in shlex.split(line)
