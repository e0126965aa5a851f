"""What the break-even figure promises: who is ahead at which number of epochs, where that is sure.

The planted seconds are exact, so that the crossings can be computed by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.figures.break_even import break_even
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from runfiles.load import load_run
from tests.reports.test_page import Reader

Make = Callable[..., Findings]


@pytest.fixture
def run(write_run: Callable[..., Path]) -> Make:
    """Makes the findings of a run with these arms and no drift."""

    def make(*arms: Any, **changes: Any) -> Findings:
        given = {"between": 1e-4, "within": 1e-6, "drift": 0.0, "n_blocks": 6, **changes}
        return findings(load_run(write_run(arms=arms, **given)))

    return make


def test_the_lead_changes_where_the_totals_cross(run: Make, bench: Callable[..., Any]) -> None:
    found = run(
        bench("slow start", 1e-5, cold=(1.0, 0.5, 0.5)),
        bench("quick start", 1e-3, cold=(0.1, 0.0, 0.1)),
        bench("never", 1e-2, cold=(2.0, 0.5, 0.5)),
    )
    first, second = found.lower_envelope["float32"]
    quick, slow = (next(t for t in found.totals if t.arm.index == arm) for arm in (1, 0))
    crossing = (slow.once - quick.once) / (quick.epoch - slow.epoch)
    assert (first.arm.index, first.since, first.crossing) == (1, 1.0, None)
    assert second.arm.index == 0
    assert second.since == pytest.approx(crossing)
    assert crossing == pytest.approx(1.8 / 0.99e-3, rel=0.2)  # cold phases scatter by 10 %
    assert quick.after(crossing) == pytest.approx(slow.after(crossing))


def test_the_leader_is_the_least_at_every_number_of_epochs(
    run: Make, bench: Callable[..., Any]
) -> None:
    found = run(*(bench(f"arm {i}", 10.0**-i, cold=(0.01 * 4**i, 0, 0.1)) for i in range(1, 6)))
    row = found.lower_envelope["float32"]
    assert [lead.arm.index for lead in row] == sorted(lead.arm.index for lead in row)
    assert len(row) >= 3
    for epochs in (1, 3, 30, 1e3, 1e5, 1e7):
        ahead = [lead for lead in row if lead.since <= epochs][-1]
        least = min(found.totals, key=lambda total: total.after(epochs))
        assert ahead.arm == least.arm


def test_two_arms_alike_do_not_take_the_lead_from_each_other(
    run: Make, bench: Callable[..., Any]
) -> None:
    arms = (bench("a", 1e-3, cold=(0.1, 0, 0.1)), bench("b", 1e-3, cold=(0.5, 0, 0.1)))
    assert [lead.arm.index for lead in run(*arms, between=0.05).lower_envelope["float32"]] == [0]


def test_two_dtypes_are_two_races(run: Make, bench: Callable[..., Any]) -> None:
    arms = (bench("a"), bench("b", 1e-3), bench("c", dtype="float64"), bench("d", 1e-5))
    found = run(*arms).lower_envelope
    assert list(found) == ["float32"]  # one arm alone is no race
    assert {lead.arm.index for lead in found["float32"]} <= {0, 1, 3}


def test_the_figure_tells_who_is_ahead_and_from_where(run: Make, bench: Callable[..., Any]) -> None:
    found = run(
        bench("native", 1e-5, cold=(1.0, 0.5, 0.5)), bench("plain", 1e-3, cold=(0.1, 0.0, 0.1))
    )
    drawing = break_even(found)
    assert drawing is not None
    told = re.search(r" is plain from the first epoch on, then native from about "
                     r"([\d,]+) \[([\d,]+), ([\d,]+)\] epochs on\.",
                     drawing.alternative)  # fmt: skip
    assert told
    about, low, high = (float(number.replace(",", "")) for number in told.groups())
    assert low < about < high
    assert about == pytest.approx(found.lower_envelope["float32"][1].since, rel=0.01)
    assert told[0] not in drawing.how_to_read  # the page says it beside the figure


def test_an_unusable_run_has_no_break_even(run: Make, bench: Callable[..., Any]) -> None:
    arms = (bench("a"), bench("a again", 2e-2, null_of=0), bench("b", 1e-3))
    found = run(*arms)
    assert not found.null_arm.is_usable
    assert break_even(found) is None


def stored(found: Findings) -> Any:
    """The leads of cells.json, as a program reads them."""
    return json.loads(json.dumps(cells_json(found)))["leads"]


def section(html: str) -> Reader:
    """What the page says of a fresh process."""
    return Reader(html.partition('<section aria-labelledby="cold">')[2].partition("</section>")[0])


def test_cells_json_and_page_say_the_leads_dtype_by_dtype(
    run: Make, bench: Callable[..., Any]
) -> None:
    all_found = run(
        bench("plain", 1e-3, cold=(0.1, 0.0, 0.1)),
        bench("native", 1e-5, cold=(1.0, 0.5, 0.5)),
        bench("plain float64", 3e-3, cold=(0.1, 0.0, 0.1), dtype="float64"),
        bench("native float64", 3e-5, cold=(1.0, 0.5, 0.5), dtype="float64"),
    )
    found = stored(all_found)
    assert [(one["dtype"], one["arm"]) for one in found] == [
        *(("float32", "plain"), ("float32", "native")),
        *(("float64", "plain float64"), ("float64", "native float64")),
    ]
    assert [one["since_epochs"] for one in found[::2]] == [1.0, 1.0]
    assert {one["crossing_epochs"] for one in found[::2]} == {None}
    read = section(page(all_found))
    text = " ".join("".join(read.text).split())
    assert "plain baseline, from the first epoch on" in text
    for one in found[1::2]:
        ends = [one[f"crossing_epochs{end}"] for end in ("", "_low", "_high")]
        assert ends[1] < ends[0] < ends[2]
        at = [value for value, _ in read.values].index(repr(ends[0]))
        assert [value for value, _ in read.values[at : at + 3]] == [repr(end) for end in ends]
        assert f"Ahead of all others in {one['dtype']}, by number of epochs:" in text
        assert f"{one['arm']}, from about {read.values[at][1]} [" in text


def test_no_end_of_a_crossing_lies_below_0_epochs(run: Make, bench: Callable[..., Any]) -> None:
    arms = (bench("a", 1e-2, cold=(1, 0, 0.1)), bench("b", 1e-3, cold=(1.15, 0, 0.1)))
    _, second = stored(run(*arms, n_blocks=3))
    assert second["crossing_epochs_low"] == 0.0
    assert second["crossing_epochs_high"] > second["crossing_epochs"] > 0


def test_the_leads_of_cut_epochs_are_said_to_be(run: Make, bench: Callable[..., Any]) -> None:
    cut = page(run(bench("a"), bench("b", 1e-3), steps=5))
    text = " ".join("".join(section(cut).text).split())
    assert "by number of epochs (only its first 5 of 100 steps):" in text


def test_an_unusable_run_has_no_leads(run: Make, bench: Callable[..., Any]) -> None:
    found = run(bench("a"), bench("a again", 2e-2, null_of=0), bench("b", 1e-3))
    assert stored(found) == []
    assert "Ahead of all others" not in page(found)
