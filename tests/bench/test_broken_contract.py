"""A thing of the wrong kind is a broken contract that names it, whatever it breaks first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backends import registry
from backends.base import Backend
from backends.errors import BrokenContract
from backends.registry import Entry
from bench.worker.process import ArmProcess
from bench.worker.record import process_record
from bench.worker.request import Request
from bench.worker.standing import Failed
from tests.backends.wrong import Right, wrong
from tests.bench.broken import BROKEN, telling


def record_of(
    backend: Backend, monkeypatch: pytest.MonkeyPatch, phase: str | None
) -> dict[str, Any]:
    """The record of a process that calls ``phase`` once, as if to time it, and then checks."""

    def load(_: Entry) -> Backend:
        return backend

    monkeypatch.setattr(registry, "load", load)
    process = ArmProcess(Request())
    try:
        process.load()
        if phase is not None:
            with process.guarded(phase):
                call, _ = process.calls.of(phase, process.program, process.problem)
                call()
        process.check()
    except Failed:
        pass
    return process_record(process)


@pytest.mark.parametrize("phase", [None, "data_iter", "gradient", "epoch", "loss"])
@pytest.mark.parametrize("name", BROKEN)
def test_a_thing_of_the_wrong_kind_is_a_broken_contract_with_both_sides(
    name: str, phase: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, told = BROKEN[name]
    record = record_of(backend, monkeypatch, phase)
    assert record["status"] == "crashed"
    assert record["reason"].startswith("broken contract in "), record["reason"]
    assert told in record["reason"]
    assert "See docs/adding-a-backend.md." in record["reason"]
    assert record["phases"] == {}


def test_a_right_one_breaks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert record_of(wrong(Right), monkeypatch, "gradient")["status"] == "ok"


def test_facts_are_numbers_and_texts_of_bounded_length(monkeypatch: pytest.MonkeyPatch) -> None:
    facts = {"version": (1, 2), 3: True, "long": "x" * 10**6, "nan": float("nan"), "b": 2**70}
    record = record_of(telling(facts), monkeypatch, None)
    told = record["facts"]["framework"]
    assert (told["version"], told["3"], told["nan"], told["b"]) == ("(1, 2)", True, None, 2**70)
    assert len(told["long"]) == 1000


@pytest.mark.parametrize("member", ["name", "framework"])
def test_a_name_that_is_no_text_is_a_broken_contract(member: str) -> None:
    backend = wrong(Right, **{member: ["torch"]})
    with pytest.raises(BrokenContract, match=rf"{member} is \['torch'\]; expected a text"):
        registry.verify(Entry("theirs", "theirs:Theirs"), backend)


class OldProgram:
    """What the contract asked for when there was one problem."""

    stepwise = None

    def start(self) -> tuple[np.ndarray, ...]:
        return (np.zeros(1),)

    epoch = loss = put = fetch = wait = start


@pytest.mark.parametrize(
    ("prepare", "told"),
    [
        (lambda problem, device, dtype: OldProgram(), "prepared lacks memory, steps. This keeps"),
        (lambda problem, device, dtype: problem.w_start, "asks a problem for w_start. This keeps"),
    ],
)
def test_a_backend_of_the_contract_before_is_told_what_changed(
    prepare: Callable[[Any, str, str], Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = record_of(wrong(Right, prepare=prepare), monkeypatch, None)
    assert record["status"] == "crashed"
    assert told in record["reason"]
    assert "stepwise is called steps" in record["reason"]
    assert "CHANGELOG.md" in record["reason"]
