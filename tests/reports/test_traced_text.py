"""Numbers of figures: what is drawn, and what stands in for it, is a rounding of cells.json.

Sentences and tables carry their numbers in full and are traced in ``test_traced``. Here are the
others: every figure's text but its axis ticks, and every text that stands in for a figure. Tables
are read row by row: each number is its own arm's, in its own phase.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports.figures.gallery import rankings
from reports.figures.svg import for_page
from reports.findings.findings import findings
from reports.findings.intervals import TOO_WIDE
from reports.findings.overhead import FLAGGED
from reports.outputs.page import page
from reports.text.numbers import MINUS
from reports.text.phases import words
from runfiles.load import load_run
from runfiles.phases import DERIVED
from tests.reports.pool import OF, Pool
from tests.reports.test_traced import GOLDEN, RUNS, stored
from tests.reports.texts import Said, Texts

MadeOf = Callable[[Callable[[Path], Path]], tuple[str, Any]]

TICK = re.compile(r"[xy]tick_\d+$|^ends$")  # an axis's labels are places, not results
NUMBER = re.compile(
    rf"(?<![\w.,])(?P<sign>[{MINUS}-]?)(?P<digits>\d+(?:,\d\d\d)*(?:\.\d+)?)"
    rf"(?:e(?P<power>[{MINUS}-]?\d+))?(?:\s?(?P<unit>ns\b|µs\b|ms\b|s\b|%))?"
)
CONSTANTS = tuple(  # numbers of the method and of mathematics, in the words around them
    re.compile(text)
    for text in (
        r"9[05] % interval", r"[Ll]eft of 1\b", r"[Bb]elow 0\b", r"Near 0\b", r"1 is free",
        r"line of 1\b", r"above 1, autodiff costs", r"\b0 is the first epoch",
        r"1 and on are the warm-up", r"the grey line 1\b",
    )
)  # fmt: skip
WORDED = frozenset({"sentences", "text", "unusable"})  # strings made by reports, not given to it


def given(value: Any, key: str = "") -> Iterator[str]:
    """Every string of cells.json that the run's files gave: names, versions, reasons, facts."""
    if isinstance(value, dict):
        yield from value
        for inner, entry in value.items():
            yield from given(entry, inner)
    elif isinstance(value, list):
        for entry in value:
            yield from given(entry, key)
    elif isinstance(value, str) and key not in WORDED:
        yield value


def without_names(text: str, names: list[str]) -> str:
    """``text`` without the method's constants and whatever names have digits in them."""
    for constant in CONSTANTS:
        text = constant.sub(" ", text)
    for name in names:
        text = text.replace(name, " ") if name in text else text
    return text


@dataclass(frozen=True)
class Told:
    """A number in a text: its digits and unit, the text, the arm whose it must be, if any."""

    token: re.Match[str]
    said: Said
    arm: str | None


def numbers_told(html: str, document: Any) -> Iterator[Told]:
    """Every number of the figures' texts that is neither a name's nor a constant."""
    strings, arms = set(given(document)), [arm["arm"] for arm in document["arms"]]
    names = [text for text in strings if re.search(r"\d", text) and re.search(r"[^\d.,]", text)]
    names = sorted((*names, *document["machine"]["python"]), key=len, reverse=True)
    for said in Texts(html).said:
        text = " ".join(said.text.split())
        if not said.figure or text in strings or any(map(TICK.search, said.around)):
            continue
        by_arm = said.figure != "losses"  # a part of its sentence is an arm's
        for part in re.split(r"(?<=[;:]) ", text) if by_arm else [text]:
            own = [name for name in arms if by_arm and part.startswith(name)]
            for token in NUMBER.finditer(without_names(part, names)):
                yield Told(token, said, max(own, key=len, default=None))


def untold(html: str, document: Any) -> list[str]:
    """Every number of the figures' texts that is no rounding of one in cells.json, and its text."""
    pool = Pool(document)
    return [
        f"{told.token[0]} in: {told.said.text}"
        for told in numbers_told(html, document)
        if not pool.has(told.token, told.said.figure, told.arm)
    ]


