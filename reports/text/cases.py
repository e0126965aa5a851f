"""Cases in words: what each is called, in full and in short, and where its pages are."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.text.counted import counted as n_of
from reports.text.problem import counted, noun
from reports.text.sentence import Sentence
from runfiles.records import Spec

LETTERS = {"n_examples": "n", "n_features": "d", "batch_size": "b"}  # as folders are named


def size_label(spec: Spec) -> Sentence:
    """The size in a few words."""
    examples = n_of(spec.n_examples, "example")
    return Sentence("{}{} in batches of {}", examples, counted(spec), spec.batch_size)


def case_label(cases: tuple[Findings, ...], case: Findings) -> Sentence:
    """The case in a few words: its size, and its problem where there are several."""
    spec = case.run.plan.problem
    size = size_label(spec)
    return Sentence("{}, {}", spec.objective, size) if cases[0].problems else size


def short_labels(cases: tuple[Findings, ...]) -> tuple[tuple[str, str], ...]:
    """(problem, size) of each case in as few words as tell them apart; no size where it need not.

    Of a size only what differs among the cases of one problem.
    """
    specs = [case.run.plan.problem for case in cases]
    return tuple((str(spec.objective), _short_size(spec, specs)) for spec in specs)


def _short_size(spec: Spec, specs: list[Spec]) -> str:
    alike = [one.every_size for one in specs if one.objective == spec.objective]
    own = {"n_examples": spec.n_examples, **spec.counts, "batch_size": spec.batch_size}
    differing = [name for name in own if len({one.get(name) for one in alike}) > 1]
    return " ".join(f"{LETTERS.get(name, noun(name))}{own[name]}" for name in differing)


def own_case(findings: Findings) -> Sentence | None:
    """Which case a page is of, and of how many; None for a run of one problem."""
    if not findings.problems:
        return None
    spec, others = findings.run.plan.problem, n_of(len(findings.problems), "more problem")
    return Sentence(
        "This page is of the problem {}: {}. The run has {}, each with a page and tables of its "
        "own.",
        *(spec.objective, size_label(spec), others),
    )


def case_links(findings: Findings, is_own_folder: bool) -> tuple[str, ...]:
    """Where each case is told of, as links from the run's page: a size is on its problem's page."""
    pages = ["", *_pages(findings, is_own_folder)]
    problems = zip(pages, (findings, *findings.problems), strict=True)
    return tuple(
        f"{page}#{'sizes' if number else 'ranking'}"
        for page, one in problems
        for number in range(1 + len(one.sizes))
    )


def _pages(findings: Findings, is_own_folder: bool) -> list[str]:
    """The pages of the further problems."""
    paths = [one.run.folder.relative_to(findings.run.folder) for one in findings.problems]
    if is_own_folder:
        return [f"../{path.as_posix()}/report/index.html" for path in paths]
    return [f"{path.as_posix()}/index.html" for path in paths]
