"""A run, read from its folder: the only module that knows the files' keys.

The files are described in ``docs/result-format.md``. Whatever does not fit raises BadResult.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from reports.phases import COLD, REPEATED
from reports.points import read_points
from reports.run import Arm, Check, Plan, Process, Run, Series, Spec
from reports.schema import (
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

VERSION = 1
STATUSES = (
    *("ok", "wrong", "refused", "unsupported", "unavailable"),
    *("timeout", "crashed", "out of memory"),
)
SHORTEST, LONGEST = 1e-12, 1e8  # seconds; a sample outside was not measured
LARGEST_FILE = 2**28  # bytes
MANY = 2**53  # whole numbers up to here are exact in every reader of JSON
RAW_NAME = re.compile(r"(\d{3,9})-(\d{2,9})\.json")


T = TypeVar("T")


class BadResult(ValueError):
    """A file of the run is not what this version reads; the text says which, why, what to do."""


def load_run(folder: Path) -> Run:
    """The run in ``folder``. Raises BadResult."""
    plan = _read(folder / "plan.json", "autograd-bench plan", _plan)
    names = sorted(path.name for path in _listing(folder / "raw"))
    processes = tuple(_process_file(folder / "raw" / name, plan) for name in names)
    discarded = tuple(sorted(str(p.relative_to(folder)) for p in _listing(folder / "discarded")))
    problem = folder / "problem"
    try:
        points = read_points(problem, plan.problem.n_examples, plan.problem.n_features)
    except Mismatch as error:
        raise BadResult(f"{problem}: {error} Start a new run.") from error
    return Run(folder.resolve().name, plan, processes, discarded, points)


def _listing(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.rglob("*.json") if not path.name.startswith(".")]
    except OSError as error:
        raise BadResult(f"{folder} cannot be listed ({error}); make it readable.") from error


def _read(path: Path, form: str, reader: Callable[[Fields], T]) -> T:
    """What ``reader`` makes of the JSON file at ``path``, its format and version checked."""
    try:
        fields = Fields(json.loads(_bytes(path)))
        found = fields.maybe("format", anything)
        if found != form:
            raise Mismatch("format", found, f"{form!r}")
        version = fields.need("version", count(0, MANY))
        if version != VERSION:
            asked = f"{VERSION}, the one this program reads. Use the program that wrote it"
            raise Mismatch("version", version, asked)
        return reader(fields)
    except BadResult:
        raise
    except (ValueError, RecursionError) as error:
        advice = _advice(path)
        raise BadResult(f"{path} is not a readable {form} file: {error} {advice}") from error


def _bytes(path: Path) -> bytes:
    if not path.is_file():
        raise BadResult(f"{path} is not there; expected the folder of a run, with plan.json in it.")
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        raise BadResult(f"{path} cannot be read ({error}); make it readable.") from error
    if content is None:
        raise BadResult(f"{path} is larger than {LARGEST_FILE} bytes; expected a result file.")
    if not content.strip():
        raise BadResult(f"{path} is empty; expected JSON. {_advice(path)}")
    return content


def _advice(path: Path) -> str:
    if path.name == "plan.json":
        return "Start a new run, or give the folder of another one."
    return "Delete the file and resume the run: it is then measured again."


def _plan(fields: Fields) -> Plan:
    arms = _arms(fields)
    index = count(0, len(arms) - 1)
    blocks = fields.need("blocks", items(items(index)))
    for i, block in enumerate(blocks):
        if len(set(block)) != len(block):
            raise Mismatch(f"blocks[{i}]", list(block), "each arm at most once")
    return Plan(
        created=fields.need("created", text),
        profile=fields.need("profile", text),
        seed=fields.need("seed", count(0, 2**200)),
        threads=fields.need("threads", count(1, 2**20)),
        margin=fields.need("margin", number(1e-6, 10)),
        phases=fields.need("phases", items(one_of(*REPEATED))),
        problem=_problem(fields),
        baseline=fields.need("baseline", index),
        arms=arms,
        blocks=blocks,
    )


def _arms(fields: Fields) -> tuple[Arm, ...]:
    arms = tuple(_arm(i, Fields(value, f"arms[{i}]")) for i, value in enumerate(_objects(fields)))
    names = [arm.name for arm in arms]
    for arm in arms:
        if names.count(arm.name) > 1:
            raise Mismatch(f"arms[{arm.index}].name", arm.name, "a name no other arm has")
        if arm.null_of is not None and (arm.null_of >= len(arms) or arm.null_of == arm.index):
            raise Mismatch(f"arms[{arm.index}].null_of", arm.null_of, "the index of another arm")
    return arms


def _objects(fields: Fields) -> tuple[object, ...]:
    return fields.need("arms", items(anything, at_least=1))


def _arm(index: int, fields: Fields) -> Arm:
    return Arm(
        index=index,
        name=fields.need("name", text),
        backend=fields.need("backend", text),
        framework=fields.maybe("framework", text),
        differentiation=fields.maybe("differentiation", text),
        execution=fields.maybe("execution", text),
        device=fields.need("device", text),
        dtype=fields.need("dtype", text),
        python=fields.maybe("python", text),
        null_of=fields.maybe("null_of", count(0, MANY)),
        named=fields.maybe("named", flag) or False,
    )


def _problem(fields: Fields) -> Spec:
    spec = Fields(fields.need("problem", anything), "problem")
    true = Fields(fields.need("true", anything), "true")
    reference = Fields(fields.need("reference", anything), "reference")
    return Spec(
        n_examples=spec.need("n_examples", count(1, MANY)),
        n_features=spec.need("n_features", count(1, MANY)),
        batch_size=spec.need("batch_size", count(1, MANY)),
        epochs=spec.need("epochs", count(1, MANY)),
        lr=spec.need("lr", number(0, 1e30)),
        noise=spec.need("noise", number(0, 1e30)),
        seed=spec.need("seed", count(0, 2**200)),
        sha256=spec.need("sha256", text),
        w_true=true.need("w", array),
        b_true=true.need("b", array),
        w_reference=reference.need("w", array),
        b_reference=reference.need("b", array),
        losses_reference=reference.need("losses", array),
        recovers=reference.need("recovers", flag),
    )


def _process_file(path: Path, plan: Plan) -> Process:
    process = _read(path, "autograd-bench raw", lambda fields: _process(fields, path.name))
    named = RAW_NAME.fullmatch(path.name)
    where = (process.block, process.arm)
    if named is None or (int(named[1]), int(named[2])) != where:
        raise BadResult(f"{path} holds block {where[0]}, arm {where[1]}; its name says otherwise.")
    if process.block >= len(plan.blocks) or process.arm not in plan.blocks[process.block]:
        raise BadResult(f"{path} was not planned; expected only blocks and arms of plan.json.")
    return process


def _process(fields: Fields, file: str) -> Process:
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
        facts=fields.maybe("facts", mapping(anything)) or {},
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
    return Series(
        seconds=fields.need("seconds", samples(SHORTEST, LONGEST, at_least=1)) / divisor,
        iterations=fields.need("iterations", count(1, MANY)),
        warmup_seconds=samples(0, LONGEST)([], "") if warmup is None else warmup / divisor,
    )
