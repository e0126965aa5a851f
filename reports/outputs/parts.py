"""Parts: what cells and sentences of the page are put together from, each plain as a string."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from reports.figures.palette import look
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.overhead import Overhead
from reports.text.numbers import Shown, percent
from reports.text.sentence import Number, Sentence

SWATCH = Markup('<span class="swatch {}" style="--arm: {}"></span>{}')


class Rich(str):
    """A text with HTML of its own; of a number its interval stands apart."""

    html: Markup
    interval: str
    in_full: tuple[float | None, ...]  # value, low, high; of what is no number nothing

    def __new__(
        cls, text: str, html: Markup, interval: str = "", in_full: tuple[float | None, ...] = ()
    ) -> Rich:
        made = super().__new__(cls, text)
        made.html, made.interval, made.in_full = html, interval, in_full
        return made

    def __html__(self) -> Markup:
        return self.html

    def noted(self, *notes: str) -> Rich:
        """The same with notes behind it in HTML."""
        return Rich(self, Markup(" ").join((self.html, *notes)), self.interval, self.in_full)


def quantity(make: Callable[..., Number], value: Any, *options: Any) -> Rich | None:
    """What ``make`` shows of ``value``, *about* where that is vague; None where there is none."""
    if value is None:
        return None
    shown = make(value, *options)
    if not isinstance(shown, Shown):
        return Rich(shown, shown.__html__(), in_full=(shown.value,))
    ends = (end.value if end else None for end in (shown.low, shown.high))
    text = f"about {shown}" if shown.is_too_wide else str(shown)
    return Rich(text, shown.cell, shown.interval or "", (shown.value, *ends))


def share(fraction: float) -> Number:
    """A share as per cent, in one digit where it is next to nothing."""
    return percent(fraction, 2 if fraction > 1e-3 else 1)


def span(content: str, kind: str) -> Rich:
    """Something of a kind that the style sheet knows."""
    return Rich(content, Markup('<span class="{}">{}</span>').format(kind, escape(content)))


def note(content: str) -> Rich:
    """A note behind something."""
    return span(content, "note")


def below(content: str) -> Rich:
    """A note on a line of its own."""
    return Rich(f"\n  {content}", span(content, "note line").html)


def none(text: str = "none") -> Rich:
    """That there is no number, or why."""
    return span(text, "none")


def verdict(text: str) -> Rich:
    """What an interval shows."""
    return span(text, f"verdict {text}")


def failed(status: str) -> Rich:
    """The status of what has no number."""
    return span(status, "verdict failed")


def together(*parts: str | None) -> Sentence:
    """``parts`` with spaces between them, those left out that are not there."""
    return Sentence.joined(" ", (part for part in parts if part))


def marked(findings: Findings, arm: Arm) -> Rich:
    """An arm as it stands at the head of a row: its mark, its name, what it is for the others."""
    roles = {"baseline": findings.is_baseline(arm), "null arm": arm.is_null}
    named = together(arm.name, *(note(role) for role, is_so in roles.items() if is_so))
    return Rich(arm.name, SWATCH.format(look(arm).shape, look(arm).colour, named))


def shared(findings: Findings, first: Arm, others: tuple[Arm, ...]) -> Sentence:
    """An arm in front, with those that share that."""
    names = Sentence.joined(", ", others)
    sharing = note(Sentence("shared with {}", names)) if others else None
    return together(marked(findings, first), sharing)


def harness_share(overhead: Overhead | None, only_flagged: bool = False) -> tuple[Rich, ...]:
    """The harness's share of a cell, as far as it is known; or only where it is too much."""
    if overhead is None or (only_flagged and not overhead.is_flagged):
        return ()
    kind = "overhead flagged" if overhead.is_flagged else "overhead"
    return (span(Sentence("harness {}", share(overhead.share)), kind),)
