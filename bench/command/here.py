"""A run measured on this machine, and what is said of it meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from bench.command.progress import progress_shown
from bench.runner.forecast import scarcity
from bench.runner.run_folder import HeldRun
from bench.runner.sizes import expected_length, run_in_turn


def measure_here(runs: Sequence[HeldRun]) -> None:
    """Measure what is missing, and say how far it is and how long it takes."""
    with progress_shown() as progress:
        progress.say(expected_length(runs))
        if scarce := scarcity(runs[0].plan.threads):
            progress.say(scarce)
        run_in_turn(runs, progress)
