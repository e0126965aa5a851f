"""A session with a fleet: asked what its first machine is, then to measure a run."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from backends.errors import BadInput
from bench.fleet import errands
from bench.fleet.bundle import bundle_of
from bench.fleet.coordinator import Coordinator
from bench.fleet.fleet import Failed, Fleet, Host, SchedulerGone, WorkerGone, connected
from bench.fleet.intake import Intake
from bench.runner.conditions import differences
from bench.runner.run_folder import HeldRun, resume_command
from bench.runner.suite import sources

FIRST_SECONDS = 60.0  # in which a first machine has to be there
CLEAR_SECONDS = 10.0
Say = Callable[[str], None]


def first_machine(address: str, say: Say) -> dict[str, Any]:
    """What the first machine of the fleet at ``address`` is to a process there. Raises BadInput."""

    async def ask() -> dict[str, Any]:
        async with connected(address) as client:
            fleet = Fleet(client, objection_of_sources, say)
            began = time.monotonic()
            while not fleet.hosts:
                await fleet.refresh()
                if fleet.refused and not fleet.coming and not fleet.hosts:
                    reasons = " ".join(fleet.refused.values())
                    raise BadInput(f"no machine of the fleet can measure: {reasons}")
                if time.monotonic() - began > FIRST_SECONDS:
                    raise BadInput(
                        f"no worker has joined the scheduler at {address} in {FIRST_SECONDS:g} s; "
                        f"expected one a machine. Start some there: dask worker {address}"
                    )
                await asyncio.sleep(0.1)
            return next(iter(fleet.hosts.values())).facts

    try:
        return asyncio.run(ask())
    except SchedulerGone as error:
        raise BadInput(f"the scheduler at {address} does not answer: {error}") from error


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

    async def measure() -> None:
        async with connected(address) as client:
            fleet = Fleet(client, objection, say)
            await Coordinator(runs, fleet, bundle, intake, told, module).measure()
            await clear(fleet, bundle.run)

    try:
        asyncio.run(measure())
    except SchedulerGone as error:
        folder = runs[0].folder
        raise BadInput(
            f"the scheduler at {address} is gone ({error}). What is finished is kept in {folder}. "
            f"Start it and its workers again, then go on: {resume_command(folder)} --fleet {address}"
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
    with suppress(WorkerGone, SchedulerGone, Failed, TimeoutError, asyncio.TimeoutError):
        await asyncio.wait_for(asyncio.gather(*asked), CLEAR_SECONDS)
