"""What figures promise: a drawing for every run that has something to draw, and no other."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.figures.log_axis import ticks
from reports.figures.losses import losses
from reports.figures.palette import arm_colours
from reports.figures.scatter import scatter
from reports.figures.split import split, splits
from reports.figures.spread import spread
from reports.figures.svg import for_page
from reports.figures.times import ratios, times
from reports.load import load_run
from reports.ratios import summarize
from tests.reports.field import field

WriteRun = Callable[..., Path]
ALL = (times, ratios, spread, split, scatter, losses)


@pytest.mark.parametrize("paint", ALL)
def test_a_figure_is_well_formed_and_takes_the_pages_colours(
    write_run: WriteRun, paint: Callable[..., Any]
) -> None:
    drawing = paint(summarize(load_run(write_run(n_blocks=3))))
    svg = for_page(drawing)
    ET.fromstring(svg)  # our own
    assert "currentColor" in svg
    assert "<style" not in svg
    assert "#010203" not in svg
    assert drawing.alternative.endswith(".")


@pytest.mark.parametrize("paint", [times, ratios, spread, split, losses])
def test_a_run_without_numbers_has_no_figure_of_them(
    write_run: WriteRun, bench: Callable[..., Any], paint: Callable[..., Any]
) -> None:
    arms = (bench("a", status="crashed"), bench("b", status="timeout"))
    assert paint(summarize(load_run(write_run(arms=arms, n_blocks=2)))) is None


def test_names_are_never_read_as_formulas(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    arms = (bench("$\\frac{a$"), bench("b_{$x$}", 2e-3), bench("<b>&", 3e-3))
    drawing = times(summarize(load_run(write_run(arms=arms, n_blocks=2))))
    assert drawing is not None
    svg = for_page(drawing)
    assert "$\\frac{a$" in svg
    assert "&lt;b&gt;&amp;" in svg


def test_every_share_of_an_epoch_adds_up_to_the_whole(write_run: WriteRun) -> None:
    found = splits(summarize(load_run(write_run(n_blocks=3))))
    assert [one.name for one in found if not one.parts] == ["jax-scan"]
    for one in found:
        if one.parts:
            assert sum(one.shares().values()) == pytest.approx(1)


def test_an_arm_keeps_its_colour_and_the_null_arm_has_the_baselines(write_run: WriteRun) -> None:
    colours = arm_colours(summarize(load_run(write_run(n_blocks=1))))
    assert colours[0] == colours[1]
    assert len(set(colours[1:])) == len(colours) - 1


@pytest.mark.parametrize("n_more", [0, 13])
@pytest.mark.parametrize("paint", [times, ratios, spread, split])
def test_a_figure_of_a_whole_field_has_a_row_an_arm_and_grows(
    tmp_path: Path, paint: Callable[..., Any], n_more: int
) -> None:
    summary = summarize(load_run(field(tmp_path / "field", n_more, n_blocks=2).write()))
    svg = ET.fromstring(for_page(paint(summary)))  # our own
    texts = [text.strip() for text in svg.itertext() if text.strip()]
    assert "torch-compile-epoch" in texts
    assert texts[(at := texts.index("casadi-codegen")) : at + 2] == ["casadi-codegen", "float64"]
    height = float(svg.attrib["viewBox"].split()[3])
    rows = sum(text.startswith(("torch", "jax", "num", "casadi", "mlx", "auto")) for text in texts)
    assert rows >= 19 + n_more
    assert height >= 20 * rows


@pytest.mark.parametrize("most", [2, 3, 5])
@pytest.mark.parametrize("reach", [1e3, 1e5, 1e12])
def test_powers_of_ten_are_no_more_than_have_room(reach: float, most: int) -> None:
    assert 1 <= len(ticks(3.3e-6, 3.3e-6 * reach, most)) <= most


@pytest.mark.parametrize("reach", [1.001, 1.02, 1.3, 3, 50, 1e4, 1e12])
def test_a_log_axis_has_three_to_eight_ticks_inside(reach: float) -> None:
    for low in (0.97, 3.3e-6, 1.0):
        found = ticks(low, low * reach)
        assert 2 <= len(found) <= 9
        assert all(low <= tick <= low * reach for tick in found)
