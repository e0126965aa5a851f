"""Measuring, tested with a false clock: nothing here depends on the machine's speed."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, repeat

import pytest

from bench.worker.measure import Pace, is_steady, seconds_a_call, warm_up


class FalseTime:
    """A clock that only the calls move: call k takes the k-th of ``seconds``."""

    def __init__(self, seconds: Iterable[float]) -> None:
        self.now = 0.0
        self.seconds = iter(seconds)

    def __call__(self) -> float:
        return self.now

    def call(self) -> None:
        self.now += next(self.seconds)


def test_a_compiling_first_call_does_not_size_the_rounds() -> None:
    time = FalseTime(chain([0.3], repeat(20e-6)))
    seen = warm_up(time.call, Pace(), time)
    assert seen[0] == pytest.approx(0.3)
    assert Pace().iterations(seen[-1]) == 500
    assert Pace().rounds_within(seen[-1]) == Pace().rounds


def test_warming_up_ends_when_three_rounds_agree() -> None:
    time = FalseTime([0.02, 0.014, 0.012, 0.011, 0.01, 0.01, 0.01, 0.01, 0.01])
    assert warm_up(time.call, Pace(), time) == pytest.approx(
        [0.02, 0.014, 0.012, 0.011, 0.01, 0.01, 0.01]
    )


def test_warming_up_gives_up_when_time_is_out() -> None:
    time = FalseTime(0.01 * (1 + k % 2) for k in range(10**6))
    seen = warm_up(time.call, Pace(warmup_seconds=0.5), time)
    assert 0.5 < sum(seen) <= 0.6


def test_a_very_slow_call_is_still_made_twice_before_it_is_timed() -> None:
    time = FalseTime(repeat(5.0))
    assert warm_up(time.call, Pace(), time) == [5.0, 5.0]


def test_a_slow_cell_keeps_more_than_five_rounds() -> None:
    assert Pace(cell_seconds=2.0).rounds_within(10.0) == Pace.MIN_ROUNDS > 5


def test_the_first_round_is_never_among_the_steady_ones() -> None:
    assert not is_steady([1.0, 1.0, 1.0])
    assert is_steady([9.0, 1.0, 1.0, 1.04])
    assert not is_steady([9.0, 1.0, 1.0, 1.06])


def test_what_comes_before_a_call_is_outside_its_clock() -> None:
    clock = FalseTime(repeat(5.0))

    def renew() -> None:
        clock.now += 1000.0

    assert seconds_a_call(clock.call, 3, clock, renew) == 5.0
    assert warm_up(clock.call, Pace(), clock, renew) == [5.0, 5.0]
