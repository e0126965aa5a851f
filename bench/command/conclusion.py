"""The conclusion of a run: its report, and the exit code that it deserves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from backends.errors import BadInput
from bench.command.exits import Exit, exit_for, gravest, promised
from reports.findings.names import visible
from reports.text.names import SENTENCE

if TYPE_CHECKING:
    from reports.findings.findings import Findings


def conclude(
    folder: Path, as_json: bool, figures: Path | None = None, out: Path | None = None
) -> None:
    """Write the report of the run in ``folder``, print it, exit with the gravest that it says.

    ``out``: a folder for the report instead of the run's own; ``figures``: one for them as files.
    Raises BadRun where a file of the run cannot be read, BadInput where the report cannot be
    written.
    """
    from reports.findings.findings import findings
    from reports.outputs.cells import cells_json
    from reports.outputs.files import (
        require_report_folder,
        unwritable,
        write_figures,
        write_reports,
    )
    from reports.outputs.tables import print_summary
    from runfiles.load import load_run

    promised()
    try:
        if out is not None:
            require_report_folder(out)
        found = findings(load_run(folder))
        page = write_reports(found, out)
        if figures is not None:
            write_figures(found, figures)
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    if as_json:
        print(json.dumps(cells_json(found)))
    else:
        print_summary(found)
        print(f"report: {visible(str(page), SENTENCE)}")
    raise typer.Exit(exit_of(found))


def exit_of(findings: Findings) -> Exit:
    """The gravest that a run says: by its arms, and by its evidence."""
    from bench.runner.run_folder import outcomes

    arms = exit_for(pair for one in findings.run.cases for pair in outcomes(one))
    return gravest(arms, exit_of_evidence(findings))


def exit_of_evidence(findings: Findings) -> Exit:
    """What a run's evidence says in all its cases, by its gate where it has one."""
    if findings.gate is not None:
        codes = {"regression": Exit.REGRESSION, "undecided": Exit.UNUSABLE, "passed": Exit.COMPLETE}
        return codes[findings.gate.outcome]
    is_usable = all(one.null_arm.is_usable for one in findings.cases)
    return Exit.COMPLETE if is_usable else Exit.UNUSABLE
