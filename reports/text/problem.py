"""The problem in words: what is trained, and how much of it."""

from __future__ import annotations

from collections.abc import Callable

from reports.findings.names import Name, revealed
from reports.text.counted import counted as n_of
from reports.text.counted import noun as in_number
from reports.text.numbers import digits, general
from reports.text.sentence import Number, Sentence
from runfiles.records import Spec

SINGULAR = {"entries": "entry", "classes": "class"}  # that lose more than an s


def title(spec: Spec) -> str:
    """What an epoch is one of, inside a sentence."""
    return spec.title


def heading(spec: Spec) -> str:
    """The same at the start of one, where a file of the user's has its name as it is."""
    return spec.title if spec.source else spec.title[:1].upper() + spec.title[1:]


def whole(spec: Spec) -> Sentence:
    """All epochs of it, after *the*."""
    article, _, name = spec.title.partition(" ")
    if article == "the" and name:
        return Sentence("whole {}", Name(name))
    return Sentence("whole of {}", spec.title)


def noun(size: str, count: int = 2) -> str:
    """What a size counts, such as ``features``; any other size by its name."""
    words = size.removeprefix("n_").replace("_", " ")
    return SINGULAR.get(words, words.removesuffix("s")) if count == 1 else words


def counted(spec: Spec) -> Sentence:
    """The objective's own counts, such as `` of 2 features``; nothing where it has none."""
    return _counts(spec, Number.of)


def _counts(spec: Spec, written: Callable[[int], Number]) -> Sentence:
    told = [Sentence("{} {}", written(n), noun(name, n)) for name, n in spec.counts.items()]
    return Sentence(" of {}", Sentence.joined(" and ", told)) if told else Sentence()


def called(spec: Spec) -> Sentence:
    """What it is called, and the user's files that it and its data are of."""
    name = spec.source.file if spec.source else spec.objective
    other = Sentence(" ({})", name) if name != spec.title else ""
    data = Sentence(" on the data of {}", spec.data.file) if spec.data else ""
    return Sentence("{}{}{}", heading(spec), other, data)


def source_text(spec: Spec) -> str:
    """The text of the user's file, nothing in it hidden; empty where there is none."""
    return revealed(spec.source.text) if spec.source else ""


def problem_text(spec: Spec) -> Sentence:
    """What every arm trains, or differentiates, in a sentence."""
    n, batch, what = spec.n_examples, digits(spec.batch_size), called(spec)
    examples = Sentence("{} {}{}", digits(n), in_number(n, "example"), _counts(spec, digits))
    levels = Sentence.joined(
        "", (Sentence(", {} {}", noun(size), general(value)) for size, value in spec.levels.items())
    )
    if not spec.trained:
        template = "{}, differentiated and not trained: {}, in minibatches of {}{}."
        return Sentence(template, what, examples, batch, levels)
    return Sentence(
        "{} by minibatch stochastic gradient descent: {}, minibatches of {}, learning rate {}, "
        "{}{}.",
        *(what, examples, batch, general(spec.lr), n_of(spec.epochs, "epoch"), levels),
    )
