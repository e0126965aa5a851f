"""Which arm each arm is compared with: the baseline of its own dtype, everywhere by one rule."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from reports.compare.comparison import compare_runs
from reports.compare.comparison_tables import comparison_json, print_comparison
from reports.figures.spread import spread
from reports.figures.times import ratios
from reports.findings.baseline import baselines
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.tables import cells_csv, markdown, print_summary
from reports.text.headline import headline, sentences
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]
Arms = tuple[Any, ...]


@pytest.fixture
def two_dtypes(bench: Callable[..., Any]) -> Arms:
    """A baseline in float32 with its twin in float64, its null arm, and an arm of either dtype."""
    return (
        bench("base", 1e-2),
        bench("base (null)", 1e-2, null_of=0),
        bench("single", 5e-3),
        bench("double", 1e-5, dtype="float64"),
        bench("base float64", 2e-2, dtype="float64"),
    )


def summary_of(folder: Path) -> Findings:
    return findings(load_run(folder))


def printed(summary: Findings) -> str:
    out = io.StringIO()
    print_summary(summary, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def medians(folder: Path, arm: int, phase: str = "epoch") -> list[float]:
    """Log of the median of each block, straight from the raw files."""
    paths = sorted((folder / "raw").glob(f"*-{arm:02d}.json"))
    raws = [json.loads(path.read_text()) for path in paths]
    return [math.log(np.median(raw["phases"][phase]["seconds"])) for raw in raws]


def test_an_arm_is_compared_with_the_baseline_of_its_own_dtype(
    write_run: WriteRun, two_dtypes: Arms
) -> None:
    folder = write_run(arms=two_dtypes, n_blocks=5)
    summary = summary_of(folder)
    assert [summary.baseline_of(arm).index for arm in summary.arms] == [0, 0, 0, 4, 4]
    cell = summary.cell(summary.arms[3], "epoch")
    assert cell is not None
    assert cell.ratio is not None
    by_hand = np.exp(np.subtract(medians(folder, 3), medians(folder, 4)).mean())
    assert cell.ratio.value == pytest.approx(by_hand)
    assert cell.verdict == "faster"


@pytest.mark.parametrize(
    "other",
    [{"backend": "elsewhere"}, {"device": "cuda"}, {"python": ".venv-old"}, {"null_of": 0}],
)
def test_only_the_same_backend_device_and_python_is_a_twin(
    write_run: WriteRun, bench: Callable[..., Any], other: dict[str, Any]
) -> None:
    twin = bench("twin", dtype="float64", **({"backend": "base"} | other))
    arms = (bench("base"), bench("double", dtype="float64"), twin)
    plan = load_run(write_run(arms=arms, n_blocks=1)).plan
    assert baselines(plan) == (0, 0, 0)


def test_a_twin_is_a_baseline_in_every_table(write_run: WriteRun, two_dtypes: Arms) -> None:
    summary = summary_of(write_run(arms=two_dtypes, n_blocks=3))
    cells: Any = cells_json(summary)["cells"]
    twin = [cell for cell in cells if cell["arm"] == "base float64" and cell["ratio"]]
    assert {(cell["is_baseline"], cell["ratio"], cell["verdict"]) for cell in twin} == {
        (True, 1.0, None)
    }
    expected = {"base": "base", "base (null)": "base", "single": "base"}
    expected |= {"double": "base float64", "base float64": "base float64"}
    assert {cell["arm"]: cell["baseline"] for cell in cells} == expected
    rows = csv.DictReader(io.StringIO(cells_csv(summary)))
    assert {row["arm"]: row["baseline"] for row in rows} == expected
    for text in (printed(summary), markdown(summary)):
        assert sum(line.rstrip(" |").endswith("baseline") for line in text.splitlines()) == 2
    assert page(summary).count('<span class="note">baseline</span>') >= 2


def test_the_twin_is_named_wherever_a_ratio_is_told(write_run: WriteRun, two_dtypes: Arms) -> None:
    summary = summary_of(write_run(arms=two_dtypes, n_blocks=6))
    told = str(headline(summary))
    assert told.startswith("Eager torch (double) in float64 is the fastest automatic derivative: ")
    assert " times as fast as the baseline base float64. " in told
    said = "Arms in float64 are compared with base float64."
    assert said in sentences(summary)
    assert said in as_read(page(summary))
    drawing = ratios(summary)
    assert drawing is not None
    assert drawing.title == "Ratio to base or base float64"
    assert "base float64 0." not in drawing.alternative


def test_the_spread_is_around_the_ratio_to_the_twin(write_run: WriteRun, two_dtypes: Arms) -> None:
    noisy = write_run(arms=two_dtypes, n_blocks=4, between=0.0, within=0.0, drift=0.0)
    path = noisy / "raw/001-00.json"  # the plan's baseline, which double has no part in
    raw = json.loads(path.read_text())
    raw["phases"]["epoch"]["seconds"] = [0.5]
    path.write_text(json.dumps(raw))
    drawing = spread(summary_of(noisy))
    assert drawing is not None
    assert "double ±0.0" in drawing.alternative
    assert "single factor" in drawing.alternative


def test_break_even_is_against_the_twin(write_run: WriteRun, bench: Callable[..., Any]) -> None:
    arms = (
        bench("base", 1e-5, cold=(1.0, 0.1, 1e-5)),
        bench("double", 1e-3, dtype="float64", cold=(2.0, 0.1, 1e-3)),
        bench("base float64", 2e-2, dtype="float64", cold=(1.0, 0.1, 2e-2)),
    )
    even = [arm.break_even for arm in summary_of(write_run(arms=arms, n_blocks=6)).arms]
    assert even[0] is even[2] is None
    assert even[1] is not None
    assert even[1].epochs == pytest.approx(1.0 / 19e-3, rel=0.3)


def test_an_arm_whose_dtype_has_no_baseline_says_what_it_is_compared_with(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("double", 1e-3, dtype="float64"))
    summary = summary_of(write_run(arms=arms, n_blocks=4))
    assert " as fast as the baseline base, which computes in float32. " in str(headline(summary))
    said = "Arms in float64 are compared with base, which computes in float32."
    assert said in sentences(summary)


def test_a_twin_that_failed_leaves_its_dtype_without_ratios(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (
        bench("base"),
        bench("double", 1e-3, dtype="float64"),
        bench("base float64", dtype="float64", status="wrong", failed_check="gradient"),
    )
    summary = summary_of(write_run(arms=arms, n_blocks=4))
    cell = summary.cell(summary.arms[1], "epoch")
    assert cell is not None
    assert cell.seconds is not None
    assert (cell.ratio, cell.verdict) == (None, None)
    assert " Its baseline, base float64, has no time. " in str(headline(summary))


def test_a_run_of_one_dtype_says_nothing_about_baselines(write_run: WriteRun) -> None:
    assert not any("compared with" in text for text in sentences(summary_of(write_run(n_blocks=2))))


def test_two_runs_are_compared_by_ratios_to_the_twin(write_run: WriteRun, two_dtypes: Arms) -> None:
    old, new = (
        summary_of(write_run(name=name, arms=two_dtypes, seed=seed))
        for name, seed in (("old", 1), ("new", 2))
    )
    found = compare_runs(old, new)
    assert {(c.arm, c.baseline) for c in found.changes} == {
        ("single", "base"),
        ("double", "base float64"),
    }
    before = old.log_ratios(old.arms[3], old.arms[4], "epoch")
    change = next(c for c in found.changes if (c.arm, c.phase) == ("double", "epoch"))
    assert change.old.value == pytest.approx(math.exp(before.mean()))
    document: Any = comparison_json(found)
    assert document["changes"][-1]["baseline"] == "base float64"
    out = io.StringIO()
    print_comparison(found, Console(file=out, width=80, highlight=False))
    assert "÷ the time of base or base float64 (the one of its dtype)" in " ".join(
        out.getvalue().split()
    )


def test_runs_that_compare_an_arm_with_unlike_baselines_are_refused(
    write_run: WriteRun, two_dtypes: Arms
) -> None:
    old = summary_of(write_run(name="old", arms=two_dtypes[:4], n_blocks=3))
    new = summary_of(write_run(name="new", arms=two_dtypes, n_blocks=3))
    with pytest.raises(BadRun, match="baseline of double is base in OLD and base float64 in N"):
        compare_runs(old, new)


def test_an_arm_that_failed_in_one_run_may_have_another_dtype_there(
    write_run: WriteRun, two_dtypes: Arms, bench: Callable[..., Any]
) -> None:
    without = (*two_dtypes[:3], bench("double", status="unsupported", reason="float64 only"))
    old = summary_of(write_run(name="old", arms=without, n_blocks=3))
    new = summary_of(write_run(name="new", arms=two_dtypes, n_blocks=3))
    found = compare_runs(old, new)
    assert {change.arm for change in found.changes} == {"single"}
    assert [(one.arm, one.old, one.new) for one in found.uncompared] == [
        ("double", "unsupported", "ok")
    ]
