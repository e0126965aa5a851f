"""The sections on phases: where an epoch goes, and what a fresh process pays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from reports.figures.prefix import prefix
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.totals import Lead
from reports.outputs.arm_parts import arm_mark, dim, noted, overhead_note, shared, took_part
from reports.outputs.parts import Listed, Several, Span, listed, named, none, told
from reports.outputs.quantity import difference, epochs, seconds
from reports.outputs.table import Made, Table, numbers, table_of, texts
from reports.text.break_even import break_even_text
from reports.text.evidence import harness
from reports.text.headline import baselines_text
from reports.text.phases import words
from reports.text.why import why
from runfiles.phases import DERIVED, WHOLE

FIRST = "from the first epoch on"


@dataclass(frozen=True)
class PhasesSection:
    """Where an epoch goes."""

    why: tuple[object, ...]
    is_trained: bool
    has_harness: bool
    split: Markup
    table: Table
    untimed: Listed
    absences: tuple[Several, ...]


def phases_section(findings: Findings, figures: Mapping[str, Markup]) -> PhasesSection | None:
    """The section on warm phases; None where nothing was timed."""
    spec = findings.run.plan.problem
    left_out = (*spec.cold, *WHOLE)
    parts = ("update", "rest") if findings.cell(findings.arms[0], "update") else ()
    phases = (*(phase for phase in findings.phases if phase not in left_out), *parts)
    return PhasesSection(
        why=why(findings),
        is_trained=spec.trained,
        has_harness=harness(findings) is not None,
        split=figures.get("split", Markup()),
        table=_times_table(findings, "Time by phase", phases),
        untimed=untimed(findings),
        absences=absences(findings),
    ) if timed(findings) else None  # fmt: skip


def timed(findings: Findings) -> list[Arm]:
    """The arms that have numbers."""
    return [arm for arm in findings.arms if arm.n_ok and arm.status == "ok"]


def untimed(findings: Findings) -> Listed:
    """The arms that took part and have no number, with their status."""
    arms = [arm for arm in took_part(findings) if arm not in timed(findings)]
    return Listed(Several(named(arm.name), f"({arm.status})") for arm in arms)


def _times_table(
    findings: Findings, caption: str, phases: Iterable[str], *more: Made[Arm]
) -> Table:
    """A row an arm, a column a phase with its time and the harness's share."""
    return table_of(
        caption,
        timed(findings),
        [
            texts("arm", lambda arm: arm_mark(findings, arm)),
            *(_phase_column(findings, phase) for phase in phases),
            *more,
        ],
        dim,
        folded=f"{caption}, as a table",
    )


def _phase_column(findings: Findings, phase: str) -> Made[Arm]:
    def cell(arm: Arm) -> object:
        found = findings.cell(arm, phase)
        shown = (difference if phase in DERIVED else seconds)(found.seconds if found else None)
        return noted(shown, *overhead_note(found.overhead if found else None)) or none()

    return numbers(words(phase), cell)


def absences(findings: Findings) -> tuple[Several, ...]:
    """Phases that are not there and why, with the timed arms that lack them."""
    found: dict[tuple[Arm, str], list[str]] = {}
    for cell in findings.cells:
        if cell.seconds is None and cell.arm.status == "ok" and cell.phase not in DERIVED:
            found.setdefault((cell.arm, cell.reason or ""), []).append(cell.phase)
    alike: dict[str, list[str]] = {}
    for (arm, reason), phases in found.items():
        text = f"Without {', '.join(map(words, phases))}: {told(reason, 400)}. Of"
        alike.setdefault(text, []).append(arm.name)
    return tuple(Several(text, listed(names)) for text, names in alike.items())


@dataclass(frozen=True)
class Envelope:
    """The arms of a dtype that are ahead of all others one after the other."""

    heading: object
    leads: tuple[Listed, ...]


@dataclass(frozen=True)
class ColdSection:
    """What a fresh process pays, and when it is worth it."""

    is_trained: bool
    behind: object  # whom an arm that is ahead is ahead of
    break_even: Markup
    envelopes: tuple[Envelope, ...]
    warm_up: Markup
    table: Table
    untimed: Listed


def cold_section(findings: Findings, figures: Mapping[str, Markup]) -> ColdSection | None:
    """The section on cold phases; None where nothing was timed."""
    spec = findings.run.plan.problem
    ahead = numbers("ahead after, epochs", lambda arm: _ahead(findings, arm))
    own = named(findings.baseline.name)
    return ColdSection(
        is_trained=spec.trained,
        behind="the baseline of its dtype" if baselines_text(findings) else own,
        break_even=figures.get("break_even", Markup()),
        envelopes=tuple(_envelopes(findings)),
        warm_up=figures.get("warm_up", Markup()),
        table=_times_table(findings, "Cold costs", spec.cold, *([ahead] if spec.trained else [])),
        untimed=untimed(findings),
    ) if timed(findings) else None  # fmt: skip


def _envelopes(findings: Findings) -> Iterator[Envelope]:
    several = len(findings.lower_envelope) > 1
    for dtype, leads in findings.lower_envelope.items():
        where = f" in {told(dtype, 20)}" if several else ""
        heading = f"Ahead of all others{where}, by number of epochs{prefix(findings)}:"
        yield Envelope(heading, tuple(_lead(findings, one) for one in leads))


def _lead(findings: Findings, one: Lead) -> Listed:
    """An arm in front, with those that share that, and from where on."""
    since = Several("from about", epochs(one.crossing), "epochs on") if one.crossing else FIRST
    return Listed((shared(findings, one.arm, one.shared_with), since))


def _ahead(findings: Findings, arm: Arm) -> object:
    """From how many epochs on an arm is ahead, as far as that is shown."""
    even = arm.break_even
    number = epochs(even.estimate) if even and even.epochs and even.estimate else None
    if even and not even.is_shown:
        return Several(number, Span(break_even_text(even), "said note" if number else "said"))
    return number or (None if findings.null_arm.is_usable else none("unusable"))
