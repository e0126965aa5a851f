"""Arms by other interpreters: labels are for publishing, paths are not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.runner.arms import executable, labels_of, plan_arms, public_name, read_arms, twins
from tests.conftest import Answer


def environment(folder: Path) -> Path:
    """A folder that looks like a virtual environment."""
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    return folder


def test_an_environment_is_named_by_its_folder_and_run_by_its_own_python(tmp_path: Path) -> None:
    folder = environment(tmp_path / ".venv-old")
    found = labels_of([str(folder), str(folder / "bin" / "python")])
    assert found == {str(folder / "bin" / "python"): ".venv-old"}


def test_environments_with_the_same_folder_name_get_labels_of_their_own(tmp_path: Path) -> None:
    folders = [environment(tmp_path / name / ".venv") for name in ("a", "b", "c")]
    assert list(labels_of(map(str, folders)).values()) == [".venv", ".venv#2", ".venv#3"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/home/somebody/work/.venv-old/bin/python", ".venv-old"),
        ("/home/somebody/work/../.venv/bin/python", ".venv"),
        ("/home/somebody/bin/python3.12", "python3.12"),
        ("/Users/somebody/bin/python", "python"),
        ("/bin/python3", "python3"),
        ("/opt/conda/envs/torch-2.13/bin/python", "torch-2.13"),
    ],
)
def test_the_label_of_an_interpreter_is_no_path_and_no_user(path: str, name: str) -> None:
    assert public_name(path) == name


def test_no_name_of_an_arm_or_a_row_of_check_holds_a_path(
    tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    folder = environment(tmp_path / "somebody" / ".venv")
    asked, labels, _ = read_arms([f"numpy@{folder}"], [f"jax@{folder}"], [f"torch={folder}"])
    arms = plan_arms([*asked, "torch"], ["cpu", "cuda"], ["float32", "float64"], labels)
    assert {arm.python for arm in arms} == {".venv"}
    assert not any("/" in arm.name or "somebody" in arm.name for arm in arms)
    done = answer("check", "--backend", f"numpy@{folder}", "--device", "cpu", "--json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [(row["backend"], row["python"]) for row in rows] == [("numpy", ".venv")] * 2


@pytest.fixture
def everything_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every framework is found, whatever this environment has: planning is tested, not it."""
    monkeypatch.setattr("bench.runner.arms.may_run", lambda arm: True)


@pytest.mark.parametrize("text", ["no/such/python", "pyproject.toml"])
def test_what_is_no_interpreter_is_refused_by_name(text: str) -> None:
    with pytest.raises(BadInput, match="is no Python interpreter"):
        executable(text)


def test_an_arm_carries_the_label_and_python_applies_to_a_backends_arms(tmp_path: Path) -> None:
    old, new = (str(environment(tmp_path / name)) for name in ("old", "new"))
    asked, labels, _ = read_arms(["jax"], [f"numpy@{old}", f"numpy@{new}"], [f"jax={new}"])
    arms = plan_arms(asked, ["cpu"], ["float32"], labels)
    assert [(arm.name, arm.backend, arm.python) for arm in arms] == [
        ("jax@new", "jax", "new"),
        ("numpy@old", "numpy", "old"),
        ("numpy@new", "numpy", "new"),
    ]


@pytest.mark.parametrize(("arms", "pythons"), [(["numpy"], []), (["@x"], []), ([], ["jax"])])
def test_half_a_request_is_refused_with_its_form(arms: list[str], pythons: list[str]) -> None:
    with pytest.raises(BadInput, match="expected BACKEND"):
        read_arms([], arms, pythons)


def test_an_engine_runs_in_its_own_dtype_where_none_is_asked_for() -> None:
    arms = plan_arms(["jax", "casadi"], ["cpu"])
    assert [(arm.name, arm.dtype) for arm in arms] == [
        ("jax", "float32"),
        ("casadi float64", "float64"),
    ]
    asked = plan_arms(["casadi"], ["cpu"], ["float32"])
    assert [(arm.name, arm.dtype) for arm in asked] == [("casadi", "float32")]


@pytest.mark.usefixtures("everything_installed")
def test_what_an_arm_of_another_dtype_is_read_against_runs_in_that_dtype_too() -> None:
    arms = plan_arms(["torch-lesson", "numba", "casadi", "casadi-codegen"], ["cpu"])
    found = twins(arms, baseline=0)
    assert [(arm.name, arm.backend, arm.dtype, arm.named) for arm in found] == [
        ("torch-lesson float64", "torch-lesson", "float64", False),
        ("numba float64", "numba", "float64", False),
    ]
    assert twins((*arms, *found), baseline=0) == ()
    assert twins(arms[:2], baseline=0) == ()


def test_where_no_backend_is_named_the_default_ones_run_unnamed() -> None:
    arms = plan_arms([], ["cpu"], default=["numpy", "jax"])
    assert [(arm.name, arm.named) for arm in arms] == [("numpy", False), ("jax", False)]


@pytest.mark.usefixtures("everything_installed")
def test_no_twin_of_a_backend_in_a_dtype_it_does_not_have() -> None:
    assert twins(plan_arms(["casadi", "numpy"], ["cpu"]), baseline=0) == ()


@pytest.mark.usefixtures("everything_installed")
def test_no_twin_for_the_sake_of_an_arm_whose_framework_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    arms = plan_arms(["numpy", "casadi"], ["cpu"])
    assert len(twins(arms, baseline=0)) == 1
    monkeypatch.setattr("bench.runner.arms.may_run", lambda arm: arm.backend != "casadi")
    assert twins(arms, baseline=0) == ()
