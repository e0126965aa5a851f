"""The files of machines side by side: page, map and tables, and the whole report of each run."""

from __future__ import annotations

import json
from pathlib import Path

from reports.findings.side_by_side import SideBySide
from reports.outputs.files import write_contents, write_figures, write_reports
from reports.outputs.side_by_side_page import side_by_side_page
from reports.outputs.side_by_side_section import machines_csv
from reports.outputs.side_by_side_tables import map_json, side_by_side_markdown

DOCUMENT = "map.json"


def write_side_by_side(found: SideBySide, folder: Path) -> Path:
    """Write the report into ``folder``, those of the runs below it; return the page's path."""
    for one in found.machines:
        write_reports(one.findings, folder / one.report)
    contents = {
        "map.csv": machines_csv(found),
        DOCUMENT: json.dumps(map_json(found), indent=1, allow_nan=False) + "\n",
        "table.md": side_by_side_markdown(found),
        "index.html": side_by_side_page(found, folder),
    }
    return write_contents(folder, contents)


def write_side_by_side_figures(found: SideBySide, folder: Path) -> None:
    """Write every figure of every run, each run's in a folder named like its report."""
    for one in found.machines:
        write_figures(one.findings, folder / one.report)


def unwritable_beside(folder: Path, error: OSError) -> str:
    """What of the report could not be written, and what to do."""
    failed = Path(error.filename or folder)
    return (
        f"cannot write {failed}: {error.strerror or error}. Expected a writable folder with room; "
        "the runs' own files are as before. To do: free space, or put the report elsewhere with "
        "--out."
    )
