"""Reported: the report of a run in a folder, without the command."""

from __future__ import annotations

from pathlib import Path

from reports.findings.findings import findings
from reports.outputs.files import write_files
from runfiles.load import load_run


def write_report(folder: Path) -> Path:
    """Make ``folder/report`` from the run's files and return the path of its page."""
    return write_files(findings(load_run(folder)), folder / "report")
