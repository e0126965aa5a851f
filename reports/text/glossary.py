"""Our words, each explained once; the page shows it by hover, focus and touch."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from reports.text.sentence import Sentence

GLOSSARY = {
    "arm": "One thing that was timed: an engine, run in one way, on one device, in one dtype.",
    "block": "One round of the run: every arm once, in an order drawn by chance, each in a fresh "
    "process. Arms are compared inside blocks, and intervals come from how blocks differ, or, of "
    "five machines and more, from how machines differ.",
    "null arm": "The baseline a second time, under another name. What it differs from itself by is "
    "noise: no smaller difference between two arms means anything.",
    "baseline": "The arm that the ratios and verdicts are about. In the lesson it is the lesson's "
    "own loop.",
    "margin": "How far a ratio must be from 1 before a difference is called one. It was set before "
    "the run.",
    "limit": "A loop in native code, written by hand: about what the arithmetic alone takes.",
    "verdict": "What the interval of the ratio to the baseline shows: faster or slower by more "
    "than the margin, equivalent within it, or inconclusive. It is left out where the ratio is so "
    "far from 1 that it says nothing new.",
    "form": "As written: the engine runs the problem in the operations it is given in. Own form: "
    "the same function in other operations of that engine.",
    "execution": "How the engine is called. Eager: operation by operation. Compiled step: one call "
    "a step. Compiled epoch: one call for an epoch, or a few.",
    "times the fastest": "An arm's time divided by that of the fastest arm of all, paired inside "
    "blocks. The intervals are widened so that all of them hold together.",
    "status": "Whether the arm passed every check. One that fails a check gets no number.",
}
PLURALS = {f"{word}s": word for word in ("arm", "block", "limit", "verdict", "baseline")}
OURS = re.compile(r"(?<![\w-])(null arm|arms?|blocks?|baselines?|margin|limit|verdicts?)(?![\w-])")


def term(word: str, text: str = "") -> Markup:
    """``text``, which explains ``word`` where it is pressed; a script shows it by hover, too."""
    return Markup('<button type="button" class="term" popovertarget="{}">{}</button>').format(
        anchor(word), text or word
    )


def anchor(word: str) -> str:
    """The id of a word's explanation."""
    return f"term-{word.replace(' ', '-')}"


def glossed(text: Sentence) -> Markup:
    """``text`` with the first of each of our words explained, but no name or number."""
    seen: set[str] = set()

    def explained(found: re.Match[str]) -> str:
        word = PLURALS.get(found[0], found[0])
        if word in seen:
            return found[0]
        seen.add(word)
        return term(word, found[0])

    # What is put in is markup of our own
    return text.html(lambda words: Markup(OURS.sub(explained, str(escape(words)))))
