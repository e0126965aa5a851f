"""Any file, however broken, gives a report or a BadRun: never a traceback of another kind."""

from __future__ import annotations

import contextlib
import io
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from reports.compare.comparison import compare_runs
from reports.compare.comparison_tables import (
    comparison_json,
    comparison_markdown,
    print_comparison,
)
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.tables import cells_csv, markdown, print_summary
from runfiles.errors import BadRun
from runfiles.load import load_run
from runfiles.records import Ceilings, Discard, Plan, Process, Record
from runfiles.store import read, write
from tests.nightly import one_by_day

GOLDEN = Path(__file__).parents[1] / "data" / "run-version-1"
MUTATIONS = 2400
EVERY = 40  # one mutation in so many also becomes a page, which takes longest,
DTYPES = ("float32", "float64")
PAIRED = 4  # and one in so many is compared with the intact run
HOSTILE: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 10**9, 2**63, 10**400, 1e300, -1e300, 1e-300, 5e-324, 0.5,
    float("nan"), float("inf"), float("-inf"), "", "ok", "wrong", "epoch", "\x00", "\ud800",
    "\u202e", "$x_", "<script>", "=1+1", "[red]", "x" * 5000, "😀" * 300, [], [[]], [[[[[]]]]], {},
    {"a": {"b": {"c": {"d": {"e": 1}}}}}, [0], [1e-3], [None], ["a", 1], [1e-3] * 3, [1e8, 1e-12],
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every node below the root of ``value``."""
    entries: list[Any] = []
    if isinstance(value, dict):
        entries = list(value.items())
    elif isinstance(value, list):
        entries = list(enumerate(value))
    return [
        found for key, entry in entries for found in [(*path, key), *places(entry, (*path, key))]
    ]


def mutate_json(rng: random.Random, path: Path) -> None:
    """Replace, remove or double one node."""
    document = json.loads(path.read_text())
    *way, last = rng.choice(places(document))
    parent = document
    for key in way:
        parent = parent[key]
    kind = rng.random()
    if kind < 0.15:
        del parent[last]
    elif kind < 0.25 and isinstance(parent, list):
        parent.append(parent[last])
    else:
        parent[last] = rng.choice(HOSTILE)
    path.write_text(json.dumps(document))


def mutate_bytes(rng: random.Random, path: Path) -> None:
    """Cut the file short, or change a few of its bytes."""
    content = bytearray(path.read_bytes())
    if rng.random() < 0.3:
        content = content[: rng.randrange(len(content))]
    else:
        for _ in range(rng.choice((1, 1, 3, 30))):
            content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(bytes(content))


def full_run(folder: Path) -> Path:
    """The golden run with what later versions of the suite write besides."""
    shutil.copytree(GOLDEN, folder)
    for path in [folder / "plan.json", *(folder / "raw").glob("*.json")]:
        document = json.loads(path.read_text())
        facts = document.setdefault("environment" if path.name == "plan.json" else "facts", {})
        facts |= {"cpu": "A Processor", "cpus": 2, "call_overhead_seconds": 8e-8}
        document |= {"rounds": 16, "max_discards": 2} if path.name == "plan.json" else {}
        path.write_text(json.dumps(document))
    spec = json.loads((folder / "plan.json").read_text())["problem"]
    (folder / "problem/spec.json").write_text(json.dumps(spec))
    for number, block in enumerate((0, 2)):
        aside = folder / "discarded" / f"{number:03d}"
        aside.mkdir(parents=True)
        files = sorted(path.name for path in (folder / "raw").glob(f"{block:03d}-*.json"))
        for name in files:
            shutil.copy(folder / "raw" / name, aside / name)
        note = {"format": "autograd-bench discard", "version": 1, "block": block, "files": files}
        note["reasons"] = ["000-01 epoch: steal_share 0.04 above 0.02"]
        aside.with_suffix(".json").write_text(json.dumps(note))
    with_what_came_later(folder)
    return folder


def with_what_came_later(folder: Path) -> None:
    """Ceilings, a twin of the baseline in another dtype, a limit, and phases over the full data."""
    (folder / "ceilings").mkdir()
    seconds = [1e-3, 1.1e-3, 0.9e-3]
    copies = [
        {"what": what, "n_bytes": size, "seconds": seconds}
        for what, size in (("memory", 2**29), ("the problem's size", 24_000))
    ]
    gathers = [{"what": "the problem's rows", "n_bytes": 32_000, "seconds": seconds}]
    products = [{"dtype": dtype, "n": 1024, "flop": 2**31, "seconds": seconds} for dtype in DTYPES]
    plan = json.loads((folder / "plan.json").read_text())
    for block in range(len(plan["blocks"])):
        record: dict[str, Any] = {"format": "autograd-bench ceilings", "version": 1, "block": block}
        record |= {"status": "ok", "reason": None, "threads": 1}
        record |= {"copies": copies, "gathers": gathers, "products": products}
        (folder / f"ceilings/{block:03d}.json").write_text(json.dumps(record))
    base, other, limit = plan["arms"][0], plan["arms"][2], plan["arms"][3]
    other |= {"backend": base["backend"], "dtype": "float64"}
    limit["backend"] = "numba"
    plan["phases"] += ["full_gradient", "loss"]
    (folder / "plan.json").write_text(json.dumps(plan))
    for path in (folder / "raw").glob("*.json"):
        raw = json.loads(path.read_text())
        if raw["status"] == "ok":
            raw["phases"] |= dict.fromkeys(("full_gradient", "loss"), raw["phases"]["epoch"])
            raw["phases"]["epoch"] = raw["phases"]["epoch"] | {"extra_memory_bytes": 2**20}
            raw["facts"] |= {"gpu": {"sm_clock_mhz": 1410}, "framework": {"device_peak_bytes": 9}}
            path.write_text(json.dumps(raw))


def everything(folder: Path, with_page: bool) -> Findings:
    """All that is made from a run."""
    found = findings(load_run(folder))
    json.dumps(cells_json(found), allow_nan=False).encode()
    (markdown(found) + cells_csv(found)).encode()
    print_summary(found, Console(file=io.StringIO(), width=80, highlight=False))
    if with_page:
        page(found).encode()
    return found


def both(old: Findings, new: Findings) -> None:
    """All that is made from two runs."""
    comparison = compare_runs(old, new)
    json.dumps(comparison_json(comparison), allow_nan=False).encode()
    comparison_markdown(comparison).encode()
    print_comparison(comparison, Console(file=io.StringIO(), width=80, highlight=False))


def written_again(folder: Path) -> Path:
    """The same run in the version that is written today."""
    kinds: dict[str, type[Record]] = {
        "plan.json": Plan,
        "raw/*.json": Process,
        "ceilings/*.json": Ceilings,
        "discarded/*.json": Discard,
    }
    for pattern, kind in kinds.items():
        for path in folder.glob(pattern):
            write(path, read(path, kind))
    return folder


def test_a_run_says_the_same_in_every_version_of_its_files(tmp_path: Path) -> None:
    folder = full_run(tmp_path / "run")
    older = cells_json(findings(load_run(folder)))
    assert cells_json(findings(load_run(written_again(folder)))) == older
    assert json.loads((folder / "plan.json").read_text())["version"] == 3


@pytest.mark.parametrize("version", one_by_day([3, 1]))
@pytest.mark.parametrize("part", one_by_day(range(8)))
def test_any_mutated_file_gives_a_report_or_a_clear_error(
    tmp_path: Path, part: int, version: int
) -> None:
    rng = random.Random(part)  # no secret
    folder = full_run(tmp_path / "run")
    if version == 3:
        written_again(folder)
    intact = everything(folder, with_page=True)
    both(intact, intact)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    files += [folder / "plan.json"] * 10 + [*(folder / "discarded").glob("*.json")] * 5
    files += [*(folder / "ceilings").glob("*.json")] * 5
    reports = 0
    for i in range(MUTATIONS // 16):
        path = rng.choice(files)
        before = path.read_bytes()
        as_json = path.suffix == ".json" and rng.random() < 0.75
        (mutate_json if as_json else mutate_bytes)(rng, path)
        with contextlib.suppress(BadRun):
            mutated = everything(folder, i % EVERY == 0)
            reports += 1
            if i % PAIRED == 0:
                both(intact, mutated)
                both(mutated, intact)
        path.write_bytes(before)
    assert 0 < reports < MUTATIONS // 16
