"""Bencher Metric Format: benchmark name -> measure -> value with its bounds."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.encoder import Json
from reports.outputs.exports.benchmark import Benchmark, usable

A_SECOND = 1e9  # Bencher's own measure ``latency`` is in nanoseconds


def bencher_json(findings: Findings) -> dict[str, Json]:
    """The measures ``latency`` and ``ratio`` of every arm, repeated phase and size."""
    return {one.name: _measures(one) for one in usable(findings)}


def _measures(one: Benchmark) -> dict[str, Json]:
    measures: dict[str, Json] = {"latency": _metric(one.seconds, A_SECOND)}
    if one.ratio:
        measures["ratio"] = _metric(one.ratio, 1.0)
    return measures


def _metric(estimate: Estimate, scale: float) -> Json:
    """The estimate as a metric; bounds that do not exist are left out, as the format wants."""
    bounds = {"lower_value": estimate.low, "upper_value": estimate.high}
    given = {name: end * scale for name, end in bounds.items() if end is not None}
    return {"value": estimate.value * scale, **given}
