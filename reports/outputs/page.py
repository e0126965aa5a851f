"""The page: its sections in the order of a reader's questions, in one HTML file."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from reports.figures.drawing import Drawing
from reports.figures.gallery import gallery
from reports.figures.svg import for_page
from reports.findings.findings import Findings
from reports.outputs.about_section import environment_section, files_section, method_section
from reports.outputs.code_section import code_section
from reports.outputs.evidence_section import checks_section, sure_section
from reports.outputs.header import Header, header
from reports.outputs.lesson_section import lesson_section
from reports.outputs.machines_section import machines_section
from reports.outputs.map_section import map_section
from reports.outputs.pairs_section import pairs_section
from reports.outputs.phases_section import cold_section, phases_section
from reports.outputs.ranking import ranking_section
from reports.outputs.sizes_section import sizes_section
from reports.outputs.yardsticks_section import yardsticks_section
from reports.text.glossary import GLOSSARY, anchor, glossed, term
from reports.text.problem import heading

TITLES = {  # of a section: in the contents, above it
    "map": ("Everywhere", "Everywhere: every arm in every case"),
    "ranking": ("Who is fastest", "Who is fastest, and by how much?"),
    "pairs": ("New against old", "Did the newer one become slower?"),
    "sure": ("How sure", "How sure is that?"),
    "machines": ("Machine by machine", "What does each machine say?"),
    "checks": ("The same program", "Did everybody compute the same thing?"),
    "where": ("Where an epoch goes", "Why: where does an epoch go?"),
    "yardsticks": (
        "Price of autodiff",
        "What does autodiff itself cost, and how far is the limit?",
    ),
    "cold": ("A fresh process", "What does a fresh process pay, and when is it worth it?"),
    "sizes": ("Other sizes", "At other sizes"),
    "code": ("The code", "The code"),
    "method": ("Method", "How it was measured"),
    "environment": ("Environment", "Environment"),
    "files": ("Files", "Files, and what to do next"),
}
UNTRAINED = {  # of what has no epochs
    "where": ("Every phase", "What does each phase take?"),
    "cold": ("A fresh process", "What does a fresh process pay?"),
}
BEFORE_UNIT = re.compile(r"(?<=\d) (?=%|(?:s|ms|µs|ns)\b)")
FIGURE = Markup(
    '<figure class="drawing" id="figure-{name}">\n<h3>{title}</h3>\n<div class="scroll" '
    'tabindex="0" role="group" aria-label="{title}">{svg}</div>\n<figcaption>{how_to_read}'
    "</figcaption>\n</figure>"
)


@dataclass(frozen=True)
class Section:
    """A section: the name of its template, its titles, and what the template shows."""

    id: str
    short: str
    title: str
    content: object
    template: str = ""  # of its own, unless it is called like the section


def page(findings: Findings, folder: Path | None = None) -> str:
    """The whole report of a run as HTML; ``folder``: where it lies, unless in the run's own."""
    return rendered(header(findings), sections(findings, folder), "ranking", script())


def rendered(head: Header, parts: list[Section], results: str, run: Script) -> str:
    """A page of these sections as HTML; ``results``: the one that a reader may skip to."""
    jinja = Environment(
        loader=PackageLoader("reports.outputs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {"glossed": glossed, "term": term}
    return jinja.get_template("page.html").render(
        head=head,
        sections=parts,
        results=results,
        words={anchor(word): (word, told) for word, told in GLOSSARY.items()},
        script=run.text,
        allowed=run.allowed,
    )


def sections(findings: Findings, folder: Path | None) -> list[Section]:
    """Every section that the run has, in the order of a reader's questions."""
    figures = {one.name: figure_html(one) for one in gallery(findings)}
    code, spec = code_section(findings), findings.run.plan.problem
    found = {
        "map": map_section(findings, folder is None),
        "ranking": ranking_section(findings, code),
        "pairs": pairs_section(findings),
        "sure": sure_section(findings, figures),
        "machines": machines_section(findings, figures),
        "checks": checks_section(findings),
        "where": phases_section(findings, figures),
        "yardsticks": yardsticks_section(findings, figures),
        "cold": cold_section(findings, figures),
        "sizes": sizes_section(findings, figures),
        "lesson": lesson_section(findings, figures),
        "code": code,
        "method": method_section(findings),
        "environment": environment_section(findings),
        "files": files_section(findings, folder),
    }
    titles = TITLES | {"lesson": 2 * (heading(spec),)} | ({} if spec.trained else UNTRAINED)
    return [Section(key, *titles[key], one) for key, one in found.items() if one is not None]


def tied(text: object) -> Markup:
    """``text`` with no line's end between a number and its unit."""
    return Markup(BEFORE_UNIT.sub("\u00a0", escape(text)))  # escaped, then but for spaces the same


class Script(NamedTuple):
    """A page's script, and what a Content-Security-Policy allows it by and nothing else."""

    text: Markup | None = None
    allowed: str = "'none'"


def script() -> Script:
    """The script of a run's page."""
    text = files("reports.outputs").joinpath("templates/page.js").read_text(encoding="utf-8")
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    # A file of our own
    return Script(Markup(text), f"'sha256-{base64.b64encode(digest).decode()}'")


def figure_html(drawing: Drawing) -> Markup:
    """The figure with its title above and how to read it below."""
    return FIGURE.format(
        name=drawing.name,
        title=str(drawing.title),
        svg=Markup(for_page(drawing)),  # serialised by an XML writer, all text escaped
        how_to_read=tied(drawing.how_to_read),
    )
