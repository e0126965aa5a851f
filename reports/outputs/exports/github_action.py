"""github-action-benchmark: the JSON of its tool ``customSmallerIsBetter``.

The format is ``BenchmarkResult`` in that project's src/extract.ts: name, unit, value, and range
and extra where there are any.
"""

from __future__ import annotations

from collections.abc import Iterator

from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.outputs.encoder import Json
from reports.outputs.exports.benchmark import Benchmark, usable
from reports.text.machine import machine_text
from reports.text.machines import claim_text
from reports.text.numbers import shown_ratio

# One unit for good: a chart joins the numbers of many runs.
UNIT, A_SECOND = "µs", 1e6


def github_action_json(findings: Findings) -> list[Json]:
    """The main phase of every arm and size, each time followed by its ratio to the baseline."""
    return [entry for one in usable(findings) if _is_main(one) for entry in _entries(one)]


def _is_main(one: Benchmark) -> bool:
    return bool(one.cell.phase == one.findings.main_phase)


def _entries(one: Benchmark) -> Iterator[dict[str, Json]]:
    extra, seconds = _extra(one), one.seconds.through(lambda seconds: seconds * A_SECOND)
    yield _entry(one.name, UNIT, seconds, extra)
    if one.ratio:
        yield _entry(one.ratio_name, "ratio", one.ratio, extra)


def _entry(name: str, unit: str, estimate: Estimate, extra: str) -> dict[str, Json]:
    interval = shown_ratio(estimate).interval
    range_ = interval if estimate.is_too_wide else f"95 % {interval}"
    given = {"range": range_} if interval else {}
    return {"name": name, "unit": unit, "value": estimate.value, **given, "extra": extra}


def _whose(findings: Findings) -> dict[str, str]:
    """Of several machines what is of which."""
    return {"of which": claim_text(findings)} if findings.machines.are_several else {}


def _extra(one: Benchmark) -> str:
    """What the chart shows beside the number, a line each."""
    arm = one.cell.arm
    engine = " ".join(filter(None, (arm.framework, arm.framework_version))) or "not known"
    facts = {
        "verdict": one.outcome,
        "evidence": one.findings.null_arm.state,
        "blocks": one.cell.n_blocks,
        "profile": one.findings.profile,
        "engine": engine,
        "machine": machine_text(one.findings.machine),
        **_whose(one.findings),
    }
    return "\n".join(f"{name}: {fact}" for name, fact in facts.items())
