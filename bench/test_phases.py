"""The benchmark suite: ``pytest bench --backend NAME``. One arm a process, checks last."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.process import ArmProcess, Failed

pytestmark = pytest.mark.filterwarnings("default")  # a framework's warning is no failure here


def test_phase(phase: str, process: ArmProcess, benchmark: BenchmarkFixture) -> None:
    """Seconds a call of one phase."""
    try:
        reason = process.missing(phase)
        if reason is not None:
            pytest.skip(reason)
        benchmark.group = phase
        benchmark.extra_info.update(
            backend=process.request.backend,
            device=process.request.device,
            dtype=process.request.dtype,
        )
        process.measure(phase, benchmark)
    except Failed as failed:
        pytest.fail(str(failed), pytrace=False)


def test_overhead(process: ArmProcess, benchmark: BenchmarkFixture) -> None:
    """Seconds a call of nothing: what the harness adds."""
    benchmark.group = "overhead"
    process.measure_overhead(benchmark)


def test_checks(process: ArmProcess) -> None:
    """Every check, on the Prepared that was timed: without them no number is written."""
    try:
        process.check()
    except Failed as failed:
        pytest.fail(str(failed), pytrace=False)
