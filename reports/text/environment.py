"""The environment in words: what all arms' processes said alike, and what each one's besides."""

from __future__ import annotations

import math
import reprlib
from typing import Annotated

from reports.findings.document import Part, means
from reports.findings.environment import Values
from reports.findings.findings import Findings
from reports.text.facts import Written, fact_name, number_of
from reports.text.numbers import plain

MOST_VALUES = 3  # of a fact that is neither the same everywhere nor a range
MOST_ENTRIES = 32  # of a list
Fact = Annotated[
    str,
    means("One fact as text. A number that varies over processes is given as its range."),
]


class Environment(Part, frozen=True, eq=False):
    """Facts of the processes by dotted name, as text."""

    common: dict[str, Fact]
    """Facts that hold for all arms."""
    arms: dict[str, Annotated[dict[str, Fact], means("Facts of this arm that are not common.")]]
    """Facts of one arm, by its name."""


def environment(findings: Findings) -> Environment:
    """The facts of every process; a number that varies is given as its range."""
    texts = {
        arm: {name: _text(values, _number) for name, values in facts.items()}
        for arm, facts in findings.facts.items()
    }
    return _told(texts)


def _told(texts: dict[str, dict[str, str]]) -> Environment:
    """What all arms' facts say alike, and the rest of each; ``texts``: arm -> name -> text."""
    common = _common(list(texts.values()))
    own = {arm: {n: t for n, t in facts.items() if n not in common} for arm, facts in texts.items()}
    return Environment(common, own)


def environment_in_words(findings: Findings) -> Environment:
    """The same for people: names instead of keys, numbers in units that fit."""
    texts = {arm: _in_words(facts) for arm, facts in findings.facts.items()}
    return _told(texts)


def _in_words(facts: dict[str, Values]) -> dict[str, str]:
    """Name -> text; two facts of one name keep their keys."""
    found: dict[str, str] = {}
    for key, values in facts.items():
        name = fact_name(key)
        text = _text(values, number_of(key) or _number)
        found[f"{name} ({key})" if name in found else name] = text
    return found


def _common(texts: list[dict[str, str]]) -> dict[str, str]:
    names = {name: None for facts in texts for name in facts}
    shared = {}
    for name in names:
        found = {facts[name] for facts in texts if name in facts}
        if len(found) == 1 and all(name in facts for facts in texts):
            shared[name] = found.pop()
    return shared


def _text(values: Values, number: Written) -> str:
    """The value all agree on, the range of numbers that differ, or the first few of the rest."""
    if values.ends is not None:
        low, high = map(number, values.ends)
        return low if low == high else f"{low} to {high}"
    texts = list(dict.fromkeys(_scalar(value, number) for value in values))
    return "; ".join(texts[:MOST_VALUES]) + ("; …" if len(texts) > MOST_VALUES else "")


def _scalar(value: object, number: Written) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) and not any(isinstance(entry, list | dict) for entry in value):
        return ", ".join(_scalar(entry, number) for entry in value[:MOST_ENTRIES]) or "none"
    if isinstance(value, int | float):
        return number(value)
    return value if isinstance(value, str) else reprlib.repr(value)


def _number(value: float) -> str:
    """A number as it stands where it is whole, else in four digits."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else f"{min(value, 10**300):.3e}"
    return plain(value, 4) if math.isfinite(value) else str(value)
