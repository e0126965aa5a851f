"""Version 1 of the files, lifted to version 2; ``docs/result-format.md`` has its keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FREE = ("environment", "facts")
LIMIT = "numba"  # the backend that every ratio could be read against


def lifted(document: dict[str, Any], name: str) -> dict[str, Any]:
    """A document of version 1, from the file called ``name``, as one of version 2."""
    given = without_nulls(document)
    if given["format"] == "autograd-bench plan":
        given |= lifted_plan(given)
    elif given["format"] == "autograd-bench raw":
        given |= lifted_process(given)
    elif given["format"] == "autograd-bench discard":
        given |= {"number": number_of(name)}
    return given | {"version": 2}


def without_nulls(entries: dict[str, Any]) -> dict[str, Any]:
    """``entries`` without the keys, at any depth, that stood for nothing; facts as they are."""
    return {
        key: without_nulls(value) if isinstance(value, dict) and key not in FREE else value
        for key, value in entries.items()
        if value is not None
    }


def lifted_plan(plan: dict[str, Any]) -> dict[str, Any]:
    """What is otherwise: answers stood beside the problem, an arm did not say which one it is."""
    true, reference, arms = entry(plan, "true"), entry(plan, "reference"), plan.get("arms")
    answers = {
        "w_true": values(true.get("w"), "true.w"),
        "b_true": values(true.get("b"), "true.b"),
        "w_reference": values(reference.get("w"), "reference.w"),
        "b_reference": values(reference.get("b"), "reference.b"),
        "losses_reference": values(reference.get("losses"), "reference.losses"),
        "recovers": reference.get("recovers"),
    }
    if isinstance(arms, list):
        arms = [arm | {"index": i} if isinstance(arm, dict) else arm for i, arm in enumerate(arms)]
    return {"problem": entry(plan, "problem") | answers, "arms": arms, "limit": LIMIT}


def entry(plan: dict[str, Any], key: str) -> dict[str, Any]:
    """The object under ``key``. Raises ValueError where there is none."""
    found = plan.get(key)
    if not isinstance(found, dict):
        raise ValueError(f"{key} is {found!r}; expected an object")
    return found


def lifted_process(process: dict[str, Any]) -> dict[str, Any]:
    """What is otherwise: a timed call of several epochs said so by another key."""
    phases = process.get("phases")
    if not isinstance(phases, dict):
        return {}
    return {"phases": {name: lifted_series(name, one) for name, one in phases.items()}}


def lifted_series(name: str, series: Any) -> Any:
    """The rounds of one phase; ``train`` was told by the training already."""
    if not isinstance(series, dict):
        return series
    if "epochs_per_call" not in series:
        raise ValueError(f"phases.{name}.epochs_per_call is nothing; expected a whole number")
    return series | {"units_a_call": 1 if name == "train" else series["epochs_per_call"]}


def number_of(name: str) -> int:
    """The number that a discard was called by. Raises ValueError."""
    if not (name.isdecimal() and name.isascii()):
        raise ValueError(f"its name is {name!r}; expected one such as 000.json")
    return int(name)


def values(nested: object, where: str) -> list[object]:
    """Every entry of nested lists, in order. Raises ValueError where there is no list."""
    if not isinstance(nested, list):
        raise ValueError(f"{where} is {nested!r}; expected a list of numbers")
    return list(leaves(nested))


def leaves(nested: object) -> Iterator[object]:
    """The entries of nested lists that are no lists themselves."""
    for entry in nested if isinstance(nested, list) else ():
        yield from leaves(entry) if isinstance(entry, list) else (entry,)
