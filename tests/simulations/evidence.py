"""Evidence about the suite itself, from real runs: what it says where the truth is known.

    python -m tests.simulations.evidence null 20       numpy against its null arm
    python -m tests.simulations.evidence ten 10        10 % planted, default profile
    python -m tests.simulations.evidence five 5        5 % planted, --thorough

What follows the count is handed to ``autograd-bench run``, such as ``--phase epoch``.

Takes minutes to an hour; give it a quiet machine. It is no test: it measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

PLANTED = "tests.bench.planted"
QUESTIONS: dict[str, tuple[str, list[str]]] = {
    "null": ("numpy (null)", ["--backend", "numpy"]),
    "ten": (f"{PLANTED}:SlowerByTen", ["--backend", f"numpy,{PLANTED}:SlowerByTen"]),
    "five": (
        f"{PLANTED}:SlowerByFive",
        ["--backend", f"numpy,{PLANTED}:SlowerByFive", "--thorough"],
    ),
}


def epoch_cell(arm: str, words: list[str], folder: Path) -> dict[str, Any]:
    """The epoch cell of ``arm`` in one run of the command."""
    command = [sys.executable, "-m", "bench", "run", "--baseline", "numpy"]
    done = subprocess.run(
        [*command, *words, "--out", str(folder), "--json"], stdout=subprocess.PIPE, check=False
    )
    cells = json.loads(done.stdout)["cells"]
    found: dict[str, Any] = next(c for c in cells if (c["arm"], c["phase"]) == (arm, "epoch"))
    return found | {"exit": done.returncode}


def main(question: str, n_runs: int, *options: str) -> None:
    """Ask ``question`` of ``n_runs`` runs and print each answer and their counts."""
    arm, words = QUESTIONS[question]
    words = [*words, *options]
    verdicts: Counter[str] = Counter()
    n_excluding = 0
    with tempfile.TemporaryDirectory() as root:
        for number in range(n_runs):
            cell = epoch_cell(arm, [*words, "--seed", str(number)], Path(root) / str(number))
            low, high = cell["ratio_low"], cell["ratio_high"]
            verdicts[cell["verdict"]] += 1
            n_excluding += not low <= 1 <= high
            shown = f"{cell['ratio']:.4f} [{low:.4f}, {high:.4f}] {cell['verdict']}"
            print(f"run {number}: {shown}, exit {cell['exit']}", flush=True)
    print(f"{arm}: {dict(verdicts)}; interval excludes 1 in {n_excluding} of {n_runs} runs")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
