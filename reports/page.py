"""The page: one HTML file that needs nothing but itself."""

from __future__ import annotations

from datetime import UTC, datetime

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports.devices import device_uses
from reports.environment import environment
from reports.figures.drawing import Drawing
from reports.figures.gallery import gallery
from reports.figures.palette import arm_colours
from reports.figures.svg import for_page
from reports.headline import (
    baselines_text,
    best_autodiff,
    caveats,
    disturbed,
    harness,
    headline,
    measured_on,
    same_program,
    smallest_effect,
)
from reports.intervals import Estimate
from reports.left_out import is_left_out, left_out, ranked_rows
from reports.names import visible
from reports.numbers import (
    Shown,
    plain,
    shown_amount,
    shown_ratio,
    shown_seconds,
)
from reports.phases import COLD, DERIVED, WHOLE, sentence, words
from reports.ratios import Summary
from reports.yardsticks.cheap_gradient import BOUND
from reports.yardsticks.collected import yardsticks
from reports.yardsticks.price import Price
from reports.yardsticks.throughput import flop_of_epoch
from reports.yardsticks.words import limit_text, price_text

MOST_PARAMETERS = 4  # learned beside true; more are summed up by their largest distance


def page(summary: Summary) -> str:
    """The whole report of a run as HTML."""
    jinja = Environment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.filters |= {
        "visible": visible,
        "given": lambda value: f"{value:g}",
        "seconds": seconds_html,
        "ratio": ratio_html,
        "amount": amount_html,
        "percent": percent_html,
        "figure": figure_html,
        "share": share_html,
        "number": number_html,
        "words": words,
        "tied": lambda text: text.replace(" %", "\u00a0%"),
    }
    return jinja.get_template("page.html").render(_context(summary))


def _context(summary: Summary) -> dict[str, object]:
    found = yardsticks(summary)
    return {
        "summary": summary,
        "run": summary.run,
        "plan": summary.run.plan,
        "spec": summary.run.plan.problem,
        "headline": headline(summary),
        "best_autodiff": best_autodiff(summary),
        "baselines_text": baselines_text(summary),
        "same_program": same_program(summary),
        "smallest_effect": smallest_effect(summary),
        "caveats": caveats(summary),
        "harness": harness(summary),
        "disturbed": disturbed(summary.run),
        "measured_on": measured_on(summary),
        "ranked": ranked_rows(summary),
        "arms": summary.arms,
        "took_part": [arm for arm in summary.others if not is_left_out(arm)],
        "left_out": left_out(summary),
        "yardsticks": found,
        "limits": {one.arm: one for one in found.limits},
        "autodiff_prices": side_by_side(found.autodiff),
        "bound": BOUND,
        "flop": flop_of_epoch(summary.run.plan.problem),
        "price_text": price_text(summary),
        "limit_text": limit_text(summary),
        "devices": device_uses(summary.run),
        "timed": [arm for arm in summary.arms if arm.n_ok and arm.status == "ok"],
        "absences": absences(summary),
        "what": sentence(summary.main_phase),
        "created": moment(summary.run.plan.created),
        "colours": arm_colours(summary),
        "figures": {drawing.name: drawing for drawing in gallery(summary)},
        "checks": check_names(summary),
        "cold": COLD,
        "whole": WHOLE,
        "environment": environment(summary.run),
        "parameters": parameters(summary),
    }


def absences(summary: Summary) -> list[tuple[str, list[str]]]:
    """(phases and why they are not there, the timed arms that lack them)."""
    found: dict[tuple[int, str], list[str]] = {}
    for cell in summary.cells:
        arm = summary.arms[cell.arm]
        if cell.seconds is None and arm.status == "ok" and cell.phase not in DERIVED:
            found.setdefault((cell.arm, cell.reason or ""), []).append(cell.phase)
    alike: dict[str, list[str]] = {}
    for (index, why), phases in found.items():
        text = f"{', '.join(map(words, phases))}: {why}"
        alike.setdefault(text, []).append(summary.arms[index].name)
    return list(alike.items())


def side_by_side(prices: tuple[Price, ...]) -> list[tuple[int, int, dict[str, Estimate]]]:
    """(arm, arm it is compared with, ratio by phase) of every pair."""
    found: dict[tuple[int, int], dict[str, Estimate]] = {}
    for price in prices:
        found.setdefault((price.above, price.below), {})[price.phase] = price.ratio
    return [(*pair, ratios) for pair, ratios in found.items()]


def moment(created: str) -> str:
    """An ISO 8601 time without its seconds; anything else as it stands."""
    try:
        return f"{datetime.fromisoformat(created).astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError):
        return visible(created, 40)


def check_names(summary: Summary) -> list[str]:
    """The names of all checks, in the order they were run."""
    names = (check.name for arm in summary.arms for check in arm.checks)
    return list(dict.fromkeys(names))


def parameters(summary: Summary) -> list[tuple[str, float, int]]:
    """(name, true value, place in w then b) of the first few parameters and the last."""
    spec = summary.run.plan.problem
    named = [(f"w{i + 1}", value) for i, value in enumerate(spec.w_true)]
    named += [(f"b{i + 1}" if len(spec.b_true) > 1 else "b", v) for i, v in enumerate(spec.b_true)]
    placed = [(name, value, place) for place, (name, value) in enumerate(named)]
    return placed if len(placed) <= MOST_PARAMETERS else placed[: MOST_PARAMETERS - 1] + placed[-1:]


def seconds_html(estimate: Estimate | None) -> Markup:
    """Seconds with unit and interval; every number carries its full value."""
    return _estimate_html(estimate, shown_seconds(estimate) if estimate else None)


def ratio_html(estimate: Estimate | None) -> Markup:
    """A ratio with its interval; every number carries its full value."""
    return _estimate_html(estimate, shown_ratio(estimate) if estimate else None)


def amount_html(given: Estimate | float | None, unit: str) -> Markup:
    """Something in ``unit`` with its prefix and interval, such as GB/s."""
    estimate = Estimate(given, None, None, 1) if isinstance(given, int | float) else given
    return _estimate_html(estimate, shown_amount(estimate, unit) if estimate else None)


def percent_html(estimate: Estimate | None) -> Markup:
    """A share as per cent without its interval; it carries its full value as a fraction."""
    return share_html(estimate.value) if estimate else Markup("")


def number_html(value: float | None, digits: int = 3) -> Markup:
    """A number in a few digits that carries its full value."""
    return _data(value, plain(value, digits)) if value is not None else Markup("")


def share_html(share: float) -> Markup:
    """A share as per cent; it carries its full value as a fraction."""
    return Markup("{}\u00a0%").format(_data(share, plain(100 * share, 2 if share > 1e-3 else 1)))


def _estimate_html(estimate: Estimate | None, shown: Shown | None) -> Markup:
    if estimate is None or shown is None:
        return Markup("")
    unit = Markup(' <span class="unit">{}</span>').format(shown.unit) if shown.unit else Markup("")
    value = _data(estimate.value, shown.text) + unit
    if estimate.low is None or shown.low is None:
        return value
    ends = Markup("{}, {}").format(_data(estimate.low, shown.low), _data(estimate.high, shown.high))
    return value + Markup(' <span class="interval">[{}]</span>').format(ends)


def _data(value: float | None, text: str | None) -> Markup:
    return Markup('<data value="{}">{}</data>').format(repr(value), text)


def figure_html(drawing: Drawing) -> Markup:
    """The figure's SVG, which ``figures.svg`` has made safe."""
    return Markup(for_page(drawing))  # serialised by an XML writer, all text escaped
