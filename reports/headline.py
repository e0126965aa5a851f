"""The headline: what a run found, in sentences drawn from its cells."""

from __future__ import annotations

from reports.arms import ArmResult
from reports.intervals import Estimate, blocks_needed, log_estimate
from reports.machine import machine
from reports.names import visible
from reports.numbers import difference, is_wide, percent, plain, seconds_text, shown_ratio
from reports.overhead import FLAGGED
from reports.phases import sentence, words
from reports.ratios import Cell, Summary
from reports.run import Arm, Discard, Run
from reports.yardsticks.words import limit_text, price_text

WANTED = 1.05  # an effect a reader may want to see
MOST_NAMED = 3  # in a sentence; the page and cells.json have all


def headline(summary: Summary) -> str:
    """The first thing to know: who is fastest and by how much, or why nobody is."""
    if not summary.null_arm.is_usable:
        return "This run's evidence is unusable: two identical arms came out different."
    best = fastest(summary)
    if best is None:
        return "No arm of this run got a number."
    what = sentence(summary.main_phase)
    name = visible(summary.arms[best.arm].name, 60)
    if best.ratio is None or best.verdict is None or summary.is_baseline(best.arm):
        return f"Nothing here was faster than {name} at {what}."
    baseline = compared_with(summary, best.arm)
    if best.verdict != "faster":
        return f"{name} took the least time over {what}, yet is not shown faster than {baseline}."
    return f"{name} runs {what} {times(best.ratio)} as fast as {baseline}."


def compared_with(summary: Summary, arm: int) -> str:
    """The name of the arm's baseline, with its dtype where that is another one than the arm's."""
    base = summary.baseline_of(arm)
    name = visible(base.name, 60)
    differs = base.arm.dtype != summary.arms[arm].arm.dtype
    return f"{name}, which computes in {visible(base.arm.dtype, 20)}" if differs else name


def baselines_text(summary: Summary) -> str | None:
    """Which arms are compared with which baseline; None where all are with the plan's own."""
    told = []
    for dtype in dict.fromkeys(arm.arm.dtype for arm in summary.others):
        alike = [arm for arm in summary.others if arm.arm.dtype == dtype]
        base = summary.baseline_of(alike[0].arm.index)
        if base is not summary.baseline or base.arm.dtype != dtype:
            what = f"Arms in {visible(dtype, 20)}"
            told.append(f"{what} are compared with {compared_with(summary, alike[0].arm.index)}.")
    return " ".join(told) or None


def best_autodiff(summary: Summary) -> str | None:
    """The fastest autodiff arm against the fastest hand-written one; None where unusable."""
    pair, ratio = _autodiff_by_hand(summary), autodiff_ratio(summary)
    if pair is None or ratio is None or not summary.null_arm.is_usable:
        return None
    a, h = (visible(summary.arms[cell.arm].name, 60) for cell in pair)
    shown = shown_ratio(ratio)
    interval = f" {shown.interval}" if shown.interval else ""
    return (
        f"The fastest automatic derivative{_where(summary, pair[0].arm)}, {a}, takes {shown.text} "
        f"times{interval} as long as the fastest gradient written by hand, {h}."
    )


def _where(summary: Summary, arm: int) -> str:
    """``arm``'s dtype and device, such as `` in float32``, as far as the run has others."""
    arms = [other.arm for other in summary.others]
    mine, told = summary.arms[arm].arm, ""
    if len({other.dtype for other in arms}) > 1:
        told += f" in {visible(mine.dtype, 20)}"
    if len({other.device for other in arms}) > 1:
        told += f" on {visible(mine.device, 20)}"
    return told


def autodiff_ratio(summary: Summary) -> Estimate | None:
    """The time of the fastest autodiff arm ÷ the fastest hand-written one's."""
    pair = _autodiff_by_hand(summary)
    if pair is None:
        return None
    return log_estimate(summary.log_ratios(pair[0].arm, pair[1].arm, summary.main_phase))


def _autodiff_by_hand(summary: Summary) -> tuple[Cell, Cell] | None:
    """(fastest autodiff, fastest hand-written of its device and dtype), None where none is."""
    for auto in summary.ranked(summary.main_phase):
        arm = summary.arms[auto.arm]
        if auto.seconds and not arm.is_null and arm.differentiation == "autodiff":
            hand = fastest(summary, "hand-written", arm.arm)
            if hand:
                return auto, hand
    return None


def fastest(
    summary: Summary, differentiation: str | None = None, like: Arm | None = None
) -> Cell | None:
    """The fastest cell of the main phase, null arms left out; None where none has a number.

    ``like``: only among arms of its device and dtype.
    """
    for cell in summary.ranked(summary.main_phase):
        arm = summary.arms[cell.arm]
        alike = like is None or (arm.arm.device, arm.arm.dtype) == (like.device, like.dtype)
        if cell.seconds is None or arm.is_null or not alike:
            continue
        if differentiation in (None, arm.differentiation):
            return cell
    return None


def times(ratio: Estimate) -> str:
    """How many times as fast a ``ratio`` of times is; with its interval where that is wide."""
    if ratio.low is None or ratio.high is None:
        return f"{shown_ratio(Estimate(1 / ratio.value, None, None, ratio.n)).text} times"
    shown = shown_ratio(Estimate(1 / ratio.value, 1 / ratio.high, 1 / ratio.low, ratio.n))
    if not is_wide(ratio):
        return f"{shown.text} times"
    return f"{shown.text} times ({shown.low} to {shown.high})"


