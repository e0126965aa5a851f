"""The files that a run was asked for with, the problem's and the data's, as they are now."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

from backends.errors import BadInput
from bench.runner.suite import ROOT
from problems.source import WRITTEN, Source, asked_texts, is_asked_by
from problems.spec import ProblemSpec
from runfiles.records import Plan


def require_same_files(plan: Plan, spec: ProblemSpec) -> None:
    """Raise BadInput where a file that the run was asked for with holds something else by now.

    The run has its own copy of what it held, and goes on with that where the file is gone.
    """
    for option, told in (("--problem", spec.source), ("--data", spec.data)):
        path = path_of(plan, option, spec.source)
        if told is not None and path is not None and path.is_file():
            with path.open("rb") as file:
                now = hashlib.file_digest(file, "sha256").hexdigest()
            if now != told.sha256:
                raise BadInput(
                    f"{path} has changed since the run was begun with it. Restore it, or start a "
                    "new run."
                )


def path_of(plan: Plan, option: str, source: Source | None = None) -> Path | None:
    """The file that the command of ``plan`` names after ``option``, None where it names none.

    ``source``: which of several problems is meant.
    A path that was stored is from the root of the clone, from the home folder, or whole.
    """
    words = plan.command or ()
    named = [text for name, text in pairwise(words) if name == option]
    if not named:
        return None
    text = named[-1]
    texts = asked_texts(text) if option == "--problem" else [text]
    if len(texts) > 1:
        objective = plan.problem.objective
        text = next((one for one in texts if is_asked_by(one, objective, source)), objective)
    found = WRITTEN.fullmatch(text)
    return ROOT / Path(found["file"] if found else text).expanduser()
