"""Versions: which arm ran which version of its framework, where there are several."""

from __future__ import annotations

from collections import Counter

from reports.findings.arms import Arm
from reports.findings.case import Case
from reports.findings.names import Name


def versions_of(case: Case) -> dict[Arm, str]:
    """Framework and version of every arm whose framework ran in several."""
    told = [arm for arm in case.arms if arm.framework and arm.framework_version]
    seen = {(arm.framework, arm.framework_version) for arm in told}
    n_versions = Counter(framework for framework, _ in seen)
    several = [arm for arm in told if n_versions[arm.framework] > 1]
    return {arm: Name(f"{arm.framework} {arm.framework_version}") for arm in several}
