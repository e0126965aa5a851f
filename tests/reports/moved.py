"""Moved runs: copies of a run as if the same plan had been measured on another machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Change = Callable[[Any], None]


def moved(
    run: Path,
    folder: Path,
    facts: Mapping[str, Any],
    slower: Mapping[int, float] | None = None,
    of_plan: Change = lambda plan: None,
    of_raw: Change = lambda raw: None,
) -> Path:
    """A copy of ``run`` on a machine of these ``facts``.

    ``slower``: by arm, the factor of its times; ``of_plan``, ``of_raw``: what else is changed in
    the files, in place.
    """
    shutil.copytree(run, folder, ignore=shutil.ignore_patterns("report*"))
    for path in folder.rglob("plan.json"):
        plan = json.loads(path.read_text(encoding="utf-8"))
        plan["environment"] = dict(facts)
        of_plan(plan)
        path.write_text(json.dumps(plan), encoding="utf-8")
    for path in folder.rglob("raw/*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["facts"] |= facts
        for series in raw["phases"].values():
            factor = (slower or {}).get(raw["arm"], 1.0)
            series["seconds"] = [factor * seconds for seconds in series["seconds"]]
        of_raw(raw)
        path.write_text(json.dumps(raw), encoding="utf-8")
    return folder
