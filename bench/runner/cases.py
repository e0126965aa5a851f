"""The cases of a run: several problems, and what to call and to type for each of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from bench.runner.run_folder import HeldRun
from problems.source import asked_texts, is_asked_by
from problems.spec import ProblemSpec

TAKEN_BY = {"--features": "n_features", "--noise": "noise"}  # options that set one own size


def by_problem(specs: Sequence[ProblemSpec]) -> list[list[ProblemSpec]]:
    """The specs of each problem, in their order."""
    found: dict[str, list[ProblemSpec]] = {}
    for spec in specs:
        found.setdefault(spec.objective, []).append(spec)
    return list(found.values())


def homes(folder: Path, problems: Sequence[Sequence[ProblemSpec]]) -> Iterator[Path]:
    """Where each of ``problems`` but the first lies, which is the run's own: in ``cases``.

    Numbered, so that they are read in the order that was asked for and no two are alike.
    """
    for number, specs in enumerate(problems[1:], 2):
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", specs[0].objective).strip("-.")[:60]
        yield folder / "cases" / f"{number:02d}-{name or 'problem'}"


def label_of(runs: Sequence[HeldRun], number: int) -> str:
    """What tells one of several runs that are measured in turn from the others."""
    run = runs[number]
    if len({one.plan.problem.objective for one in runs}) == 1:
        return run.folder.name if number else "own size"
    size = f" {run.folder.name}" if run.folder.parent.name == "sizes" else ""
    return f"{run.plan.problem.objective}{size}"


def for_problem(command: Sequence[str], spec: ProblemSpec) -> tuple[str, ...]:
    """The words that ask for the problem of ``spec`` alone, where ``command`` asks for several.

    What sets a size that only the others have is left out.
    """
    words, found = list(command), []
    several = any(
        len(asked_texts(text)) > 1 for option, text in pairwise(words) if option == "--problem"
    )
    while several and words:
        taken = words[:2] if words[0] in ("--problem", "--size", *TAKEN_BY) else words[:1]
        del words[: len(taken)]
        found += _own(taken, spec)
    return tuple(found + words)


def _own(words: Sequence[str], spec: ProblemSpec) -> list[str]:
    """An option and its value as they are for ``spec``; nothing where they are not for it."""
    if len(words) == 1:
        return list(words)
    option, text = words
    if option == "--problem":
        own = (one for one in asked_texts(text) if is_asked_by(one, spec.objective, spec.source))
        return [option, next(own, spec.objective)]
    name = TAKEN_BY.get(option, text.partition("=")[0])
    return [option, text] if name in spec.its_objective.sizes() else []
