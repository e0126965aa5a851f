"""The GPU's own account of itself, by the driver's tool: no framework is asked."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import Any

ASKED = {
    "name": "gpu",
    "driver_version": "driver",
    "memory.total": "memory_mib",
    "clocks.sm": "sm_clock_mhz",
    "clocks.max.sm": "max_sm_clock_mhz",
    "temperature.gpu": "celsius",
    "power.draw": "watts",
}
SECONDS = 10.0  # a driver that hangs costs no more


def gpu_facts() -> dict[str, Any]:
    """Clocks and state of the GPU in use now; empty where there is no driver that answers."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return {}
    query = [f"--query-gpu={','.join(ASKED)}", "--format=csv,noheader,nounits", f"--id={device()}"]
    try:
        answer = subprocess.run(
            [tool, *query], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    line = (answer.stdout.strip().splitlines() or [""])[0]
    values = [value.strip() for value in line.split(",")]
    if len(values) != len(ASKED):
        return {}
    return {key: number(value) for key, value in zip(ASKED.values(), values, strict=True)}


def device() -> str:
    """The first GPU this process may see, as the driver numbers them or by its UUID."""
    return os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip() or "0"


def number(text: str) -> float | str | None:
    """``text`` as a number where it is one, None where the driver does not tell."""
    try:
        return float(text)
    except ValueError:
        return None if text.startswith("[") else text
