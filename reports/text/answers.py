"""Answers: what a reader asks first, each in a sentence of the findings."""

from __future__ import annotations

from dataclasses import dataclass

from reports.findings.findings import Findings
from reports.findings.null_arm import NullArm
from reports.text.clause import Clause
from reports.text.evidence import same_program
from reports.text.headline import headline
from reports.text.null_arm import judgement_text
from reports.text.sentence import Sentence

MOST_PRICES = 2


@dataclass(frozen=True)
class Answer:
    """A sentence in two parts: what it is about, and what is so."""

    about: Sentence
    text: Sentence
    is_warning: bool = False


def answers(findings: Findings) -> tuple[Answer, ...]:
    """Who is fastest in each execution, what autodiff costs, the same program, how sure."""
    told = (*headline(findings).of_kind("execution"), *own_prices(findings))
    is_shown = findings.null_arm.state == "shown"
    return (
        *(Answer((one.about or Sentence()) + ":", one.told) for one in told),
        Answer(
            Sentence("The same program?"), Sentence("{}{}", _same(findings), same_program(findings))
        ),
        Answer(
            Sentence("To be trusted?"), Sentence("{}{}", *_sure(findings.null_arm)), not is_shown
        ),
    )


def _same(findings: Findings) -> str:
    """The answer in a word, where there is one."""
    evidence = findings.evidence
    return "No. " if evidence.wrong else "Yes. " if evidence.right else ""


def _sure(null: NullArm) -> tuple[str, Sentence]:
    """(the answer in a word or a few, what bears it)."""
    if not null.is_usable:
        return "No. ", judgement_text(null)
    told = {"shown": "Yes. ", "not shown": "Only large differences. "}
    return told.get(null.state, ""), judgement_text(null)


def own_prices(findings: Findings) -> tuple[Clause, ...]:
    """What autodiff costs in the baseline's framework; in any where that shows no price."""
    prices = headline(findings).of_kind("price")
    own = findings.baseline
    arms = [(one, one.arms[0].arm) for one in prices]
    mine = tuple(one for one, arm in arms
                 if (arm.framework, arm.python) == (own.framework, own.python))  # fmt: skip
    return (mine or prices)[:MOST_PRICES]


def further(findings: Findings) -> tuple[Clause, ...]:
    """The clauses on prices and on dispatch that are no answer."""
    told = own_prices(findings)
    clauses = headline(findings).of_kind("price", "dispatch")
    return tuple(one for one in clauses if one not in told)
