"""The fleet: the workers of one scheduler of Dask, those that may measure and those refused."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from concurrent.futures import CancelledError
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from backends.errors import BadInput
from bench.fleet import errands

ANSWER_SECONDS = 30.0  # in which a scheduler that is there answers
ERRAND_SECONDS = 600.0  # in which a worker reads what it has of a run, or writes a piece of it
MOST_TRIES = 3
T = TypeVar("T")


class WorkerGone(Exception):
    """A worker left, or was ended, before it answered."""


class SchedulerGone(Exception):
    """The scheduler left, or does not answer."""


class Failed(Exception):
    """An errand raised on its worker."""


class Unfit(Failed):
    """An errand says why nothing can be measured where its worker runs."""


@dataclass(frozen=True)
class Host:
    """One worker, with the machine on which it runs."""

    address: str
    worker: str  # which one it is: another may come to the same address
    host: str  # name of the machine, for messages alone
    machine: str
    boot: str | None
    sources: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.address} ({self.host})"


@dataclass
class Fleet:
    """Keeps who is there, and asks them; ``objection``: why a host may not measure, or None."""

    client: Any  # of Dask, asynchronous
    address: str  # of its scheduler
    objection: Callable[[Host], str | None]
    say: Callable[[str], None]
    hosts: dict[str, Host] = field(default_factory=dict)  # by address, in the order they came
    refused: dict[str, str] = field(default_factory=dict)  # by address, of those that are there
    coming: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    left: dict[str, asyncio.Event] = field(default_factory=dict)  # set when the worker is gone
    unheard: Counter[str] = field(default_factory=Counter)  # failed connections, by address

    async def refresh(self) -> None:
        """Take note of who came and who left. Raises SchedulerGone."""
        try:
            there = await asyncio.wait_for(self.client.nthreads(), ANSWER_SECONDS)
        except (OSError, TimeoutError, CancelledError) as error:
            why = str(error).partition("\n")[0] or f"no answer in {ANSWER_SECONDS:g} s"
            raise SchedulerGone(why) from error
        if self.client.status != "running":
            raise SchedulerGone(f"its connection is {self.client.status}")
        for address in [one for one in self.left if one not in there]:
            self.lose(address)
        for address in [one for one in there if one not in self.left]:
            self.left[address] = asyncio.Event()
            self.coming[address] = heard(self.welcome(address))
        for address in [one for one, task in self.coming.items() if task.done()]:
            self.coming.pop(address).result()

    def lose(self, address: str) -> None:
        """Forget a worker, and tell whoever waits for it."""
        if left := self.left.pop(address, None):
            left.set()
        self.hosts.pop(address, None)
        self.refused.pop(address, None)

    def refuse(self, address: str, reason: str) -> None:
        """Ask nothing more of a worker, and say why."""
        who = self.hosts.pop(address, address)
        self.refused[address] = f"{who} is refused: {reason}"
        self.say(self.refused[address])

    def require_hope(self, waited: float, most: float) -> None:
        """Raise BadInput where no machine is left, and none came while ``most`` seconds passed."""
        if self.hosts or self.coming:
            return
        if self.refused:
            reasons = " ".join(self.refused.values())
            raise BadInput(f"no machine of the fleet can measure: {reasons}")
        if waited > most:
            raise BadInput(
                f"no worker was there for {most:g} s; expected one a machine. Start them: "
                f"dask worker {self.address}"
            )

    def close(self) -> None:
        """Wait for nobody any longer."""
        for task in self.coming.values():
            task.cancel()

    async def welcome(self, address: str) -> None:
        """Ask a new worker what it is, and take it among the hosts or refuse it."""
        try:
            host = Host(address, **await self.while_there(address, self.introduced(address)))
        except WorkerGone:
            if address in self.left:  # it is there, its connection was not
                self.ask_again(address)
            return
        except Failed as error:
            advice = "Install autograd-bench there as it is here, with its extra fleet."
            self.refuse(address, f"it cannot say what it is ({error}). {advice}")
            return
        self.hosts[address] = host
        self.unheard.pop(address, None)
        if reason := self.objection(host) or self.confusion(host):
            self.refuse(address, reason)

    def ask_again(self, address: str) -> None:
        """Forget a worker, so that it is new at the next look; refuse it when that was in vain."""
        self.unheard[address] += 1
        if self.unheard[address] < MOST_TRIES:
            self.lose(address)
        else:
            self.refuse(address, f"its connection failed {MOST_TRIES} times in a row.")

    def confusion(self, host: Host) -> str | None:
        """Why ``host`` cannot be told from another machine, or None."""
        for other in self.hosts.values():
            if other.machine == host.machine and other.boot != host.boot:
                return (
                    f"its machine has the identity of {other}, and was started at another time: "
                    "two machines of one image. Set AUTOGRAD_BENCH_MACHINE to the machine's own "
                    "name in the environment of each worker."
                )
        return None

    async def ask(self, address: str, errand: Callable[..., Any], *words: Any) -> Any:
        """What ``errand`` returns on the worker. Raises WorkerGone, SchedulerGone, Failed."""
        future = self.client.submit(
            errand,
            *words,
            key=f"autograd-bench-{errand.__name__}-{uuid4().hex}",
            workers=[address],
            allow_other_workers=False,
            pure=False,
            retries=0,
        )
        try:
            return await self.while_there(address, answer_of(future))
        finally:
            future.release()  # what still runs there sees that nobody waits for it

    async def ask_soon(self, address: str, errand: Callable[..., Any], *words: Any) -> Any:
        """As ``ask``, of what takes a moment. Raises Failed too where a worker's disk hangs."""
        try:
            return await asyncio.wait_for(self.ask(address, errand, *words), ERRAND_SECONDS)
        except TimeoutError as error:
            raise Failed(f"{errand.__name__}: no answer in {ERRAND_SECONDS:g} s") from error

    async def introduced(self, address: str) -> dict[str, Any]:
        """What a worker says of its machine. Raises WorkerGone, Failed.

        Not asked as a task: one that a worker cannot read, for want of our packages, ends it.
        """
        try:
            told = await self.client.run(errands.introduced, workers=[address])
        except OSError as error:
            raise WorkerGone(f"{address} is gone") from error
        except Exception as error:
            raise Failed(f"{type(error).__name__}: {error}") from error
        found: dict[str, Any] = told[address]
        return found

    async def while_there(self, address: str, work: Coroutine[Any, Any, T]) -> T:
        """What ``work`` returns, unless the worker leaves before. Raises WorkerGone."""
        answer = heard(work)
        if address not in self.left:
            answer.cancel()
            raise WorkerGone(f"{address} is gone")
        left = asyncio.create_task(self.left[address].wait())
        try:
            await asyncio.wait((answer, left), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise WorkerGone(f"{address} is gone")
            return answer.result()
        finally:
            left.cancel()
            answer.cancel()


def heard(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """A task that may fail while nobody waits for it any longer."""
    task = asyncio.create_task(work)
    task.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
    return task


async def answer_of(future: Any) -> Any:
    """The result of a task. Raises WorkerGone, SchedulerGone, Failed, Unfit, BadInput."""
    from distributed import KilledWorker

    try:
        return await future.result()
    except KilledWorker as error:
        raise WorkerGone("its worker was ended") from error
    except CancelledError as error:
        raise SchedulerGone(str(error).partition("\n")[0]) from error
    except BadInput as error:  # the errand's own
        raise Unfit(str(error)) from error
    except Exception as error:
        if "deserialization of the task graph" in str(error):
            raise BadInput(
                "the scheduler cannot read what it is to pass on to its workers. Install "
                "autograd-bench there as it is here, with its extra fleet."
            ) from error
        raise Failed(f"{type(error).__name__}: {error}") from error


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[Any]:
    """A client of the scheduler at ``address``. Raises BadInput where there is none."""
    try:
        from distributed import Client
    except ImportError as error:
        raise BadInput(
            "--fleet needs Dask, and distributed cannot be imported here: "
            f"pip install 'autograd-bench[fleet]' ({error})."
        ) from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what it would
    options = {"asynchronous": True, "timeout": ANSWER_SECONDS, "set_as_default": False}
    with unreached(address):
        client = Client(address, **options)
    try:
        with unreached(address):  # Dask waits for ever for what takes a connection and is silent
            await asyncio.wait_for(client, ANSWER_SECONDS)
        yield client
    finally:
        with suppress(Exception):
            await asyncio.wait_for(client.close(), ANSWER_SECONDS)


@contextmanager
def unreached(address: str) -> Iterator[None]:
    """Raise BadInput where no scheduler answers, or Dask's own configuration does not fit it."""
    try:
        yield
    except (OSError, ValueError, TypeError, RuntimeError, TimeoutError) as error:
        why = str(error) or f"nothing in {ANSWER_SECONDS:g} s"
        raise BadInput(
            f"--fleet is {address!r}: no scheduler of Dask answers there ({why}). Expected an "
            "address such as tcp://HEAD:8786 (start one by dask scheduler), and for tls:// the "
            "certificates in Dask's configuration (docs/cluster.md)."
        ) from error
