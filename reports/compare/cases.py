"""The cases that two runs share: of one problem at one size, each compared with its like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.compare.likeness import require_alike
from reports.findings.findings import Findings
from reports.text.cases import case_label
from runfiles.errors import BadRun


@dataclass(frozen=True, eq=False)
class Case:
    """One problem at one size in both runs."""

    old: Findings
    new: Findings
    label: str | None  # None where neither run has another one


def shared_cases(old: Findings, new: Findings) -> tuple[list[Case], tuple[str, ...]]:
    """The cases of both runs that can be compared, in NEW's order, and why others of both cannot.

    Runs of one case each are set against each other whatever they are. Raises BadRun with what
    they do not share, and where no case is left.
    """
    if len(old.cases) == len(new.cases) == 1:
        require_alike(old, new)
        return [Case(old, new, None)], ()
    before = {key(one): one for one in old.cases}
    both = [(before[key(one)], one) for one in new.cases if key(one) in before]
    if not both:
        require_alike(old, new)
        raise BadRun("these runs share no case; measure NEW with the problems and sizes of OLD.")
    found, unlike = [], []
    for mine, other in both:
        label = case_label(new.cases, other)
        try:
            require_alike(mine, other)
            found.append(Case(mine, other, label))
        except BadRun as error:
            unlike.append(f"{label}: not compared: {error}")
    if not found:
        raise BadRun(" ".join(unlike))
    return found, tuple(unlike)


def unshared(old: Findings, new: Findings) -> Iterator[str]:
    """The cases that only one of two runs has, a sentence each."""
    keys = {key(one) for one in old.cases}, {key(one) for one in new.cases}
    for side, findings, others in (("OLD", old, keys[1]), ("NEW", new, keys[0])):
        for one in findings.cases:
            if key(one) not in others and len(findings.cases) > 1:
                yield f"{case_label(findings.cases, one)}: only in {side}, not compared."


def key(findings: Findings) -> tuple[object, ...]:
    """What makes a case the same in two runs; that its data are the same is asked afterwards."""
    spec = findings.run.plan.problem
    counts = tuple(sorted(spec.counts.items()))
    return spec.objective, spec.n_examples, spec.batch_size, counts