def cell_values(document: Any, arm: str, phase: str, *kinds: str) -> list[float]:
    """The arm's own numbers of a phase with their intervals, as far as it has them."""
    cells = (c for c in document["cells"] if (c["arm"], c["phase"]) == (arm, phase))
    cell: dict[str, Any] = next(cells, {})
    vague = math.inf if phase in DERIVED else TOO_WIDE
    return [value for key in kinds for value in estimate(cell, key, vague)]


def estimate(source: dict[str, Any], key: str, vague: float = TOO_WIDE) -> list[float]:
    """The number under ``key``, with its interval where that is not wider than ``vague``."""
    value, low, high = (source.get(key + end) for end in ("", "_low", "_high"))
    if value is None or low is None or high is None or high > vague * low >= 0:
        return [] if value is None else [value]
    return [value, low, high]


def ranking_row(document: Any, arm: str, _: list[str]) -> list[float]:
    """What the ranking shows of an arm."""
    beside = (one for one in document["beside_fastest"] if one["arm"] == arm)
    seconds, ratio = (cell_values(document, arm, "epoch", key) for key in ("seconds", "ratio"))
    harness = cell_values(document, arm, "epoch", "overhead_share")
    flagged = [share for share in harness if share > FLAGGED]
    return [*estimate(next(beside, {}), "times"), *seconds, *flagged, *ratio]


def map_row(document: Any, arm: str, _: list[str]) -> list[float]:
    """What the map shows of an arm, case by case, then its mean."""
    (row,) = (one for one in document["map"]["arms"] if one["arm"] == arm)
    times = [value for one in row["entries"] for value in estimate(one, "times")]
    return [*times, *estimate(row, "mean")]


def phases_row(document: Any, arm: str, columns: list[str]) -> list[float]:
    """What the table of phases shows of an arm, column by column."""
    phases = {words(phase): phase for phase in (*document["phases"], "update", "rest")}
    kinds = ("seconds", "overhead_share")
    found = (cell_values(document, arm, phases[column], *kinds) for column in columns[1:])
    return [value for values in found for value in values]


RATES = {
    "examples a second": "examples_per_second",
    "bytes a second": "bytes_per_second",
    "FLOP a second": "flop_per_second",
    "of a copy": "share_of_copy",
    "of a gather": "share_of_gather",
    "of a product": "share_of_product",
}


def rates_row(document: Any, arm: str, columns: list[str]) -> list[float]:
    """What the table of rates shows of an arm, column by column."""
    yardsticks = document["yardsticks"]
    (rates,) = (one for one in yardsticks["throughput"]["arms"] if one["arm"] == arm)
    limits = (one for one in yardsticks["limit"] if one["arm"] == arm and one["limit"] != arm)
    found = []
    for column in columns[1:]:
        if column.startswith("memory, "):
            phase = column.removeprefix("memory, ")
            found += cell_values(document, arm, phase, "extra_memory_bytes")
            continue
        source, key = (rates, RATES[column]) if column in RATES else (next(limits, {}), "ratio")
        found += estimate(source, key)[: 1 if key.startswith("share") else 3]
    return found


TABLES = {
    "Arms by their time, with ratio and verdict": ranking_row,
    "Time by phase": phases_row,
    "What an epoch does in a second": rates_row,
}
MAP = "Arms by cases, times the fastest of each"


def strangers(html: str, document: Any) -> list[str]:
    """Every row of these tables whose numbers are not those of its arm."""
    tables = Texts(html).tables
    return [
        f"{caption}: {row.arm} {[*row.values]}"
        for caption, expected in {**TABLES, MAP: map_row}.items()
        if caption in tables
        for row in tables[caption].rows
        if row.arm and row.values
        if [v for cell in row.values for v in cell]
        != expected(document, row.arm, tables[caption].columns)
    ]


