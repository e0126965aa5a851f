"""What docs/ci.md says that the gate can see is what the simulation finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nightly import one_by_day
from tests.simulations.gate_power import RUNS, TRUTHS, outcomes

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("spread", one_by_day([0.02, 0.01, 0.03]))
def test_the_power_of_the_default_profile_is_the_documented_one(spread: float) -> None:
    same, five, ten = (outcomes(10, spread, slower, ("epoch",)) for slower in TRUTHS)
    found = (five["exit 1"], ten["exit 1"], same["exit 1"], same["exit 2"])
    shares = " | ".join(f"{100 * count / RUNS:.1f}" for count in found)
    assert f"| 10 | {100 * spread:.0f} % | {shares} |" in DOCS
    assert same["exit 1"] == 0
