"""What an arm's process found, as the plain data that it leaves to whoever started it."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING, Any

from backends.registry import BUILT_IN
from bench.worker import environment

if TYPE_CHECKING:
    from backends.checks.finding import Finding
    from bench.worker.process import ArmProcess

ANSWERS = ("gradient_error", "trajectory_error", "learned", "losses")
# Looked for where none but the arm's own should be; NumPy is everywhere
FRAMEWORKS = {entry.framework for entry in BUILT_IN if entry.framework} - {"numpy"}


def process_record(process: ArmProcess) -> dict[str, Any]:
    """What the process has to say, as plain data. No numbers unless checked."""
    facts, after = process.facts, "framework_after_first"
    told: dict[str, Any] = facts.get(f"{after}_epoch", facts.get(f"{after}_gradient", {}))
    try:
        told = process.backend_facts()
    except Exception as error:
        if process.is_checked:
            process.status, process.reason = "crashed", process.crashed(error, "facts")
    facts = process.facts | facts_now(process) | {"framework": told}
    status, reason = process.outcome
    values = {key: value for finding in process.findings for key, value in finding.values.items()}
    return {
        **identity(process, told),
        "status": status,
        "reason": reason,
        "failed_check": process.findings[-1].check if status == "wrong" else None,
        "checks": [check_entry(finding) for finding in process.findings],
        **{key: finite(values.get(key)) for key in ANSWERS},
        "cold": process.cold if process.is_checked else {},
        "phases": process.phases if process.is_checked else {},
        "absent": process.absent,
        "facts": finite(facts),
    }


def identity(process: ArmProcess, told: dict[str, Any]) -> dict[str, Any]:
    """What the process measured: the request's words and the backend's own."""
    request, backend = process.request, process.backend
    return {
        "backend": request.backend,
        "framework": backend and str(backend.framework),
        "framework_version": str(told["version"]) if "version" in told else None,
        "differentiation": backend and backend.differentiation,
        "execution": backend and backend.execution,
        "form": process.form,
        "device": request.device,
        "dtype": request.dtype,
    }


def check_entry(finding: Finding) -> dict[str, Any]:
    """One finding as an object of the record."""
    return {
        "name": finding.check,
        "ok": finding.failure is None,
        "message": finding.failure,
        "values": finite(finding.values),
    }


def facts_now(process: ArmProcess) -> dict[str, Any]:
    """What can be read back from the process at its end."""
    own = process.backend.framework if process.backend else ""
    return {
        **process.machine,
        **environment.thread_facts(),
        "threads_asked": process.request.threads,
        "peak_memory_bytes": environment.peak_memory_bytes(),
        "other_frameworks": sorted(FRAMEWORKS & set(sys.modules) - {own}),
    }


def finite(value: Any) -> Any:
    """``value`` with None for every number that JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
