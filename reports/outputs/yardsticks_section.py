"""The section on yardsticks: prices, cheap gradients, ceilings, the limit, rates and memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.limit import ToLimit
from reports.findings.operators import Operator
from reports.outputs.parts import (
    Rich,
    below,
    marked,
    none,
    note,
    quantity,
    share,
    together,
)
from reports.outputs.phases_section import timed
from reports.outputs.ranking import time_cell
from reports.outputs.table import Cells, Table, table
from reports.text.answers import further
from reports.text.limit import limit_text
from reports.text.machines import there, whose
from reports.text.numbers import (
    general,
    plain,
    shown_amount,
    shown_memory,
    shown_ratio,
    shown_seconds,
)
from reports.text.pairs import pair_name
from reports.text.phases import words
from reports.text.price import best_autodiff
from reports.text.problem import title
from reports.text.sentence import Number, Sentence
from runfiles.phases import WHOLE


@dataclass(frozen=True)
class YardsticksSection:
    """What the ratios can be read against; a table without rows is left out."""

    is_usable: bool
    sentences: tuple[str, ...]
    figure: Markup
    prices: Table
    dispatch: Table
    cheap_gradients: Table
    bound: Number
    operators: Table
    ceilings: Table
    whose: Sentence  # of the ceilings
    limit: Sentence | None
    has_limits: bool
    is_trained: bool
    title: str
    flop: Rich | None
    has_gather: bool
    rates: Table
    memory: Table
    unknown: tuple[Sentence, ...]  # blocks whose ceilings are not known, and why


def yardsticks_section(
    findings: Findings, figures: Mapping[str, Markup]
) -> YardsticksSection | None:
    """The section; None where nothing was timed."""
    spec, yardsticks = findings.run.plan.problem, findings.yardsticks
    told = (best_autodiff(findings), *(clause.text for clause in further(findings)))
    section = YardsticksSection(
        is_usable=findings.null_arm.is_usable,
        sentences=tuple(text for text in told if text),
        figure=figures.get("prices", Markup()),
        prices=prices_table(findings),
        dispatch=dispatch_table(findings),
        cheap_gradients=cheap_table(findings),
        bound=general(yardsticks.cheap_gradient.bound),
        operators=operators_table(findings),
        ceilings=ceilings_table(findings),
        whose=whose(findings),
        limit=limit_text(findings),
        has_limits=bool(yardsticks.limit),
        is_trained=spec.trained,
        title=title(spec),
        flop=quantity(plain, spec.cost.flop if spec.cost else None),
        has_gather=any(one.of_gather for one in yardsticks.throughput.arms),
        rates=rates_table(findings),
        memory=memory_table(findings),
        unknown=unknown_ceilings(findings),
    )
    return section if timed(findings) else None


def prices_table(findings: Findings) -> Table:
    """Autodiff ÷ hand-written, a row a pair of arms."""
    pairs: dict[tuple[Arm, Arm], dict[str, Estimate]] = {}
    for price in findings.yardsticks.price_of_autodiff:
        pairs.setdefault((price.above, price.below), {})[price.phase] = price.ratio
    phases = {"epoch": "epoch", "gradient": "gradient alone"}
    if not findings.run.plan.problem.trained:
        del phases["epoch"]
    rows = (
        (_pair(*pair), *(quantity(shown_ratio, ratios.get(one)) or none() for one in phases))
        for pair, ratios in pairs.items()
    )
    heads, folded = ("pair", *phases.values()), "The price of autodiff, as a table"
    return table("Autodiff ÷ hand-written", heads, rows, folded=folded)


def _pair(above: Arm, under: Arm) -> Sentence:
    """Two arms of one execution."""
    return together(pair_name(above, under), below(above.execution or ""))


def dispatch_table(findings: Findings) -> Table:
    """Compiled ÷ eager, a row a pair of arms."""
    prices = findings.yardsticks.price_of_dispatch
    rows = ((_pair(one.above, one.below), quantity(shown_ratio, one.ratio)) for one in prices)
    return table("Compiled ÷ eager, of the epoch", ("pair", "ratio"), rows)


def cheap_table(findings: Findings) -> Table:
    """Gradient ÷ loss, both over all data at once."""
    rows = (
        (
            together(marked(findings, one.arm), _by_hand(one.arm)),
            quantity(shown_ratio, one.ratio),
            *(time_cell(findings.cell(one.arm, phase), only_flagged=True) for phase in WHOLE),
        )
        for one in findings.yardsticks.cheap_gradient.arms
    )
    heads = (Sentence("{}{}", phase, there(findings)) for phase in ("gradient", "loss"))
    return table("Gradient ÷ loss", ("arm", "ratio", *heads), rows)


def _by_hand(arm: Arm) -> Rich | None:
    return None if arm.differentiation == "autodiff" else note("by hand")


def operators_table(findings: Findings) -> Table:
    """A row an operator of an arm, with how it is found."""
    rows = (_operator(findings, one) for one in findings.operators)
    heads = ("arm, operator and how it is found", "ratio", Sentence("time{}", there(findings)))
    return table("Operator ÷ gradient", heads, rows)


def _operator(findings: Findings, one: Operator) -> Cells:
    found_by = Sentence("{}, {}", words(one.operator), one.composition or "not said how")
    ratio = quantity(shown_ratio, one.ratio) or none()
    name = together(marked(findings, one.arm), note(found_by))
    return name, ratio, quantity(shown_seconds, one.seconds)


def ceilings_table(findings: Findings) -> Table:
    """What the machine did at best."""
    rows = []
    for one in findings.yardsticks.ceilings.measured:
        is_product = one.kind == "product"
        unit, kind = ("FLOP", "matrix product,") if is_product else ("B", f"{one.kind} of")
        moved = below(shown_amount(one.amount, unit))
        rate = quantity(shown_amount, one.rate, f"{unit}/s")
        rows.append((together(kind, one.what, moved), rate))
    return table(f"At best{there(findings)}", ("what", "rate"), rows)


def unknown_ceilings(findings: Findings) -> tuple[Sentence, ...]:
    """The blocks whose ceilings are not known, and why."""
    return tuple(
        Sentence("The ceilings of block {} are not known: {}{}.", one.block, one.status,
                 Sentence(", {}", one.reason) if one.reason else "")
        for one in findings.yardsticks.ceilings.failed
    )  # fmt: skip


def rates_table(findings: Findings) -> Table:
    """A row an arm: its distance from the limit, its rates and their shares of the ceilings."""
    arms = findings.yardsticks.throughput.arms
    limits = {one.arm: one for one in findings.yardsticks.limit}
    columns = {
        "time ÷ limit's": [_to_limit(one.arm, limits.get(one.arm)) for one in arms if limits],
        "examples a second": [quantity(shown_amount, one.examples, "/s") for one in arms],
        "bytes a second": [quantity(shown_amount, one.bytes, "B/s") for one in arms],
        "of a copy": [_share(one.of_copy) for one in arms],
        "of a gather": [_share(one.of_gather) for one in arms],
        "FLOP a second": [quantity(shown_amount, one.flop, "FLOP/s") for one in arms],
        "of a product": [_share(one.of_product) for one in arms],
    }
    told = {heading: cells for heading, cells in columns.items() if any(cells)}
    names = (marked(findings, one.arm) for one in arms)
    caption = f"What an epoch does in a second{there(findings)}"
    rows = zip(names, *told.values(), strict=True)
    return table(caption, ("arm", *told), rows, kind="rates", folded=f"{caption}, as a table")


def _share(estimate: Estimate | None) -> Rich | None:
    return quantity(share, estimate.value if estimate else None)


def _to_limit(arm: Arm, one: ToLimit | None) -> Rich | None:
    """Times the limit's time, to another dtype where the limit has none in the arm's."""
    if one is None:
        return none(Sentence("no limit on {}", arm.device))
    if one.is_limit:
        return note("the limit")
    ratio = quantity(shown_ratio, one.ratio)
    other = Sentence("to {}, in {}", one.limit, one.limit.dtype)
    return ratio.noted(below(other)) if ratio and not one.same_dtype else ratio


def memory_table(findings: Findings) -> Table:
    """What one more call takes at its peak; no row where nothing told it."""
    known = {cell.phase for cell in findings.cells if cell.memory is not None}
    phases = [phase for phase in ("gradient", "epoch") if phase in known]
    arms = [one.arm for one in findings.yardsticks.throughput.arms]
    if not findings.run.plan.problem.trained:
        arms = [arm for arm in timed(findings) if not arm.is_null]
    rows = (
        (marked(findings, arm), *(_memory(findings, arm, phase) for phase in phases))
        for arm in arms if phases
    )  # fmt: skip
    caption = f"What a call takes of memory{there(findings)}"
    heads = [f"memory, {words(one)}" for one in phases]
    return table(caption, ("arm", *heads), rows, folded=f"{caption}, as a table")


def _memory(findings: Findings, arm: Arm, phase: str) -> Rich | None:
    cell = findings.cell(arm, phase)
    return quantity(shown_memory, cell.memory if cell else None)
