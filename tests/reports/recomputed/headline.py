"""The headline against the run's files: every clause that they do not bear.

Nothing here makes a headline. A clause comes as ``cells.json`` has it, with the arms that it names;
its numbers are computed again, what it claims is asked of their intervals, its words of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.clauses import (
    Clause,
    apart,
    index,
    is_above,
    is_same,
    is_too_wide,
    names,
    ratio_of,
    told_of,
)
from tests.reports.recomputed.statistic import Interval, geometric, logs

KINDS = ("evidence", "fastest", "baseline", "execution", "price", "dispatch")
TENTH = 10.0  # as long as the arithmetic


def contradictions(size: Size, clauses: list[Clause]) -> list[str]:
    """Every way in which ``clauses`` say what the run in ``size`` does not bear."""
    kinds = [clause["kind"] for clause in clauses]
    if not size.is_usable:
        sole = kinds == ["evidence"] and "times" not in clauses[0]["text"]
        return [] if sole and not clauses[0]["arms"] else [f"unsound, yet {kinds} are claimed"]
    found = [f"{kind} is no kind of clause" for kind in kinds if kind not in KINDS]
    found += [text for clause in clauses for text in _numbers(size, clause)]
    if found:
        return found
    checks: dict[str, Callable[[Size, list[Clause]], Iterator[str]]] = {
        "evidence": _evidence,
        "fastest": _fastest,
        "baseline": _baseline,
        "execution": _execution,
        "price": _price,
        "dispatch": _dispatch,
    }
    for kind, check in checks.items():
        mine = [clause for clause in clauses if clause["kind"] == kind]
        found += [f"{kind}: {text}" for text in check(size, mine)]
    return found


def _numbers(size: Size, clause: Clause) -> Iterator[str]:
    """Times that are not the arm's, names that are none, counts that do not count."""
    for one in clause["arms"]:
        if not {one["arm"], one["of"]} <= {*names(size), None}:
            yield f"{one['arm']} or {one['of']} is no arm"
            return
        seconds = geometric(logs(size.columns[index(size, one["arm"]), size.files.main]))
        if not is_same(seconds, one, "seconds"):
            yield f"{one['arm']} takes {seconds}, not {one['seconds']}"
    if clause["n_shown"] != sum(one["is_shown"] for one in clause["arms"]):
        yield f"{clause['n_shown']} are not shown"


def _behind(size: Size, first: Clause, others: list[Clause]) -> Iterator[str]:
    """What is wrong with ``others`` being told beside ``first``."""
    family = len(told_of(size, None)) - 1
    for one in others:
        ratio = ratio_of(size, one, family)
        if one["of"] != first["arm"] or not is_same(ratio, one, "ratio"):
            yield f"{one['arm']} ÷ {one['of']} is {ratio}, not {one['ratio']}"
        elif one["is_shown"] != is_above(ratio, apart(size)):
            yield f"{one['arm']} is shown to be slower: {one['is_shown']}, by {ratio}"
        elif one["seconds"] < first["seconds"]:
            yield f"{one['arm']} takes less time than {first['arm']}"


def _evidence(size: Size, clauses: list[Clause]) -> Iterator[str]:
    told = " ".join(clause["text"] for clause in clauses)
    if bool(clauses) != (size.state == "not shown"):
        yield f"the evidence is {size.state}, told as: {told}"
    if bool(size.null_cells) != ("nothing smaller means anything" in told) and clauses:
        yield f"{len(size.null_cells)} cells judge, told as: {told}"


