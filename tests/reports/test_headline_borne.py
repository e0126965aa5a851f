"""No clause of the headline says what the cells do not bear, in 200 synthetic runs.

The clauses are checked by ``recomputed.headline``, which shares no code with ``reports``; that it
sees a lie is shown by planting some, in the clauses and in the rule they are made by.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import reports.findings.fastest
from reports.findings.arms import Arm
from reports.findings.fastest import Front, front_of
from reports.findings.findings import Findings, findings
from reports.findings.intervals import log_estimate
from reports.outputs.encoder import as_json
from reports.text.headline import headline
from runfiles.load import load_run
from runfiles.run import Run
from tests.reports.many_runs import run
from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.files import read
from tests.reports.recomputed.headline import contradictions

N_RUNS = 200
Clauses = list[dict[str, Any]]


class Case(NamedTuple):
    """A synthetic run: as loaded, as read by plain code, and what its headline says."""

    run: Run
    size: Size
    clauses: Clauses


def clauses_of(loaded: Run) -> Clauses:
    """The clauses as ``cells.json`` has them."""
    all_found = findings(loaded)
    found: Any = as_json(headline(all_found).clauses)
    return list(found)


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """All runs, each from its own seed."""
    where = tmp_path_factory.mktemp("many")
    folders = [run(seed, where / str(seed)) for seed in range(N_RUNS)]
    loaded = [load_run(folder) for folder in folders]
    sizes = [Size(read(folder)) for folder in folders]
    return [Case(one, size, clauses_of(one)) for one, size in zip(loaded, sizes, strict=True)]


def wrong(cases: list[Case]) -> list[str]:
    """Every contradiction, with the seed of its run."""
    found = [(i, contradictions(case.size, case.clauses)) for i, case in enumerate(cases)]
    return [f"seed {i}: {text}" for i, texts in found for text in texts]


def test_no_clause_contradicts_the_cells(cases: list[Case]) -> None:
    assert wrong(cases) == []


def test_what_is_told_apart_in_one_sentence_is_in_every_other(cases: list[Case]) -> None:
    for i, case in enumerate(cases):
        said: dict[tuple[Arm, Arm], bool] = {}
        for lead in fronts(findings(case.run)):
            for one in lead.behind:
                pair = (one.arm, lead.first)
                assert said.setdefault(pair, one.is_slower) == one.is_slower, f"seed {i}: {pair}"


def fronts(all_found: Findings) -> list[Front[Arm]]:
    """Who is in front of all arms, of autodiff arms, and of those of one execution."""
    asked = (all_found.timed(), all_found.timed(differentiation="autodiff"))
    found = [front_of(all_found, [cell.arm for cell in cells]) for cells in asked]
    return [lead for lead in found if lead] + [t for one in all_found.alike for t in one.tiers]


@pytest.mark.parametrize(
    ("words", "least"),
    [
        ("is the fastest", 40),
        ("share the lead", 10),
        ("too few blocks to be sure", 15),
        ("is the one", 10),
        ("No arm of this run got a number", 1),
        ("evidence is unusable", 10),
        ("times as fast as", 40),
        (": inconclusive.", 2),
        ("nothing smaller means anything", 20),
        ("as long as the baseline", 1),
        ("not told apart", 20),
        ("no cost is shown", 10),
        ("The price of autodiff", 30),
        ("dispatch is measured, not arithmetic", 15),
        ("dispatch is measured in eager arms", 3),
        ("one block", 10),
    ],
)
def test_the_runs_make_every_kind_of_clause(cases: list[Case], words: str, least: int) -> None:
    texts = [" ".join(clause["text"] for clause in case.clauses) for case in cases]
    assert sum(words in text for text in texts) >= least


def told(clauses: Clauses, *kinds: str) -> Clauses:
    """The clauses of these kinds that compare arms."""
    return [c for c in clauses if c["kind"] in kinds and any(one["of"] for one in c["arms"])]


def called_slower(clauses: Clauses) -> bool:
    """One that shares the lead is called slower."""
    shared = [one for c in told(clauses, "fastest") for one in c["arms"][1:] if not one["is_shown"]]
    for one in shared[:1]:
        one["is_shown"] = True
        clauses[0]["n_shown"] += 1
    return bool(shared)


def called_fastest(clauses: Clauses) -> bool:
    """Of several that share the lead one is called the fastest."""
    is_shared = "share the lead" in clauses[0]["text"]
    clauses[0]["text"] = clauses[0]["text"].replace("share the lead of", "is the fastest of all")
    return is_shared


def narrowed(clauses: Clauses) -> bool:
    """An interval is not widened for the others."""
    several = [one for c in told(clauses, "fastest") for one in c["arms"][1:] if one["ratio_low"]]
    for one in several:
        one["ratio_low"] = (one["ratio_low"] + one["ratio"]) / 2
    return any(one["ratio_low"] != one["ratio"] for one in several)


def left_out(clauses: Clauses) -> bool:
    """An arm takes no part."""
    several = told(clauses, "fastest", "execution")
    for clause in several[:1]:
        clause["n_shown"] -= clause["arms"].pop()["is_shown"]
    return bool(several)


def turned_round(clauses: Clauses) -> bool:
    """Slower than the baseline is told as faster, or the other way."""
    for clause in told(clauses, "baseline"):
        if "times as fast as" in clause["text"] and "one block" not in clause["text"]:
            clause["text"] = clause["text"].replace(" is ", " takes ")
            return True
    return False


def told_apart(clauses: Clauses) -> bool:
    """What is not told apart is listed as if it were."""
    for clause in told(clauses, "execution"):
        if "(not told apart)" in clause["text"]:
            clause["text"] = clause["text"].replace(" (not told apart)", "").replace(" and ", "; ")
            return True
    return False


def free(clauses: Clauses) -> bool:
    """A price that is shown is told as none."""
    for clause in told(clauses, "price"):
        if clause["n_shown"]:
            clause["text"] = clause["text"].replace("].", "] (no cost is shown).")
            return "(no cost is shown)." in clause["text"]
    return False


def priced(clauses: Clauses) -> bool:
    """A price that may be none is told as one."""
    for clause in told(clauses, "price"):
        if "(no cost is shown)" in clause["text"]:
            clause["text"] = clause["text"].replace(" (no cost is shown)", "", 1)
            return True
    return False


def other_seconds(clauses: Clauses) -> bool:
    """An arm is given another arm's time."""
    for clause in clauses:
        for one in clause["arms"]:
            one["seconds"] *= 1.001
            return True
    return False