@cache
def made(folder: Path) -> tuple[str, Any]:
    """(the page and the figures of its ranking, cells.json) of the run in ``folder``."""
    summary = findings(load_run(folder))
    drawn = rankings(summary)
    more = (f'<figure id="figure-{one.name}">{for_page(one)}</figure>' for one in drawn)
    return page(summary) + "".join(more), stored(folder)


CASES = (*RUNS, *sorted(GOLDEN.glob("run-*")))


@pytest.fixture(scope="module", params=CASES, ids=lambda c: getattr(c, "__name__", "") or c.name)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    case = request.param
    return case if isinstance(case, Path) else case(tmp_path_factory.mktemp("text") / "run")


@pytest.fixture(scope="module")
def made_of(tmp_path_factory: pytest.TempPathFactory) -> MadeOf:
    """(the page, cells.json) of a run that is written by a function, once."""
    return cache(lambda make: made(make(tmp_path_factory.mktemp("text") / "run")))


def test_every_number_of_a_figure_is_a_rounding_of_one_in_cells_json(folder: Path) -> None:
    html, document = made(folder)
    assert len(list(numbers_told(html, document))) > 40
    assert untold(html, document) == []


@pytest.mark.parametrize("figure", [*OF, "split"])
def test_a_figure_shows_the_numbers_of_its_sentence_in_their_order(
    folder: Path, figure: str
) -> None:
    told = [one for one in numbers_told(*made(folder)) if one.said.figure == figure]
    drawn = [one.token[0] for one in told if one.said.is_drawn]
    said = [one.token[0] for one in told if one.said.is_attribute]
    in_order = iter(said)
    assert bool(drawn) == bool(said) or figure == "break_even"  # which draws crossings alone
    assert [text for text in drawn if text not in in_order] == []


def test_every_row_of_a_table_shows_its_own_arms_numbers(folder: Path) -> None:
    html, document = made(folder)
    assert len([row for row in Texts(html).tables["Time by phase"].rows if row.arm]) > 1
    assert (MAP in Texts(html).tables) == bool(document["map"])
    assert strangers(html, document) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("numpy 550 µs;", "numpy 560 µs;"),
        ("numpy 0.037 [0.035", "numpy 0.087 [0.035"),
        ("jax ±6.7 %", "jax ±5.6 %"),
        (">75 µs<", ">76 µs<"),
        ("gradient 60 %, update 25 %", "gradient 61 %, update 25 %"),
    ],
)
def test_another_number_in_a_text_is_noticed(made_of: MadeOf, right: str, wrong: str) -> None:
    html, document = made_of(RUNS[1])
    assert right in html
    assert untold(html.replace(right, wrong), document) != []


def test_an_arms_number_changed_in_its_last_digit_is_nearly_always_noticed(
    made_of: MadeOf,
) -> None:
    html, document = made_of(RUNS[0])
    pool, seen = Pool(document), []
    for told in numbers_told(html, document):
        if told.arm and len(told.token["digits"]) > 2:
            at = told.token.end("digits") - 1
            digit = str((int(told.token.string[at]) + 3) % 10)
            text = told.token.string[:at] + digit + told.token.string[at + 1 :]
            token = NUMBER.search(text, told.token.start())
            assert token
            seen.append(not pool.has(token, told.said.figure, told.arm))
    assert len(seen) > 150
    assert sum(seen) > 0.9 * len(seen)


@pytest.mark.parametrize("caption", TABLES)
def test_two_rows_that_change_places_but_for_their_names_are_noticed(
    made_of: MadeOf, caption: str
) -> None:
    html, document = made_of(RUNS[0])
    assert strangers(html, document) == []
    start = html.index(caption)
    table = html[start : html.index("</table>", start)]
    swapped = table.replace("<bdi>jax</bdi>", "<bdi>?</bdi>").replace(
        "<bdi>numpy</bdi>", "<bdi>jax</bdi>"
    )
    found = strangers(
        html.replace(table, swapped.replace("<bdi>?</bdi>", "<bdi>numpy</bdi>")), document
    )
    assert len(found) == 2
