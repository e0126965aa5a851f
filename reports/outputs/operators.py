"""The table of operators: derivatives besides the gradient."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.operators import Operator
from reports.outputs.arm_parts import arm_mark
from reports.outputs.parts import Several, none, note, told
from reports.outputs.quantity import ratio, seconds
from reports.outputs.table import Table, numbers, table_of, texts
from reports.text.phases import words


def operators_table(findings: Findings) -> Table:
    """A row an operator of an arm."""

    def name(one: Operator) -> Several:
        found_by = told(one.composition or "not said how")
        return Several(arm_mark(findings, one.arm), note(f"{words(one.operator)}, {found_by}"))

    return table_of(
        "Operator ÷ gradient",
        findings.operators,
        [
            texts("arm, operator and how it is found", name),
            numbers("ratio", lambda one: ratio(one.ratio) or none()),
            numbers("time", lambda one: seconds(one.seconds)),
        ],
    )
