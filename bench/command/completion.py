"""Completion: what a shell offers after an option, also after a comma."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from backends import registry

ASKED = "_AUTOGRAD_BENCH_COMPLETE"  # is set where a shell asks for completions


def keep_to_a_line() -> None:
    """Let no help be broken into lines where a shell asks: it takes each for an offer."""
    if ASKED in os.environ:
        os.environ["COLUMNS"] = "9999"


def one_of(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """What completes the last of several words separated by commas to one of ``names``."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        return [f"{before}{comma}{name}" for name in names() if name.startswith(last)]

    return complete


def backends() -> list[str]:
    """The names of all registered backends."""
    return list(registry.entries())


def problems() -> list[str]:
    """The names that ``--problem`` knows."""
    from problems.registry import REGISTERED, entry_points  # loads NumPy

    return [*REGISTERED, *entry_points()]


def runs() -> list[str]:
    """The names of the runs under ``results/``, the newest first."""
    from bench.command.run_names import runs_in
    from bench.runner.run_folder import RESULTS

    return sorted((path.name for path in runs_in(RESULTS)), reverse=True)
