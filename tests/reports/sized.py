"""Synthetic runs at several sizes: every size a run of its own, as the command lays them down."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.reports.conftest import Writer

Size = dict[str, int]  # of n_examples, batch_size and steps, whatever differs from the lesson's


def write_sizes(folder: Path, *sizes: Size, **changes: Any) -> Path:
    """Write a run of ``sizes``, the first its own, each by a Writer with ``changes``."""
    for number, size in enumerate(sizes):
        label = "-".join(f"{key}{value}" for key, value in size.items())
        write_size(folder if number == 0 else folder / "sizes" / label, size, **changes)
    return folder


def write_size(folder: Path, size: Size, **changes: Any) -> Path:
    """Write one size as a run; its samples are those of the lesson."""
    Writer(folder, n_examples=size.get("n_examples", 1000), **changes).write()
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan["problem"] |= size
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return folder
