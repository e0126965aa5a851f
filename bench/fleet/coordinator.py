"""The coordinator: gives blocks out, one a machine at a time, and takes in what comes back."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import DecodeError, json, structs, to_builtins

from bench.fleet import errands
from bench.fleet.block import NO_TURN, REFUSED, Answer, Order
from bench.fleet.bundle import Bundle
from bench.fleet.fleet import MOST_TRIES, Failed, Fleet, Host, Unfit, WorkerGone, heard
from bench.fleet.intake import Intake, Unusable
from bench.runner.begun import Begun, begun, begun_elsewhere, blocks_of
from bench.runner.discards import Discards
from bench.runner.giving_up import given_up
from bench.runner.plan import profile_in
from bench.runner.run_folder import HeldRun
from runfiles.records import Process

POLL_SECONDS = 0.5
PATIENCE_SECONDS = 300.0  # without a machine
TURN_SECONDS = 3600.0  # that a block waits for whoever else measures on its machine
Outcome = tuple[int | str, bytes, str]  # exit code, answer, last words


@dataclass
class Turn:
    """A block that a machine measures now."""

    block: Begun
    host: Host
    discards: Mapping[str, int]
    task: asyncio.Task[Outcome]


@dataclass
class Coordinator:
    """Has every block of a run measured, by ``module`` on the machines of a fleet."""

    runs: Sequence[HeldRun]
    fleet: Fleet
    bundle: Bundle
    intake: Intake
    told: Callable[[int, int], None]  # how many blocks are whole, and how many machines measure
    module: str = "bench.fleet.block"
    turns: dict[str, Turn] = field(default_factory=dict)  # by machine
    todo: dict[int, Begun] = field(default_factory=dict)
    tries: Counter[int] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)  # in a row, by machine
    failed_on: dict[int, str] = field(default_factory=dict)  # the machine, by block
    turns_of: Counter[str] = field(default_factory=Counter)  # by address
    hopeful: float = field(default_factory=time.monotonic)  # when a machine was last there

    async def measure(self) -> None:
        """Measure what is missing, as far as there are machines for it. Raises BadInput."""
        blocks = blocks_of(self.runs)
        self.todo = {block.number: block for block in blocks if not block.is_whole}
        n_whole = len(blocks) - len(self.todo)
        self.told(n_whole, 0)
        while self.todo or self.turns:
            await self.fleet.refresh()
            self.give_out()
            if not self.turns and self.is_over():
                break
            await self.something()
            for machine in [one for one, turn in self.turns.items() if turn.task.done()]:
                if self.end(self.turns.pop(machine)):
                    n_whole += 1
                    self.told(n_whole, len(self.turns) + 1)
        for block in self.todo.values():
            self.fleet.say(begun_elsewhere(block))

    async def something(self) -> None:
        """Wait until a block has ended, a worker has said what it is, or for a moment."""
        waiting: set[asyncio.Task[Any]] = {turn.task for turn in self.turns.values()}
        waiting |= {*self.fleet.coming.values(), asyncio.create_task(asyncio.sleep(POLL_SECONDS))}
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)

    def give_out(self) -> None:
        """Start a block on every machine that has none."""
        machines: dict[str, list[Host]] = {}
        self.hopeful = time.monotonic() if self.fleet.hosts else self.hopeful
        for host in self.fleet.hosts.values():
            machines.setdefault(host.machine, []).append(host)
        for machine, hosts in machines.items():
            block = None if machine in self.turns else self.next_for(machine)
            if block is not None:
                host = min(hosts, key=lambda one: self.turns_of[one.address])
                self.turns_of[host.address] += 1
                self.start(block, host)

    def next_for(self, machine: str) -> Begun | None:
        """The first block that the machine may measure, None where there is none.

        One that failed on it comes last, and is left to other machines where there are some.
        """
        is_alone = all(host.machine == machine for host in self.fleet.hosts.values())
        able = [b for b in self.todo.values() if b.machines == {machine} or not b.files]
        fresh = [b for b in able if self.failed_on.get(b.number) != machine]
        again = [b for b in able if b.files or is_alone]
        return min(fresh or again, key=lambda block: block.number, default=None)

    def start(self, block: Begun, host: Host) -> None:
        """Give ``block`` to ``host``."""
        del self.todo[block.number]
        granted = self.granted()
        order = Order(block.number, self.given(block, host), granted, TURN_SECONDS)
        task = heard(self.measured(host, json.encode(order)))
        self.turns[host.machine] = Turn(block, host, granted, task)

    async def measured(self, host: Host, order: bytes) -> Outcome:
        """What came of a block on ``host``. Raises WorkerGone, SchedulerGone, Failed."""
        run, soon = self.bundle.run, self.fleet.ask_soon
        for name in await soon(host.address, errands.lacking, run, self.bundle.digests):
            for place, piece in self.bundle.pieces(name):
                await soon(host.address, errands.put, run, name, place, piece)
        found: Outcome = await self.fleet.ask(
            host.address, errands.measured, run, host.worker, order, self.module
        )
        return found

    def granted(self) -> dict[str, int]:
        """How often a block of each case may be measured again: once, while the plan has some."""
        out = Counter(case for turn in self.turns.values() for case in turn.discards)
        left = {}
        for run in self.runs:
            case = run.folder.relative_to(self.bundle.folder).as_posix()
            used = len(Discards(run.folder, 0).notes()) + out[case]
            if used < profile_in(run.plan).max_discards:
                left[case] = 1
        return left

    def given(self, block: Begun, host: Host) -> dict[str, str]:
        """What is there of a block, and records of arms that need not be tried again."""
        found = {path: path.read_text(encoding="utf-8") for path in block.files}
        for run in self.runs:
            for copy in copies(run, block.number, host):
                text = json.encode(to_builtins(copy)).decode()
                found.setdefault(run.folder / "raw" / copy.file, text)
        return {path.relative_to(self.bundle.folder).as_posix(): t for path, t in found.items()}

    def end(self, turn: Turn) -> bool:
        """Whether the block of ``turn`` is now in the run; else it is given back."""
        try:
            code, answer, said = turn.task.result()
        except WorkerGone as error:
            return self.give_back(turn, str(error))
        except Unfit as error:
            self.fleet.refuse(turn.host.address, str(error))
            return self.give_back(turn, str(error), counts=False)
        except Failed as error:
            return self.fail(turn, str(error))
        words = (said.strip() or "it said nothing").splitlines()[-1]
        if code == errands.ANOTHER:
            self.fleet.lose(turn.host.address)
            return self.give_back(turn, "another worker has its address", counts=False)
        if code == REFUSED:
            self.fleet.refuse(turn.host.address, words)
            return self.give_back(turn, words, counts=False)
        if code != 0:
            what = "it had no turn" if code == NO_TURN else f"it ended with exit code {code}"
            return self.fail(turn, f"{what}: {words}")
        try:
            files = json.decode(answer, type=Answer).files
            self.intake.take(turn.block.number, files, turn.host.machine)
        except (DecodeError, Unusable) as error:
            return self.fail(turn, f"its answer is not usable: {error}")
        del self.failures[turn.host.machine]
        return True

    def fail(self, turn: Turn, why: str) -> bool:
        """False: a block is given back, and its machine refused where it fails every time."""
        machine = turn.host.machine
        self.failures[machine] += 1
        self.give_back(turn, why)
        if self.failures[machine] >= MOST_TRIES:
            del self.failures[machine]  # a worker that is started there again may try
            for host in [one for one in self.fleet.hosts.values() if one.machine == machine]:
                told = f"{MOST_TRIES} blocks in a row failed there, the last one: {why}"
                self.fleet.refuse(host.address, f"{told}. Mend that, and start its worker again.")
        return False

    def give_back(self, turn: Turn, why: str, counts: bool = True) -> bool:
        """False: a block is to be measured again, unless it was tried often enough."""
        number = turn.block.number
        self.tries[number] += counts
        self.failed_on[number] = turn.host.machine
        n_tries = self.tries[number]
        if n_tries < MOST_TRIES:
            self.todo[number] = begun(self.runs, number)
        what = f"block {number + 1} was not measured on {turn.host}"
        then = "it is tried again" if n_tries < MOST_TRIES else f"after {n_tries} tries it is left"
        if counts:
            self.fleet.say(f"{what}: {why}; {then}.")
        return False

    def is_over(self) -> bool:
        """Whether nothing that is left can be measured. Raises BadInput where no machine can."""
        self.fleet.require_hope(time.monotonic() - self.hopeful, PATIENCE_SECONDS)
        return bool(self.fleet.hosts) and not self.fleet.coming


def copies(run: HeldRun, number: int, host: Host) -> Iterator[Process]:
    """The records of a block's arms that failed before on this very machine."""
    if number >= len(run.plan.blocks):
        return
    for position, arm in enumerate(run.plan.blocks[number]):
        earlier = given_up(run.folder, run.plan, number, arm, host.machine)
        if earlier is not None:
            place = {"block": number, "position": position, "arm": arm}
            yield structs.replace(earlier, **place, sources=host.sources)
