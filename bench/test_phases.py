"""The benchmark suite: ``pytest bench --backend NAME``. One arm a process, checks last."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.worker.process import ArmProcess
from bench.worker.standing import Failed

pytestmark = pytest.mark.filterwarnings("default")  # a framework's warning is no failure here


def test_phase(phase: str, process: ArmProcess, benchmark: BenchmarkFixture) -> None:
    """Seconds a call of one phase."""
    with failures_told():
        reason = process.missing(phase)
        if reason is not None:
            pytest.skip(reason)
        asked = process.request
        benchmark.group = phase
        benchmark.extra_info.update(backend=asked.backend, device=asked.device, dtype=asked.dtype)
        process.measure(phase, benchmark)


def test_overhead(process: ArmProcess, benchmark: BenchmarkFixture) -> None:
    """Seconds a call of nothing: what the harness adds."""
    benchmark.group = "overhead"
    process.measure_overhead(benchmark)


def test_checks(process: ArmProcess) -> None:
    """Every check, on the Program that was timed: without them no number is written."""
    with failures_told():
        process.check()


@contextmanager
def failures_told() -> Iterator[None]:
    """Status and reason of a failure, without a traceback through the suite."""
    try:
        yield
    except Failed as failed:
        raise pytest.fail.Exception(str(failed), pytrace=False) from None
