"""The section on yardsticks: prices, cheap gradients, ceilings, the limit, rates and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.ceiling import BestOf
from reports.findings.cheap_gradient import ArmGradient
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.limit import ToLimit
from reports.findings.throughput import ArmThroughput
from reports.outputs.arm_parts import arm_mark, flagged, noted, pair_name
from reports.outputs.operators import operators_table
from reports.outputs.parts import Listed, Several, below, named, none, note, told
from reports.outputs.phases_section import timed
from reports.outputs.quantity import Quantity, amount, memory, number, ratio, seconds, share
from reports.outputs.table import Made, Table, numbers, table_of, texts
from reports.text.answers import further
from reports.text.by_hand import best_autodiff
from reports.text.phases import words
from reports.text.problem import title
from reports.text.yardsticks import limit_text
from runfiles.phases import WHOLE


@dataclass(frozen=True)
class YardsticksSection:
    """What the ratios can be read against; a table without rows is left out."""

    is_usable: bool
    sentences: tuple[object, ...]
    figure: Markup
    prices: Table
    dispatch: Table
    cheap_gradients: Table
    bound: str
    operators: Table
    ceilings: Table
    rates: RatesPart | None
    memory: Table
    unknown: tuple[str, ...]  # blocks whose ceilings are not known, and why


@dataclass(frozen=True)
class RatesPart:
    """What an epoch gets done in a second."""

    limit: object
    has_limits: bool
    title: str
    flop: Quantity | None
    has_ceilings: bool
    has_gather: bool
    table: Table


def yardsticks_section(
    findings: Findings, figures: Mapping[str, Markup]
) -> YardsticksSection | None:
    """The section; None where nothing was timed."""
    yardsticks = findings.yardsticks
    told_of = (best_autodiff(findings), *(clause.text for clause in further(findings)))
    return YardsticksSection(
        is_usable=findings.null_arm.is_usable,
        sentences=tuple(text for text in told_of if text),
        figure=figures.get("prices", Markup()),
        prices=prices_table(findings),
        dispatch=dispatch_table(findings),
        cheap_gradients=cheap_table(findings),
        bound=f"{yardsticks.cheap_gradient.bound:g}",
        operators=operators_table(findings),
        ceilings=ceilings_table(yardsticks.ceilings.measured),
        rates=rates_part(findings) if findings.run.plan.problem.trained else None,
        memory=memory_table(findings),
        unknown=tuple(
            f"The ceilings of block {one.block} are not known: "
            + ", ".join([one.status, *([told(one.reason, 200)] if one.reason else [])])
            for one in findings.run.ceilings
            if one.status != "ok"
        ),
    ) if timed(findings) else None  # fmt: skip


def prices_table(findings: Findings) -> Table:
    """Autodiff ÷ hand-written, a row a pair of arms."""
    pairs: dict[tuple[Arm, Arm], dict[str, Estimate]] = {}
    for price in findings.yardsticks.price_of_autodiff:
        pairs.setdefault((price.above, price.below), {})[price.phase] = price.ratio

    def column(heading: str, phase: str) -> Made[tuple[Arm, Arm]]:
        return numbers(heading, lambda pair: ratio(pairs[pair].get(phase)) or none())

    epoch = [column("epoch", "epoch")] if findings.run.plan.problem.trained else []
    return table_of(
        "Autodiff ÷ hand-written",
        pairs,
        [texts("pair", _pair), *epoch, column("gradient alone", "gradient")],
        folded="The price of autodiff, as a table",
    )


def _pair(pair: tuple[Arm, Arm]) -> Several:
    """Two arms of one execution."""
    return Several(pair_name(*pair), below(told(pair[0].execution or "")))


def dispatch_table(findings: Findings) -> Table:
    """Compiled ÷ eager."""
    prices = findings.yardsticks.price_of_dispatch
    return table_of(
        "Compiled ÷ eager, of the epoch",
        prices,
        [
            texts("pair", lambda one: _pair((one.above, one.below))),
            numbers("ratio", lambda one: ratio(one.ratio)),
        ],
    )


def cheap_table(findings: Findings) -> Table:
    """Gradient ÷ loss, both over all data at once."""
    arms = findings.yardsticks.cheap_gradient.arms

    def name(one: ArmGradient) -> Several:
        by_hand = None if one.arm.differentiation == "autodiff" else note("by hand")
        return Several(arm_mark(findings, one.arm), by_hand)

    def column(heading: str, phase: str) -> Made[ArmGradient]:
        def cell(one: ArmGradient) -> object:
            found = findings.cell(one.arm, phase)
            return found and noted(seconds(found.seconds), *flagged(found.overhead))

        return numbers(heading, cell)

    ratios = numbers("ratio", lambda one: ratio(one.ratio))
    columns = [texts("arm", name), ratios, *map(column, ("gradient", "loss"), WHOLE)]
    return table_of("Gradient ÷ loss", arms, columns)


def ceilings_table(measured: tuple[BestOf, ...]) -> Table:
    """What the machine did at best."""

    def what(one: BestOf) -> Several:
        kind = "matrix product," if one.kind == "product" else f"{one.kind} of"
        return Several(kind, told(one.what), below(amount(one.amount, _unit(one))))

    rate = numbers("rate", lambda one: amount(one.rate, f"{_unit(one)}/s"))
    return table_of("At best", measured, [texts("what", what), rate])


def _unit(one: BestOf) -> str:
    return "FLOP" if one.kind == "product" else "B"


def rates_part(findings: Findings) -> RatesPart:
    """What an epoch gets done in a second, beside the limit and what the machine does at best."""
    spec, yardsticks = findings.run.plan.problem, findings.yardsticks
    return RatesPart(
        limit=limit_text(findings),
        has_limits=bool(yardsticks.limit),
        title=title(spec),
        flop=number(spec.cost.flop) if spec.cost else None,
        has_ceilings=bool(yardsticks.ceilings.measured),
        has_gather=any(one.of_gather for one in yardsticks.throughput.arms),
        table=rates_table(findings),
    )


def rates_table(findings: Findings) -> Table:
    """A row an arm: its distance from the limit, its rates and their shares of the ceilings."""
    limits = {one.arm: one for one in findings.yardsticks.limit}
    arms = findings.yardsticks.throughput.arms
    columns: list[Made[ArmThroughput]] = [
        numbers("time ÷ limit's", lambda one: _to_limit(one.arm, limits.get(one.arm))),
        numbers("examples a second", lambda one: amount(one.examples, "/s")),
        numbers("bytes a second", lambda one: amount(one.bytes, "B/s")),
        numbers("of a copy", lambda one: _share(one.of_copy)),
        numbers("of a gather", lambda one: _share(one.of_gather)),
        numbers("FLOP a second", lambda one: amount(one.flop, "FLOP/s")),
        numbers("of a product", lambda one: _share(one.of_product)),
    ]
    if not limits:
        del columns[0]
    told_of = [column for column in columns if any(column[1](one) for one in arms)]
    return table_of(
        "What an epoch does in a second",
        arms,
        [texts("arm", lambda one: arm_mark(findings, one.arm)), *told_of],
        kind="rates",
        folded="What an epoch does in a second, as a table",
    )


def _share(estimate: Estimate | None) -> Quantity | None:
    return share(estimate.value) if estimate else None


def _to_limit(arm: Arm, one: ToLimit | None) -> object:
    """Times the limit's time, to another dtype where the limit has none in the arm's."""
    if one is None:
        return none(f"no limit on {told(arm.device)}")
    if one.is_limit:
        return note("the limit")
    other = Listed((Several("to", named(one.limit.name)), f"in {told(one.limit.dtype)}"))
    return Several(ratio(one.ratio), None if one.same_dtype else below(other))


def memory_table(findings: Findings) -> Table:
    """What one more call takes at its peak."""
    told_of = {cell.phase for cell in findings.cells if cell.memory is not None}
    phases = [phase for phase in ("gradient", "epoch") if phase in told_of]
    arms = [one.arm for one in findings.yardsticks.throughput.arms]
    if not findings.run.plan.problem.trained:
        arms = [arm for arm in timed(findings) if not arm.is_null]

    def column(phase: str) -> Made[Arm]:
        def cell(arm: Arm) -> Quantity | None:
            found = findings.cell(arm, phase)
            return memory(found.memory) if found else None

        return numbers(f"memory, {words(phase)}", cell)

    return table_of(
        "What a call takes of memory",
        arms if phases else [],
        [texts("arm", lambda arm: arm_mark(findings, arm)), *map(column, phases)],
        folded="What a call takes of memory, as a table",
    )
