"""What the spread promises: whole intervals, or an axis that says that it is cut."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports.figures.drawing import Drawing
from reports.figures.spread import spread
from reports.findings.findings import findings
from runfiles.load import load_run

WriteRun = Callable[..., Path]


def drawn(folder: Path) -> tuple[Drawing, Axes]:
    """The spread of a run, and the axes it was painted on."""
    drawing = spread(findings(load_run(folder)))
    assert drawing is not None
    axes = Figure().add_axes(drawing.frame.box())
    drawing.paint(axes)
    return drawing, axes


@pytest.mark.parametrize("between", [0.001, 0.05, 0.4])
def test_every_block_and_interval_lies_on_the_axis(write_run: WriteRun, between: float) -> None:
    drawing, axes = drawn(write_run(n_blocks=6, between=between))
    low, high = axes.get_xlim()
    for line in axes.lines:
        places = np.asarray(line.get_xdata(), dtype=float)
        assert ((places > low) & (places < high)).all()
    assert "cut" not in axes.get_xlabel()
    assert "arrow" not in drawing.how_to_read


def test_an_axis_that_is_cut_says_so_and_where(write_run: WriteRun) -> None:
    drawing, axes = drawn(write_run(n_blocks=2, between=1.0))
    assert axes.get_xlabel().endswith("cut at the arrows")
    assert "An arrow" in drawing.how_to_read
    assert {"<", ">"} <= {str(line.get_marker()) for line in axes.lines}


@pytest.mark.parametrize("between", [0.001, 0.01, 0.1, 0.5])
def test_ticks_are_even_around_1_and_have_room(write_run: WriteRun, between: float) -> None:
    _, axes = drawn(write_run(n_blocks=4, between=between))
    places = (axes.transScale + axes.transLimits).transform([(t, 0) for t in axes.get_xticks()])
    assert np.allclose(places.T[0] + places.T[0][::-1], 1)
    assert (np.diff(places.T[0]) > 0.1).all()
