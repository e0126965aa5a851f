"""The section on pairs: new ÷ old by phase, and what the gate says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reports.findings.findings import Findings
from reports.findings.pairs import Pair
from reports.outputs.parts import quantity, verdict
from reports.outputs.table import Column, Table, table
from reports.text.numbers import shown_ratio
from reports.text.pairs import gate_sentence, pair_name, widened
from reports.text.phases import words
from reports.text.sentence import Sentence


@dataclass(frozen=True)
class PairsSection:
    """Did the newer one become slower?"""

    gate: Sentence | None
    is_undecided: bool
    how_to_read: Sentence
    table: Table


def pairs_section(findings: Findings) -> PairsSection | None:
    """The section; None for a run without pairs and gate."""
    gate, pairs = gate_sentence(findings), findings.pairs
    is_undecided = findings.gate is not None and findings.gate.outcome == "undecided"
    section = PairsSection(gate, is_undecided, widened(pairs), pairs_table(pairs))
    return section if gate or pairs else None


def telling(findings: Findings) -> list[Pair]:
    """The main phase of every pair, and whatever else is a difference."""
    return [
        pair
        for pair in findings.pairs
        if pair.phase == findings.main_phase or pair.verdict in ("faster", "slower")
    ]


def pairs_table(pairs: Iterable[Pair]) -> Table:
    """A row a pair and phase, with the interval that decides."""
    rows = (
        (pair_name(one.new, one.old), words(one.phase), quantity(shown_ratio, one.corrected),
         verdict(one.verdict or "unusable"))
        for one in pairs
    )  # fmt: skip
    heads = ("new ÷ old", "phase", Column("ratio", interval="beside"), "verdict")
    return table("New ÷ old, by pair and phase", heads, rows)
