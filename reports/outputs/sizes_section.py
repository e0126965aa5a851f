"""The section on other sizes: who overtakes whom, every time, and what was proved where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.point import Point
from reports.findings.sweep import Axis, Sweep
from reports.outputs.parts import (
    Rich,
    below,
    failed,
    marked,
    none,
    note,
    quantity,
    shared,
    together,
    verdict,
)
from reports.outputs.table import Column, Output, Table, table
from reports.text.counted import counted
from reports.text.machines import there
from reports.text.null_arm import judgement_text
from reports.text.numbers import plain, shown_seconds
from reports.text.problem import noun, title
from reports.text.sentence import Number, Sentence
from reports.text.sizes import along, axis_words, epoch_text, label, overtaking_text, proved_text
from runfiles.records import Spec

SPACIOUS: frozenset[Output] = frozenset({"page", "markdown"})
MOST_NAMED = 2  # sizes, of one reason


@dataclass(frozen=True)
class AxisPart:
    """The sizes along one axis."""

    along: str
    overtakings: tuple[Sentence, ...]
    more: Sentence | None  # how many more there are in cells.json
    figure: Markup
    table: Table


@dataclass(frozen=True)
class SizesSection:
    """At other sizes."""

    n_sizes: int
    is_trained: bool
    title: str
    axes: tuple[AxisPart, ...]
    table: Table
    unusable: tuple[Sentence, ...]  # sizes, and why
    troubles: tuple[Sentence, ...]


def sizes_section(findings: Findings, figures: Mapping[str, Markup]) -> SizesSection | None:
    """The section; None for a run without other sizes."""
    sweep, spec = findings.sweep, findings.run.plan.problem
    if sweep is None:
        return None
    nulls = [(one.case, one.case.null_arm) for one in sweep.points]
    return SizesSection(
        n_sizes=len(sweep.points),
        is_trained=spec.trained,
        title=title(spec),
        axes=tuple(
            axis_part(findings, axis, figures.get(f"sizes_{axis.name}")) for axis in sweep.axes
        ),
        table=sizes_table(findings),
        unusable=tuple(
            Sentence("{}: {}", label(case), judgement_text(null))
            for case, null in nulls
            if not null.is_usable
        ),
        troubles=troubles(findings, sweep),
    )


def axis_part(findings: Findings, axis: Axis, figure: Markup | None) -> AxisPart:
    """What was found along ``axis``."""
    n_more = len(axis.crossovers) - len(axis.told)
    more = Sentence("{} between other arms in cells.json.", counted(n_more, "more crossover"))
    return AxisPart(
        along=along(axis),
        overtakings=tuple(map(overtaking_text, axis.told)),
        more=more if n_more else None,
        figure=figure or Markup(),
        table=axis_table(findings, axis, is_open=figure is None),
    )


def axis_table(findings: Findings, axis: Axis, is_open: bool) -> Table:
    """What an example visited takes: a row an arm, by its time at the run's own size."""
    timed = {arm for point in axis.points for arm in point.timed.values()}
    ranked = [cell.arm for cell in findings.ranked(findings.compared_phase) if cell.arm in timed]
    heads = [
        together(Number.of(size), _own(findings, point), below(epoch_text(_spec(point))))
        for size, point in axis.sized
    ]
    rows = (
        (marked(findings, arm), *(_sized(point, arm) for point in axis.points)) for arm in ranked
    )
    caption = f"Time of an example visited, by {axis_words(axis)}{there(findings)}"
    return table(caption, ("arm", *heads), rows, folded="In numbers", is_open=is_open)


def _own(findings: Findings, point: Point) -> Rich | None:
    return note("own size") if point.case is findings else None


def _spec(point: Point) -> Spec:
    return point.case.run.plan.problem


def _sized(point: Point, arm: Arm) -> Rich:
    """An example's time of an arm at a size, with its verdict there."""
    one = point.of(arm)
    cell, time = one.cell, quantity(shown_seconds, one.seconds_of_example)
    if cell is None or time is None:
        return failed(cell.status if cell else "missing")
    found, ratio = point.case.verdict(cell), cell.ratio.value if cell.ratio else None
    told = together(verdict(found), quantity(plain, ratio)) if found else None
    return time.noted(below(told)) if told else time


def sizes_table(findings: Findings) -> Table:
    """A row a size: what was timed there, who is in front, and what was proved."""
    spec = findings.run.plan.problem
    timed = Column("timed epoch" if spec.trained else "timed", SPACIOUS)
    rate = Column("rate", SPACIOUS if spec.trained else frozenset())
    least = Column(f"an example in{there(findings)}", interval="beside")
    before: list[str | Column] = ["examples", *map(noun, spec.counts), "batch size", rate, timed]
    rows = (
        (
            together(Number.of(one.n_examples), _own(findings, one)),
            *map(Number.of, _spec(one).counts.values()),
            *(Number.of(one.batch_size), quantity(plain, _spec(one).lr), epoch_text(_spec(one))),
            *(_front(findings, one), _least(one), proved_text(one.case)),
        )
        for one in (findings.sweep.points if findings.sweep else ())
    )
    heads = (*before, "least time", least, "proved")
    return table("What was timed and what was proved", heads, rows)


def _front(findings: Findings, point: Point) -> str:
    """The arms in front at a size, if any may be."""
    if not point.case.null_arm.is_usable:
        return verdict("unusable")
    return shared(findings, point.front[0], point.front[1:]) if point.front else none()


def _least(point: Point) -> Rich | None:
    """An example's time of the arm in front."""
    is_told = point.front and point.case.null_arm.is_usable
    seconds = point.of(point.front[0]).seconds_of_example if is_told else None
    return quantity(shown_seconds, seconds)


def troubles(findings: Findings, sweep: Sweep) -> tuple[Sentence, ...]:
    """Every reason that an arm gives at some sizes only; one at all sizes stands elsewhere."""
    sizes: dict[tuple[Arm, str, str], list[Sentence]] = {}
    for arm in findings.others:
        for point in sweep.points:
            one = point.of(arm)
            if one.reason:
                where = Sentence("at {}", label(point.case))
                sizes.setdefault((arm, one.status, one.reason), []).append(where)
    return tuple(
        together(arm.name, note(status), reason, note(_at(where)))
        for (arm, status, reason), where in sizes.items()
        if len(where) < len(sweep.points)
    )


def _at(where: list[Sentence]) -> Sentence:
    """The first few sizes, and how many more."""
    first, n_more = Sentence.joined("; ", where[:MOST_NAMED]), len(where) - MOST_NAMED
    more = Sentence("{} and {}", first, counted(n_more, "more size"))
    return more if n_more > 0 else first
