"""A run of the same numbers that was measured at another time, for what compares two."""

from __future__ import annotations

import json
import shutil
from pathlib import Path


def measured_later(run: Path, folder: Path) -> Path:
    """``folder``, with a copy of ``run`` whose every plan was made on another day."""
    shutil.copytree(run, folder)
    for file in folder.rglob("plan.json"):
        plan = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(
            json.dumps(plan | {"created": "2031-01-01T00:00:00+00:00"}), encoding="utf-8"
        )
    return folder
