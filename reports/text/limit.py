"""The limit in words: how far it is from the nearest arm and from the baseline."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.limit import Limit, ToLimit
from reports.text.lead import in_dtype
from reports.text.machines import there
from reports.text.numbers import shown_ratio, shown_seconds
from reports.text.sentence import Sentence


def limit_text(findings: Findings) -> Sentence | None:
    """How far the limit is from the nearest arm and from the baseline; None where unknown."""
    limit = findings.limit
    nearest = limit.nearest if limit else None
    if limit is None or nearest is None or not findings.null_arm.is_usable:
        return None
    others = [one for one in limit.others if one.arm is findings.baseline and one is not nearest]
    told = [
        _distance(nearest, _nearness(findings, limit) + ", takes"),
        *(_distance(one, Sentence("the baseline,")) for one in others),
    ]
    return Sentence(
        "The limit is {}, a loop in native code written by hand: {} an epoch{}; {}.",
        *(limit.arm, shown_seconds(limit.seconds), there(findings), Sentence.joined(" and ", told)),
    )


def _nearness(findings: Findings, limit: Limit) -> Sentence:
    """What the nearest arm is called: nearer than the others only where that is shown.

    The others are those of its dtype: one that computes in another does other work.
    """
    is_alone = limit.front is not None and limit.front.is_alone
    role = Sentence("the nearest" if is_alone else "among the nearest")
    return role + in_dtype(findings, findings.baseline.dtype)


def _distance(one: ToLimit, role: Sentence) -> Sentence:
    """Such as ``3.1 times as long``, with the interval where it is wide."""
    shown = shown_ratio(one.ratio)
    aside = shown.aside if one.ratio.is_wide else ""
    return Sentence("{}, {} {} times{} as long", one.arm, role, shown, aside)
