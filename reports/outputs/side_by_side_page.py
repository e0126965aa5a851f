"""The page of machines side by side: the map first, then what each machine found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reports.findings.side_by_side import SideBySide
from reports.outputs.header import Header, moment
from reports.outputs.page import Script, Section, rendered
from reports.outputs.side_by_side_section import machine_section, side_by_side_section
from reports.text.answers import Answer
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.sentence import Sentence, few
from reports.text.shell import path_word
from reports.text.side_by_side import fastest_text, machine_names, own_text, pooled_text

FILES = {  # of a report of several machines, besides its page
    "map.csv": "every arm on every machine, with seconds and ratios to the baseline",
    "map.json": "the same, and the machines",
    "table.md": "the map for a README or a pull request",
}


def side_by_side_page(found: SideBySide, folder: Path) -> str:
    """The page as HTML, which lies in ``folder``."""
    return rendered(_head(found), _sections(found, folder), "map", Script())


def _head(found: SideBySide) -> Header:
    created = sorted({moment(one.created)[:10] for one in found.machines})
    return Header(
        title="One plan on several machines · autograd-bench",
        run=few([one.run for one in found.machines], ", …", ", "),
        created=" to ".join(dict.fromkeys((created[0], created[-1]))),
        first=fastest_text(found),
        rest=(),
        warnings=(),
        answers=_answers(found),
        facts=_facts(found),
    )


def _facts(found: SideBySide) -> tuple[Sentence, ...]:
    """What the page is of."""
    cases, machines = found.first.cases, counted(len(found.machines), "machine")
    label = case_label(cases, cases[0])
    several = "{}; headlines and rankings are of the first, {}"
    size = Sentence(several, counted(len(cases), "case"), label) if len(cases) > 1 else label
    return (
        Sentence("One plan on {}: {}.", machines, size),
        pooled_text(found),
    )


def _answers(found: SideBySide) -> tuple[Answer, ...]:
    """What each machine found, in short."""
    runs = [one.findings for one in found.machines]
    return tuple(
        Answer(Sentence("{}:", name), own_text(run), not run.null_arm.is_usable)
        for name, run in zip(machine_names(found), runs, strict=True)
    )


def _sections(found: SideBySide, folder: Path) -> list[Section]:
    named = zip(machine_names(found), found.machines, strict=True)
    everywhere = "Everywhere: every arm on every machine"
    return [
        Section("map", "Everywhere", everywhere, side_by_side_section(found), "side_by_side"),
        *(Section(one.report, name, name, machine_section(one), "machine") for name, one in named),
        Section("files", "Files", "Files, and what to do next", _files(found, folder), "beside"),
    ]


@dataclass(frozen=True)
class FilesSection:
    """The files of the report, and what makes them again."""

    beside: tuple[tuple[str, str], ...]
    command: str


def _files(found: SideBySide, folder: Path) -> FilesSection:
    runs = " ".join(path_word(one.findings.run.folder) for one in found.machines)
    own = ((f"{one.report}/index.html", f"the report of {one.run}") for one in found.machines)
    again = f"autograd-bench report {runs} --out {path_word(folder)}"
    return FilesSection((*FILES.items(), *own), again)
