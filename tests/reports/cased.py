"""Synthetic runs of several problems: each a run of its own in the folder of the first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from runfiles.records import Plan, Process
from runfiles.store import read, write
from tests.reports.conftest import Writer


def write_cases(folder: Path, problems: dict[str, dict[str, Any]], **changes: Any) -> Path:
    """A run of the lesson and of ``problems``, each by a Writer with what differs there."""
    Writer(folder, **changes).write()
    for number, (name, differs) in enumerate(problems.items(), 2):
        home = folder / "cases" / f"{number:02d}-{name}"
        renamed(Writer(home, **{**changes, "sizes": {}, **differs}).write(), name)
    return folder


def renamed(folder: Path, objective: str) -> Path:
    """The run in ``folder``, at all its sizes, as one of a problem with that name."""
    for path in [folder / "plan.json", *folder.glob("sizes/*/plan.json")]:
        plan = read(path, Plan)
        spec = replaced(plan.problem, objective=objective, title=objective)
        write(path, replaced(plan, problem=spec))
        for raw in path.parent.glob("raw/*.json"):
            write(raw, read(raw, Process))
    return folder


def replaced(record: Any, **changes: Any) -> Any:
    """A record with other fields."""
    fields = {name: getattr(record, name) for name in record.__struct_fields__}
    return type(record)(**fields | changes)
