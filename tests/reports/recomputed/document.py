"""The whole of cells.json, every key of it: recomputed, copied from a file, or prose."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.reports.recomputed.break_even import break_even, mistold
from tests.reports.recomputed.case_map import Case, beside_fastest, case_map
from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.disturbed import disturbed
from tests.reports.recomputed.environment import environment, machine
from tests.reports.recomputed.far_blocks import far_blocks
from tests.reports.recomputed.files import Files, flat, further, problems, read
from tests.reports.recomputed.first_calls import first_calls
from tests.reports.recomputed.headline import contradictions
from tests.reports.recomputed.leads import leads, totals
from tests.reports.recomputed.machines import one_machine
from tests.reports.recomputed.operators import operators
from tests.reports.recomputed.pairs import gate, pairs
from tests.reports.recomputed.statistic import blocks_for, given
from tests.reports.recomputed.sweep import sweep
from tests.reports.recomputed.yardsticks import by_hand, flop, n_numbers, yardsticks


class _Prose:
    """Stands for sentences made of numbers that are elsewhere in the document."""

    def __repr__(self) -> str:
        return "prose"


PROSE: Final = _Prose()


@dataclass(frozen=True)
class Asked:
    """Stands for what is asked of a value instead of computing it."""

    mistakes: Callable[[Any], list[str]]


COPIED = ("created", "profile", "seed", "threads", "margin", "rounds", "max_discards")
SPEC = ("n_examples", "batch_size", "epochs", "lr", "seed", "sha256")


def document(folder: Path) -> dict[str, Any]:
    """What cells.json of the run in ``folder`` must hold."""
    files = read(folder)
    size, others = Size(files), [Size(one) for one in further(folder)]
    cases = [(".", size), *((f"sizes/{one.files.name}", one) for one in others)]
    cases += [(place, Size(one)) for place, one in problems(folder)]
    return {
        "format": "autograd-bench cells",
        "version": 2,
        "run": files.name,
        **{key: files.plan.get(key) for key in COPIED},
        "baseline": files.arms[files.plan["baseline"]]["name"],
        "n_blocks": files.n_blocks,
        "n_missing": _n_missing(size),
        "machine": machine(files),
        "n_machines": 1,
        "claim": "this machine",
        "machines": [one_machine(size)],
        "unusable": None if size.is_usable else PROSE,
        "phases": list(files.phases),
        "headline": Asked(lambda clauses: contradictions(size, clauses)),
        "sentences": PROSE,
        "null_arm": _null_arm(size),
        "yardsticks": yardsticks(size),
        "autodiff_over_hand_written": by_hand(size),
        "problem": _problem(size),
        "arms": [
            {**told, "break_even": _break_even(size, arm)}
            for arm, told in enumerate(size.standings)
        ],
        "leads": leads(size),
        "totals": totals(size),
        "first_calls": first_calls(size),
        **_blocks_for(size, 1.05),
        "beside_fastest": beside_fastest(size),
        "far_blocks": far_blocks(size),
        "cells": size.cells(),
        "operators": operators(size),
        "pairs": pairs(size),
        "gate": gate([one for _, one in cases], PROSE),
        **environment(files),
        "disturbed": disturbed(files),
        "kept_variables": files.plan.get("kept_variables") or {},
        "dropped_switches": sorted(_dropped(files)),
        "discards": [
            {"file": name, **{key: note[key] for key in ("block", "reasons", "files")}}
            for name, note in files.discards.items()
        ],
        "files": _files(files),
        "sizes": [_further(other) for other in others],
        "sweep": _with_prose(sweep([size, *others]), [size, *others]),
        "map": _map(cases),
    }


def _map(cases: list[Case]) -> dict[str, Any] | None:
    found = case_map(cases)
    for told, (_, size) in zip(found["cases"] if found else (), cases, strict=bool(found)):
        told["unusable"] = None if size.is_usable else PROSE
    return found


def _break_even(size: Size, arm: int) -> dict[str, Any] | None:
    found, asked = break_even(size, arm), Asked(lambda text: mistold(size, arm, text))
    return found and {**found, "text": asked}


def _dropped(files: Files) -> set[str]:
    """Every name that a process's facts list as dropped."""
    return {name for one in files.raw.values() for name in one["facts"].get("dropped_switches", ())}


def _n_missing(size: Size) -> int:
    return sum(told["n_missing"] for told in size.standings if not told["n_failed"])


