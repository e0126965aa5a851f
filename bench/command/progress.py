"""The progress of a run on standard error: a bar at a terminal, elsewhere a line a minute."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from backends.errors import BadInput
from bench.command.streams import ClosedPipe
from bench.command.terminal import shown
from bench.runner.forecast import Stage, Stopwatch, spoken

SECONDS_OF_A_TICK = 1.0
EVERY_SECONDS = 60.0


@dataclass
class Narrator:
    """Says what is left after the first block and, where asked, a line a minute."""

    say: Callable[[str], None]
    draw: Callable[[Stage], None] = lambda stage: None
    watch: Stopwatch = field(default_factory=Stopwatch)
    is_minutely: bool = True
    last: float = 0.0  # when a line was said, or the first stage began
    first_block: int | None = None  # that this command measured in, until another one begins

    def __call__(self, stage: Stage) -> None:
        """Take note of what starts."""
        before = self.watch.stage
        self.watch.start(stage)
        self.draw(stage)
        if before is None:
            self.first_block, self.last = stage.block, self.watch.since
        elif self.first_block is not None and stage.block > self.first_block:
            self.tell(f"block {self.first_block + 1} of {stage.n_blocks} is done")
            self.first_block = None
        self.tick()

    def tick(self) -> None:
        """Say what runs, if the last line was a minute ago."""
        now = self.watch.clock()
        if self.is_minutely and self.watch.stage and now - self.last >= EVERY_SECONDS:
            self.tell(str(self.watch.stage))

    def tell(self, text: str) -> None:
        """Say ``text`` with the time left, where that is known."""
        left = self.watch.left
        self.last = self.watch.clock()
        self.say(text if left is None else f"{text}; about {spoken(left)} left")


@contextmanager
def repeated(call: Callable[[], None], seconds: float) -> Iterator[None]:
    """Call ``call`` every so many ``seconds``, beside what the body does."""
    ended = threading.Event()

    def repeat() -> None:
        with suppress(ClosedPipe, BadInput):  # nobody reads any longer; the work goes on
            while not ended.wait(seconds):
                call()

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def progress_shown(watch: Stopwatch | None = None) -> Iterator[Narrator]:
    """What takes note of every stage of a run and shows it on stderr: as a bar, or a line a minute.

    The bar needs a terminal; it has the time left. ``watch``: how that is found.
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

        narrator = Narrator(say, draw, watch or Stopwatch(), not console.is_terminal)
        with repeated(narrator.tick, SECONDS_OF_A_TICK):
            yield narrator
