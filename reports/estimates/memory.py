"""The memory: what one call takes at its peak, beyond what its process held before it."""

from __future__ import annotations

import numpy as np

from runfiles.run import Run


def extra_memory_bytes(run: Run, arm: int, phase: str) -> float | None:
    """The median over the processes of a cell that told it, None where none did."""
    mine = (process.phases.get(phase) for process in run.by_arm.get(arm, ()))
    found = (None if series is None else series.extra_memory_bytes for series in mine)
    told = [n_bytes for n_bytes in found if n_bytes is not None]
    return float(np.median(told)) if told else None
