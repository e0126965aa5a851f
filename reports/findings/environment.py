"""The environment: every fact that the processes of an arm told, with all its values."""

from __future__ import annotations

from collections.abc import Iterator

from reports.findings.case import Case

DEEPEST = 4
MOST_FACTS = 200  # of one process; more is no environment but data

Values = list[object]  # of one fact, one a process that told it


def facts_by_arm(case: Case) -> dict[str, dict[str, Values]]:
    """What the processes told, by arm and dotted name, in the order of the processes."""
    found: dict[str, dict[str, Values]] = {}
    for process in case.run.processes:
        mine = found.setdefault(case.arms[process.arm].name, {})
        for name, value in list(flat(process.facts))[:MOST_FACTS]:
            mine.setdefault(name, []).append(value)
    return found


def flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """(dotted name, scalar) of every leaf of nested objects; what lies deeper is shown whole."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, entry in value.items():
            yield from flat(entry, f"{name}.{key}" if name else str(key), depth + 1)
    else:
        yield name, value
