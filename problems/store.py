"""Problems and their references on disk: a folder that every process of a run reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from problems import timed_orders
from problems.case import Case, sha256
from problems.data_file import DataFile
from problems.errors import BadInput, BadObjective
from problems.problem import Problem
from problems.reference import Reference
from problems.source import stored
from problems.spec import ProblemSpec
from problems.timed_orders import TimedOrders


def save(folder: Path, problem: Problem, cases: Iterable[Case] = ()) -> None:
    """Write ``spec.json``, one ``.npy`` file an array, and one ``.npz`` for each of ``cases``."""
    folder.mkdir(parents=True, exist_ok=True)
    timed = timed_orders.drawn(problem.spec)
    for name, array in (*problem.arrays(), ("timed_orders", timed.orders)):
        np.save(folder / f"{name}.npy", array)
    if problem.spec.source is not None:
        problem.spec.source.save(folder)
    hashes = {}
    for case in cases:
        dtype, references = str(case.problem.start[0].dtype), case.references()
        hashes[dtype] = sha256(references)
        arrays: dict[str, Any] = {
            f"{variant}.{name}": array
            for variant, one in references.items()
            for name, array in one.arrays()
        }
        np.savez(folder / f"references-{dtype}.npz", **arrays)
    record = problem.spec.as_json() | {
        "sha256": problem.sha256(),
        "timed_orders": timed.sha256,
        "references": hashes,
    }
    (folder / "spec.json").write_text(json.dumps(record, indent=1), encoding="utf-8")


def load(folder: Path) -> Problem:
    """The stored problem, its arrays mapped read-only. Raises BadInput where a file is unusable."""
    try:
        given = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        spec = read_spec(folder, given)
        problem = with_arrays(folder, spec)
    except BadObjective:  # of the user's file, by an interpreter that lacks what it imports
        raise
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise BadInput(f"cannot read a problem from {folder}: {error}. Start a new run.") from error
    if problem.sha256() != given.get("sha256"):
        raise BadInput(f"the problem in {folder} has changed since it was stored. Start a new run.")
    return problem


def read_spec(folder: Path, given: Mapping[str, Any]) -> ProblemSpec:
    """The spec that ``given`` tells, its source read from ``folder``; raises what they raise."""
    told = {f.name: given[f.name] for f in fields(ProblemSpec) if f.name in given}
    if "source" in told:
        told["source"] = stored(folder, told["source"])
    if "data" in told:
        told["data"] = DataFile(**told["data"])
    return ProblemSpec(**told)


def with_arrays(folder: Path, spec: ProblemSpec) -> Problem:
    """The problem of ``spec`` with the arrays in ``folder``."""
    objective = spec.its_objective

    def mapped(names: Iterable[str]) -> tuple[np.ndarray, ...]:
        return tuple(np.load(folder / f"{name}.npy", mmap_mode="r") for name in names)

    true = [f"{name}_true" for name in objective.params]
    has_truth = (folder / f"{true[0]}.npy").exists()
    (orders,) = mapped(["orders"])
    return Problem(
        objective,
        spec,
        data=mapped(objective.data),
        start=mapped(f"{name}_start" for name in objective.params),
        orders=orders,
        truth=mapped(true) if has_truth else None,
    )


def load_timed_orders(folder: Path) -> TimedOrders:
    """The orders of timed calls, mapped read-only. Raises BadInput where they are not as stored."""
    path = folder / "timed_orders.npy"
    try:
        expected = json.loads((folder / "spec.json").read_text(encoding="utf-8"))["timed_orders"]
        orders: np.memmap[Any, Any] = np.load(path, mmap_mode="r")
        with path.open("rb") as file:  # read, not mapped: their pages are no memory of the arm's
            file.seek(orders.offset)
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError, KeyError, EOFError) as error:
        what = f"cannot read the orders of timed calls in {folder}: {error}"
        raise BadInput(f"{what}. Start a new run.") from error
    if found != expected:
        raise BadInput(f"the orders of timed calls in {folder} have changed. Start a new run.")
    return TimedOrders(orders, found)


def load_case(folder: Path, problem: Problem) -> Case:
    """The case of ``problem``, which is in an arm's dtype, with the references stored for it.

    Raises BadInput where they have changed. Where none are stored they are computed when asked for.
    """
    dtype = str(problem.start[0].dtype)
    found: dict[str, dict[str, np.ndarray]] = {}
    try:
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        expected = spec.get("references", {})
        if dtype not in expected:
            return Case(problem)
        with np.load(folder / f"references-{dtype}.npz") as file:
            for name in file.files:
                variant, _, rest = name.partition(".")
                found.setdefault(variant, {})[rest] = file[name]
        stored = {variant: Reference.from_arrays(arrays) for variant, arrays in found.items()}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        what = f"cannot read the references in {folder}: {error}"
        raise BadInput(f"{what}. Start a new run.") from error
    if sha256(stored) != expected[dtype]:
        raise BadInput(f"the references in {folder} have changed. Start a new run.")
    return Case(problem, stored)
