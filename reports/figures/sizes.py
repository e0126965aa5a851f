"""Times by size: what an example takes, along one axis of a sweep."""

from __future__ import annotations

from reports.figures.drawing import Drawing
from reports.figures.flags import Flag
from reports.figures.labels import short
from reports.figures.race import race
from reports.findings.curve import Curve, Fastest
from reports.findings.findings import Findings
from reports.findings.sweep import Axis
from reports.text.lead import in_dtype
from reports.text.machines import there
from reports.text.numbers import rounded, shown_seconds
from reports.text.sizes import along

OF = {  # by whether anything is trained: what is divided, and what a cut leaves of it
    True: ("The epoch's time ÷ the examples that it visits,", "the first steps of an epoch"),
    False: ("The gradients' time ÷ the examples that they are of,", "the first minibatches"),
}
MOST_NAMED = 8  # arms; where there are more, only those that lead have a name and a colour
WHOLE, PART = 5.0, 3.0  # points, of the mark of a whole epoch and of one that was cut


def by_size(findings: Findings) -> tuple[Drawing, ...]:
    """One drawing for every axis along which two sizes or more were timed."""
    axes = findings.sweep.axes if findings.sweep else ()
    return tuple(_drawing(findings, axis) for axis in axes if axis.curves)


def _drawing(findings: Findings, axis: Axis) -> Drawing:
    found, cut = axis.curves, axis.cut
    dtype = findings.race_dtype(curve.arm for curve in found)
    drawn = tuple(curve for curve in found if curve.arm.dtype == dtype)
    of_what, visited = OF[findings.run.plan.problem.trained]
    is_named = len(drawn) <= MOST_NAMED
    leads = [one for one in axis.fastest(drawn) if one.is_claimed or not is_named]
    named = "" if is_named else " An arm is named where it takes the lead."
    small = f" Small marks: only {visited} were timed." if cut else ""
    listed = "; ".join(map(_told, found))
    return race(
        f"sizes_{axis.name}",
        f"Time of an example, by {along(axis)}{in_dtype(findings, dtype)}{there(findings)}",
        along(axis),
        {curve.arm: curve.seconds for curve in drawn},
        [_flag(one, axis) for one in leads],
        {size: PART if size in cut else WHOLE for size in axis.sizes},
        is_named=is_named,
        how_to_read=f"{of_what} with 95 % intervals. Lower is faster.{named} A pale bar is the "
        f"95 % interval of where an arm takes the lead. Dashed: by hand.{small}",
        alternative=f"Time of an example visited by {along(axis)}, both on log scales: {listed}."
        + (f" Only {visited} were timed at {', '.join(map(str, cut))}." if cut else ""),
        grey="never fastest",
    )


def _flag(one: Fastest, axis: Axis) -> Flag:
    """The name of an arm that is the fastest, at the size from which it is."""
    text, arm = short(one.arm.name), one.arm
    if not one.is_claimed:
        return Flag(one.since, one.seconds, text, arm)
    sizes = (claim.size for claim in axis.crossovers if claim.ahead is arm)
    place = next(size for size in sizes if size.value == one.since)
    return Flag(one.since, one.seconds, f"from {rounded(one.since, 2)} {text}", arm, place)


def _told(curve: Curve) -> str:
    told = ", ".join(f"{shown_seconds(given)} at {size}" for size, given in curve.seconds.items())
    return f"{curve.arm.name} {told}"
