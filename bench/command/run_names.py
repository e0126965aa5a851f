"""Names of runs: a path, or the bare name of one that lies under ``results/``."""

from __future__ import annotations

import os
from difflib import get_close_matches
from pathlib import Path

from backends.errors import BadInput
from bench.runner.run_folder import RESULTS

MOST_TOLD = 5  # runs named where none is near


def find_run(named: Path) -> Path:
    """The folder of the run ``named``: that path where it exists, else the one under ``results/``.

    Raises BadInput with both places looked at and the nearest name.
    """
    places = list(dict.fromkeys((named, RESULTS / named)))
    for place in places:
        if os.path.exists(place):  # noqa: PTH110  # no name is too long or too odd to ask for
            return place
    raise BadInput(f"no run at {' or '.join(map(str, places))}; expected one. {hint(named)}")


def hint(named: Path) -> str:
    """The run that may have been meant, the newest ones there are, or how to make the first."""
    runs = {path.name: str(path) for path in runs_in(named.parent)}
    runs |= {path.name: path.name for path in runs_in(RESULTS)}
    near = get_close_matches(named.name, runs, n=1)
    if near:
        return f"Did you mean {runs[near[0]]!r}?"
    if not runs:
        return f"{RESULTS} holds no run yet; measure one: autograd-bench run --quick"
    newest = sorted(runs, reverse=True)[:MOST_TOLD]
    return f"{RESULTS} holds {', '.join(newest)}{' and others' if len(runs) > MOST_TOLD else ''}."


def runs_in(folder: Path) -> list[Path]:
    """The runs that lie in ``folder``; none where it cannot be listed."""
    try:
        return [path for path in folder.iterdir() if (path / "plan.json").exists()]
    except OSError:
        return []
