"""Pairs are planned: those named, then every backend by two interpreters, like with like."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backends.errors import BadInput
from bench.runner.pairs import split_pairs
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.errors import BadRun
from runfiles.records import Limits, Pair, Plan
from runfiles.store import read, write
from tests.bench.test_cli import command
from tests.conftest import Answer
from tests.nightly import nightly

PLANTED = "tests.bench.planted"
ASKED = RunRequest(PROFILES["default"], Limits())


@pytest.fixture
def pythons(tmp_path: Path) -> tuple[str, str]:
    """Two interpreters that are this one under other names."""
    for name in ("old", "new"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "bin" / "python").symlink_to(sys.executable)
    return str(tmp_path / "old"), str(tmp_path / "new")


def named(planned: Planned) -> list[tuple[str, str]]:
    """The pairs by the names of their arms."""
    return [(planned.arms[p.old].name, planned.arms[p.new].name) for p in planned.pairs]


def planned(**asked: Any) -> Planned:
    """What is planned of words such as ``pairs=["numpy,autograd"]``."""
    return replace(ASKED, **asked).planned()


def test_both_arms_of_a_pair_are_run_and_the_older_one_is_baseline_and_null_arm(
    pythons: tuple[str, str],
) -> None:
    old, new = pythons
    found = planned(pairs=[f"numpy@{old},numpy@{new}"])
    assert [arm.name for arm in found.arms] == ["numpy@old", "numpy@new", "numpy@old (null)"]
    assert (found.baseline, found.pairs) == (0, (Pair(0, 1),))
    beside = planned(pairs=[f"numpy@{old},numpy@{new}"], backends=["autograd"])
    assert beside.arms[beside.baseline].name == "numpy@old"
    other = replace(ASKED, pairs=[f"numpy@{old},numpy@{new}"], baseline="numpy@new").planned()
    assert other.arms[other.baseline].name == "numpy@new"


def test_any_two_arms_may_be_named_as_a_pair() -> None:
    assert named(planned(pairs=[f"numpy,{PLANTED}:SlowerByTen"])) == [
        ("numpy", f"{PLANTED}:SlowerByTen")
    ]
    assert named(planned(pairs=["numpy , torch-lesson"])) == [("numpy", "torch-lesson")]


def test_every_backend_by_two_interpreters_is_a_pair_in_order_of_naming(
    pythons: tuple[str, str],
) -> None:
    old, new = pythons
    found = planned(arms=[f"numpy@{old}", f"numpy@{new}"], backends=["numpy", "autograd"])
    assert named(found) == [
        ("numpy", "numpy@old"),
        ("numpy", "numpy@new"),
        ("numpy@old", "numpy@new"),
    ]
    assert planned(backends=["numpy", "autograd"]).pairs == ()
    assert planned(backends=["numpy"], dtypes=["float32", "float64"]).pairs == ()


def test_a_pair_named_the_other_way_round_is_not_there_twice(pythons: tuple[str, str]) -> None:
    old, new = pythons
    found = planned(arms=[f"numpy@{old}", f"numpy@{new}"], pairs=[f"numpy@{new},numpy@{old}"])
    assert named(found) == [("numpy@new", "numpy@old")]


def test_arms_of_a_pair_share_device_and_dtype(pythons: tuple[str, str]) -> None:
    old, new = pythons
    found = planned(
        pairs=[f"numpy@{old},numpy@{new}"],
        dtypes=["float32", "float64"],
        devices=["cpu", "cuda"],
    )
    assert len(found.pairs) == 4
    for older, newer in ((found.arms[p.old], found.arms[p.new]) for p in found.pairs):
        assert (older.device, older.dtype) == (newer.device, newer.dtype)
        assert (older.python, newer.python) == ("old", "new")
    with pytest.raises(BadInput, match="share no device and dtype"):
        planned(pairs=["numpy,casadi"])


@pytest.mark.parametrize("text", ["", "numpy", "numpy,", ",numpy", "numpy,torch,jax"])
def test_a_pair_that_is_not_two_arms_is_bad_input(text: str) -> None:
    with pytest.raises(BadInput, match=r"--pair is .* expected two arms, the older one first"):
        split_pairs([text])


def test_an_arm_beside_itself_is_no_pair(pythons: tuple[str, str]) -> None:
    with pytest.raises(BadInput, match="expected two arms"):
        planned(pairs=["numpy,numpy"])
    with pytest.raises(BadInput, match="expected two arms"):
        planned(pairs=[f"numpy,numpy@{pythons[0]}"], pythons=[f"numpy={pythons[0]}"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--gate", "--backend", "numpy"), "--gate has no pair to judge; name one"),
        (("--gate", "--quick", "--pair", "numpy,autograd"), "--gate and --quick exclude"),
        (("--pair", "numpy"), "--pair is 'numpy'; expected two arms"),
        (("--pair", "numpy,nunpy"), "unknown backend 'nunpy'"),
        (("--pair", "numpy@no/where,numpy"), "'no/where' is no Python interpreter"),
        (("--pair", "numpy@,numpy"), "expected BACKEND@PYTHON"),
    ],
    ids=" ".join,
)
def test_a_gate_or_pair_that_cannot_be_is_a_message_and_exit_code_2(
    words: tuple[str, ...], message: str, answer: Callable[..., Answer]
) -> None:
    done = answer("run", *words)
    assert done.code == 2
    assert message in done.err


def test_pairs_and_gate_are_in_the_plan_and_read_again(tmp_path: Path) -> None:
    asked = replace(ASKED, pairs=["numpy,autograd"], gate=True, phases=("epoch",))
    plan = make_plan(asked, asked.planned(), Case(make_problem(ProblemSpec())))
    path = tmp_path / "plan.json"
    write(path, plan)
    record = json.loads(path.read_text())
    assert (record["pairs"], record["gate"]) == ([[0, 1]], True)
    assert (read(path, Plan).pairs, read(path, Plan).gate) == (plan.pairs, True)
    del record["pairs"], record["gate"]
    path.write_text(json.dumps(record))
    assert (read(path, Plan).pairs, read(path, Plan).gate) == ((), False)
    path.write_text(json.dumps(record | {"pairs": [[0]]}))
    with pytest.raises(BadRun, match=r"pairs\[0\] is \[0\]; expected"):
        read(path, Plan)


@nightly
def test_a_gated_run_is_gated_when_it_is_resumed_and_reported(
    tmp_path: Path, answer: Callable[..., Answer]
) -> None:
    """One block judges nothing: the gate cannot pass, in any of the three commands."""
    folder = tmp_path / "r"
    words = ("--blocks", "1", "--phase", "epoch", "--pair", f"numpy,{PLANTED}:SlowerByTen")
    for again in (
        ("run", *words, "--gate", "--out", str(folder)),
        ("run", "--resume", str(folder)),
    ):
        done = command(*again)
        assert done.returncode == 2, done.stderr
        assert "Gate: undecided" in done.stdout
    told = answer("report", str(folder))
    assert (told.code, "Gate: undecided" in told.out) == (2, True)
    plan = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps(plan | {"gate": False}))
    assert "Gate:" not in answer("report", str(folder)).out
