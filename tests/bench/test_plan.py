"""The plan is balanced, random from its seed, and survives being written down."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from msgspec import structs

from backends import registry
from backends.errors import BadInput, UnknownName
from bench.runner.arms import find_baseline, null_arm, plan_arms
from bench.runner.plan import PROFILES, balanced_blocks, limits_of, plan_phases
from bench.runner.request import Planned, RunRequest, make_plan
from bench.worker.phases import NEED_STEPS, OF_A_PROBLEM, OF_ORDERS, ONE_BATCH
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.errors import BadRun
from runfiles.phases import REPEATED
from runfiles.records import Limits, Plan
from runfiles.store import read, write


@pytest.fixture
def plan() -> Plan:
    arms = plan_arms(["numpy"], ["cpu"], ["float32", "float64"])
    planned = (*arms, null_arm(arms, 1))
    problem = make_problem(ProblemSpec())
    asked = RunRequest(PROFILES["default"], Limits(), phases=plan_phases([]))
    return make_plan(asked, Planned(planned, baseline=1), Case(problem))


@pytest.mark.parametrize("n_arms", [1, 2, 5, 12])
def test_every_arm_stands_equally_often_at_every_position(n_arms: int) -> None:
    blocks = balanced_blocks(n_arms, 3 * n_arms, seed=7)
    seen = Counter((position, arm) for block in blocks for position, arm in enumerate(block))
    assert set(seen.values()) == {3}
    assert all(sorted(block) == list(range(n_arms)) for block in blocks)


def test_the_order_follows_from_the_seed_and_differs_between_seeds() -> None:
    assert balanced_blocks(6, 12, 1) == balanced_blocks(6, 12, 1)
    assert balanced_blocks(6, 12, 1) != balanced_blocks(6, 12, 2)


def test_a_plan_is_the_same_after_it_was_written_and_read(plan: Plan, tmp_path: Path) -> None:
    write(tmp_path / "plan.json", plan)
    found = read(tmp_path / "plan.json", Plan)
    assert structs.replace(found, environment=plan.environment) == plan
    assert found.environment == json.loads(json.dumps(plan.environment))


def test_a_plan_carries_the_null_arm_the_truth_and_the_reference(plan: Plan) -> None:
    assert plan.arms[2].null_of == plan.baseline == 1
    assert plan.arms[2].name == "numpy float64 (null)"
    assert [one.true for one in plan.problem.parameters] == [(2.0, -3.4), (4.2,)]
    assert plan.problem.recovers is True


@pytest.mark.parametrize("key", ["blocks", "arms", "seed", "problem", "profile"])
def test_a_plan_that_lacks_a_key_is_refused(plan: Plan, key: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    write(path, plan)
    record = json.loads(path.read_text())
    del record[key]
    path.write_text(json.dumps(record))
    with pytest.raises(
        BadRun, match=rf"plan\.json .*{key} is nothing; expected a value\. Start a new run"
    ):
        read(path, Plan)


def test_a_phase_that_is_timed_is_one_that_files_know() -> None:
    assert {*OF_A_PROBLEM, *OF_ORDERS} == {*REPEATED}
    assert {*NEED_STEPS, *ONE_BATCH} <= set(REPEATED)


def test_unknown_names_are_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'numpy'"):
        plan_arms(["nunpy"], ["cpu"], ["float32"])
    with pytest.raises(UnknownName, match="Did you mean 'cuda'"):
        plan_arms(["numpy"], ["cude"], ["float32"])
    with pytest.raises(UnknownName, match="Did you mean 'float32'"):
        plan_arms(["numpy"], ["cpu"], ["float23"])
    with pytest.raises(UnknownName, match="Did you mean 'epoch'"):
        plan_phases(["epochs"])
    with pytest.raises(UnknownName, match="unknown baseline"):
        find_baseline(plan_arms(["numpy"], ["cpu"], ["float32"]), "torch")


@pytest.mark.parametrize("name", PROFILES)
def test_any_number_of_blocks_is_fixed_beforehand_and_a_fifth_of_them_may_be_rerun(
    name: str,
) -> None:
    for n_blocks, reruns in ((1, 0), (4, 0), (5, 1), (60, 12)):
        profile = PROFILES[name].of(n_blocks)
        assert (profile.n_blocks, profile.max_discards) == (n_blocks, reruns)
        assert (profile.name, profile.rounds) == (name, PROFILES[name].rounds)
    assert PROFILES[name].of(PROFILES[name].n_blocks) == PROFILES[name]


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_limits_that_are_no_limits_are_refused(value: float) -> None:
    with pytest.raises(BadInput, match="time-limit"):
        limits_of(value, 8)
    with pytest.raises(BadInput, match="memory-limit"):
        limits_of(60, value)


def test_what_runs_gradients_by_hand_alone_is_no_baseline_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "is_installed", lambda entry: True)
    arms = plan_arms(["numpy", "numba", "autograd"], ["cpu"], ["float32"])
    assert [find_baseline(arms, None, has_gradient) for has_gradient in (True, False)] == [0, 2]
    assert find_baseline(arms, "numpy", has_gradient=False) == 0
