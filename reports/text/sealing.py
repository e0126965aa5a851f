"""The sealing: which variables of the caller's the processes of a run were given, and were not."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.text.names import visible

MOST_NAMED = 8  # in a sentence; cells.json has all


def sealing_sentences(findings: Findings) -> tuple[str, ...]:
    """What was passed on at request, and what was not passed on; none where nothing was set."""
    kept, dropped = sorted(findings.kept_variables), findings.dropped_switches
    found = (
        ("Passed on to every process as asked for: {}.", kept),
        ("Set, and not passed on to any process: {}.", dropped),
    )
    return tuple(text.format(_named(names)) for text, names in found if names)


def _named(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(visible(name, 60) for name in names[:MOST_NAMED]) + more
