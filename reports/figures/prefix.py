"""The prefix: words for an epoch that was cut to its first steps, wherever its time is shown."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.sizes import is_prefix, n_steps


def prefix(summary: Findings) -> str:
    """`` (only its first N of M steps)`` where the run's epochs are cut, else nothing."""
    spec = summary.run.plan.problem
    if not is_prefix(spec):
        return ""
    return f" (only its first {spec.steps:,} of {n_steps(spec):,} steps)"
