"""README.zh-CN.md says what README.md says: the same code, and in every part the same facts."""

from __future__ import annotations

import json
import re

import pytest

from reports.findings.intervals import Estimate
from reports.text.numbers import shown_seconds
from tests.conftest import ROOT

ENGLISH, CHINESE = (
    (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh-CN.md")
)
BLOCK = re.compile(r"```\w*\n.*?```", re.DOTALL)
# Code, where a link leads, or a number: what a translation leaves as it is
FACT = re.compile(r"`[^`\n]+`|\]\([^)]+\)|\d(?:[\d,.]*\d)?")
EACH_OTHER = "](README.md)", "](README.zh-CN.md)"


def parts(text: str) -> list[str]:
    """The text before the first heading, and that below each, without code blocks."""
    return re.split(r"^## .*$", BLOCK.sub("", text), flags=re.MULTILINE)


def facts(text: str) -> list[str]:
    """Every fact of ``text``, sorted, for a sentence has another order in each language."""
    return sorted(fact for fact in FACT.findall(text) if fact not in EACH_OTHER)


def rows(text: str) -> list[list[list[str]]]:
    """The facts of every cell of every table, line by line."""
    lines = re.findall(r"^\|(.*)\|$", text, re.MULTILINE)
    return [[facts(cell) for cell in re.split(r"(?<!\\)\|", line)] for line in lines]


def test_both_readmes_have_the_same_code() -> None:
    assert BLOCK.findall(CHINESE) == BLOCK.findall(ENGLISH)


def test_both_readmes_have_the_same_parts() -> None:
    assert len(parts(CHINESE)) == len(parts(ENGLISH))


@pytest.mark.parametrize("number", range(len(parts(ENGLISH))))
def test_a_part_of_both_readmes_has_the_same_facts(number: int) -> None:
    assert facts(parts(CHINESE)[number]) == facts(parts(ENGLISH)[number])


def test_every_cell_of_every_table_has_the_same_facts() -> None:
    assert rows(CHINESE) == rows(ENGLISH)


@pytest.mark.parametrize(("right", "wrong"), [("4440", "4400"), ("`numba`", "`numpy`")])
def test_another_number_or_name_is_seen(right: str, wrong: str) -> None:
    assert right in CHINESE
    assert facts(CHINESE.replace(right, wrong, 1)) != facts(CHINESE)


CELLS = json.loads((ROOT / "docs/gallery/default/cells.json").read_text(encoding="utf-8"))
TIME = re.compile(r"`([\w-]+)`(?: \((float64)\))? ([\d.]+ (?:ns|µs|ms|s)) (\[[\d., ]+\])")


def test_the_times_of_the_answer_are_those_of_the_gallery() -> None:
    epochs = {cell["arm"]: cell for cell in CELLS["cells"] if cell["phase"] == "epoch"}
    told = TIME.findall(parts(ENGLISH)[0])
    assert len(told) > 8
    for name, dtype, time, interval in told:
        cell = epochs[f"{name} {dtype}".strip()]
        value, low, high = (cell[f"seconds{end}"] for end in ("", "_low", "_high"))
        shown = shown_seconds(Estimate(value, low, high, cell["n_blocks"]))
        assert (str(shown), shown.interval) == (time, interval), name