def _fastest(size: Size, clauses: list[Clause]) -> Iterator[str]:
    arms = told_of(size, "autodiff") or told_of(size, None)
    if len(clauses) != 1:
        yield f"{len(clauses)} clauses say who is fastest"
        return
    told, text = clauses[0]["arms"], clauses[0]["text"]
    if sorted(index(size, one["arm"]) for one in told) != sorted(arms):
        yield f"of {len(arms)} arms {len(told)} are compared"
        return
    if not told:
        return
    first, *others = told
    yield from _behind(size, first, others)
    sharing = [one["arm"] for one in others if not one["is_shown"]]
    if " is the fastest " in text and (sharing or not others):
        yield f"{first['arm']} is not shown to be the fastest: {sharing} may be"
    if "share the lead" in text and not sharing:
        yield f"nobody shares the lead with {first['arm']}"
    family = len(told_of(size, None)) - 1
    ratios = [ratio_of(size, one, family) for one in others if one["arm"] in sharing]
    is_vague = any(r is None or r.low is None or is_too_wide(r) for r in ratios)
    if ("too few blocks to be sure" in text) != is_vague:
        yield f"{first['arm']} leads by {ratios}"
    if (" is the one " in text) != (not others):
        yield f"there are {len(others)} others"
    if first["arm"] not in text:
        yield f"{first['arm']} is not named"
    slower = [one["arm"] for one in others if one["is_shown"] and f"({one['arm']})" in text]
    if slower:
        yield f"{slower} are named beside {first['arm']}"


def _baseline(size: Size, clauses: list[Clause]) -> Iterator[str]:
    for clause in clauses:
        if not clause["arms"]:
            first = told_of(size, "autodiff") or told_of(size, None)
            cell = size.cell(first[0], size.files.main)
            yield from [] if cell["ratio"] is None else ["its baseline has a time"]
            continue
        (one,), text = clause["arms"], clause["text"]
        arm = index(size, one["arm"])
        cell, ratio = size.cell(arm, size.files.main), ratio_of(size, one, 1)
        if index(size, one["of"]) != size.baselines[arm] or not is_same(ratio, one, "ratio"):
            yield f"{one['arm']} ÷ {one['of']} is {ratio}"
            continue
        if one["is_shown"] != (cell["verdict"] in ("faster", "slower")):
            yield f"{one['arm']} is {cell['verdict']}"
        if "times as fast as" in text and "one block shows nothing" not in text:
            yield from [f"it is {cell['verdict']}"] if cell["verdict"] != "faster" else []
        if " takes " in text and not text.endswith(f": {cell['verdict']}."):
            yield from [f"it is {cell['verdict']}"] if cell["verdict"] != "slower" else []
        called = [word for word in ("faster", "slower") if f" is {word} than " in text]
        if called and called != [cell["verdict"]]:
            yield f"it is {cell['verdict']}, not {called}"
        if is_too_wide(ratio) != ("too few blocks" in text):
            yield f"{ratio} is told"
        if "lesson's own loop" in text and size.files.arms[size.baselines[arm]]["backend"] != (
            "torch-lesson"
        ):
            yield "the baseline is not the lesson's loop"


def _execution(size: Size, clauses: list[Clause]) -> Iterator[str]:
    expected = _alike(size)
    if [(one["device"], one["execution"]) for one in clauses] != list(expected):
        yield f"{len(clauses)} clauses of {len(expected)} executions"
        return
    for clause, arms in zip(clauses, expected.values(), strict=True):
        told = clause["arms"]
        if sorted(index(size, one["arm"]) for one in told) != sorted(arms):
            yield f"{[one['arm'] for one in told]} are not the first of each framework"
            continue
        yield from _tiers(size, clause["text"], told)


def _alike(size: Size) -> dict[tuple[str, str | None], list[int]]:
    """Of each device and execution, from few calls to many, the first arm of each framework."""
    usual = size.files.arms[size.files.plan["baseline"]]["dtype"]
    found: dict[tuple[str, str | None], dict[Any, int]] = {}
    ranked = told_of(size, "autodiff")
    for arm in sorted(ranked, key=lambda arm: size.files.arms[arm]["dtype"] != usual):
        entry, told = size.files.arms[arm], size.standings[arm]
        group = found.setdefault((entry["device"], told["execution"]), {})
        group.setdefault((told["framework"] or entry["name"], entry.get("python")), arm)
    calls = ("compiled epoch", "compiled step", "eager")
    order = sorted(found, key=lambda way: (way[0], [*calls, way[1]].index(way[1]), way[1] or ""))
    return {way: list(found[way].values()) for way in order}


