"""The checks of many backends on one device, a few at a time, on CPUs of their own.

``python -m tests.gpu.checks FOLDER --device cuda`` keeps a file of rows a backend in FOLDER.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from bench.machine import affinity
from tests.gpu.one_arm import SPECS

AT_ONCE = 3
ON_CUDA = ("cupy", "torch-cudagraph")
BACKENDS = (
    *("torch", "jax", "jax-scan", "jax-eager", "torch-manual", "jax-manual", "jax-scan-manual"),
    *("torch-func", "torch-lesson", "torch-compile", "torch-compile-epoch"),
)
SLOW = {"torch-compile", "torch-compile-epoch"}  # each shape is compiled anew: one size is enough

Rows = list[dict[str, Any]]


def cpu_sets(n: int) -> list[str]:
    """At most ``n`` sets of the CPUs here that share none, as text for a process."""
    allowed = affinity() or list(range(os.cpu_count() or 1))
    n = min(n, len(allowed))
    return [",".join(map(str, allowed[first::n])) for first in range(n)]


def rows_of(backend: str, device: str, cpus: str, path: Path) -> Rows:
    """The backend's rows, kept at ``path`` as they come, and how its process ended if not well."""
    sizes = list(SPECS)[:1] if backend in SLOW else list(SPECS)
    command = [sys.executable, "-m", "tests.gpu.one_arm", backend, device, cpus, *sizes]
    with path.open("w") as output, path.with_suffix(".txt").open("w") as log:
        code = subprocess.run(command, stdout=output, stderr=log, check=False).returncode
    rows: Rows = [json.loads(line) for line in path.read_text().splitlines() if line[:1] == "{"]
    if len(rows) < len(sizes):
        last = (path.with_suffix(".txt").read_text().strip().splitlines() or ["nothing"])[-1]
        text = f"exit code {code}; it last said: {last}"
        rows.append({"backend": backend, "size": sizes[len(rows)], "crashed": text})
    elif code != 0:  # all that was asked for is there
        rows[-1]["remark"] = f"its process ended with exit code {code}"
    return rows


def side_by_side(backends: Iterable[str], device: str, folder: Path) -> Iterator[Rows]:
    """The rows of each backend, in order; as many processes at once as there are sets of CPUs."""
    free: SimpleQueue[str] = SimpleQueue()
    sets = cpu_sets(AT_ONCE)
    for cpus in sets:
        free.put(cpus)

    def rows(backend: str) -> Rows:
        cpus = free.get()
        try:
            return rows_of(backend, device, cpus, folder / f"{file_name(backend)}.jsonl")
        finally:
            free.put(cpus)

    with ThreadPoolExecutor(len(sets)) as pool:
        yield from pool.map(rows, backends)


def file_name(backend: str) -> str:
    return backend.replace(":", ".")


def has_failed(rows: Rows) -> bool:
    return any(row.get("failed") for row in rows)


def line(row: dict[str, Any]) -> str:
    """A row for people: how it ended, how long it took and what took longest."""
    what = f"{row['backend']:20} {row['size']:10}"
    for key in ("crashed", "failed", "refusal"):
        if row.get(key):
            return f"{what} {key}: {row[key]}"
    seconds, fetch = row["seconds"], row["fetch_microseconds"]
    slowest = max(seconds, key=seconds.__getitem__)
    longest = f"{sum(seconds.values()):5.1f} s ({slowest} {seconds[slowest]:.1f})"
    fetches = f"fetch fresh {fetch['fresh']:.0f} us, kept {fetch['kept']:.0f} us"
    return "; ".join([f"{what} ok {longest}", fetches, *filter(None, [row.get("remark")])])


def exit_code(rows: Rows) -> int:
    """3 where a check failed, 4 where something is lacking, or nothing ran at all."""
    if has_failed(rows):
        return 3
    lacking = [r for r in rows if "crashed" in r or (r["refusal"] or [""])[0] == "unavailable"]
    return 4 if lacking or not any("seconds" in row for row in rows) else 0


def main() -> int:
    """Check, what failed beside others once more alone, and print a line a row."""
    parser = argparse.ArgumentParser(prog="python -m tests.gpu.checks")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--backend", help="names, by commas")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    default = (*ON_CUDA, *BACKENDS) if asked.device == "cuda" else BACKENDS
    backends = asked.backend.split(",") if asked.backend else default
    found = []
    for rows in side_by_side(backends, asked.device, asked.folder):
        print("\n".join(map(line, rows)), flush=True)
        found.append(rows)
    for backend, rows in zip(backends, found, strict=True):
        if has_failed(rows):  # its checks are timed: perhaps the others were in its way
            path = asked.folder / f"{file_name(backend)}-alone.jsonl"
            rows[:] = rows_of(backend, asked.device, cpu_sets(1)[0], path)
            print("alone:", *map(line, rows), sep="\n", flush=True)
    return exit_code([row for rows in found for row in rows])


if __name__ == "__main__":
    sys.exit(main())
