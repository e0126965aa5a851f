"""Help: every command has examples that it takes; words, the version, what a shell completes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from backends import registry
from bench.command.cli import app
from bench.command.examples import EXAMPLES
from runfiles.phases import REPEATED
from tests.conftest import ROOT, Answer
from tests.nightly import one_by_day

PROGRAM: Any = get_command(app)
LINES = [(name, line) for name, lines in EXAMPLES.items() for line in lines]
TORCH_C = [name.removeprefix("torch-") for name in registry.entries() if name.startswith("torch-c")]
QUICKLY = ("autograd-bench list", "autograd-bench list --json")  # here and now


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == {"autograd-bench", *PROGRAM.commands}
    assert all(len(lines) >= 2 for lines in EXAMPLES.values())


@pytest.mark.parametrize(("name", "line"), LINES)
def test_every_example_is_taken_by_its_command(name: str, line: str) -> None:
    program, called, *words = shlex.split(line)
    assert (program, name in (program, called)) == ("autograd-bench", True)
    assert PROGRAM.commands[called].make_context(called, words).args == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_help_ends_with_the_examples_each_on_a_line_that_can_be_pasted(
    name: str, answer: Callable[..., Answer]
) -> None:
    done = answer(*([] if name == "autograd-bench" else [name]), "--help")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    ours = lines[lines.index("Examples:") + 1 :]
    assert max(map(len, lines)) <= 80
    assert ours[1::2] == [f"  {line}" for line in EXAMPLES[name]]
    assert ours[0::2] == [f"  # {what}" for what in EXAMPLES[name].values()]


@pytest.mark.parametrize("line", QUICKLY)
def test_an_example_that_measures_nothing_ends_well(
    line: str, answer: Callable[..., Answer]
) -> None:
    assert answer(*shlex.split(line)[1:]).code == 0


def test_the_version_is_that_of_the_distribution(answer: Callable[..., Answer]) -> None:
    done = answer("--version")
    assert done == (0, f"autograd-bench {metadata.version('autograd-bench')}\n", "")


def test_phases_are_named_in_the_help_and_in_the_error(answer: Callable[..., Answer]) -> None:
    asked = " ".join(answer("run", "--help").out.replace("│", " ").split())
    (told,) = re.findall(r"Only these of (.*?); repeat", asked)
    assert told.split(", ") == list(REPEATED)
    refused = answer("run", "--phase", "forward").err
    assert all(phase in refused for phase in REPEATED)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("--device", "gpu"), "cuda"),
        (("--device", "GPU"), "cuda"),
        (("--device", "mps"), "metal"),
        (("--dtype", "double"), "float64"),
    ],
)
def test_what_others_call_a_thing_is_answered_with_its_name_here(
    words: tuple[str, str], meant: str, answer: Callable[..., Answer]
) -> None:
    done = answer("check", *words)
    assert done.code == 2
    assert f"Did you mean {meant!r}?" in done.err


def command_in_a_shell(*words: str, **variables: str) -> str:
    """What the command prints where it is called by its name, as a shell does."""
    started = "import sys; sys.argv[0] = 'autograd-bench'; from bench.__main__ import main; main()"
    return subprocess.run(
        [sys.executable, "-c", started, *words],
        env=os.environ | variables,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    ).stdout


def completed(shell: str, *words: str) -> list[str]:
    """What ``shell`` is told after ``words``, the last one unfinished."""
    line = " ".join(words)
    asked = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        "zsh": {"_TYPER_COMPLETE_ARGS": line},
        "fish": {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }[shell]
    told = command_in_a_shell(_AUTOGRAD_BENCH_COMPLETE=f"complete_{shell}", **asked)
    lines = told.removeprefix("_arguments '*: :((").removesuffix("))'\n").splitlines()
    return [re.split(r'":"|\t', line)[0].strip('"') for line in lines]


@pytest.mark.parametrize("shell", one_by_day(["bash", "zsh", "fish"]))
def test_a_shell_completes_commands_options_and_the_last_of_several_words(shell: str) -> None:
    assert completed(shell, "autograd-bench", "co") == ["compare"]
    assert completed(shell, "autograd-bench", "run", "--p") == [
        *("--problem", "--python", "--pair", "--phase")
    ]
    last = {
        "--phase epoch,lo": ["epoch,loss"],
        "--device cpu,": ["cpu,cpu", "cpu,cuda", "cpu,metal"],
        "--dtype float3": ["float32"],
        "--backend numpy,torch-c": [f"numpy,torch-{name}" for name in TORCH_C],
        "--problem linreg,so": ["linreg,softmax"],
    }
    for words, offers in last.items():
        assert completed(shell, "autograd-bench", "run", *words.split()) == offers


@pytest.mark.parametrize(
    ("shell", "file"),
    [
        ("bash", ".bash_completions/autograd-bench.sh"),
        ("zsh", ".zfunc/_autograd-bench"),
        ("fish", ".config/fish/completions/autograd-bench.fish"),
    ],
)
def test_completion_is_installed_where_the_shell_looks_for_it(
    shell: str, file: str, tmp_path: Path
) -> None:
    """The shell is named here; the user's own is the one that the command is typed in."""
    assert "autograd-bench --install-completion" in (ROOT / "README.md").read_text()
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}
    told = command_in_a_shell("--install-completion", shell, **named)
    assert shell in told
    assert f"_AUTOGRAD_BENCH_COMPLETE=complete_{shell}" in (tmp_path / file).read_text()
