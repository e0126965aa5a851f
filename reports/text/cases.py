"""Cases in words: what each is called, in full and in short, and where its pages are."""

from __future__ import annotations

from collections import Counter

from reports.findings.findings import Findings
from reports.text.counted import counted as n_of
from reports.text.names import visible
from reports.text.problem import counted, noun
from runfiles.records import Spec

LONGEST = 60
LETTERS = {"n_examples": "n", "n_features": "d", "batch_size": "b"}  # as folders are named


def size_label(spec: Spec) -> str:
    """The size in a few words."""
    return f"{n_of(spec.n_examples, 'example')}{counted(spec)} in batches of {spec.batch_size:,}"


def case_label(cases: tuple[Findings, ...], case: Findings) -> str:
    """The case in a few words: its size, and its problem where there are several."""
    spec = case.run.plan.problem
    name = f"{visible(spec.objective, LONGEST)}, " if cases[0].problems else ""
    return name + size_label(spec)


def short_labels(cases: tuple[Findings, ...]) -> tuple[tuple[str, str], ...]:
    """(problem, size) of each case in as few words as tell them apart; no size where it need not.

    Of a size only what differs among the cases of one problem.
    """
    specs = [case.run.plan.problem for case in cases]
    return tuple((visible(spec.objective, LONGEST), _short_size(spec, specs)) for spec in specs)


def _short_size(spec: Spec, specs: list[Spec]) -> str:
    alike = [_sizes(one) for one in specs if one.objective == spec.objective]
    own = _sizes(spec)
    differing = [name for name in own if len({one.get(name) for one in alike}) > 1]
    return " ".join(f"{LETTERS.get(name, noun(name))}{own[name]}" for name in differing)


def _sizes(spec: Spec) -> dict[str, int]:
    return {"n_examples": spec.n_examples, **spec.counts, "batch_size": spec.batch_size}


def own_case(findings: Findings) -> str | None:
    """Which case a page is of, and of how many; None for a run of one problem."""
    if not findings.problems:
        return None
    several = Counter(case.run.plan.problem.objective for case in findings.cases)
    others = len(several) - 1
    return (
        f"This page is of the problem {visible(findings.run.plan.problem.objective, LONGEST)}: "
        f"{size_label(findings.run.plan.problem)}. The run has "
        f"{n_of(others, 'more problem')}, each with a page and tables of its own."
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
