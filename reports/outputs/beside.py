"""Beside the page: the other files of a report, what each is for, and what makes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from reports.findings.findings import Findings
from reports.outputs.cells import cells_json
from reports.outputs.encoder import Json
from reports.outputs.exports.bencher import bencher_json
from reports.outputs.exports.blocks import blocks_csv
from reports.outputs.exports.github_action import github_action_json
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from reports.outputs.map_section import map_csv
from reports.outputs.tables import cells_csv, markdown


class File(NamedTuple):
    """A file of a report: its name, what it is for, and its text; None where there is none."""

    name: str
    use: str
    text: Callable[[Findings], str | None]
    is_of_cases: bool = False  # which a run of one case has not


def _json(make: Callable[[Findings], Mapping[str, Json] | list[Json]]) -> Callable[..., str]:
    return lambda findings: json.dumps(make(findings), indent=1, allow_nan=False) + "\n"


FILES = (
    File("cells.json", "every number of this page in full", _json(cells_json)),
    File("cells.csv", "the cells as a table", cells_csv),
    File("blocks.csv", "every block's time in every cell, a line each", blocks_csv),
    File("table.md", "the ranking for a README or a pull request", markdown),
    File("github-action-benchmark.json", "for github-action-benchmark", _json(github_action_json)),
    File("bencher.json", "for Bencher", _json(bencher_json)),
    File("pytest-benchmark.json", "for pytest-benchmark compare", _json(pytest_benchmark_json)),
    File("map.csv", "every arm in every case, as times the fastest", map_csv, is_of_cases=True),
)


def beside(findings: Findings) -> tuple[File, ...]:
    """The files that the report of ``findings`` has besides its page."""
    return tuple(one for one in FILES if len(findings.cases) > 1 or not one.is_of_cases)
