"""The cases that two runs share: of one problem at one size, each compared with its like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.comparing.likeness import require_alike
from reports.estimates.ratios import Summary
from reports.words.case_words import case_label
from runfiles.errors import BadRun


@dataclass(frozen=True, eq=False)
class Case:
    """One problem at one size in both runs."""

    old: Summary
    new: Summary
    label: str | None  # None where neither run has another one


def shared_cases(old: Summary, new: Summary) -> list[Case]:
    """The cases of both runs, alike and usable, in NEW's order. Raises BadRun.

    Runs of one case each are set against each other whatever they are: what they do not share is
    then said.
    """
    if len(old.cases) == len(new.cases) == 1:
        require_alike(old, new)
        return [Case(old, new, None)]
    before = {key(one): one for one in old.cases}
    found = [
        Case(before[key(one)], one, case_label(new, one)) for one in new.cases if key(one) in before
    ]
    if not found:
        require_alike(old, new)
        raise BadRun("these runs share no case; measure NEW with the problems and sizes of OLD.")
    for case in found:
        try:
            require_alike(case.old, case.new)
        except BadRun as error:
            folders = case.old.run.folder, case.new.run.folder
            if folders == (old.run.folder, new.run.folder):
                raise
            raise BadRun(
                f"{case.label}: {error} Other cases can be compared by their own folders, such as "
                f"{case.new.run.folder}."
            ) from error
    return found


def unshared(old: Summary, new: Summary) -> Iterator[str]:
    """The cases that only one of two runs has, a sentence each."""
    keys = {key(one) for one in old.cases}, {key(one) for one in new.cases}
    for side, summary, others in (("OLD", old, keys[1]), ("NEW", new, keys[0])):
        for one in summary.cases:
            if key(one) not in others and len(summary.cases) > 1:
                yield f"{case_label(summary, one)}: only in {side}, not compared."


def key(summary: Summary) -> tuple[object, ...]:
    """What makes a case the same in two runs; that its data are the same is asked afterwards."""
    spec = summary.run.plan.problem
    counts = tuple(sorted(spec.counts.items()))
    return spec.objective, spec.n_examples, spec.batch_size, counts
