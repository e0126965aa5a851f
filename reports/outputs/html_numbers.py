"""Numbers for templates: what is not there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from reports.text.numbers import (
    Shown,
    percent,
    plain,
    shown_amount,
    shown_difference,
    shown_epochs,
    shown_memory,
    shown_ratio,
    shown_seconds,
)
from reports.text.sentence import Number


def html_of(shown: Callable[..., Number]) -> Callable[..., Markup]:
    """The HTML of what ``shown`` makes of a number, nothing where there is none."""

    def html(given: Any, *options: Any) -> Markup:
        told = None if given is None else shown(given, *options)
        return told.cell if isinstance(told, Shown) else escape(told or "")

    return html


def share(fraction: float) -> Number:
    """A share as per cent, in one digit where it is next to nothing."""
    return percent(fraction, 2 if fraction > 1e-3 else 1)


seconds_html = html_of(shown_seconds)
difference_html = html_of(shown_difference)
ratio_html = html_of(shown_ratio)
amount_html = html_of(shown_amount)
memory_html = html_of(shown_memory)
epochs_html = html_of(shown_epochs)
number_html = html_of(plain)
count_html = html_of(Number.of)
share_html = html_of(share)
percent_html = html_of(lambda estimate: share(estimate.value))
