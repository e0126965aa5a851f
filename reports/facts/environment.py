"""The environment: facts of processes, told apart into those of the run and those of an arm."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable
from dataclasses import dataclass

from reports.words.numbers import plain
from runfiles.run import Run

DEEPEST = 4
MOST_FACTS = 200  # of one process; more is no environment but data


@dataclass(frozen=True)
class Environment:
    """Facts by dotted name, as text: the same everywhere, or an arm's own."""

    common: dict[str, str]
    arms: dict[str, dict[str, str]]  # arm name -> facts that are not common


def environment(run: Run) -> Environment:
    """The facts of every process of ``run``; a number that varies is given as its range."""
    by_arm: dict[str, dict[str, list[object]]] = {}
    for process in run.processes:
        mine = by_arm.setdefault(run.plan.arms[process.arm].name, {})
        for name, value in list(flat(process.facts))[:MOST_FACTS]:
            mine.setdefault(name, []).append(value)
    texts = {
        arm: {name: _text(values) for name, values in facts.items()}
        for arm, facts in by_arm.items()
    }
    common = _common(list(texts.values()))
    own = {arm: {n: t for n, t in facts.items() if n not in common} for arm, facts in texts.items()}
    return Environment(common, own)


def flat(value: object, name: str = "", depth: int = 0) -> Iterable[tuple[str, object]]:
    """(dotted name, scalar) of every leaf of nested objects; what lies deeper is shown whole."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, entry in value.items():
            yield from flat(entry, f"{name}.{key}" if name else str(key), depth + 1)
    else:
        yield name, value


def _common(texts: list[dict[str, str]]) -> dict[str, str]:
    names = {name: None for facts in texts for name in facts}
    shared = {}
    for name in names:
        found = {facts[name] for facts in texts if name in facts}
        if len(found) == 1 and all(name in facts for facts in texts):
            shared[name] = found.pop()
    return shared


def _text(values: list[object]) -> str:
    """The value all agree on, the range of numbers that differ, or the first few of the rest."""
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) == len(values) and len(set(numbers)) > 1:
        return f"{_number(min(numbers))} to {_number(max(numbers))}"
    texts = list(dict.fromkeys(_scalar(value) for value in values))
    return "; ".join(texts[:3]) + ("; …" if len(texts) > 3 else "")


def _scalar(value: object) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(entry, list | dict) for entry in value):
        return ", ".join(_scalar(entry) for entry in value[:32]) or "none"
    if isinstance(value, int | float):
        return _number(value)
    return value if isinstance(value, str) else reprlib.repr(value)


def _number(value: float) -> str:
    """A number as it stands where it is whole, else in four digits."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{min(value, 10**300):.3e}"
    return plain(value, 4) if math.isfinite(value) else str(value)
