"""One plan: what runs must share to stand side by side, each on a machine of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.compare.likeness import Unlike, made_from
from reports.findings.arms import Arm
from reports.findings.findings import Findings
from reports.findings.side_by_side import Twins
from reports.text.cases import case_label
from runfiles.errors import BadRun
from runfiles.records import Spec

NOTHING = "none"


def require_one_plan(runs: Sequence[Findings]) -> None:
    """Raise BadRun where two of ``runs`` measured different things, whatever their machines."""
    first, *others = runs
    for other in others:
        found = " ".join(
            f"{what} is {a} in the first and {b} in the second; measure the second again {advice}."
            for what, a, b, advice in _differences(first, other)
        )
        if found:
            both = f"{first.run.folder} and {other.run.folder} are not of one plan"
            raise BadRun(f"{both}: {found} Expected runs that differ in their machines alone.")


def _differences(a: Findings, b: Findings) -> Iterator[Unlike]:
    if a.threads != b.threads:
        yield "threads", str(a.threads), str(b.threads), f"with --threads {a.threads}"
    if a.margin != b.margin:
        yield "margin", f"{a.margin:g}", f"{b.margin:g}", f"with --margin {a.margin:g}"
    ours, theirs = (", ".join(run.run.plan.phases) for run in (a, b))
    if set(a.run.plan.phases) != set(b.run.plan.phases):
        yield "phases", ours or NOTHING, theirs or NOTHING, f"with --phase {ours.replace(' ', '')}"
    yield from _problems(a, b)
    if a.baseline.name != b.baseline.name:
        yield "baseline", a.baseline.name, b.baseline.name, f"with --baseline {a.baseline.name}"
    yield from _arms(a, b)


def _problems(a: Findings, b: Findings) -> Iterator[Unlike]:
    """The cases that only one of them has, and those made otherwise."""
    here, there = ({one.case_key: one for one in run.cases} for run in (a, b))
    if here.keys() != there.keys():
        ours, theirs = (
            "; ".join(case_label(run.cases, one) for one in run.cases) for run in (a, b)
        )
        yield "what is measured", ours, theirs, "with the problems and sizes of the first"
        return
    for key, one in here.items():
        yield from _made_otherwise(one.run.plan.problem, there[key].run.plan.problem)


def _made_otherwise(ours: Spec, theirs: Spec) -> Iterator[Unlike]:
    """What of a problem differs by more than the bits that another machine's rounding makes."""
    a, b = (_from(spec) for spec in (ours, theirs))
    names = [name for name in {**a, **b} if a.get(name) != b.get(name)]
    if not names and ours.sha256 != theirs.sha256 and not Twins(ours, theirs).differ_by_rounding:
        names, a, b = ["sha256"], made_from(ours), made_from(theirs)
    if names:
        one, other = (", ".join(f"{name} {made.get(name)}" for name in names) for made in (a, b))
        yield f"the problem {ours.objective}", one, other, "with that of the first"


def _from(spec: Spec) -> dict[str, object]:
    """What a problem was made from."""
    files = {"source": spec.source, "data": spec.data}
    hashes = {name: file.sha256 for name, file in files.items() if file}
    made = {**made_from(spec), **hashes, "trained": spec.trained}
    return {name: value for name, value in made.items() if name != "sha256"}


def _arms(a: Findings, b: Findings) -> Iterator[Unlike]:
    """Arms of one name that are not the same; one that is in one plan only is told in the map."""
    theirs = {arm.name: arm for arm in b.others}
    for arm in a.others:
        other = theirs.get(arm.name, arm)
        if arm.identity != other.identity:
            advice = "with the arms of the first"
            yield f"the arm {arm.name}", _made_of(arm), _made_of(other), advice


def _made_of(arm: Arm) -> str:
    by = f" by {arm.python}" if arm.python else ""
    return f"{arm.backend} on {arm.device} in {arm.dtype}{by}"
