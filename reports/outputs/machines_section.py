"""The section on machines: each by itself, and what may be said of which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.findings.findings import Findings
from reports.outputs.parts import marked, none, note, quantity
from reports.outputs.table import Column, Row, Table, table
from reports.text.machines import apart_text, claim_text, fewer_text
from reports.text.numbers import shown_ratio
from reports.text.sentence import Number, Sentence


@dataclass(frozen=True)
class MachinesSection:
    """What does each machine say?"""

    claim: Sentence
    apart: Sentence | None
    fewer: Sentence | None
    machines: Table
    figure: Markup
    ratios: Table


def machines_section(findings: Findings, figures: Mapping[str, Markup]) -> MachinesSection | None:
    """The section; None for a run of one machine."""
    section = MachinesSection(
        claim=claim_text(findings),
        apart=apart_text(findings),
        fewer=fewer_text(findings),
        machines=machines_table(findings),
        figure=figures.get("by_machine", Markup()),
        ratios=machine_ratios_table(findings),
    )
    return section if findings.machines.are_several else None


def machines_table(findings: Findings) -> Table:
    """A row a machine: its processor and its blocks, and whose seconds are shown."""
    rows = (
        (Number.of(one.number), Sentence.joined(" or ", one.cpu) or none("not known"),
         Number.of(one.n_blocks), note("shown") if one.has_seconds else None)
        for one in findings.by_machine
    )  # fmt: skip
    heads = (Column("machine", is_number=False), "processor", "blocks", "seconds")
    return table("The machines", heads, rows)


def machine_ratios_table(findings: Findings) -> Table:
    """A row an arm: its ratio to the baseline over all machines and on each by itself."""
    each = findings.by_machine if findings.machines.are_several else ()
    heads: tuple[str | Column, ...] = (
        *("arm", Column("all", is_number=True, interval="below")),
        *(Column(f"machine {one.number}", is_number=True, interval="below", may_go=True)
          for one in each),
    )  # fmt: skip
    told = [{one.arm: one.ratio for one in machine.ratios} for machine in each]
    rows = (
        Row(
            (
                marked(findings, cell.arm),
                quantity(shown_ratio, cell.ratio),
                *(quantity(shown_ratio, ratios.get(cell.arm)) or none() for ratios in told),
            ),
            {"class": "dim" * cell.is_null},
        )
        for cell in (findings.compared_cells if each else ())
    )
    return table("Ratio to the baseline, machine by machine", heads, rows)
