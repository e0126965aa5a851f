"""The evidence in words: how good it is, and what a reader must know before believing it."""

from __future__ import annotations

from collections import Counter

from reports.findings.arms import Arm
from reports.findings.blocks_needed import WANTED, BlocksNeeded
from reports.findings.cells import Cell
from reports.findings.findings import Findings
from reports.findings.intervals import Verdict
from reports.findings.overhead import FLAGGED
from reports.text.bad_ends import bad_ends
from reports.text.counted import counted, noun
from reports.text.disturbed import scarcity
from reports.text.machine import machine_text
from reports.text.names import visible
from reports.text.numbers import difference, percent, plain, seconds_text, shown_ratio
from reports.text.phases import words
from runfiles.records import Spec

MOST_NAMED = 3  # in a sentence; the page and cells.json have all
VERDICTS: tuple[Verdict, ...] = ("faster", "equivalent", "inconclusive", "slower")


def same_program(findings: Findings) -> str:
    """Whether everybody computed the same thing."""
    checked = [arm for arm in findings.others if arm.status in ("ok", "wrong")]
    right = [arm for arm in checked if arm.status == "ok"]
    wrong = [arm for arm in checked if arm.status == "wrong"]
    if not checked:
        return "No arm ran far enough to be checked."
    if not wrong:
        every = "The one arm" if len(right) == 1 else f"All {len(right)} arms"
        return f"{every} that ran passed every check{_worst(right)}."
    named = ", ".join(visible(arm.name, 40) for arm in wrong)
    of_all = f"{len(right)} of {counted(len(checked), 'arm')}"
    return f"{of_all} passed every check; wrong: {named}."


def _worst(right: list[Arm]) -> str:
    errors = [arm.trajectory_error for arm in right if arm.trajectory_error is not None]
    if not errors:
        return ""
    return f"; the largest error on the way to the answer is {plain(max(errors), 2)}"


def verdict_counts(findings: Findings) -> str | None:
    """How many arms are faster than their baseline, how many slower; None without a verdict."""
    cells = findings.ranked()
    counts = Counter(cell.verdict for cell in cells if not cell.is_null)
    told = [f"{counts[verdict]} {verdict}" for verdict in VERDICTS if counts[verdict]]
    n_arms = sum(counts[verdict] for verdict in VERDICTS)
    if not told:
        return None
    return f"Against the baseline, of {counted(n_arms, 'arm')}: {', '.join(told)}."


def twice(findings: Findings) -> str | None:
    """What the baseline, measured twice, differs by in the main phase; None without a null arm."""
    nulls = [arm for arm in findings.arms if arm.null_of == findings.baseline.index]
    cells = [findings.cell(arm) for arm in nulls]
    ratio = next((cell.ratio for cell in cells if cell and cell.ratio), None)
    if ratio is None:
        return None
    name = visible(findings.baseline.name, 60)
    shown = shown_ratio(ratio)
    return f"{name}, measured a second time, took {shown.text} times{shown.aside} as long."


def smallest_effect(findings: Findings) -> str:
    """The smallest effect this run could have seen, over the arms of the main phase."""
    ranked = findings.ranked()
    effects = [c.mde for c in ranked if c.mde is not None and not c.is_null]
    if not effects:
        return "No effect could have been seen: that takes two arms and at least two blocks."
    low, high = difference(min(effects)), difference(max(effects))
    span = low if low == high else f"{low} to {high}, depending on the arm"
    text = f"Smallest difference this run would have called, 4 times in 5: {span}."
    needed = findings.blocks_needed
    if needed is None:
        return text
    return f"{text} To see {percent(WANTED - 1)} in every arm takes {blocks_text(needed)}."


def blocks_text(needed: BlocksNeeded) -> str:
    """A number of blocks with its interval, in no more digits than it bears."""
    number, low = _rounded(needed.number), _rounded(needed.low)
    span = f"{low} or more" if needed.high is None else f"{low} to {_rounded(needed.high)}"
    return f"about {number} blocks ({span})"


def _rounded(count: int) -> str:
    """A count in two significant digits."""
    return f"{float(f'{count:.2g}'):,.0f}"


def measured_on(findings: Findings) -> str:
    """The machine that every number of the run belongs to."""
    return f"Measured on {machine_text(findings.machine)}."


def harness(findings: Findings) -> str | None:
    """What the harness adds to a call, and the largest share of a cell; None where unknown."""
    known = [(cell.overhead, cell) for cell in findings.cells if cell.overhead]
    if not known:
        return None
    most, cell = max(known, key=lambda pair: pair[0].share)
    text = (
        f"The harness adds {seconds_text(most.seconds)} to a call, at most "
        f"{percent(most.share)} of a cell ({_cell_name(cell)})."
    )
    flagged = [cell for found, cell in known if found.is_flagged]
    if not flagged:
        return text
    named = "; ".join(_cell_name(cell) for cell in flagged[:MOST_NAMED])
    more = f" and {len(flagged) - MOST_NAMED} more" if len(flagged) > MOST_NAMED else ""
    return f"{text} It is above {percent(FLAGGED)} in: {named}{more}."


def _cell_name(cell: Cell) -> str:
    return f"{visible(cell.arm.name, 40)}, {words(cell.phase)}"


def interrupted(findings: Findings) -> str | None:
    """How much of the plan is missing, None where nothing is."""
    missing = findings.n_missing
    if not missing:
        return None
    planned = sum(len(block) for block in findings.run.plan.blocks)
    processes = noun(planned, "process", "processes")
    return (
        f"The run is not finished: {missing} of {planned} planned {processes} "
        f"{noun(missing, 'has', 'have')} not run. Resume it, then make the report again."
    )


def cut(spec: Spec) -> str | None:
    """That an epoch is a prefix of one, None where it is whole."""
    if spec.steps is None:
        return None
    some = "minibatch" if spec.steps == 1 else f"{spec.steps} minibatches"
    rest = f"{spec.n_visited} of {spec.n_examples} examples, and say nothing of the rest."
    if not spec.trained:
        verb = "is" if spec.steps == 1 else "are"
        return f"Only the first {some} {verb} gone through: times are of {rest}"
    return f"An epoch is cut to its first {some}: its times are of {rest}"


def caveats(findings: Findings) -> tuple[str, ...]:
    """What a reader must know before believing a number."""
    n_blocks = len(findings.run.plan.blocks)
    found = [interrupted(findings), scarcity(findings), cut(findings.run.plan.problem)]
    if n_blocks < 2:
        found.append("One block has no spread, so there is no interval and nothing is shown.")
    if findings.run.plan.profile == "quick":
        blocks = counted(n_blocks, "block")
        found.append(f"A quick run of {blocks} is indicative; it gates nothing.")
    found += bad_ends(findings.run)
    return tuple(text for text in found if text)
