"""Runs of one plan on several machines: that they are, their report, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backends.errors import BadInput
from bench.command.comparing import is_copy
from bench.command.conclusion import exit_of
from bench.command.exits import gravest, promised
from reports.findings.names import visible
from reports.text.names import SENTENCE

if TYPE_CHECKING:
    from reports.findings.findings import Findings

FOLDER = "report-machines"  # within the first run's folder


def conclude_side_by_side(
    folders: Sequence[Path], as_json: bool, figures: Path | None = None, out: Path | None = None
) -> None:
    """Write the report of runs side by side, print it, exit with the gravest that any one says.

    Raises BadInput where two are one run or the report cannot be written, BadRun where they are
    not of one plan or a file of theirs cannot be read.
    """
    from reports.compare.one_plan import require_one_plan
    from reports.findings.side_by_side import side_by_side
    from reports.outputs import side_by_side_files as files
    from reports.outputs.files import require_report_folder
    from reports.outputs.side_by_side_tables import map_json, print_side_by_side

    promised()
    runs = loaded(folders)
    require_one_plan(runs)
    found, home = side_by_side(runs), out or folders[0] / FOLDER
    try:
        require_report_folder(home, files.DOCUMENT)
        page = files.write_side_by_side(found, home)
        if figures is not None:
            files.write_side_by_side_figures(found, figures)
    except OSError as error:
        raise BadInput(files.unwritable_beside(home, error)) from error
    if as_json:
        print(json.dumps(map_json(found)))
    else:
        print_side_by_side(found)
        print(f"report: {visible(str(page), SENTENCE)}")
    raise typer.Exit(gravest(*map(exit_of, runs)))


def loaded(folders: Sequence[Path]) -> tuple[Findings, ...]:
    """What was found in each run. Raises BadInput where two are the same run, BadRun."""
    from reports.findings.findings import findings
    from runfiles.load import load_run

    for one, other in combinations(folders, 2):
        if one.samefile(other):
            raise same_run(one, other)
    runs = tuple(findings(load_run(folder)) for folder in folders)
    for (one, a), (other, b) in combinations(zip(folders, runs, strict=True), 2):
        if is_copy(a, b):
            raise same_run(one, other)
    return runs


def same_run(one: Path, other: Path) -> BadInput:
    """That a run was to stand beside itself."""
    return BadInput(
        f"{one} and {other} are one run, given twice; expected runs of one plan that were measured "
        "apart, each on a machine of its own. Name each once."
    )
