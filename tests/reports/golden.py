"""The golden run of several sizes: made once by the real command, read by every later version.

``python -m tests.reports.golden FOLDER`` measures numpy and its null arm at two sizes, the second
with epochs that are cut, and leaves in FOLDER what of a run may be published.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

COMMAND = (
    *("autograd-bench", "run", "--quick", "--backend", "numpy", "--examples", "200"),
    *("--batch-size", "10,1", "--max-steps", "50"),
)
UNPUBLISHED = ("logs", "interpreters.json", "report", ".lock")  # docs/result-format.md says why


def make(folder: Path) -> None:
    """Measure the run into ``folder`` and take out what is not for publishing."""
    subprocess.run([*COMMAND, "--out", str(folder)], check=True)
    for name in UNPUBLISHED:
        for path in list(folder.rglob(name)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
