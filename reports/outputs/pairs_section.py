"""The section on pairs: new ÷ old by phase, and what the gate says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.findings.findings import Findings
from reports.findings.pairs import Pair
from reports.outputs.parts import verdict
from reports.outputs.quantity import ratio
from reports.outputs.table import Column, Table, table_of, texts
from reports.text.pairs import gate_sentence, pair_name, widened
from reports.text.phases import words
from reports.text.sentence import Name


@dataclass(frozen=True)
class PairsSection:
    """The section; ``reading``: how the table is to be read."""

    gate: object
    is_undecided: bool
    reading: object
    table: Table


def pairs_section(findings: Findings) -> PairsSection | None:
    """The section; None for a run without pairs and gate."""
    gate = gate_sentence(findings)
    if not gate and not findings.pairs:
        return None
    is_undecided = findings.gate is not None and findings.gate.outcome == "undecided"
    return PairsSection(gate, is_undecided, widened(findings.pairs), pairs_table(findings.pairs))


def telling(findings: Findings) -> list[Pair]:
    """The main phase of every pair, and whatever else is a difference."""
    return [
        pair
        for pair in findings.pairs
        if pair.phase == findings.main_phase or pair.verdict in ("faster", "slower")
    ]


def pairs_table(pairs: Iterable[Pair]) -> Table:
    """One row a pair and phase, with the interval that decides."""
    return table_of(
        "New ÷ old, by pair and phase",
        pairs,
        [
            texts("new ÷ old", lambda one: Name(pair_name(one.new, one.old))),
            texts("phase", lambda one: words(one.phase)),
            (Column("ratio", True, interval="beside"), lambda one: ratio(one.corrected)),
            texts("verdict", lambda one: verdict(one.verdict or "unusable")),
        ],
    )
