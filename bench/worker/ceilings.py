"""Ceilings: what this machine can do at best, a copy, a gather, a product, for the report.

Run as ``python -m bench.worker.ceilings``: a fresh process a block, under the arms' own limits.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.worker import environment
from bench.worker.measure import Pace, warm_up

MEMORY_BYTES = 2**27  # of each array copied: more than most caches hold
PRODUCT_SIZE = 1024  # rows and columns: large enough to be bound by arithmetic
PACE = Pace(rounds=9, round_seconds=0.01, warmup_seconds=0.5)


def ceilings(problem: Path, threads: int) -> dict[str, Any]:
    """Seconds of every round of each kind, with what was moved or computed."""
    import numpy as np

    n_values = sum(np.load(file, mmap_mode="r").size for file in data_files(problem))
    return {
        "status": "ok",
        "reason": None,
        "threads": threads,
        "copies": [copy("memory", MEMORY_BYTES), copy("the problem's size", 4 * n_values)],
        "gathers": [gather(problem)],
        "products": [product(dtype) for dtype in map(np.dtype, ("float32", "float64"))],
    }


def data_files(problem: Path) -> list[Path]:
    """The files of the problem's data: neither start nor truth nor orders."""
    no_data = re.compile(r".+_(start|true)$|(timed_)?orders$")
    return [file for file in sorted(problem.glob("*.npy")) if not no_data.match(file.stem)]


def copy(what: str, size: int) -> dict[str, Any]:
    """A copy of ``size`` bytes: each is read once and written once."""
    import numpy as np

    source, target = np.ones(size, np.uint8), np.zeros(size, np.uint8)
    return {"what": what, "n_bytes": 2 * size, "seconds": rounds(lambda: np.copyto(target, source))}


def gather(problem: Path) -> dict[str, Any]:
    """The problem's own rows in its first order, out of one array after the other.

    In float32, as most arms hold them, and integers as they are. Each row is read once and
    written once, and the order is read.
    """
    import numpy as np

    from problems.problem import aligned

    order = np.array(np.load(problem / "orders.npy", mmap_mode="r")[0])
    stored = [np.load(file, mmap_mode="r") for file in data_files(problem)]
    arrays = [aligned(a, "float32" if a.dtype.kind == "f" else str(a.dtype)) for a in stored]
    targets = [np.empty((len(order), *array.shape[1:]), array.dtype) for array in arrays]

    def rows() -> None:
        for array, target in zip(arrays, targets, strict=True):
            np.take(array, order, axis=0, out=target, mode="clip")  # "raise" fills a buffer first

    n_bytes = 2 * sum(target.nbytes for target in targets) + order.nbytes
    return {"what": "the problem's rows", "n_bytes": n_bytes, "seconds": rounds(rows)}


def product(dtype: Any) -> dict[str, Any]:
    """A product of two square matrices by NumPy's BLAS."""
    import numpy as np

    n = PRODUCT_SIZE
    left, right = np.random.default_rng(0).standard_normal((2, n, n)).astype(dtype)
    out = np.empty_like(left)
    seconds = rounds(lambda: np.matmul(left, right, out=out))
    return {"dtype": str(dtype), "n": n, "flop": 2 * n**3, "seconds": seconds}


def rounds(call: Callable[[], object]) -> list[float]:
    """Seconds a call of every round, after a warm-up like the arms' own."""
    iterations = PACE.iterations(warm_up(call, PACE)[-1])
    seconds = []
    for _ in range(PACE.rounds):
        began = perf_counter()
        for _ in range(iterations):
            call()
        seconds.append((perf_counter() - began) / iterations)
    return seconds


def main() -> None:
    """Measure and write the record; variables and affinity are set before NumPy loads."""
    parser = argparse.ArgumentParser(prog="python -m bench.worker.ceilings")
    parser.add_argument("--problem", type=Path, required=True, help="folder of a stored problem")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="file of the record")
    asked = parser.parse_args()
    environment.restrict(asked.threads)
    found = ceilings(asked.problem, asked.threads)
    asked.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
