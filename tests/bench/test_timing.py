"""What is measured is what happened: pytest-benchmark's rounds against a bare loop."""

from __future__ import annotations

import time

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from bench.worker.measure import Pace, timed_rounds

pytestmark = pytest.mark.alone  # pytest-benchmark times nothing in a worker of pytest-xdist
SPIN_NANOSECONDS = 200_000
N_LOOPS = 50


class FalseClock:
    """Seconds that only ``work`` moves."""

    now = 0.0

    @classmethod
    def read(cls) -> float:
        return cls.now

    @classmethod
    def work(cls) -> None:
        cls.now += 20e-6


@pytest.mark.benchmark(timer=FalseClock.read)
def test_a_call_of_known_length_is_measured_as_long_as_it_is(benchmark: BenchmarkFixture) -> None:
    warmup, iterations, seconds = timed_rounds(
        FalseClock.work, Pace(), benchmark, clock=FalseClock.read
    )
    assert iterations == 500
    assert len(seconds) == Pace.rounds
    assert warmup == pytest.approx([20e-6] * len(warmup))
    assert seconds == pytest.approx([20e-6] * len(seconds))


@pytest.mark.benchmark(timer=FalseClock.read)
def test_where_something_comes_before_each_call_a_round_is_the_mean_of_calls_timed_alone(
    benchmark: BenchmarkFixture,
) -> None:
    n_renewed = 0

    def renew() -> None:
        nonlocal n_renewed
        FalseClock.now += 1.0
        n_renewed += 1

    _, iterations, seconds = timed_rounds(
        FalseClock.work, Pace(), benchmark, clock=FalseClock.read, renew=renew
    )
    assert iterations == 500
    assert seconds == pytest.approx([20e-6] * Pace.rounds)
    assert n_renewed >= iterations * Pace.rounds


def spin() -> None:
    """Busy until the clock says so: as long on every machine."""
    end = time.perf_counter_ns() + SPIN_NANOSECONDS
    while time.perf_counter_ns() < end:
        pass


def test_a_busy_loop_takes_as_long_as_a_bare_loop_around_it_says(
    benchmark: BenchmarkFixture,
) -> None:
    """The least of each, so that what else the machine does enters neither."""
    bare = []
    for _ in range(N_LOOPS):
        began = time.perf_counter_ns()
        spin()
        bare.append((time.perf_counter_ns() - began) / 1e9)
    _, _, seconds = timed_rounds(spin, Pace(round_seconds=1e-6), benchmark)
    assert min(seconds) == pytest.approx(min(bare), rel=0.05)
