"""Disturbances: what others took of a phase, by the counters that its process read."""

from __future__ import annotations

from collections.abc import Mapping

from runfiles.records import Process

# Shares of a phase's time that may go to others before the phase counts as disturbed
TOLERATED = {"steal_share": 0.02, "throttled_share": 0.02, "lost_share": 0.05}


def disturbances_of(noise: Mapping[str, float | None]) -> list[str] | None:
    """What disturbed a phase, by counters alone, never by its times; None where none is told."""
    told = {key: share for key in TOLERATED if (share := noise.get(key)) is not None}
    found = [
        f"{key} {share:.2f} above {TOLERATED[key]}"
        for key, share in told.items()
        if share > TOLERATED[key]
    ]
    return found if told else None


def disturbances(record: Process) -> list[str]:
    """What disturbed the phases of a process."""
    return [
        f"{name}: {text}"
        for name, series in record.phases.items()
        for text in series.noise.disturbances or ()
    ]