def all_dispatch(clauses: Clauses) -> bool:
    """An arm is said to measure dispatch where it is not shown to."""
    for clause in told(clauses, "dispatch"):
        for one in clause["arms"]:
            if not one["is_shown"]:
                one["is_shown"], clause["n_shown"] = True, clause["n_shown"] + 1
                return True
    return False


LIES = (
    *(called_slower, called_fastest, narrowed, left_out, turned_round, told_apart, free, priced),
    *(other_seconds, all_dispatch),
)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_planted_lie_is_found_in_every_run(
    cases: list[Case], lie: Callable[[Clauses], bool]
) -> None:
    n_lies = 0
    for case in cases:
        clauses = copy.deepcopy(case.clauses)
        if lie(clauses):
            n_lies += 1
            assert contradictions(case.size, clauses) != [], clauses
    assert n_lies >= 3


def test_a_claim_in_a_run_that_is_unsound_is_found(cases: list[Case]) -> None:
    claims = next(case.clauses for case in cases if "is the fastest" in case.clauses[0]["text"])
    unsound = [case for case in cases if not case.size.is_usable]
    assert all(contradictions(case.size, claims) for case in unsound)


def made_by(monkeypatch: pytest.MonkeyPatch, cases: list[Case], name: str, lying: Any) -> list[str]:
    """What is wrong with the headlines of the first runs where a part of the rule is a lie."""
    monkeypatch.setattr(reports.findings.fastest, name, lying)
    return wrong([Case(case.run, case.size, clauses_of(case.run)) for case in cases[:60]])


def test_a_rule_that_forgets_what_identical_arms_differ_by_is_found(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = reports.findings.fastest.front

    def lying(logs: Any, _: float, **family: Any) -> Any:
        return right(logs, 0.0, **family)

    assert made_by(monkeypatch, cases, "front", lying)


def test_a_rule_of_another_confidence_is_found(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert made_by(monkeypatch, cases, "CONFIDENCE", 0.5)


def test_intervals_that_are_not_widened_for_all_contenders_are_found(
    cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = log_estimate

    def lying(logs: Any, level: float, _: int) -> Any:
        return right(logs, level, 1)

    assert made_by(monkeypatch, cases, "log_estimate", lying)
