"""The sealing: which variables of the caller's the processes of a run were given, and were not."""

from __future__ import annotations

from reports.facts.machine import distinct
from reports.words.names import visible
from runfiles.run import Run

MOST_NAMED = 8  # in a sentence; cells.json has all


def dropped_switches(run: Run) -> tuple[str, ...]:
    """Names of what was set where the command ran and would have steered a process, sorted."""
    told = (process.facts.get("dropped_switches") for process in run.processes)
    return distinct(name for names in told if isinstance(names, list) for name in names)


def sealing_sentences(run: Run) -> tuple[str, ...]:
    """What was passed on at request, and what was not passed on; none where nothing was set."""
    kept, dropped = sorted(run.plan.kept_variables), dropped_switches(run)
    found = (
        ("Passed on to every process as asked for: {}.", kept),
        ("Set, and not passed on to any process: {}.", dropped),
    )
    return tuple(text.format(_named(names)) for text, names in found if names)


def _named(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(visible(name, 60) for name in names[:MOST_NAMED]) + more
