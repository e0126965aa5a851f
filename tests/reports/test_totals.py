"""What the break-even figure promises: who is ahead at which number of epochs, where that is sure.

The planted seconds are exact, so that the crossings can be computed by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.estimates.ratios import Summary, summarize
from reports.estimates.totals import leads, totals
from reports.figures.break_even import break_even
from reports.result.load import load_run

Make = Callable[..., Summary]


@pytest.fixture
def run(write_run: Callable[..., Path]) -> Make:
    """Makes the summary of a run with these arms and no drift."""

    def make(*arms: Any, **changes: Any) -> Summary:
        given = {"between": 1e-4, "within": 1e-6, "drift": 0.0, "n_blocks": 6, **changes}
        return summarize(load_run(write_run(arms=arms, **given)))

    return make


def test_the_lead_changes_where_the_totals_cross(run: Make, bench: Callable[..., Any]) -> None:
    summary = run(
        bench("slow start", 1e-5, cold=(1.0, 0.5, 0.5)),
        bench("quick start", 1e-3, cold=(0.1, 0.0, 0.1)),
        bench("never", 1e-2, cold=(2.0, 0.5, 0.5)),
    )
    first, second = leads(summary)["float32"]
    quick, slow = (next(t for t in totals(summary) if t.arm == arm) for arm in (1, 0))
    crossing = (slow.once - quick.once) / (quick.epoch - slow.epoch)
    assert (first.arm, first.since, first.crossing) == (1, 1.0, None)
    assert second.arm == 0
    assert second.since == pytest.approx(crossing)
    assert crossing == pytest.approx(1.8 / 0.99e-3, rel=0.2)  # cold phases scatter by 10 %
    assert quick.after(crossing) == pytest.approx(slow.after(crossing))


def test_the_leader_is_the_least_at_every_number_of_epochs(
    run: Make, bench: Callable[..., Any]
) -> None:
    summary = run(*(bench(f"arm {i}", 10.0**-i, cold=(0.01 * 4**i, 0, 0.1)) for i in range(1, 6)))
    row = leads(summary)["float32"]
    assert [lead.arm for lead in row] == sorted(lead.arm for lead in row)
    assert len(row) >= 3
    for epochs in (1, 3, 30, 1e3, 1e5, 1e7):
        ahead = [lead for lead in row if lead.since <= epochs][-1]
        least = min(totals(summary), key=lambda total: total.after(epochs))
        assert ahead.arm == least.arm


def test_two_arms_alike_do_not_take_the_lead_from_each_other(
    run: Make, bench: Callable[..., Any]
) -> None:
    arms = (bench("a", 1e-3, cold=(0.1, 0, 0.1)), bench("b", 1e-3, cold=(0.5, 0, 0.1)))
    assert [lead.arm for lead in leads(run(*arms, between=0.05))["float32"]] == [0]


def test_two_dtypes_are_two_races(run: Make, bench: Callable[..., Any]) -> None:
    arms = (bench("a"), bench("b", 1e-3), bench("c", dtype="float64"), bench("d", 1e-5))
    found = leads(run(*arms))
    assert list(found) == ["float32"]  # one arm alone is no race
    assert {lead.arm for lead in found["float32"]} <= {0, 1, 3}


def test_the_figure_tells_who_is_ahead_and_from_where(run: Make, bench: Callable[..., Any]) -> None:
    summary = run(
        bench("native", 1e-5, cold=(1.0, 0.5, 0.5)), bench("plain", 1e-3, cold=(0.1, 0.0, 0.1))
    )
    drawing = break_even(summary)
    assert drawing is not None
    told = re.search(r"plain is ahead up to about ([\d,]+) \[([\d,]+), ([\d,]+)\] epochs, from "
                     r"there native\.", drawing.alternative)  # fmt: skip
    assert told
    about, low, high = (float(number.replace(",", "")) for number in told.groups())
    assert low < about < high
    assert about == pytest.approx(leads(summary)["float32"][1].since, rel=0.01)
    assert told[0] in drawing.how_to_read


def test_an_unusable_run_has_no_break_even(run: Make, bench: Callable[..., Any]) -> None:
    arms = (bench("a"), bench("a again", 2e-2, null_of=0), bench("b", 1e-3))
    summary = run(*arms)
    assert not summary.null_arm.is_usable
    assert break_even(summary) is None
