"""The prefix: words for an epoch that was cut to its first steps, wherever its time is shown."""

from __future__ import annotations

from reports.findings.findings import Findings


def prefix(summary: Findings) -> str:
    """`` (only its first N of M steps)`` where the run's epochs are cut, else nothing."""
    spec = summary.run.plan.problem
    if not spec.is_prefix:
        return ""
    return f" (only its first {spec.steps:,} of {spec.n_steps:,} steps)"
