"""The page: one HTML file that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.figures.drawing import Drawing
from reports.figures.gallery import gallery
from reports.figures.palette import arm_looks
from reports.figures.prefix import prefix
from reports.figures.svg import for_page
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.price import AutodiffPrice
from reports.outputs.code_section import code_section
from reports.outputs.html_numbers import (
    amount_html,
    count_html,
    difference_html,
    epochs_html,
    memory_html,
    number_html,
    percent_html,
    ratio_html,
    seconds_html,
    share_html,
)
from reports.outputs.map_section import map_section
from reports.outputs.pair_tables import pairs_section
from reports.outputs.ranking import facet_of, facets, is_vague, tint, verdict_of
from reports.outputs.sizes_section import sizes_section
from reports.text.answers import answers, further
from reports.text.break_even import break_even_text
from reports.text.cases import own_case
from reports.text.commands import commands, origin
from reports.text.dispatch import why
from reports.text.disturbed import again, kept_text
from reports.text.environment import environment_in_words
from reports.text.evidence import (
    caveats,
    far_blocks_text,
    harness,
    measured_on,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.text.glossary import GLOSSARY, anchor, glossed, term
from reports.text.headline import baselines_text, headline
from reports.text.lead import ranking_text
from reports.text.machine import sealing_sentences
from reports.text.names import visible
from reports.text.null_arm import judgement_text
from reports.text.pairs import gate_sentence
from reports.text.parameters import parameters
from reports.text.phases import sentence, words
from reports.text.problem import heading, noun, problem_text, source_text, title
from reports.text.sentence import Sentence
from reports.text.yardsticks import best_autodiff, limit_text
from runfiles.phases import DERIVED, WHOLE

SECTIONS = {  # in the order of a reader's questions
    "map": "Everywhere",
    "ranking": "Who is fastest",
    "pairs": "New against old",
    "sure": "How sure",
    "checks": "The same program",
    "where": "Where an epoch goes",
    "yardsticks": "Price of autodiff",
    "cold": "A fresh process",
    "sizes": "Other sizes",
    "lesson": "",  # what is trained, by its title
    "code": "The code",
    "method": "Method",
    "environment": "Environment",
    "files": "Files",
}
TIMED = frozenset({"where", "yardsticks", "cold"})  # sections of a run that timed something
BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|(?:s|ms|µs|ns)\b)")
BESIDE = {  # files that a report's folder holds besides the page, and what each is for
    "cells.json": "every number of this page in full",
    "cells.csv": "the cells as a table",
    "blocks.csv": "every block's time in every cell, a line each",
    "table.md": "the ranking for a README or a pull request",
    "github-action-benchmark.json": "for github-action-benchmark",
    "bencher.json": "for Bencher",
    "pytest-benchmark.json": "for pytest-benchmark compare",
}
OF_CASES = {"map.csv": "every arm in every case, as times the fastest"}


def page(findings: Findings, folder: Path | None = None) -> str:
    """The whole report of a run as HTML; ``folder``: where it lies, unless in the run's own."""
    jinja = Environment(
        loader=PackageLoader("reports.outputs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {
        "visible": visible,
        "given": lambda value: f"{value:g}",
        "seconds": seconds_html,
        "difference": difference_html,
        "epochs": epochs_html,
        "ratio": ratio_html,
        "amount": amount_html,
        "memory": memory_html,
        "percent": percent_html,
        "figure": figure_html,
        "share": share_html,
        "number": number_html,
        "count": count_html,
        "words": words,
        "tied": tied,
        "glossed": glossed,
    }
    return jinja.get_template("page.html").render(_context(findings, folder))


def _context(findings: Findings, folder: Path | None) -> dict[str, object]:
    return {
        "summary": findings,
        "run": findings.run,
        "plan": findings.run.plan,
        "spec": findings.run.plan.problem,
        "headline": headline(findings),
        "judgement": judgement_text(findings.null_arm),
        "ranking_text": ranking_text(findings),
        "why": why(findings),
        "verdict_counts": verdict_counts(findings),
        "twice": twice(findings),
        "answers": answers(findings),
        "further": further(findings),
        "warnings": warnings(findings),
        "glossary": GLOSSARY,
        "anchor": anchor,
        "term": term,
        "tint": tint,
        "beside_fastest": {one.arm: one for one in findings.beside_fastest},
        "verdict_of": lambda cell: verdict_of(findings, cell),
        "is_vague": any(map(is_vague, findings.ranking)),
        "facets": facets(findings),
        "facet_of": facet_of,
        "commands": commands(findings.run, folder),
        "origin": origin(findings.run),
        "beside": BESIDE | (OF_CASES if len(findings.cases) > 1 else {}),
        "own_case": own_case(findings),
        "script": script(),
        "contents": contents(findings),
        "best_autodiff": best_autodiff(findings),
        "baselines_text": baselines_text(findings),
        "same_program": same_program(findings),
        "smallest_effect": smallest_effect(findings),
        "far_blocks": far_blocks_text(findings),
        "harness": harness(findings),
        "again": again(findings.run),
        "kept": kept_text(findings),
        "measured_on": measured_on(findings),
        "sealing": sealing_sentences(findings),
        "ranked": findings.ranking,
        "arms": findings.arms,
        "took_part": [arm for arm in findings.others if not arm.is_left_out],
        "left_out": findings.left_out,
        "yardsticks": findings.yardsticks,
        "operators": findings.operators,
        "limits": {one.arm: one for one in findings.yardsticks.limit},
        "autodiff_prices": side_by_side(findings.yardsticks.price_of_autodiff),
        "bound": findings.yardsticks.cheap_gradient.bound,
        "with_memory": with_memory(findings),
        "title": title(findings.run.plan.problem),
        "heading": heading(findings.run.plan.problem),
        "problem_text": problem_text(findings.run.plan.problem),
        "source_text": source_text(findings.run.plan.problem),
        "noun": noun,
        "limit_text": limit_text(findings),
        "devices": findings.devices,
        "timed": timed_arms(findings),
        "ahead": {arm: break_even_text(arm.break_even) for arm in findings.arms if arm.break_even},
        "envelope": findings.lower_envelope,
        "cut": prefix(findings),
        "absences": absences(findings),
        "what": sentence(findings.main_phase, findings.run.plan.problem),
        "created": moment(findings.run.plan.created),
        "looks": arm_looks(findings),
        "figures": {drawing.name: drawing for drawing in gallery(findings)},
        "checks": check_names(findings),
        "cold": findings.run.plan.problem.cold,
        "derived": DERIVED,
        "whole": WHOLE,
        "environment": environment_in_words(findings),
        "parameters": parameters(findings.run.plan.problem),
        "code": code_section(findings),
        **sizes_section(findings),
        **pairs_section(findings),
        **map_section(findings, folder is None),
    }


def contents(findings: Findings) -> list[tuple[str, str]]:
    """(id, short title) of every section that the page of ``findings`` has."""
    missing = (
        (frozenset() if findings.sizes else {"sizes"})
        | (frozenset() if len(findings.cases) > 1 else {"map"})
        | (frozenset() if timed_arms(findings) else TIMED)
        | (frozenset() if findings.run.code else {"code"})
        | (frozenset() if findings.pairs or findings.run.plan.gate else {"pairs"})
    )
    spec = findings.run.plan.problem
    titles = SECTIONS | {"lesson": heading(spec)}
    if not spec.trained:
        titles["where"] = "Every phase"
    return [(key, title) for key, title in titles.items() if key not in missing]


def tied(text: str) -> str:
    """``text`` in which no line breaks before a unit; a sentence sees to that itself."""
    return text if isinstance(text, Sentence) else BEFORE_UNIT.sub("\u00a0", text)


def warnings(findings: Findings) -> tuple[str, ...]:
    """What must be known before anything else is believed."""
    gated = gate_sentence(findings) if findings.gate else None
    is_regression = findings.gate is not None and findings.gate.outcome == "regression"
    return (*((gated,) if gated and is_regression else ()), *caveats(findings))


def timed_arms(findings: Findings) -> list[Arm]:
    """The arms that have numbers."""
    return [arm for arm in findings.arms if arm.n_ok and arm.status == "ok"]


def script() -> tuple[Markup, str]:
    """(the page's script, what a Content-Security-Policy allows it by and nothing else)."""
    text = files("reports.outputs").joinpath("templates/page.js").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return Markup(text), f"'sha256-{base64.b64encode(digest).decode()}'"  # a file of our own


def absences(findings: Findings) -> list[tuple[str, list[str]]]:
    """(phases and why they are not there, the timed arms that lack them)."""
    found: dict[tuple[Arm, str], list[str]] = {}
    for cell in findings.cells:
        if cell.seconds is None and cell.arm.status == "ok" and cell.phase not in DERIVED:
            found.setdefault((cell.arm, cell.reason or ""), []).append(cell.phase)
    alike: dict[str, list[str]] = {}
    for (arm, reason), phases in found.items():
        text = f"{', '.join(map(words, phases))}: {reason}"
        alike.setdefault(text, []).append(arm.name)
    return list(alike.items())


def with_memory(findings: Findings) -> list[str]:
    """The phases of which some arm tells what memory a call takes."""
    told = {cell.phase for cell in findings.cells if cell.extra_memory_bytes is not None}
    return [phase for phase in ("gradient", "epoch") if phase in told]


def side_by_side(
    prices: tuple[AutodiffPrice, ...],
) -> list[tuple[Arm, Arm, dict[str, Estimate]]]:
    """(arm, arm it is compared with, ratio by phase) of every pair."""
    found: dict[tuple[Arm, Arm], dict[str, Estimate]] = {}
    for price in prices:
        found.setdefault((price.above, price.below), {})[price.phase] = price.ratio
    return [(*pair, ratios) for pair, ratios in found.items()]


def moment(created: str) -> str:
    """An ISO 8601 time without its seconds; anything else as it stands."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return visible(created, 40)


def check_names(findings: Findings) -> list[str]:
    """The names of all checks, in the order they were run."""
    names = (check.name for arm in findings.arms for check in arm.checks)
    return list(dict.fromkeys(names))


def figure_html(drawing: Drawing) -> Markup:
    """The figure's SVG, which ``figures.svg`` has made safe."""
    return Markup(for_page(drawing))  # serialised by an XML writer, all text escaped
