"""What tables show of arms: their marks, their names, times the fastest, the harness's share."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.palette import Look, look
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.overhead import Overhead
from reports.outputs.parts import Several, Span, listed, named, note
from reports.outputs.quantity import Quantity, share
from reports.outputs.table import Cell
from reports.text.sentence import Name

DEEPEST = 3  # decades behind the fastest, from where on the tint is as deep as it gets
SWATCH = Markup('<span class="swatch {}" style="--arm: {}"></span>{}')


@dataclass(frozen=True)
class ArmMark:
    """An arm's name behind its mark; in a text the name alone."""

    name: Name
    look: Look
    roles: tuple[Span, ...]

    def __str__(self) -> str:
        return str(self.name)

    def __html__(self) -> Markup:
        return SWATCH.format(self.look.shape, self.look.colour, Several(self.name, *self.roles))


def arm_mark(findings: Findings, arm: Arm) -> ArmMark:
    """The arm as it stands at the head of a row."""
    roles = {"baseline": findings.is_baseline(arm), "null arm": arm.is_null}
    return ArmMark(named(arm.name), look(arm), tuple(note(role) for role in roles if roles[role]))


def shared(findings: Findings, first: Arm, others: Iterable[Arm]) -> Several:
    """An arm in front, with those that share that."""
    names = listed(arm.name for arm in others)
    sharing = note(Several("shared with", names)) if names else None
    return Several(arm_mark(findings, first), sharing)


def pair_name(above: Arm, below: Arm) -> Several:
    """Two arms whose times are divided."""
    return Several(named(above.name), "÷", named(below.name))


def took_part(findings: Findings) -> list[Arm]:
    """The arms that were measured, null arms left out."""
    return [arm for arm in findings.others if not arm.is_left_out]


def dim(arm: Arm) -> dict[str, object]:
    """The class of an arm's row: a null arm stands back."""
    return {"class": "dim" if arm.is_null else ""}


def tint(times: float) -> int:
    """How deep a cell is tinted, in per cent, by how many times the fastest it tells."""
    return round(100 * min(max(math.log10(times), 0) / DEEPEST, 1)) if times > 0 else 0


def times_cell(times: Quantity | None, in_front: bool | None = None) -> Cell:
    """Times the fastest, tinted by how many."""
    kind = "times front" if in_front else "times"
    return Cell(times, kind, tint(times.value) if times else None)


def noted(number: Quantity | None, *notes: object) -> object:
    """A number with notes; None without it."""
    return Several(number, *notes) if number else None


def flagged(overhead: Overhead | None) -> tuple[Span, ...]:
    """The harness's share of a cell where it is too much to overlook."""
    return overhead_note(overhead) if overhead and overhead.is_flagged else ()


def overhead_note(overhead: Overhead | None) -> tuple[Span, ...]:
    """The harness's share of a cell, as far as it is known."""
    if overhead is None:
        return ()
    kind = "overhead flagged" if overhead.is_flagged else "overhead"
    return (Span(Several("harness", share(overhead.share)), kind),)
