"""The sections on phases: where an epoch goes, and what a fresh process pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.prefix import prefix
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.totals import Lead
from reports.outputs.parts import (
    Rich,
    harness_share,
    marked,
    none,
    quantity,
    shared,
    span,
)
from reports.outputs.ranking import took_part
from reports.outputs.table import Row, Table, table
from reports.text.break_even import break_even_text
from reports.text.dispatch import why
from reports.text.evidence import harness
from reports.text.headline import baselines_text
from reports.text.machines import there
from reports.text.numbers import shown_difference, shown_epochs, shown_seconds
from reports.text.phases import words
from reports.text.sentence import Sentence
from runfiles.phases import DERIVED, WHOLE


@dataclass(frozen=True)
class PhasesSection:
    """Why: where does an epoch go?"""

    why: tuple[Sentence, ...]
    is_trained: bool
    has_harness: bool
    split: Markup
    table: Table
    untimed: Sentence
    absences: tuple[Sentence, ...]


def phases_section(findings: Findings, figures: Mapping[str, Markup]) -> PhasesSection | None:
    """The section on warm phases; None where nothing was timed."""
    spec = findings.run.plan.problem
    phases = [phase for phase in findings.phases if phase not in (*spec.cold, *WHOLE)]
    parts = ("update", "rest") if findings.cell(findings.arms[0], "update") else ()
    section = PhasesSection(
        why=why(findings),
        is_trained=spec.trained,
        has_harness=harness(findings) is not None,
        split=figures.get("split", Markup()),
        table=times_table(findings, "Time by phase", (*phases, *parts)),
        untimed=untimed(findings),
        absences=tuple(absences(findings)),
    )
    return section if timed(findings) else None


def timed(findings: Findings) -> list[Arm]:
    """The arms that have numbers."""
    return [arm for arm in findings.arms if arm.n_ok and arm.status == "ok"]


def untimed(findings: Findings) -> Sentence:
    """The arms that took part and have no number, with their status."""
    arms = [arm for arm in took_part(findings) if arm not in timed(findings)]
    return Sentence.joined(", ", (Sentence("{} ({})", arm, arm.status) for arm in arms))


def times_table(
    findings: Findings, caption: str, phases: Iterable[str], with_break_even: bool = False
) -> Table:
    """A row an arm, a column a phase with its time and the harness's share."""
    phases, ahead = tuple(phases), ("ahead after, epochs",) if with_break_even else ()
    rows = (
        Row(
            (
                marked(findings, arm),
                *(_time(findings, arm, phase) for phase in phases),
                *([_ahead(findings, arm)] if ahead else []),
            ),
            {"class": "dim" * arm.is_null},
        )
        for arm in timed(findings)
    )
    heads, caption = ("arm", *map(words, phases), *ahead), f"{caption}{there(findings)}"
    return table(caption, heads, rows, folded=f"{caption}, as a table")


def _time(findings: Findings, arm: Arm, phase: str) -> Rich:
    cell = findings.cell(arm, phase)
    make = shown_difference if phase in DERIVED else shown_seconds
    time = quantity(make, cell.seconds) if cell else None
    return time.noted(*harness_share(cell.overhead)) if cell and time else none()


def absences(findings: Findings) -> Iterator[Sentence]:
    """Phases that are not there and why, with the timed arms that lack them."""
    found: dict[tuple[Arm, str], list[str]] = {}
    for cell in findings.cells:
        if cell.seconds is None and cell.arm.status == "ok" and cell.phase not in DERIVED:
            found.setdefault((cell.arm, cell.reason or ""), []).append(cell.phase)
    alike: dict[tuple[str, str], list[Arm]] = {}
    for (arm, reason), phases in found.items():
        alike.setdefault((", ".join(map(words, phases)), reason), []).append(arm)
    for (lacking, reason), arms in alike.items():
        yield Sentence("Without {}: {}. Of {}.", lacking, reason, Sentence.joined(", ", arms))


@dataclass(frozen=True)
class ColdSection:
    """What does a fresh process pay, and when is it worth it?"""

    is_trained: bool
    behind: str  # whom an arm that is ahead is ahead of
    break_even: Markup
    envelopes: tuple[tuple[Sentence, tuple[Sentence, ...]], ...]  # what is told, who is ahead
    warm_up: Markup
    table: Table
    untimed: Sentence


def cold_section(findings: Findings, figures: Mapping[str, Markup]) -> ColdSection | None:
    """The section on cold phases; None where nothing was timed."""
    spec, several = findings.run.plan.problem, baselines_text(findings)
    section = ColdSection(
        is_trained=spec.trained,
        behind="the baseline of its dtype" if several else findings.baseline.name,
        break_even=figures.get("break_even", Markup()),
        envelopes=tuple(_envelopes(findings)),
        warm_up=figures.get("warm_up", Markup()),
        table=times_table(findings, "Cold costs", spec.cold, spec.trained),
        untimed=untimed(findings),
    )
    return section if timed(findings) else None


def _envelopes(findings: Findings) -> Iterator[tuple[Sentence, tuple[Sentence, ...]]]:
    """By dtype, the arms that are ahead of all others one after the other."""
    heading = "Ahead of all others{}, by number of epochs{}{}:"
    for dtype, leads in findings.lower_envelope.items():
        where = Sentence(" in {}", dtype) if len(findings.lower_envelope) > 1 else ""
        told = tuple(_lead(findings, one) for one in leads)
        yield Sentence(heading, where, prefix(findings), there(findings)), told


def _lead(findings: Findings, one: Lead) -> Sentence:
    """An arm in front, with those that share that, and from where on."""
    crossing = quantity(shown_epochs, one.crossing)
    since = Sentence("about {} epochs", crossing) if crossing else "the first epoch"
    return Sentence("{}, from {} on", shared(findings, one.arm, one.shared_with), since)


def _ahead(findings: Findings, arm: Arm) -> Rich | None:
    """From how many epochs on an arm is ahead, as far as that is shown."""
    even = arm.break_even
    number = quantity(shown_epochs, even.estimate) if even and even.epochs else None
    if even and not even.is_shown:
        told = break_even_text(even)
        return number.noted(span(told, "said note")) if number else span(told, "said")
    return number or (None if findings.null_arm.is_usable else none("unusable"))
