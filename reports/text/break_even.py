"""The break-even in words: what its intervals show, and plainly where they do not decide."""

from __future__ import annotations

from reports.findings.break_even import BreakEven
from reports.findings.intervals import Estimate
from reports.text.numbers import TOO_FEW, shown_ratio
from reports.text.sentence import Sentence

AT_FIRST = {  # of an arm whose epochs take longer
    "faster": "ahead at first, behind in the long run",
    "slower": "never: its epochs save nothing",
}


def break_even_text(even: BreakEven) -> Sentence:
    """From where on the arm is shown to be ahead of its baseline, if it is."""
    if even.steady == "faster":
        return Sentence(_overtaking(even))
    if even.steady == "slower":
        return Sentence(AT_FIRST.get(even.start, "behind in the long run, at first not shown"))
    at_first = "ahead at first, later not shown" if even.start == "faster" else "not shown"
    return Sentence("{}: {}", at_first, _undecided(even.ratio))


def _overtaking(even: BreakEven) -> str:
    """From where on an arm is ahead whose epochs take less."""
    if even.start == "faster":
        return "ahead from the first epoch"
    return "ahead from here" if even.is_shown else "ahead in the long run, from where is not shown"


def _undecided(ratio: Estimate) -> Sentence:
    """What a steady epoch may take beside the baseline's, where that is no difference."""
    if ratio.low is None or ratio.high is None:
        alone = "one block tells" if ratio.n < 2 else "so few blocks tell"
        return Sentence(f"{alone} no interval")
    shown = shown_ratio(ratio)
    if shown.is_too_wide or shown.low is None or shown.high is None:
        return Sentence(TOO_FEW)
    near = ", too near 1 for a verdict" if ratio.low > 1 or ratio.high < 1 else ""
    template = "its epochs take between {} and {} times the baseline's{}"
    return Sentence(template, shown.low, shown.high, near)
