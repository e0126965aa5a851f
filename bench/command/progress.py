"""The progress of a run on standard error: a bar at a terminal, elsewhere a line a minute."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.command.narrator import Narrator, repeated
from bench.command.terminal import shown
from bench.runner.forecast import Stage

SECONDS_OF_A_TICK = 1.0


@contextmanager
def progress_shown() -> Iterator[Narrator]:
    """What takes note of every stage of a run and shows it on stderr: as a bar, or a line a minute.

    The bar needs a terminal; it has the time left.
    """
    console = Console(stderr=True)
    columns = (
        *(TextColumn("{task.description}", markup=False), BarColumn(20), MofNCompleteColumn()),
        *(TextColumn("left"), TimeRemainingColumn()),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("starting")

        def draw(stage: Stage) -> None:
            label = str(shown(f"block {stage.block + 1}: {stage.label}", console))[:40]
            bar.update(task, completed=stage.done, total=stage.n_processes, description=label)

        def say(text: str) -> None:
            console.print(shown(text, console), soft_wrap=True)

        narrator = Narrator(say, draw, is_minutely=not console.is_terminal)
        with repeated(narrator.tick, SECONDS_OF_A_TICK):
            yield narrator
