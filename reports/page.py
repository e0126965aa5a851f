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

from reports.estimates.arms import ArmResult
from reports.estimates.intervals import Estimate
from reports.estimates.left_out import is_left_out, left_out, ranked_rows
from reports.estimates.pairs import pair_cells
from reports.estimates.ratios import Summary
from reports.estimates.totals import lower_envelope
from reports.facts.devices import device_uses
from reports.figures.drawing import Drawing
from reports.figures.gallery import gallery
from reports.figures.palette import arm_looks
from reports.figures.prefix import prefix
from reports.figures.svg import for_page
from reports.html_numbers import (
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
from reports.pair_tables import pairs_section
from reports.ranking import axis, facet_of, facets
from reports.sizes_section import sizes_section
from reports.words.break_even import break_even_text
from reports.words.by_hand import best_autodiff
from reports.words.case_words import other_pages, own_case
from reports.words.commands import commands, origin
from reports.words.disturbed import again, kept_text
from reports.words.environment import environment_in_words
from reports.words.evidence import (
    caveats,
    harness,
    measured_on,
    same_program,
    smallest_effect,
    twice,
    verdict_counts,
)
from reports.words.far_blocks import far_blocks_text
from reports.words.headline import baselines_text, headline
from reports.words.lead_words import ranking_text
from reports.words.names import visible
from reports.words.null_arm import judgement_text
from reports.words.parameters import parameters
from reports.words.phases import sentence, words
from reports.words.problem import heading, noun, problem_text, source_text, title
from reports.words.sealing import sealing_sentences
from reports.words.why import why
from reports.yardsticks.cheap_gradient import BOUND
from reports.yardsticks.collected import yardsticks
from reports.yardsticks.operators import prices_of_operators
from reports.yardsticks.price import Price
from reports.yardsticks.words import limit_text
from runfiles.phases import DERIVED, WHOLE

SECTIONS = {  # in the order of a reader's questions
    "ranking": "Who is fastest",
    "pairs": "New against old",
    "sure": "How sure",
    "checks": "The same program",
    "where": "Where an epoch goes",
    "yardsticks": "Price of autodiff",
    "cold": "A fresh process",
    "sizes": "Other sizes",
    "lesson": "",  # what is trained, by its title
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


def page(summary: Summary, folder: Path | None = None) -> str:
    """The whole report of a run as HTML; ``folder``: where it lies, unless in the run's own."""
    jinja = Environment(
        loader=PackageLoader("reports"),
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
        "tied": lambda text: BEFORE_UNIT.sub("\u00a0", text),
    }
    return jinja.get_template("page.html").render(_context(summary, folder))


def _context(summary: Summary, folder: Path | None) -> dict[str, object]:
    found = yardsticks(summary)
    return {
        "summary": summary,
        "run": summary.run,
        "plan": summary.run.plan,
        "spec": summary.run.plan.problem,
        "headline": headline(summary),
        "judgement": judgement_text(summary),
        "ranking_text": ranking_text(summary),
        "why": why(summary),
        "verdict_counts": verdict_counts(summary),
        "twice": twice(summary),
        "axis": axis(summary),
        "facets": facets(summary),
        "facet_of": facet_of,
        "commands": commands(summary.run, folder),
        "origin": origin(summary.run),
        "beside": BESIDE | (OF_CASES if len(summary.cases) > 1 else {}),
        "own_case": own_case(summary),
        "other_pages": other_pages(summary, folder is None),
        "script": script(),
        "contents": contents(summary),
        "best_autodiff": best_autodiff(summary),
        "baselines_text": baselines_text(summary),
        "same_program": same_program(summary),
        "smallest_effect": smallest_effect(summary),
        "caveats": caveats(summary),
        "far_blocks": far_blocks_text(summary),
        "harness": harness(summary),
        "again": again(summary.run),
        "kept": kept_text(summary.run),
        "measured_on": measured_on(summary),
        "sealing": sealing_sentences(summary.run),
        "ranked": ranked_rows(summary),
        "arms": summary.arms,
        "took_part": [arm for arm in summary.others if not is_left_out(arm)],
        "left_out": left_out(summary),
        "yardsticks": found,
        "operators": prices_of_operators(summary),
        "limits": {one.arm: one for one in found.limits},
        "autodiff_prices": side_by_side(found.autodiff),
        "bound": BOUND,
        "with_memory": with_memory(summary),
        "title": title(summary.run.plan.problem),
        "heading": heading(summary.run.plan.problem),
        "problem_text": problem_text(summary.run.plan.problem),
        "source_text": source_text(summary.run.plan.problem),
        "noun": noun,
        "limit_text": limit_text(summary),
        "devices": device_uses(summary.run),
        "timed": timed_arms(summary),
        "ahead": [break_even_text(even) if even else "" for even in summary.break_even],
        "envelope": lower_envelope(summary),
        "cut": prefix(summary),
        "absences": absences(summary),
        "what": sentence(summary.main_phase, summary.run.plan.problem),
        "created": moment(summary.run.plan.created),
        "looks": arm_looks(summary),
        "figures": {drawing.name: drawing for drawing in gallery(summary)},
        "checks": check_names(summary),
        "cold": summary.run.plan.problem.cold,
        "derived": DERIVED,
        "whole": WHOLE,
        "environment": environment_in_words(summary.run),
        "parameters": parameters(summary.run.plan.problem),
        **sizes_section(summary),
        **pairs_section(summary),
    }


def contents(summary: Summary) -> list[tuple[str, str]]:
    """(id, short title) of every section that the page of ``summary`` has."""
    missing = (
        (frozenset() if summary.sizes else {"sizes"})
        | (frozenset() if timed_arms(summary) else TIMED)
        | (frozenset() if pair_cells(summary) or summary.run.plan.gate else {"pairs"})
    )
    spec = summary.run.plan.problem
    titles = SECTIONS | {"lesson": heading(spec)}
    if not spec.trained:
        titles["where"] = "Every phase"
    return [(key, title) for key, title in titles.items() if key not in missing]


def timed_arms(summary: Summary) -> list[ArmResult]:
    """The arms that have numbers."""
    return [arm for arm in summary.arms if arm.n_ok and arm.status == "ok"]


def script() -> tuple[Markup, str]:
    """(the page's script, what a Content-Security-Policy allows it by and nothing else)."""
    text = files("reports").joinpath("templates/page.js").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return Markup(text), f"'sha256-{base64.b64encode(digest).decode()}'"  # a file of our own


def absences(summary: Summary) -> list[tuple[str, list[str]]]:
    """(phases and why they are not there, the timed arms that lack them)."""
    found: dict[tuple[int, str], list[str]] = {}
    for cell in summary.cells:
        arm = summary.arms[cell.arm]
        if cell.seconds is None and arm.status == "ok" and cell.phase not in DERIVED:
            found.setdefault((cell.arm, cell.reason or ""), []).append(cell.phase)
    alike: dict[str, list[str]] = {}
    for (index, reason), phases in found.items():
        text = f"{', '.join(map(words, phases))}: {reason}"
        alike.setdefault(text, []).append(summary.arms[index].name)
    return list(alike.items())


def with_memory(summary: Summary) -> list[str]:
    """The phases of which some arm tells what memory a call takes."""
    told = {cell.phase for cell in summary.cells if cell.extra_memory_bytes is not None}
    return [phase for phase in ("gradient", "epoch") if phase in told]


def side_by_side(prices: tuple[Price, ...]) -> list[tuple[int, int, dict[str, Estimate]]]:
    """(arm, arm it is compared with, ratio by phase) of every pair."""
    found: dict[tuple[int, int], dict[str, Estimate]] = {}
    for price in prices:
        found.setdefault((price.above, price.below), {})[price.phase] = price.ratio
    return [(*pair, ratios) for pair, ratios in found.items()]


def moment(created: str) -> str:
    """An ISO 8601 time without its seconds; anything else as it stands."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return visible(created, 40)


def check_names(summary: Summary) -> list[str]:
    """The names of all checks, in the order they were run."""
    names = (check.name for arm in summary.arms for check in arm.checks)
    return list(dict.fromkeys(names))


def figure_html(drawing: Drawing) -> Markup:
    """The figure's SVG, which ``figures.svg`` has made safe."""
    return Markup(for_page(drawing))  # serialised by an XML writer, all text escaped
