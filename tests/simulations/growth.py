"""How a report grows with its run: ``python -m tests.simulations.growth [FOLDER]`` prints a table.

Each run has nine timed phases and three cold ones, 120 rounds a phase, and four times as many
processes as the run before. The report is made in a fresh process, whose whole life is timed and
whose largest memory is what the kernel says (VmHWM).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.reports.conftest import FAR, Bench, Writer
from tests.reports.many_arms import CPU, EVERY, TWINS

SIZES = ((10, 6), (20, 12), (40, 24))  # arms, blocks
ROUNDS = 120
PHASES = (*EVERY, *FAR)
PROGRAM = """
import sys
import time
from pathlib import Path
from tests.reports.reported import write_report
write_report(Path(sys.argv[1]))
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
print(time.process_time())
"""


def arms(n: int) -> tuple[Bench, ...]:
    """``n`` arms that all succeed in every phase, the baseline's null arm among them."""
    base, null = CPU[0], TWINS[0]
    known = [arm for arm in CPU[1:] if arm.status == "ok"]
    many = [
        replace(known[i % len(known)], name=f"{known[i % len(known)].name} {i}", stepwise=True)
        for i in range(n - 2)
    ]
    return (base, replace(null, null_of=0), *many)


def report(folder: Path) -> tuple[float, float, float]:
    """(seconds until the report's process has ended, those of the CPU, memory in bytes)."""
    start = time.perf_counter()
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder)], check=True, capture_output=True, text=True
    )
    kibibytes, busy = told.stdout.split()
    return time.perf_counter() - start, float(busy), 1024 * int(kibibytes)


def lines(folder: Path) -> Iterator[str]:
    """The table, line by line."""
    heads = f"{'arms':>6}{'blocks':>8}{'samples':>12}{'seconds':>9}{'of CPU':>9}"
    yield f"{heads}{'memory':>12}{'page':>10}"
    for n_arms, n_blocks in SIZES:
        where = folder / f"{n_arms}x{n_blocks}"
        Writer(where, arms(n_arms), n_blocks, ROUNDS, phases=PHASES, ceilings=True).write()
        seconds, busy, memory = report(where)
        page = (where / "report" / "index.html").stat().st_size
        samples = n_arms * n_blocks * len(PHASES) * ROUNDS
        yield (
            f"{n_arms:6}{n_blocks:8}{samples:12,}{seconds:9.1f}{busy:9.1f}{memory / 2**20:8.0f} MiB"
            f"{page / 1e6:7.2f} MB"
        )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        for line in lines(Path(sys.argv[1])):
            print(line, flush=True)
    else:
        with tempfile.TemporaryDirectory() as made:
            for line in lines(Path(made)):
                print(line, flush=True)
