"""The problem in words: what is trained, and how much of it."""

from __future__ import annotations

from reports.text.counted import counted as n_of
from reports.text.counted import noun as in_number
from reports.text.names import revealed, visible
from runfiles.records import Spec

LONGEST = 60
SINGULAR = {"entries": "entry", "classes": "class"}  # that lose more than an s


def title(spec: Spec) -> str:
    """What an epoch is one of, inside a sentence."""
    return visible(spec.title, LONGEST)


def heading(spec: Spec) -> str:
    """The same at the start of one, where a file of the user's has its name as it is."""
    if spec.source:
        return title(spec)
    return title(spec)[:1].upper() + title(spec)[1:]


def whole(spec: Spec) -> str:
    """All epochs of it, after *the*."""
    article, _, name = title(spec).partition(" ")
    return f"whole {name}" if article == "the" and name else f"whole of {title(spec)}"


def noun(size: str, count: int = 2) -> str:
    """What a size counts, such as ``features``; any other size by its name."""
    words = visible(size.removeprefix("n_").replace("_", " "), LONGEST)
    return SINGULAR.get(words, words.removesuffix("s")) if count == 1 else words


def counted(spec: Spec) -> str:
    """The objective's own counts, such as `` of 2 features``; nothing where it has none."""
    told = [f"{n:,} {noun(name, n)}" for name, n in spec.counts.items()]
    return f" of {' and '.join(told)}" if told else ""


def called(spec: Spec) -> str:
    """What it is called, and the user's files that it and its data are of."""
    name = spec.source.file if spec.source else spec.objective
    other = f" ({visible(name, LONGEST)})" if name != spec.title else ""
    data = f" on the data of {visible(spec.data.file, LONGEST)}" if spec.data else ""
    return f"{heading(spec)}{other}{data}"


def source_text(spec: Spec) -> str:
    """The text of the user's file, nothing in it hidden; empty where there is none."""
    return revealed(spec.source.text) if spec.source else ""


def problem_text(spec: Spec) -> str:
    """What every arm trains, or differentiates, in a sentence."""
    own = [f"{n} {noun(size, n)}" for size, n in spec.counts.items()]
    levels = "".join(f", {noun(size)} {value:g}" for size, value in spec.levels.items())
    examples = in_number(spec.n_examples, "example") + (f" of {' and '.join(own)}" if own else "")
    if not spec.trained:
        return (
            f"{called(spec)}, differentiated and not trained: {spec.n_examples} {examples}, in "
            f"minibatches of {spec.batch_size}{levels}."
        )
    return (
        f"{called(spec)} by minibatch stochastic gradient descent: {spec.n_examples} {examples}, "
        f"minibatches of {spec.batch_size}, learning rate {spec.lr:g}, "
        f"{n_of(spec.epochs, 'epoch')}{levels}."
    )