def _tiers(size: Size, text: str, told: list[Clause]) -> Iterator[str]:
    """Each tier's arms are not told apart from its first, which is slower than the last tier's."""
    before, rest = None, told
    while rest:
        first, *others = rest
        if before is not None:
            yield from _behind(size, before, [first])
            if not first["is_shown"]:
                yield f"{first['arm']} is not shown to be slower than {before['arm']}"
        sharing = [one for one in others if one["of"] == first["arm"] and not one["is_shown"]]
        yield from _behind(size, first, sharing)
        before, rest = first, [one for one in others if one not in sharing]
    n_tiers = sum(one["is_shown"] for one in told) + 1
    if text.count(";") != n_tiers - 1:
        yield f"{n_tiers} tiers, told as: {text}"
    if ("not told apart" in text) != (n_tiers < len(told)):
        yield f"{len(told)} arms in {n_tiers} tiers, told as: {text}"


def _price(size: Size, clauses: list[Clause]) -> Iterator[str]:
    expected = _pairs(size)
    told = {(one["arm"], one["of"]): one for clause in clauses for one in clause["arms"]}
    if set(told) != expected:
        yield f"pairs {sorted(told)} are told; expected {sorted(expected)}"
        return
    for clause in clauses:
        within = []
        for one in clause["arms"]:
            ratio = ratio_of(size, one, 1)
            costs = is_above(ratio, apart(size)) and not is_too_wide(ratio)
            if not is_same(ratio, one, "ratio") or one["is_shown"] != costs:
                yield f"{one['arm']} ÷ {one['of']} is {ratio}, shown: {one['is_shown']}"
            within.append(_may_be_free(ratio))
            if size.standings[index(size, one["arm"])]["execution"] != clause["execution"]:
                yield f"{one['arm']} is not {clause['execution']}"
        if clause["text"].count("no cost is shown") != sum(within):
            yield f"{sum(within)} arms may pay nothing, told as: {clause['text']}"


def _may_be_free(ratio: Interval | None) -> bool:
    if ratio is None or ratio.low is None or ratio.high is None or is_too_wide(ratio):
        return False
    return ratio.low <= 1 <= ratio.high


def _pairs(size: Size) -> set[tuple[str, str]]:
    """Every autodiff arm with the arm by hand of its engine and execution of the least time."""
    if "epoch" not in size.files.phases:
        return set()
    called = names(size)
    found: dict[int, int] = {}
    for auto in told_of(size, "autodiff"):
        for hand in told_of(size, "hand-written"):
            is_pair = _engine(size, auto) == _engine(size, hand)
            if is_pair and geometric(size.ratio(auto, hand, "epoch")):
                found.setdefault(auto, hand)
    return {(called[auto], called[hand]) for auto, hand in found.items()}


def _engine(size: Size, arm: int) -> tuple[Any, ...]:
    entry, told = size.files.arms[arm], size.standings[arm]
    own = [told["framework"], told["execution"]]
    unknown = () if all(own) else (arm,)  # what is not known is like nothing else
    return (*own, entry["device"], entry["dtype"], entry.get("python"), *unknown)


def _dispatch(size: Size, clauses: list[Clause]) -> Iterator[str]:
    for clause in clauses:
        told = clause["arms"]
        for one in told:
            ratio = ratio_of(size, one, len(told))
            if not is_same(ratio, one, "ratio"):
                yield f"{one['arm']} ÷ {one['of']} is {ratio}, not {one['ratio']}"
            if one["is_shown"] != is_above(ratio, TENTH * apart(size)):
                yield f"{one['arm']} ÷ {one['of']} is {ratio}, shown: {one['is_shown']}"
        bounds = {index(size, one["of"]) for one in told}
        native = {arm for arm in bounds if size.files.arms[arm]["backend"] == "numba"}
        ways = {size.standings[arm]["execution"] for arm in bounds - native}
        if not ways <= {"compiled epoch"}:
            yield f"of {ways} nobody knows what arithmetic takes"
        least = len(told) // 2 if native else 0
        if clause["n_shown"] <= least:
            yield f"{clause['n_shown']} of {len(told)} arms measure dispatch"
        unshown = [one["arm"] for one in told if not one["is_shown"]]
        hidden = [name for name in unshown if f" {name} (by" in clause["text"]]
        if hidden:
            yield f"{hidden} are named"
