"""``--fleet``: a run measured on other machines, told of as one measured here is."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from bench.command.progress import progress_shown
from bench.fleet import session
from bench.fleet.standing import BlockWatch, standing
from bench.runner.run_folder import HeldRun
from bench.runner.sizes import expected_length
from reports.findings.names import visible
from reports.text.names import SENTENCE


def first_machine(address: str) -> dict[str, Any]:
    """What the first machine of the fleet is. Raises BadInput."""

    def say(text: str) -> None:
        print(visible(text, SENTENCE), file=sys.stderr)

    return session.first_machine(address, say)


def measure_on_fleet(runs: Sequence[HeldRun], address: str) -> None:
    """Measure on a fleet what is missing, and say how far it is and how long it takes."""
    n_blocks = max(len(one.plan.blocks) for one in runs)
    with progress_shown(BlockWatch()) as progress:
        progress.say(f"on one machine, {expected_length(runs)}")

        def tell(n_whole: int, machines: int) -> None:
            progress(standing(n_blocks, n_whole, machines))

        session.measure_on_fleet(address, runs, tell, progress.say)
