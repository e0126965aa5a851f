"""The scatter: a look at the data."""

from __future__ import annotations

from matplotlib.axes import Axes

from reports.figures.drawing import LOW, Drawing
from reports.figures.palette import INK
from reports.findings.findings import Findings
from reports.text.numbers import plain


def scatter(findings: Findings) -> Drawing | None:
    """A feature of the data against the label, None where the run stores no data."""
    points, spec = findings.run.points, findings.run.plan.problem
    if points is None:
        return None
    feature = {1: "first", 2: "second"}[points.feature]

    def paint(axes: Axes) -> None:
        axes.plot(points.x, points.y, "o", ms=2.6, mew=0, alpha=0.45, color=INK)
        axes.set(xlabel=f"{feature} feature", ylabel="label")
        axes.grid()

    slopes = (one.true for one in spec.parameters if one.shape[:1] == (points.n_features,))
    slope = next((true for true in slopes if true and len(true) == points.n_features), None)
    told = f", whose true weight is {plain(slope[points.feature - 1])}" if slope else ""
    return Drawing(
        "scatter",
        "The data",
        LOW,
        paint,
        how_to_read=f"Each dot is an example: its {feature} feature and its label.",
        alternative=f"Scatter of {len(points.x)} of {spec.n_examples} examples: the label against "
        f"the {feature} feature{told}.",
    )
