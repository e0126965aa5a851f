"""Phases that were disturbed and kept, counted in the raw files."""

from __future__ import annotations

from typing import Any

from tests.reports.recomputed.files import Files

LIMIT = 0.2


def disturbed(files: Files) -> dict[str, Any]:
    """The key ``disturbed``."""
    arms = []
    for index, arm in enumerate(files.arms):
        noises = [s.get("noise", {}) for one in files.of(index) for s in one["phases"].values()]
        found = [noise.get("disturbances") for noise in noises]
        told = [reasons for reasons in found if reasons is not None]
        if told:
            n = len([reasons for reasons in told if reasons])
            counts = {"n_phases": len(told), "n_disturbed": n, "share": n / len(told)}
            arms.append({"arm": arm["name"], **counts})
    return {"limit_share": LIMIT, "arms": arms}


def is_too_disturbed(files: Files, ok: list[bool]) -> bool:
    """Whether that makes the run unusable; ``ok``: which arms have numbers."""
    good = {arm["name"] for arm, is_ok in zip(files.arms, ok, strict=True) if is_ok}
    worst = [one["share"] for one in disturbed(files)["arms"] if one["arm"] in good]
    return files.plan["profile"] != "quick" and max(worst, default=0) > LIMIT
