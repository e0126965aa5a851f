"""Evidence about the gate, from real runs: whether it exits with 1 where it should, and only there.

    python -m tests.simulations.gate_evidence planted 5    NEW 10 % slower: 1 in at least 4 of 5
    python -m tests.simulations.gate_evidence identical 5  one version twice: 1 in none

Each is a gated run of ``--phase epoch`` at the default profile, two to four minutes long. What
follows the count is handed to ``autograd-bench run``. It is no test: it measures.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections import Counter
from pathlib import Path

QUESTIONS = {
    "planted": "numpy,tests.bench.planted:SlowerByTen",
    "identical": "numpy@{root}/old,numpy@{root}/new",
}


def environment(folder: Path) -> None:
    """Make a virtual environment in ``folder`` that has the packages of this one."""
    venv.create(folder, symlinks=True)
    (packages,) = (folder / "lib").glob("python*/site-packages")
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "shared.pth").write_text("\n".join([sysconfig.get_path("purelib"), *shared]))


def gated(pair: str, options: list[str], folder: Path) -> int:
    """The exit code of a gated run of ``pair``; prints what it came to."""
    words = ["--pair", pair, "--gate", "--phase", "epoch", *options]
    command = [sys.executable, "-m", "bench", "run", *words, "--out", str(folder), "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    found = json.loads(done.stdout)
    for cell in found["pairs"]:
        ends = [f"{cell[key]:.4f}" for key in ("corrected_low", "corrected_high") if cell[key]]
        print(f"  {cell['phase']}: {cell['ratio']:.4f} [{', '.join(ends)}] {cell['verdict']}")
    print(f"  {found['gate']['text']}\n  exit {done.returncode}", flush=True)
    return done.returncode


def main(question: str, n_runs: int, *options: str) -> None:
    """Ask ``question`` of ``n_runs`` runs and print each answer and their counts."""
    codes: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as text:
        root = Path(text)
        for name in ("old", "new"):
            environment(root / name)
        for number in range(n_runs):
            print(f"{question}, run {number}:", flush=True)
            pair = QUESTIONS[question].format(root=root)
            codes[gated(pair, ["--seed", str(number), *options], root / str(number))] += 1
    told = ", ".join(f"{code} in {count}" for code, count in sorted(codes.items()))
    print(f"{question}: of {n_runs} runs exit {told}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
