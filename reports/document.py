"""Documents: values as JSON's own types."""

from __future__ import annotations

import math
from typing import TypeAlias

from reports.estimates.intervals import Estimate

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


def as_json(value: object) -> Json:
    """``value`` in JSON's own types; NaN and infinity become null."""
    if isinstance(value, dict):
        return {str(key): as_json(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(entry) for entry in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def estimate_keys(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """``estimate`` as three keys: ``name``, ``name_low``, ``name_high``."""
    return {
        name: estimate.value if estimate else None,
        f"{name}_low": estimate.low if estimate else None,
        f"{name}_high": estimate.high if estimate else None,
    }
