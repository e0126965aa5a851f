"""raw/BBB-AA.json: what one process found, read into a Process."""

from __future__ import annotations

import re

from reports.result.run import Check, Process, Series
from reports.result.schema import (
    MANY,
    Fields,
    Mismatch,
    any_number,
    anything,
    array,
    count,
    flag,
    items,
    mapping,
    number,
    numbers,
    one_of,
    samples,
    text,
)
from reports.words.phases import COLD, REPEATED

STATUSES = (
    *("ok", "wrong", "refused", "unsupported", "unavailable"),
    *("timeout", "crashed", "out of memory"),
)
SHORTEST, LONGEST = 1e-12, 1e8  # seconds; a sample outside was not measured
NAME = re.compile(r"(\d{3,9})-(\d{2,9})\.json", re.ASCII)


def read_process(fields: Fields, file: str) -> Process:
    """What one process found, from the raw file named ``file``. Raises Mismatch."""
    facts = fields.maybe("facts", mapping(anything)) or {}
    overhead = Fields(facts, "facts").maybe("call_overhead_seconds", number(0, LONGEST))
    process = Process(
        file=file,
        block=fields.need("block", count(0, MANY)),
        position=fields.need("position", count(0, MANY)),
        arm=fields.need("arm", count(0, MANY)),
        framework=fields.maybe("framework", text),
        framework_version=fields.maybe("framework_version", text),
        differentiation=fields.maybe("differentiation", text),
        execution=fields.maybe("execution", text),
        status=fields.need("status", one_of(*STATUSES)),
        reason=fields.maybe("reason", text),
        failed_check=fields.maybe("failed_check", text),
        checks=fields.maybe("checks", items(_check)) or (),
        gradient_error=fields.maybe("gradient_error", any_number),
        trajectory_error=fields.maybe("trajectory_error", any_number),
        w=fields.maybe("w", array),
        b=fields.maybe("b", array),
        losses=fields.maybe("losses", array),
        cold=_cold(fields),
        phases=_phases(fields),
        absent=fields.maybe("absent", mapping(text)) or {},
        call_overhead_seconds=overhead,
        facts=facts,
    )
    _agree(process)
    return process


def _agree(process: Process) -> None:
    """Raise where the status contradicts the rest: such numbers must not reach a reader."""
    failed = [check.name for check in process.checks if not check.ok]
    if process.status == "ok" and failed:
        raise Mismatch("status", "ok", f"wrong, for the check {failed[0]} failed")
    if process.status != "ok" and process.phases:
        raise Mismatch("phases", list(process.phases), f"no times, for it is {process.status}")


def _check(value: object, where: str) -> Check:
    fields = Fields(value, where)
    values = fields.maybe("values", numbers) or {}
    message = fields.maybe("message", text)
    return Check(fields.need("name", text), fields.need("ok", flag), message, values)


def _cold(fields: Fields) -> dict[str, float]:
    cold = Fields(fields.maybe("cold", anything) or {}, "cold")
    given = {name: cold.maybe(name, number(0, LONGEST)) for name in COLD}
    return {name: seconds for name, seconds in given.items() if seconds is not None}


def _phases(fields: Fields) -> dict[str, Series]:
    phases = fields.maybe("phases", mapping(anything)) or {}
    return {
        name: _series(Fields(phases[name], f"phases.{name}"), name)
        for name in REPEATED
        if name in phases
    }


def _series(fields: Fields, name: str) -> Series:
    calls = fields.need("epochs_per_call", count(1, MANY))
    divisor = 1 if name == "train" else calls
    warmup = fields.maybe("warmup_seconds", samples(0, LONGEST))
    noise = Fields(fields.maybe("noise", mapping(anything)) or {}, f"phases.{name}.noise")
    return Series(
        seconds=fields.need("seconds", samples(SHORTEST, LONGEST, at_least=1)) / divisor,
        iterations=fields.need("iterations", count(1, MANY)),
        warmup_seconds=samples(0, LONGEST)([], "") if warmup is None else warmup / divisor,
        units_a_call=divisor,
        disturbances=noise.maybe("disturbances", items(text)),
    )
