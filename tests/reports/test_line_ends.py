"""What labels at line ends promise: none overlap, none moves farther than it must."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures.ends import spaced

PLACES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(PLACES)
def test_labels_are_apart_inside_and_in_the_order_of_their_lines(wanted: list[float]) -> None:
    gap = 1 / 40
    found = spaced(np.array(wanted), gap, 0.0, 1.0)
    assert found.min() >= -1e-9
    assert found.max() <= 1 + 1e-9
    assert np.all(np.diff(np.sort(found)) >= gap - 1e-9)
    for (a, x), (b, y) in itertools.combinations(zip(wanted, found, strict=True), 2):
        assert a == b or (a < b) == (x < y)


def test_labels_with_room_stay_where_their_lines_end() -> None:
    wanted = np.array([0.9, 0.1, 0.5])
    assert spaced(wanted, 0.1, 0.0, 1.0) == pytest.approx(wanted)


def test_labels_that_crowd_share_the_displacement() -> None:
    assert spaced(np.array([0.5, 0.5, 0.5]), 0.1, 0.0, 1.0) == pytest.approx([0.4, 0.5, 0.6])


def test_no_other_places_are_nearer() -> None:
    wanted = np.array([0.30, 0.32, 0.33, 0.70])
    best = np.sum((spaced(wanted, 0.1, 0.0, 1.0) - wanted) ** 2)
    grid = np.linspace(0, 1, 51)
    tried = (
        np.sum((np.array(places) - wanted) ** 2)
        for places in itertools.combinations(grid, 4)
        if np.diff(places).min() >= 0.1 - 1e-9
    )
    assert best <= min(tried) + 1e-9


def test_more_labels_than_fit_start_at_the_low_end() -> None:
    assert spaced(np.full(4, 0.5), 0.5, 0.0, 1.0) == pytest.approx([0.0, 0.5, 1.0, 1.5])
