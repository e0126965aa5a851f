"""Bad ends: processes that died after their results were whole."""

from __future__ import annotations

from reports.text.names import visible
from runfiles.run import Run

LONGEST = 200


def bad_ends(run: Run) -> tuple[str, ...]:
    """A sentence an arm of which a process came to a bad end, with the first one's."""
    found: dict[int, str] = {}
    for process in run.processes:
        how = process.facts.get("bad_end")
        if how is not None:
            found.setdefault(process.arm, str(how))
    return tuple(
        f"{visible(run.plan.arms[arm].name, 60)}: a process came to a bad end "
        f"({visible(how, LONGEST)}); its results stand."
        for arm, how in sorted(found.items())
    )