def _blocks_for(size: Size, effect: float) -> dict[str, int | None]:
    """The blocks that every arm needs, null arms too; None where one of them cannot."""
    base, margin = size.baselines, size.files.plan["margin"]
    columns = [
        size.ratio(arm, base[arm], "epoch")
        for arm in range(len(base))
        if "epoch" in size.files.phases and base[arm] != arm
    ]
    known = [column for column in columns if len(given(column)) >= 2]
    number, low, high = (
        _most([blocks_for(column, margin, effect, level) for column in known])
        for level in (None, 0.975, 0.025)
    )
    key, is_known = "blocks_for_5_percent", number is not None and low is not None
    return {
        key: number if is_known else None,
        f"{key}_low": low if is_known else None,
        f"{key}_high": high if is_known else None,
    }


def _most(needed: list[int | None]) -> int | None:
    found = [n for n in needed if n is not None]
    return max(found) if found and len(found) == len(needed) else None


def _null_arm(size: Size) -> dict[str, Any]:
    cells = size.null_cells
    told = {"usable": size.is_usable, "judged": bool(cells), "text": PROSE}
    told |= {"state": size.state}
    return told | {"cells": cells}


def _problem(size: Size) -> dict[str, Any]:
    """Of the lesson: all that these runs have."""
    files = size.files
    spec, true, reference = (files.plan[key] for key in ("problem", "true", "reference"))
    shapes = {"w": [spec["n_features"], 1], "b": [1]}
    answers = ("true", true), ("reference", reference)
    return {
        **{key: spec[key] for key in SPEC},
        "objective": "linreg",
        "title": "the lesson",
        "sizes": {key: spec[key] for key in ("n_features", "noise")},
        "steps": spec.get("steps"),
        "n_visited": files.n_visited,
        "parameters": [
            {"name": name, "shape": shape, **{key: flat(found[name]) for key, found in answers}}
            for name, shape in shapes.items()
        ],
        "losses_reference": flat(reference["losses"]),
        "recovers": reference["recovers"],
        "cost": {"flop": flop(size), "n_numbers": n_numbers(size)},
        "trained": True,
        "source": None,
        "data": None,
    }


def _files(files: Files) -> dict[str, Any]:
    return {
        "raw": list(files.raw),
        "ceilings": list(files.ceilings),
        "discarded": [f"discarded/{name}" for name in files.discards],
    }


def _further(size: Size) -> dict[str, Any]:
    return {
        "size": size.files.name,
        "problem": _problem(size),
        "n_blocks": size.files.n_blocks,
        "n_missing": _n_missing(size),
        "unusable": None if size.is_usable else PROSE,
        "null_arm": _null_arm(size),
        "cells": size.cells(),
        "pairs": pairs(size),
        "disturbed": disturbed(size.files),
        "files": _files(size.files),
    }


def _with_prose(found: dict[str, Any] | None, sizes: list[Size]) -> dict[str, Any] | None:
    for point, size in zip(found["points"] if found else (), sizes, strict=bool(found)):
        point["unusable"] = None if size.is_usable else PROSE
    return found


def differences(actual: Any, expected: Any, path: str = "") -> list[str]:
    """Every place at which ``actual`` is not what was recomputed, or was not recomputed at all."""
    if isinstance(expected, Asked):
        return [f"{path}: {text}" for text in expected.mistakes(actual)]
    if expected is PROSE:
        return [] if _is_prose(actual) else [f"{path} is {actual!r}; expected sentences"]
    if isinstance(expected, dict) and isinstance(actual, dict):
        extra = [f"{path}.{key} is not recomputed" for key in actual.keys() - expected.keys()]
        lost = [f"{path}.{key} is not there" for key in expected.keys() - actual.keys()]
        both = [key for key in actual if key in expected]
        inner = [differences(actual[key], expected[key], f"{path}.{key}") for key in both]
        return extra + lost + [text for found in inner for text in found]
    if isinstance(expected, list) and isinstance(actual, list):
        if len(actual) != len(expected):
            return [f"{path} has {len(actual)} entries; expected {len(expected)}"]
        pairs = enumerate(zip(actual, expected, strict=True))
        inner = [differences(a, e, f"{path}[{i}]") for i, (a, e) in pairs]
        return [text for found in inner for text in found]
    return [] if _same(actual, expected) else [f"{path} is {actual!r}; expected {expected!r}"]


def _is_prose(value: Any) -> bool:
    texts = value if isinstance(value, list) else [value]
    return bool(texts) and all(isinstance(text, str) and text for text in texts)


def _same(actual: Any, expected: Any) -> bool:
    if isinstance(expected, float) and not math.isfinite(expected):
        return actual is None
    number = isinstance(expected, int | float) and not isinstance(expected, bool)
    if number and isinstance(actual, int | float) and not isinstance(actual, bool):
        return math.isclose(actual, expected, rel_tol=1e-9, abs_tol=1e-13)
    return type(actual) is type(expected) and bool(actual == expected)
