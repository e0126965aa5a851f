"""The report's files: page, table, cells, exports, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from reports.figures.gallery import gallery, rankings
from reports.figures.paper import pdf, png
from reports.figures.svg import standalone
from reports.findings.findings import Findings
from reports.outputs.beside import beside
from reports.outputs.page import page
from reports.text.shell import word
from runfiles.errors import BadRun


def write_reports(findings: Findings, out: Path | None = None) -> Path:
    """Write the report of a run and of each further case; return the path of the run's own page.

    ``out``: the folder for it, the cases below as in the run; else each in its own folder.
    """
    own = findings.run.folder
    for one in findings.cases[1:]:
        write_files(one, _report_folder(one.run.folder, own, out))
    return write_files(findings, _report_folder(own, own, out))


def _report_folder(folder: Path, own: Path, out: Path | None) -> Path:
    return folder / "report" if out is None else out / folder.relative_to(own)


def require_report_folder(folder: Path, document: str = "cells.json") -> None:
    """Raise BadRun where ``folder`` holds something else: a report would be written over it.

    ``document``: by which, beside a page, a report of this kind is known.
    """
    if folder.exists() and not folder.is_dir():
        raise BadRun(f"{folder} is no folder; expected a new or empty one for --out.")
    names = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if names and not {"index.html", document} <= names:
        raise BadRun(
            f"{folder} holds files that are no report; expected a new or empty folder, or one with "
            "an earlier report, for --out."
        )


def unwritable(run: Path, error: OSError) -> str:
    """What of the report could not be written, and what to do."""
    failed = Path(error.filename or run)
    advice = "free space or choose another folder."
    if failed.is_relative_to(run):
        name = word(f"results/{run.resolve().name}-report")
        command = f"autograd-bench report {word(str(run))} --out {name}"
        advice = f"free space, or put the report elsewhere: {command}"
    return (
        f"cannot write {failed}: {error.strerror or error}. Expected a writable folder with room; "
        f"the run's own files are as before. To do: {advice}"
    )


def write_files(findings: Findings, folder: Path) -> Path:
    """Write page, table, cells, exports and the main figures; return the page's path."""
    is_own = folder == findings.run.folder / "report"
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        **{one.name: one.text(findings) for one in beside(findings)},
        **{f"{drawn.name}.svg": standalone(drawn) for drawn in rankings(findings)},
        "index.html": page(findings, None if is_own else folder),
    }
    return write_contents(folder, contents)


def write_contents(folder: Path, contents: Mapping[str, str | None]) -> Path:
    """Write every text there is under its name; return the path of the page among them."""
    for name, text in contents.items():
        if text is not None:
            _write_whole(folder / name, text)
    return folder / "index.html"


def write_figures(findings: Findings, folder: Path) -> list[Path]:
    """Write every figure as NAME.svg, NAME.png and NAME.pdf; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for drawn in (*rankings(findings), *gallery(findings)):
        forms = {"svg": standalone(drawn).encode(), "png": png(drawn), "pdf": pdf(drawn)}
        for form, content in forms.items():
            written.append(folder / f"{drawn.name}.{form}")
            _write_whole(written[-1], content)
    return written


def _write_whole(path: Path, content: str | bytes) -> None:
    """Write to a file beside ``path``, then put it in its place at one stroke.

    Raises OSError that names ``path``: a full disk names no file, and nobody knows the one beside.
    """
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(content.encode() if isinstance(content, str) else content)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
