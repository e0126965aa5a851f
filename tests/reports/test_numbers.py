"""What numbers promise a reader: a unit that fits, digits that the interval allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.findings.intervals import Estimate
from reports.text.numbers import (
    difference,
    plain,
    seconds_text,
    shown_amount,
    shown_difference,
    shown_ratio,
    shown_seconds,
    times_as_fast,
)

ANY = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (14.5, "14.5 s"),
        (1.0, "1.00 s"),
        (0.99999, "1.00 s"),
        (0.0145, "14.5 ms"),
        (999.7e-6, "1.00 ms"),
        (73.26e-6, "73.3 µs"),
        (4e-9, "4.00 ns"),
        (-15e-6, "\u221215.0 µs"),
        (0.0, "0.00 ns"),
    ],
)
def test_a_duration_stands_in_the_unit_that_keeps_it_between_1_and_1000(
    seconds: float, text: str
) -> None:
    assert seconds_text(seconds) == text


@pytest.mark.parametrize(
    ("low", "high", "text", "interval"),
    [
        (14.3e-3, 15.1e-3, "14.7 ms", "[14.3, 15.1]"),
        (14.69e-3, 14.71e-3, "14.70 ms", "[14.69, 14.71]"),
        (13.1e-3, 16.3e-3, "14.7 ms", "[13.1, 16.3]"),
        (10.0e-3, 20.0e-3, "15 ms", "[10, 20]"),
        (0.9e-3, 1.5e-3, "1.2 ms", "[0.9, 1.5]"),
    ],
)
def test_digits_end_where_the_interval_begins(
    low: float, high: float, text: str, interval: str
) -> None:
    shown = shown_seconds(Estimate((low + high) / 2, low, high, 6))
    assert (str(shown), shown.interval) == (text, interval)


def test_an_interval_stands_in_the_unit_of_its_value() -> None:
    shown = shown_seconds(Estimate(950e-6, 880e-6, 1030e-6, 6))
    assert (shown.unit, shown.interval) == ("µs", "[880, 1030]")


def test_ends_far_apart_are_written_each_for_itself() -> None:
    shown = shown_ratio(Estimate(0.37, 0.00035, 389.5, 2))
    assert (shown.low, shown.high) == ("0.00035", "390")


def test_an_interval_wider_than_a_factor_of_3_is_said_to_be_of_too_few_blocks() -> None:
    narrow, wide = (shown_ratio(Estimate(0.5, 0.25, high, 3)) for high in (0.75, 0.751))
    assert narrow.interval == "[0.25, 0.75]"
    assert wide.interval == "too few blocks to say"
    assert (wide.aside, wide.span) == (" (too few blocks to say)",) * 2
    assert "too few" not in str(shown_ratio(Estimate(0.5, None, None, 1)).interval)


def test_the_interval_of_a_difference_may_reach_0_however_many_blocks_there_are() -> None:
    assert "too few" not in shown_difference(Estimate(1e-6, -1e-6, 3e-6, 40)).cell
    assert "too few" not in shown_difference(Estimate(1e-6, 1e-8, 2e-6, 40)).cell
    assert "too few" in shown_seconds(Estimate(1e-6, 1e-8, 2e-6, 40)).cell


def test_a_ratio_of_which_little_is_known_is_no_number_in_a_sentence() -> None:
    assert times_as_fast(Estimate(0.5, 0.2, 1.2, 3)) == "2.0 times (too few blocks to say)"


def test_a_small_ratio_is_never_written_as_zero() -> None:
    assert shown_ratio(Estimate(0.000281, 0.000276, 0.000286, 9)).text == "0.000281"
    assert shown_ratio(Estimate(2.8e-7, None, None, 1)).text == "2.80e-7"


@given(value=ANY, low=st.none() | ANY, high=st.none() | ANY)
def test_any_estimate_is_written_in_a_few_characters(
    value: float, low: float | None, high: float | None
) -> None:
    shown = shown_ratio(Estimate(value, low, high, 3))
    assert len(shown.text) <= 12
    assert all(len(end) <= 24 for end in (shown.low, shown.high) if end is not None)


@pytest.mark.parametrize(
    ("low", "high", "text", "interval"),
    [
        (2670.0, 2736.0, "2700", "[2670, 2740]"),
        (2702.0, 2704.0, "2703", "[2702, 2704]"),
        (10_900.0, 12_050.0, "11,500", "[10,900, 12,000]"),
        (850.0, 950.0, "900", "[850, 950]"),
    ],
)
def test_of_thousands_no_digit_is_shown_that_the_interval_does_not_bear(
    low: float, high: float, text: str, interval: str
) -> None:
    shown = shown_ratio(Estimate((low + high) / 2, low, high, 6))
    assert (str(shown), shown.interval) == (text, interval)


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "none"), (float("nan"), "none"), (float("inf"), "inf"), (0, "0.00"), (38852, "38,900")],
)
def test_a_number_without_interval_has_three_digits(value: float | None, text: str) -> None:
    assert plain(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (69.7e6, "/s", "69.7 M/s"),
        (10.58e9, "B/s", "10.6 GB/s"),
        (999.7e3, "FLOP/s", "1.00 MFLOP/s"),
        (3.2e12, "B/s", "3.20 TB/s"),
        (12.0, "/s", "12.0 /s"),
        (0.02, "/s", "0.0200 /s"),
    ],
)
def test_an_amount_stands_with_the_prefix_that_keeps_it_between_1_and_1000(
    value: float, unit: str, text: str
) -> None:
    assert str(shown_amount(Estimate(value, None, None, 1), unit)) == text


def test_a_large_difference_is_a_factor() -> None:
    assert (difference(1.062), difference(2.6)) == ("6.2 %", "a factor of 2.6")
