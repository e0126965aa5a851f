"""The section on code: of every engine its heart, the objective's loss and the lesson's loop."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.names import named, revealed
from reports.outputs.hearts import Heart, hearts_of
from reports.outputs.parts import note, together
from reports.text.sentence import Sentence
from runfiles.code import Code, Place

MOST_LINES = 400  # of a file on the page; the run has the rest
LONGEST_LINE = 400
LONGEST_REASON = 200


@dataclass(frozen=True)
class Listing:
    """What matters of one file, as it is shown."""

    anchor: str  # what a link leads to
    module: str
    label: str  # the same for who cannot see it, in an attribute: plain
    arms: Sentence  # whose backends it holds
    text: str
    n_further: int  # lines that are left out
    uses: tuple[tuple[str, str], ...]  # name of a file beside it, its anchor


@dataclass(frozen=True)
class CodeSection:
    """All that ``code.html`` shows, each file once."""

    objective: Listing | None  # None: it is the user's file, shown elsewhere
    loop: Listing | None  # the lesson's; None: another problem
    engines: tuple[Listing, ...]  # the others
    shared: tuple[Listing, ...]  # what they use of files beside their own
    not_stored: tuple[Sentence, ...]  # arms, and why
    links: Mapping[int, str]  # arm's index -> anchor


def code_section(findings: Findings) -> CodeSection | None:
    """The code of the arms that took part; None for a run of before it was stored."""
    code = findings.run.code
    if code is None:
        return None
    arms = [arm for arm in findings.arms if not arm.is_left_out]
    found = listings(code, arms)
    objective, loop = (
        found.get(place.module or "") if place else None for place in (code.objective, code.loop)
    )
    others = [one for one in found.values() if one not in (objective, loop)]
    places = {arm.index: code.arms[arm.index].module for arm in arms}
    return CodeSection(
        objective=objective,
        loop=loop,
        engines=tuple(one for one in others if one.arms),
        shared=tuple(one for one in others if not one.arms),
        not_stored=not_stored(code, arms),
        links={index: found[module].anchor for index, module in places.items() if module},
    )


def listings(code: Code, arms: Iterable[Arm]) -> dict[str, Listing]:
    """By module, what ``arms``, the objective and the lesson's loop lead to."""
    names: dict[str, list[str]] = {}
    for arm in arms:
        names.setdefault(code.arms[arm.index].module or "", []).append(arm.name)
    places = [code.arms[arm.index] for arm in arms] + [code.objective, code.loop]
    texts = {file.module: file.text for file in code.files}
    anchors = {module: f"code-{i}" for i, module in enumerate(texts)}
    return {
        module: listing(module, heart, anchors, names.get(module, ()))
        for module, heart in hearts_of(texts, roots_of(places)).items()
    }


def roots_of(places: Iterable[Place | None]) -> dict[str, frozenset[str]]:
    """By module, the names at ``places``."""
    found: dict[str, frozenset[str]] = {}
    for place in places:
        if place and place.module:
            found[place.module] = found.get(place.module, frozenset()) | {*place.names}
    return found


def listing(module: str, heart: Heart, anchors: Mapping[str, str], arms: Iterable[str]) -> Listing:
    """What is shown of ``heart``: nothing in it hidden, no more than a page can take."""
    lines = revealed(heart.text).split("\n")
    return Listing(
        anchor=anchors[module],
        module=named(module),
        label=f"Code of {named(module)}",
        arms=Sentence.joined(", ", arms),
        text="\n".join(cut(line) for line in lines[:MOST_LINES]),
        n_further=len(lines[MOST_LINES:]),
        uses=tuple((named(one.rpartition(".")[2]), anchors[one]) for one in heart.beside),
    )


def cut(line: str) -> str:
    """``line``, its end left out where it is very long."""
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"


def not_stored(code: Code, arms: Iterable[Arm]) -> tuple[Sentence, ...]:
    """By reason, the arms whose code is not there."""
    found: dict[str, list[str]] = {}
    for arm in arms:
        if code.arms[arm.index].module is None:
            reason = code.arms[arm.index].reason or "no reason is given"
            found.setdefault(named(reason, LONGEST_REASON), []).append(arm.name)
    return tuple(
        together(Sentence.joined(", ", names), note(reason)) for reason, names in found.items()
    )
