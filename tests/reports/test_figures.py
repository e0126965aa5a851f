"""What figures promise: a drawing for every run that has something to draw, and no other."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from reports.figures.break_even import break_even
from reports.figures.drawing import ARM, Drawing
from reports.figures.gallery import gallery, rankings
from reports.figures.labels import LONGEST_NAME, breadth, label
from reports.figures.log_axis import number_tick, seconds_tick, ticks
from reports.figures.split import split
from reports.figures.spread import spread
from reports.figures.svg import SCALE, for_page, standalone
from reports.figures.times import ratios, times
from reports.findings.findings import Findings, findings
from runfiles.load import load_run
from tests.reports.conftest import LESSON, Writer
from tests.reports.many_arms import many_arms

WriteRun = Callable[..., Path]
NAMES = (
    *("times", "ratios", "prices", "split", "spread", "break_even", "warm_up", "losses"),
    *("learned", "scatter", "sizes_batch_size"),
)
HOSTILE = (
    *("$\\frac{a$", "<b>&amp;</b>", 'b_{"x"}', "a" * 300, "שלום", "漢字の名前はとても長い漢字"),
    *("😀🔥", "\x1b[31mred\u202e", "%s {0}", " ÷ ", "a\nb"),
)


def sweep(folder: Path, **changes: Any) -> Findings:
    """The lesson at two batch sizes, the second with epochs cut to their first 5 steps."""
    given = {"arms": with_pair(), "n_blocks": 3, **changes}
    Writer(folder, **given).write()
    other = Writer(folder / "sizes/batch-100", **given).write()
    plan = json.loads((other / "plan.json").read_text(encoding="utf-8"))
    plan["problem"] |= {"batch_size": 100, "steps": 5}
    (other / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    return findings(load_run(folder))


def with_pair() -> tuple[Any, ...]:
    """The arms of the lesson and torch by hand, so that there is a price of autodiff."""
    return (*LESSON, replace(LESSON[2], name="torch-manual", differentiation="hand-written"))


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Drawing]:
    """Every figure of a run with a sweep, by name."""
    found = sweep(tmp_path_factory.mktemp("sweep") / "run")
    return {drawing.name: drawing for drawing in (*rankings(found), *gallery(found))}


@pytest.fixture(scope="module")
def painted(drawings: dict[str, Drawing]) -> dict[str, str]:
    """Every figure of that run as it stands on the page."""
    return {name: for_page(drawing) for name, drawing in drawings.items()}


def words(drawing: Drawing) -> list[str]:
    """The texts of a figure on the page."""
    svg = ET.fromstring(for_page(drawing))  # our own
    return [text.strip() for text in svg.itertext() if text.strip()]


def test_a_run_with_everything_has_every_figure_once(drawings: dict[str, Drawing]) -> None:
    assert tuple(drawings) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_well_formed_and_takes_the_pages_colours(
    painted: dict[str, str], name: str
) -> None:
    svg = painted[name]
    ET.fromstring(svg)  # our own
    assert "currentColor" in svg
    assert "<style" not in svg
    assert "#010203" not in svg
    assert "#fefefe" not in svg


@pytest.mark.parametrize("name", NAMES)
def test_ids_of_a_figure_start_with_its_name(painted: dict[str, str], name: str) -> None:
    found = [e.attrib["id"] for e in ET.fromstring(painted[name]).iter() if e.get("id")]
    assert found
    assert all(one.startswith(f"{name}-") for one in found)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_figure_hides_with_an_arm_bears_the_arms_own_name(
    painted: dict[str, str], name: str
) -> None:
    arms = {e.attrib["data-arm"] for e in ET.fromstring(painted[name]).iter() if e.get("data-arm")}
    assert arms <= {arm.name for arm in with_pair()}
    assert bool(arms) == (name not in ("learned", "scatter"))  # of parameters, of the data


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_says_in_words_and_numbers_what_it_shows(
    drawings: dict[str, Drawing], name: str
) -> None:
    drawing = drawings[name]
    assert drawing.alternative.endswith(".")
    assert any(character.isdigit() for character in drawing.alternative)
    assert drawing.how_to_read.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_on_a_phone_has_text_of_eleven_pixels(painted: dict[str, str], name: str) -> None:
    svg = ET.fromstring(painted[name])
    scale = 328 / float(svg.attrib["viewBox"].split()[2])  # a column of 360 pixels less margins
    sizes = [float(e.attrib["style"].split("px")[0].split()[-1]) for e in svg.findall(".//{*}text")]
    assert sizes
    assert scale * min(sizes) >= 11


def test_a_figure_of_its_own_has_its_title_and_knows_light_and_dark(
    drawings: dict[str, Drawing],
) -> None:
    for drawing in drawings.values():
        text = standalone(drawing)
        assert "prefers-color-scheme: dark" in text
        titled = " ".join(ET.fromstring(text).itertext())
        assert all(word in titled for word in drawing.title.split())


@pytest.mark.parametrize("n_arms", [1, 2])
def test_a_run_without_numbers_shows_only_its_data(
    write_run: WriteRun, bench: Callable[..., Any], n_arms: int
) -> None:
    arms = (bench("a", status="crashed"), bench("b", status="timeout"))[:n_arms]
    found = findings(load_run(write_run(arms=arms, n_blocks=2)))
    assert [drawing.name for drawing in gallery(found)] == ["scatter"]


def test_figures_of_cut_epochs_say_so(tmp_path: Path) -> None:
    cut = sweep(tmp_path / "run").sizes[0]
    drawn = (*rankings(cut), *gallery(cut))
    told = {d.name: d.title + d.alternative for d in drawn if d.name != "scatter"}
    assert len(told) == len(NAMES) - 2
    assert all("only its first 5 of 10 steps" in text for text in told.values())


def test_sizes_say_which_of_them_are_cut(drawings: dict[str, Drawing]) -> None:
    drawing = drawings["sizes_batch_size"]
    assert drawing.alternative.endswith("Only the first steps of an epoch were timed at 100.")
    assert "Small marks" in drawing.how_to_read


def test_a_run_of_one_arm_and_one_block_has_figures(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    all_found = findings(load_run(write_run(arms=(bench("alone"),), n_blocks=1)))
    found = {drawing.name: for_page(drawing) for drawing in gallery(all_found)}
    assert {"break_even", "warm_up", "losses", "learned"} <= set(found)
    assert "prices" not in found


def test_hostile_names_are_text_in_every_figure(tmp_path: Path, bench: Callable[..., Any]) -> None:
    arms = tuple(
        bench(name, 1e-3 * (i + 1), "torch", backend=f"b{i}",
              differentiation="hand-written" if i % 2 else "autodiff")
        for i, name in enumerate(HOSTILE)
    )  # fmt: skip
    for drawing in gallery(sweep(tmp_path / "run", arms=arms, n_blocks=2)):
        svg = ET.fromstring(for_page(drawing))
        assert {element.tag.rpartition("}")[2] for element in svg.iter()} <= {
            *("svg", "defs", "g", "path", "use", "text", "tspan", "clipPath", "rect"),
        }
        assert "\x1b" not in ET.tostring(svg, encoding="unicode")


def test_names_are_never_read_as_formulas(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    arms = (bench("$\\frac{a$"), bench("b_{$x$}", 2e-3), bench("<b>&", 3e-3))
    drawing = times(findings(load_run(write_run(arms=arms, n_blocks=2))))
    assert drawing is not None
    assert {"$\\frac{a$", "b_{$x$}", "<b>&"} <= set(words(drawing))


def test_every_share_of_an_epoch_adds_up_to_the_whole(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=3))).splits
    assert [one.arm.name for one in found if not one.parts] == ["jax-scan"]
    for one in found:
        if one.parts:
            assert sum(one.shares.values()) == pytest.approx(1)


def test_the_ranking_is_drawn_for_a_readme_and_not_again_on_the_page(
    drawings: dict[str, Drawing], write_run: WriteRun
) -> None:
    found = findings(load_run(write_run(n_blocks=2)))
    assert [drawing.name for drawing in rankings(found)] == ["times", "ratios"]
    assert not {"times", "ratios"} & {drawing.name for drawing in gallery(found)}


@pytest.mark.parametrize("between", [0.05, 3.0])
def test_an_interval_is_whole_or_ends_in_an_arrow_and_the_axis_says_so(
    write_run: WriteRun, between: float
) -> None:
    drawing = times(findings(load_run(write_run(n_blocks=2, between=between))))
    assert drawing is not None
    axes = Figure().add_axes(drawing.frame.box())
    drawing.paint(axes)
    is_cut = bool({"<", ">"} & {str(line.get_marker()) for line in axes.lines})
    assert is_cut == axes.get_xlabel().endswith("cut at the arrows") == (between > 1)


def test_a_mark_stands_at_the_value_and_its_bar_ends_where_the_interval_does(
    write_run: WriteRun,
) -> None:
    found = findings(load_run(write_run(n_blocks=6)))
    drawing = times(found)
    assert drawing is not None
    axes = Figure().add_axes(drawing.frame.box())
    drawing.paint(axes)
    for arm in (cell.arm for cell in found.timed()):
        mine = [line for line in axes.lines if line.get_gid() == f"{ARM}{arm.name}"]
        drawn = sorted(tuple(map(float, np.atleast_1d(line.get_xdata()))) for line in mine)
        cell = found.cell(arm)
        assert cell
        assert cell.seconds
        given = cell.seconds
        assert drawn == sorted([(given.value,), (given.low, given.high)])


@pytest.mark.parametrize("n_more", [0, 13])
@pytest.mark.parametrize("paint", [times, ratios, spread, split])
def test_a_figure_of_a_whole_field_has_a_row_an_arm_and_grows(
    tmp_path: Path, paint: Callable[..., Any], n_more: int
) -> None:
    found = findings(load_run(many_arms(tmp_path / "field", n_more, n_blocks=2).write()))
    svg = ET.fromstring(for_page(paint(found)))  # our own
    texts = [text.strip() for text in svg.itertext() if text.strip()]
    assert {"torch-compile-epoch", "casadi-codegen float64"} <= set(texts)
    wide, height = map(float, svg.attrib["viewBox"].split()[2:])
    rows = sum(text.startswith(("torch", "jax", "num", "casadi", "mlx", "auto")) for text in texts)
    assert rows >= 19 + n_more
    tall = 27 if n_more else 15  # a name on two lines makes every row a tall one
    assert tall * rows <= height <= tall * (rows + 1) + 120
    own = ET.fromstring(standalone(paint(found))).attrib  # our own
    size = float(own["width"]), float(own["height"])
    assert size == pytest.approx((SCALE * wide, SCALE * height), rel=0.15)


def test_the_break_even_names_the_arms_that_lead_and_no_other(tmp_path: Path) -> None:
    found = findings(load_run(many_arms(tmp_path / "field", n_blocks=4).write()))
    drawing = break_even(found)
    assert drawing is not None
    drawn = words(drawing)
    arms = {arm.name for arm in found.arms}
    named = {arm for arm in arms for text in drawn if text == arm or text.endswith(f" {arm}")}
    leads = found.lower_envelope["float32"]
    assert named == {segment.arm.name for segment in leads}
    assert 1 < len(named) < len(arms) / 2
    assert "grey: never ahead" in " ".join(drawn)


def test_a_crossing_is_marked_with_its_interval(write_run: WriteRun) -> None:
    summary = findings(load_run(write_run(n_blocks=6)))
    drawing = break_even(summary)
    assert drawing is not None
    axes = Figure().add_axes(drawing.frame.box())
    drawing.paint(axes)
    crossings = [one.crossing for one in summary.lower_envelope["float32"] if one.crossing]
    bars = [np.asarray(line.get_xdata()) for line in axes.lines if line.get_alpha() == 0.4]
    assert crossings
    assert [[one.low, one.high] for one in crossings] == [bar.tolist() for bar in bars]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_label_has_two_lines_at_most_that_fit(name: str) -> None:
    lines = label(name).split("\n")
    assert 1 <= len(lines) <= 2
    assert all(breadth(line) <= LONGEST_NAME for line in lines)


def test_a_label_that_is_cut_keeps_both_ends() -> None:
    told = label("torch-compile-epoch@.a-very-long-environment-nightly")
    assert told.startswith("torch-compile-epoch\n@")
    assert told.endswith("-nightly")
    assert "…" in told


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


def test_a_tick_is_said_as_people_write_it() -> None:
    told = [number_tick(v) for v in (1e-5, 3e-5, 0.003, 1, 999.9999999999, 1000, 1e4, 1e-17)]
    assert told == ["10⁻⁵", "3·10⁻⁵", "0.003", "1", "1000", "1000", "10⁴", "10⁻¹⁷"]
    assert [seconds_tick(v) for v in (1e-6, 0.1, 999.9999999999, 1e6)] == [
        *("1 µs", "100 ms", "1000 s", "10⁶ s"),
    ]
