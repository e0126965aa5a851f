"""A session with a fleet: asked what its first machine is, then to measure a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from backends.errors import BadInput
from bench.fleet import errands
from bench.fleet.bundle import bundle_of
from bench.fleet.coordinator import Coordinator
from bench.fleet.fleet import Fleet, Host, SchedulerGone, connected
from bench.fleet.intake import Intake
from bench.runner.conditions import differences
from bench.runner.run_folder import HeldRun, resume_command
from bench.runner.suite import sources

FIRST_SECONDS = 60.0  # in which a first machine has to be there
POLL_SECONDS = 0.1
CLEAR_SECONDS = 10.0
Say = Callable[[str], None]
T = TypeVar("T")


def first_machine(address: str, say: Say) -> dict[str, Any]:
    """What the first machine of the fleet at ``address`` is to a process there. Raises BadInput."""

    async def ask(fleet: Fleet) -> dict[str, Any]:
        began = time.monotonic()
        while not fleet.hosts:
            await fleet.refresh()
            fleet.require_hope(time.monotonic() - began, FIRST_SECONDS)
            await asyncio.sleep(POLL_SECONDS)
        return next(iter(fleet.hosts.values())).facts

    try:
        return asyncio.run(with_fleet(address, objection_of_sources, say, ask))
    except SchedulerGone as error:
        raise BadInput(f"the scheduler at {address} does not answer: {error}") from error


async def with_fleet(
    address: str,
    objection: Callable[[Host], str | None],
    say: Say,
    work: Callable[[Fleet], Awaitable[T]],
) -> T:
    """What ``work`` makes of the fleet at ``address``. Raises BadInput, SchedulerGone."""
    async with connected(address) as client:
        fleet = Fleet(client, address, objection, say)
        try:
            return await work(fleet)
        finally:
            fleet.close()


def measure_on_fleet(
    address: str,
    runs: Sequence[HeldRun],
    told: Callable[[int, int], None],
    say: Say,
    module: str = "bench.fleet.block",
) -> None:
    """Measure what the run lacks on the fleet at ``address``.

    ``told``: how many blocks are whole, and how many machines measure. Raises BadInput.
    """
    intake, bundle = Intake(runs, sources()), bundle_of(runs)
    intake.finish()

    def objection(host: Host) -> str | None:
        return objection_of_sources(host) or objection_of_plan(runs[0], host)

    async def measure(fleet: Fleet) -> None:
        await Coordinator(runs, fleet, bundle, intake, told, module).measure()
        await clear(fleet, bundle.run)

    try:
        asyncio.run(with_fleet(address, objection, say, measure))
    except SchedulerGone as error:
        folder = runs[0].folder
        raise BadInput(
            f"the scheduler at {address} is gone ({error}). What is finished is kept in {folder}. "
            "Start it and its workers again, then go on: "
            f"{resume_command(folder)} --fleet {address}"
        ) from error


def objection_of_sources(host: Host) -> str | None:
    """Why ``host`` is no machine for any run begun by the suite that is here, or None."""
    if host.sources == sources():
        return None
    return (
        f"its files of autograd-bench are others ({host.sources}) than those here ({sources()}); "
        "expected the same version on every machine."
    )


def objection_of_plan(run: HeldRun, host: Host) -> str | None:
    """Why ``host`` is no machine for ``run``, or None."""
    found = [] if run.plan.unlike else list(differences(run.plan, host.facts))
    if not found:
        return None
    return (
        f"it is another machine than the run was planned for: {'; '.join(found)}. Expected "
        "machines that are alike; a new run with --unlike takes others too."
    )


async def clear(fleet: Fleet, run: str) -> None:
    """Remove what was laid on the machines that are there."""
    asked = [fleet.ask(address, errands.cleared, run) for address in fleet.hosts]
    with suppress(TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), CLEAR_SECONDS)
