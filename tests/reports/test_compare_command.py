"""The command ``compare``: exit 1 for a confirmed regression, 2 for a refusal, else 0."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer

WriteRun = Callable[..., Path]
Command = Callable[..., Answer]


@pytest.fixture
def command(answer: Command) -> Command:
    """What ``compare`` answers."""
    return lambda *words: answer("compare", *map(str, words))


@pytest.fixture
def old(write_run: WriteRun, bench: Callable[..., Any]) -> Path:
    arms = (bench("base"), bench("again", null_of=0), bench("other", 2e-3))
    return write_run(name="old", arms=arms, seed=1)


@pytest.fixture
def alike(write_run: WriteRun, bench: Callable[..., Any]) -> Path:
    arms = (bench("base"), bench("again", null_of=0), bench("other", 2e-3))
    return write_run(name="alike", arms=arms, seed=3)


@pytest.fixture
def slower(write_run: WriteRun, bench: Callable[..., Any]) -> Path:
    arms = (bench("base"), bench("again", null_of=0), bench("other", 3e-3))
    return write_run(name="slower", arms=arms, seed=2)


def test_nothing_new_is_0(old: Path, alike: Path, command: Command) -> None:
    done = command(old, alike)
    assert (done.code, done.err) == (0, "")
    assert "No confirmed regression" in done.out


def test_a_run_and_itself_are_refused_also_by_another_name_and_as_a_copy(
    old: Path, tmp_path: Path, command: Command
) -> None:
    """It would always answer that nothing has changed."""
    (tmp_path / "link").symlink_to(old)
    shutil.copytree(old, tmp_path / "copy")
    for other in (old, tmp_path / "link", tmp_path / "copy"):
        done = command(old, other)
        assert (done.code, done.out) == (2, "")
        told = " ".join(done.err.split())
        assert "one run" in told
        assert "expected two runs that were measured apart" in told


def test_a_confirmed_regression_is_1_with_table_markdown_and_json(
    old: Path, slower: Path, tmp_path: Path, command: Command
) -> None:
    done = command(old, slower, "--json", "--markdown", tmp_path / "comment.md")
    assert done.code == 1
    assert json.loads(done.out)["n_regressions"] == 5
    assert "**regression**" in (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert command(old, slower, "--margin", "1").code == 0


def test_a_quick_run_is_never_1(old: Path, slower: Path, command: Command) -> None:
    plan = json.loads((slower / "plan.json").read_text())
    (slower / "plan.json").write_text(json.dumps(plan | {"profile": "quick"}))
    assert command(old, slower).code == 0


def test_a_refusal_is_a_message_and_2(
    old: Path, alike: Path, write_run: WriteRun, tmp_path: Path, command: Command
) -> None:
    unlike = write_run(name="unlike", threads=2)
    bad = [(old, unlike), (old, tmp_path / "none"), (old, alike, "--margin", "nan")]
    for words in [*bad, (old, alike, "--markdown", tmp_path / "no" / "folder.md")]:
        done = command(*words)
        assert done.code == 2
        assert done.err.startswith("autograd-bench: ")


def test_two_runs_with_nothing_left_to_compare_are_2(
    old: Path, write_run: WriteRun, bench: Callable[..., Any], command: Command
) -> None:
    arms = (bench("base"), bench("other", status="crashed", reason="it fell"))
    done = command(old, write_run(name="lost", arms=arms))
    assert done.code == 2
    assert "other: ok in OLD, crashed in NEW (it fell)" in done.out