def same_program(summary: Summary) -> str:
    """Whether everybody computed the same thing."""
    checked = [arm for arm in summary.others if arm.status in ("ok", "wrong")]
    right = [arm for arm in checked if arm.status == "ok"]
    wrong = [arm for arm in checked if arm.status == "wrong"]
    if not checked:
        return "No arm ran far enough to be checked."
    if not wrong:
        every = "The one arm" if len(right) == 1 else f"All {len(right)} arms"
        return f"{every} that ran passed every check{_worst(right)}."
    named = ", ".join(visible(arm.name, 40) for arm in wrong)
    return f"{len(right)} of {len(checked)} arms passed every check; wrong: {named}."


def _worst(right: list[ArmResult]) -> str:
    errors = [arm.trajectory_error for arm in right if arm.trajectory_error is not None]
    if not errors:
        return ""
    return f"; the largest error on the way to the answer is {plain(max(errors), 2)}"


def smallest_effect(summary: Summary) -> str:
    """The smallest effect this run could have seen, over the arms of the main phase."""
    ranked = summary.ranked(summary.main_phase)
    effects = [c.mde for c in ranked if c.mde is not None and not summary.arms[c.arm].is_null]
    if not effects:
        return "No effect could have been seen: that takes two arms and at least two blocks."
    low, high = difference(min(effects)), difference(max(effects))
    span = low if low == high else f"{low} to {high}, depending on the arm"
    text = f"Smallest difference this run would have called, 4 times in 5: {span}."
    needed = blocks_for(summary, WANTED)
    return f"{text} For {percent(WANTED - 1)} it takes {needed} blocks." if needed else text


def blocks_for(summary: Summary, effect: float) -> int | None:
    """Blocks to see ``effect`` (1.05: 5 %) in every arm at this run's spread; None if unknown."""
    plan = summary.run.plan
    needed = [
        blocks_needed(summary.to_baseline(cell.arm, summary.main_phase), plan.margin, effect)
        for cell in summary.ranked(summary.main_phase)
        if cell.mde is not None and not summary.arms[cell.arm].is_null
    ]
    return max((n for n in needed if n is not None), default=None) if all(needed) else None


def measured_on(summary: Summary) -> str:
    """The machine that every number of the run belongs to."""
    return f"Measured on {machine(summary.run).line}."


def harness(summary: Summary) -> str | None:
    """What the harness adds to a call, and the largest share of a cell; None where unknown."""
    known = [(cell.overhead, cell) for cell in summary.cells if cell.overhead]
    if not known:
        return None
    most, cell = max(known, key=lambda pair: pair[0].share)
    text = (
        f"The harness adds {seconds_text(most.seconds)} to a call, at most "
        f"{percent(most.share)} of a cell ({_cell_name(summary, cell)})."
    )
    flagged = [cell for found, cell in known if found.is_flagged]
    if not flagged:
        return text
    named = "; ".join(_cell_name(summary, cell) for cell in flagged[:MOST_NAMED])
    more = f" and {len(flagged) - MOST_NAMED} more" if len(flagged) > MOST_NAMED else ""
    return f"{text} It is above {percent(FLAGGED)} in: {named}{more}."


def _cell_name(summary: Summary, cell: Cell) -> str:
    return f"{visible(summary.arms[cell.arm].name, 40)}, {words(cell.phase)}"


def disturbed(run: Run) -> str | None:
    """How many blocks were measured again, and why; None where none was."""
    if not run.discards:
        return None
    n = len(run.discards)
    told = "; ".join(
        f"block {discard.block}: {reasons_text(discard)}" for discard in run.discards[:MOST_NAMED]
    )
    more = f"; and {n - MOST_NAMED} more" if n > MOST_NAMED else ""
    counted = "1 block was" if n == 1 else f"{n} blocks were"
    return f"{counted} disturbed and measured again ({told}{more})."


def reasons_text(discard: Discard) -> str:
    """Why a block was discarded: the first reason, and how many more there are."""
    first, *others = [visible(reason, 120) for reason in discard.reasons] or ["no reason given"]
    return first + (f" and {len(others)} more" if others else "")


def interrupted(summary: Summary) -> str | None:
    """How much of the plan is missing, None where nothing is."""
    missing = summary.n_missing
    if not missing:
        return None
    planned = sum(len(block) for block in summary.run.plan.blocks)
    return (
        f"The run is not finished: {missing} of {planned} planned processes have not run. "
        "Resume it, then make the report again."
    )


def caveats(summary: Summary) -> tuple[str, ...]:
    """What a reader must know before believing a number."""
    n_blocks = len(summary.run.plan.blocks)
    found = [interrupted(summary)]
    if n_blocks < 2:
        found.append("One block has no spread, so there is no interval and no verdict.")
    if summary.run.plan.profile == "quick":
        found.append(f"A quick run of {n_blocks} blocks is indicative; it gates nothing.")
    return tuple(text for text in found if text)


def sentences(summary: Summary) -> tuple[str, ...]:
    """The run in words: what was found, on what, and what to beware of."""
    found = (
        headline(summary),
        best_autodiff(summary),
        price_text(summary),
        limit_text(summary),
        baselines_text(summary),
        same_program(summary),
        "Null arm: " + summary.null_arm.text,
        smallest_effect(summary),
        harness(summary),
        disturbed(summary.run),
        measured_on(summary),
        *caveats(summary),
    )
    return tuple(text for text in found if text)
