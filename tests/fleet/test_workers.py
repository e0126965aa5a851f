"""Workers that come, go, and cannot be reached for a moment, as a client of Dask tells of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from backends.errors import BadInput
from bench.fleet import errands
from bench.fleet import fleet as of_fleet
from bench.fleet.fleet import Failed, Fleet, WorkerGone
from bench.fleet.session import clear

ADDRESS = "tcp://127.0.0.1:1"
TOLD = {"worker": "w", "host": "h", "machine": "m", "boot": "b", "sources": "s", "facts": {}}


class FlakyClient:
    """A client that sees one worker, and cannot reach it the first ``n_failures`` times."""

    status = "running"

    def __init__(self, n_failures: int) -> None:
        self.n_failures = n_failures

    async def nthreads(self) -> dict[str, int]:
        return {ADDRESS: 1}

    async def run(self, errand: object, workers: list[str]) -> dict[str, Any]:
        if self.n_failures:
            self.n_failures -= 1
            raise OSError("timed out")
        return dict.fromkeys(workers, TOLD)


def fleet_after(n_looks: int, n_failures: int) -> Fleet:
    """A fleet that has looked so often."""

    async def look() -> Fleet:
        fleet = Fleet(FlakyClient(n_failures), "tcp://127.0.0.1:2", lambda host: None, print)
        for _ in range(n_looks):
            await fleet.refresh()
            await asyncio.gather(*fleet.coming.values())
        return fleet

    return asyncio.run(look())


def test_a_worker_that_was_not_reached_is_asked_again() -> None:
    assert list(fleet_after(1, n_failures=2).hosts) == []
    assert list(fleet_after(3, n_failures=2).hosts) == [ADDRESS]


def test_a_worker_that_is_never_reached_is_refused() -> None:
    fleet = fleet_after(5, n_failures=5)
    assert fleet.hosts == {}
    assert "its connection failed 3 times" in fleet.refused[ADDRESS]


def test_a_worker_that_cannot_say_what_it_is_is_not_one_that_was_not_reached(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full() -> None:
        raise PermissionError("/proc")

    monkeypatch.setattr(errands, "machine_facts", full)
    with pytest.raises(BadInput, match="PermissionError: /proc"):
        errands.introduced(type("Worker", (), {"id": "w"}))


def test_a_worker_may_be_lost_twice() -> None:
    """Another one came to its address, and left as well, before its answer was looked at."""
    fleet = fleet_after(1, n_failures=0)
    fleet.lose(ADDRESS)
    fleet.lose(ADDRESS)
    assert (fleet.hosts, fleet.left) == ({}, {})


def test_one_worker_that_is_gone_keeps_no_other_from_being_cleared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fleet, cleared = fleet_after(1, n_failures=0), []
    fleet.hosts["tcp://127.0.0.1:3"] = fleet.hosts[ADDRESS]

    async def ask(address: str, errand: Callable[..., None], run: str) -> None:
        if address == ADDRESS:
            raise WorkerGone
        await asyncio.sleep(0.05)
        cleared.append((address, errand, run))

    monkeypatch.setattr(fleet, "ask", ask)
    asyncio.run(clear(fleet, "run"))
    assert cleared == [("tcp://127.0.0.1:3", errands.cleared, "run")]


def test_a_worker_whose_disk_hangs_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fleet = fleet_after(1, n_failures=0)

    async def ask(*words: object) -> None:
        await asyncio.sleep(600)

    monkeypatch.setattr(fleet, "ask", ask)
    monkeypatch.setattr(of_fleet, "ERRAND_SECONDS", 0.1)
    with pytest.raises(Failed, match=r"lacking: no answer in 0\.1 s"):
        asyncio.run(fleet.ask_soon(ADDRESS, errands.lacking, "run", {}))
