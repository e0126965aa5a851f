"""Versions: which arm ran which version of its framework, where there are several."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.findings.names import Name


def versions(arms: tuple[Arm, ...]) -> dict[Arm, str]:
    """Arm -> framework and version, of every arm whose framework ran in several versions."""
    seen: dict[str, set[str]] = {}
    for arm in arms:
        if arm.framework and arm.framework_version:
            seen.setdefault(arm.framework, set()).add(arm.framework_version)
    return {
        arm: Name(f"{arm.framework} {arm.framework_version}")
        for arm in arms
        if arm.framework and arm.framework_version and len(seen[arm.framework]) > 1
    }
