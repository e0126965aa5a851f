"""What flags promise: names that can be read, below the curve, none over another."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from reports.figures import ends
from reports.figures.flags import APART, FRAME, LINE, placed
from reports.figures.palette import look
from reports.figures.sizes import MOST_NAMED, by_size
from reports.findings.findings import findings
from runfiles.load import load_run
from tests.reports.conftest import Bench

NAMES = ("numpy", "torch-lesson", "torch", "jax", "numba", "autograd", "mlx", "casadi", "tinygrad")


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


@pytest.mark.parametrize("seed", range(5))
def test_names_at_the_ends_of_curves_keep_their_order_and_a_line_between_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heights = rng.choice([rng.uniform(0, 250, 8), rng.normal(100, 4, 8)])
    placed = ends.apart(heights, 250.0)
    order = np.argsort(heights)
    assert np.all(np.diff(placed[order]) >= ends.LINE - 1e-9)
    assert 0 <= placed.min() <= placed.max() <= 250


def test_names_with_room_stay_beside_their_curves() -> None:
    heights = np.array([200.0, 10.0, 100.0])
    assert ends.apart(heights, 250.0).tolist() == heights.tolist()


@pytest.mark.parametrize("n_arms", [2, MOST_NAMED, MOST_NAMED + 1])
def test_of_few_arms_every_curve_by_size_is_named_and_none_is_grey(
    write_run: Callable[..., Path], n_arms: int
) -> None:
    arms = tuple(Bench(name, 1e-3 * (k + 1)) for k, name in enumerate(NAMES[:n_arms]))
    sizes = {"b100": {"arms": arms, "batch_size": 100, "recovers": False}}
    found = findings(load_run(write_run(arms=arms, batch_size=10, sizes=sizes)))
    (drawing,) = by_size(found)
    every = tuple(look(arm) for arm in found.others)
    if n_arms <= MOST_NAMED:
        assert drawing.looks == every
    else:
        assert len(drawing.looks) < len(every)
