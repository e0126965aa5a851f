"""The environment: every fact that the processes of an arm told, with all its values."""

from __future__ import annotations

from collections.abc import Iterator

from runfiles.run import Run

DEEPEST = 4
MOST_FACTS = 200  # of one process; more is no environment but data


class Values(list[object]):
    """What an arm's processes told of one fact, a value each."""

    @property
    def ends(self) -> tuple[float, float] | None:
        """The least and the most of numbers that differ."""
        numbers = [v for v in self if isinstance(v, int | float) and not isinstance(v, bool)]
        if len(numbers) < len(self) or len(set(numbers)) < 2:
            return None
        return min(numbers), max(numbers)


def facts_by_arm(run: Run) -> dict[str, dict[str, Values]]:
    """Arm name -> dotted name -> values, in the order of the processes of ``run``."""
    found: dict[str, dict[str, Values]] = {}
    for process in run.processes:
        mine = found.setdefault(run.plan.arms[process.arm].name, {})
        for name, value in list(flat(process.facts))[:MOST_FACTS]:
            mine.setdefault(name, Values()).append(value)
    return found


def flat(value: object, name: str = "", depth: int = 0) -> Iterator[tuple[str, object]]:
    """(dotted name, scalar) of every leaf of nested objects; what lies deeper is shown whole."""
    if isinstance(value, dict) and depth < DEEPEST:
        for key, entry in value.items():
            yield from flat(entry, f"{name}.{key}" if name else str(key), depth + 1)
    else:
        yield name, value
