"""Comparing two stored runs: which they are, and what comes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from backends.errors import BadInput
from bench.command.exits import Exit

if TYPE_CHECKING:
    from reports.findings.comparison import Comparison
    from reports.findings.findings import Findings


def compared(old: Path, new: Path, margin: float | None) -> Comparison:
    """How the run in the folder ``new`` differs from that in ``old``. Raises BadInput, BadRun."""
    from reports.compare.comparison import compare_runs
    from reports.findings.findings import findings
    from runfiles.load import load_run

    if old.samefile(new):
        raise same_run(old, new)
    earlier, later = (findings(load_run(folder)) for folder in (old, new))
    if is_copy(earlier, later):
        raise same_run(old, new)
    return compare_runs(earlier, later, margin)


def is_copy(old: Findings, new: Findings) -> bool:
    """Whether both hold the same measurement, wherever their folders lie."""
    a, b = ([(one.plan, one.processes) for one in run.cases] for run in (old.run, new.run))
    return bool(old.run.processes) and a == b


def same_run(old: Path, new: Path) -> BadInput:
    """That a run was to be compared with itself."""
    both = f"{old} and {new}" if str(old) != str(new) else f"{old}, twice,"
    verb = "are" if str(old) != str(new) else "is"
    return BadInput(
        f"{both} {verb} one run, and a run differs from itself by nothing; expected two runs that "
        "were measured apart. Name another one as OLD or NEW."
    )


def tell(comparison: Comparison, as_json: bool, markdown: Path | None) -> None:
    """Print ``comparison``, and write it as Markdown where that is asked for. Raises BadInput."""
    from reports.compare.comparison_tables import (
        comparison_json,
        comparison_markdown,
        print_comparison,
    )

    if markdown is not None:
        write_markdown(markdown, comparison_markdown(comparison))
    if as_json:
        print(json.dumps(comparison_json(comparison)))
    else:
        print_comparison(comparison)


def exit_of(comparison: Comparison) -> Exit:
    """1 for a confirmed regression, 2 where something of both runs could not be compared."""
    if comparison.regressions:
        return Exit.REGRESSION
    is_whole = bool(comparison.changes) and not comparison.unlike
    return Exit.COMPLETE if is_whole else Exit.UNUSABLE


def write_markdown(file: Path, text: str) -> None:
    """Write ``text`` to ``file``. Raises BadInput."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(
            f"cannot write {file}: {error.strerror}. Expected a file in a writable folder with "
            "room; choose another with --markdown."
        ) from error
