"""The section on other sizes: who overtakes whom, every time, and what was proved where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.point import Point
from reports.findings.sweep import Axis, Sweep
from reports.outputs.arm_parts import arm_mark, shared
from reports.outputs.parts import Several, below, failed, named, none, note, told, verdict
from reports.outputs.quantity import Quantity, count, number, seconds
from reports.outputs.table import Column, Made, Output, Table, numbers, table_of, texts
from reports.text.counted import counted
from reports.text.null_arm import judgement_text
from reports.text.problem import noun, title
from reports.text.sizes import along, axis_words, epoch_text, label, overtaking_text, proved_text
from runfiles.records import Spec

SPACIOUS: frozenset[Output] = frozenset({"page", "markdown"})
MOST_NAMED = 2  # sizes, of one reason


@dataclass(frozen=True)
class AxisPart:
    """The sizes along one axis."""

    along: str
    overtakings: tuple[object, ...]
    more: str  # how many more there are in cells.json
    figure: Markup
    table: Table


@dataclass(frozen=True)
class SizesSection:
    """The section on the run's other sizes."""

    n_sizes: int
    is_trained: bool
    title: str
    axes: tuple[AxisPart, ...]
    table: Table
    unusable: tuple[Several, ...]  # sizes, and why
    troubles: tuple[Several, ...]


def sizes_section(findings: Findings, figures: Mapping[str, Markup]) -> SizesSection | None:
    """The section; None for a run without other sizes."""
    sweep, spec = findings.sweep, findings.run.plan.problem
    if sweep is None:
        return None
    unusable = [one.case for one in sweep.points if not one.case.null_arm.is_usable]
    return SizesSection(
        n_sizes=len(sweep.points),
        is_trained=spec.trained,
        title=title(spec),
        axes=tuple(
            axis_part(findings, axis, figures.get(f"sizes_{axis.name}")) for axis in sweep.axes
        ),
        table=sizes_table(findings, sweep),
        unusable=tuple(
            Several(f"{label(case)}:", judgement_text(case.null_arm)) for case in unusable
        ),
        troubles=troubles(findings, sweep),
    )


def axis_part(findings: Findings, axis: Axis, figure: Markup | None) -> AxisPart:
    """What was found along ``axis``."""
    n_more = len(axis.crossovers) - len(axis.told)
    more = f"{counted(n_more, 'more crossover')} between other arms in cells.json."
    return AxisPart(
        along=along(axis),
        overtakings=tuple(map(overtaking_text, axis.told)),
        more=more if n_more else "",
        figure=figure or Markup(),
        table=axis_table(findings, axis, is_open=figure is None),
    )


def axis_table(findings: Findings, axis: Axis, is_open: bool = False) -> Table:
    """What an example visited takes: a row an arm, by its time at the run's own size."""
    timed = {arm for point in axis.points for arm in point.timed.values()}
    ranked = findings.ranked(findings.compared_phase)
    return table_of(
        f"Time of an example visited, by {axis_words(axis)}",
        [cell.arm for cell in ranked if cell.arm in timed],
        [
            texts("arm", lambda arm: arm_mark(findings, arm)),
            *(_size_column(findings, size, point) for size, point in axis.sized),
        ],
        folded="In numbers",
        is_open=is_open,
    )


def _size_column(findings: Findings, size: int, point: Point) -> Made[Arm]:
    own = note("own size") if point.case is findings else None
    timed = below(epoch_text(point.case.run.plan.problem))
    return numbers(Several(count(size), own, timed), lambda arm: _sized(point, arm))


def _sized(point: Point, arm: Arm) -> object:
    """An example's time of an arm at a size, with its verdict there."""
    one = point.of(arm)
    cell, time = one.cell, seconds(one.seconds_of_example)
    if cell is None or time is None:
        return failed(cell.status if cell else "missing")
    found = point.case.verdict(cell)
    ratio = number(cell.ratio.value) if cell.ratio else None
    return Several(time, below(Several(verdict(found), ratio)) if found else None)


def sizes_table(findings: Findings, sweep: Sweep) -> Table:
    """A row a size: what was timed there, who is in front, and what was proved."""
    spec = findings.run.plan.problem
    rate = (Column("rate", True, outputs=SPACIOUS), lambda one: number(_spec(one).lr))
    timed = Column("timed epoch" if spec.trained else "timed", outputs=SPACIOUS)
    return table_of(
        "What was timed and what was proved",
        sweep.points,
        [
            texts("examples", lambda one: Several(
                count(one.n_examples), note("own size") if one.case is findings else None
            )),
            *(_count_column(name) for name in spec.counts),
            numbers("batch size", lambda one: count(one.batch_size)),
            *([rate] if spec.trained else []),
            (timed, lambda one: epoch_text(_spec(one))),
            texts("least time", lambda one: _front(findings, one)),
            (Column("an example in", True, interval="beside"), _least),
            texts("proved", lambda one: proved_text(one.case)),
        ],
    )  # fmt: skip


def _spec(point: Point) -> Spec:
    return point.case.run.plan.problem


def _count_column(name: str) -> Made[Point]:
    return numbers(noun(name), lambda one: count(_spec(one).counts[name]))


def _front(findings: Findings, point: Point) -> object:
    """The arms in front at a size, if any may be."""
    if not point.case.null_arm.is_usable:
        return verdict("unusable")
    return shared(findings, point.front[0], point.front[1:]) if point.front else none()


def _least(point: Point) -> Quantity | None:
    """An example's time of the arm in front."""
    is_told = point.front and point.case.null_arm.is_usable
    return seconds(point.of(point.front[0]).seconds_of_example) if is_told else None


def troubles(findings: Findings, sweep: Sweep) -> tuple[Several, ...]:
    """Every reason that an arm gives at some sizes only; one at all sizes stands elsewhere."""
    sizes: dict[tuple[Arm, str, str], list[str]] = {}
    for arm in findings.others:
        for point in sweep.points:
            one = point.of(arm)
            if one.reason:
                sizes.setdefault((arm, one.status, one.reason), []).append(label(point.case))
    return tuple(
        Several(named(arm.name), note(status), told(reason), note(_at(labels)))
        for (arm, status, reason), labels in sizes.items()
        if len(labels) < len(sweep.points)
    )


def _at(labels: list[str]) -> str:
    """The first few sizes, and how many more."""
    more = len(labels) - MOST_NAMED
    named = "; ".join(f"at {label}" for label in labels[:MOST_NAMED])
    return f"{named} and {counted(more, 'more size')}" if more > 0 else named
