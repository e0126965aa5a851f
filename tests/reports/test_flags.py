"""What flags promise: names that can be read, below the curve, none over another."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from reports.figures.flags import APART, FRAME, LINE, placed


@pytest.mark.parametrize("slope", [-2.0, 0.0, 2.0])
@pytest.mark.parametrize("seed", range(5))
def test_flags_hang_below_the_curve_and_none_over_another(seed: int, slope: float) -> None:
    rng = np.random.default_rng(seed)
    curve = np.stack([np.linspace(0, FRAME.wide, 80), slope * np.arange(80) + rng.normal(0, 5, 80)])
    poles = curve[:, rng.choice(80, 6, replace=False)].T
    widths = [float(width) for width in rng.uniform(40, 190, 6)]
    found = placed(poles, widths, curve.T)
    boxes = [(left, left + width, y) for (left, y), width in zip(found, widths, strict=True)]
    for left, right, y in boxes:
        assert 0 <= left <= right <= FRAME.wide
        above = curve[1, (curve[0] >= left) & (curve[0] <= right)]
        assert y <= above.min() - LINE
    for (left, right, y), (left_too, right_too, y_too) in combinations(boxes, 2):
        is_clear = right + APART <= left_too or right_too + APART <= left
        assert is_clear or abs(y - y_too) >= LINE - 1e-9


def test_a_flag_that_meets_no_other_starts_at_its_pole() -> None:
    poles = np.array([[10.0, 50.0], [150.0, 50.0]])
    level = np.stack([np.linspace(0, FRAME.wide, 50), np.full(50, 50.0)], axis=1)
    assert placed(poles, [60.0, 60.0], level) == [(10.0, 50.0 - LINE), (150.0, 50.0 - LINE)]
