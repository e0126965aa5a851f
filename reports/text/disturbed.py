"""What went on besides in words: blocks measured again, phases disturbed, a quota, bad ends.

Blocks measured again and phases kept are two numbers: what was measured again was not kept.
"""

from __future__ import annotations

from reports.findings.disturbed import LIMIT, DisturbedArm
from reports.findings.findings import Findings
from reports.text.counted import counted, noun
from reports.text.numbers import percent
from reports.text.sentence import MOST_NAMED, Number, Sentence, few
from runfiles.records import Discard
from runfiles.run import Run


def again(run: Run) -> Sentence | None:
    """How many blocks were measured again, and why; None where none was."""
    told = [Sentence("block {}: {}", one.block, reasons_text(one)) for one in run.discards]
    return _again(run, Sentence(" ({})", few(told, "; and {} more")))


def measured_again(run: Run) -> Sentence | None:
    """How many blocks were measured again; None where none was."""
    return _again(run, Sentence())


def _again(run: Run, why: Sentence) -> Sentence | None:
    n = len(run.discards)
    blocks, were = counted(n, "disturbed block"), noun(n, "was", "were")
    return Sentence("{} {} measured again{}.", blocks, were, why) if n else None


def reasons_text(discard: Discard) -> Sentence:
    """Why a block was discarded: the first reason, and how many more there are."""
    return few(discard.reasons or ("no reason given",), " and {} more", most=1)


def kept_text(findings: Findings) -> Sentence | None:
    """Of which arms how many disturbed phases were kept; None where none was."""
    told = [Sentence("{}, {}", one.arm, _counts(one)) for one in findings.disturbed.struck]
    more = f"; and {{}} {noun(len(told) - MOST_NAMED, 'more arm')}"
    kept = "Phases disturbed and kept: {}."
    return Sentence(kept, few(told, more)) if told else None


def _counts(one: DisturbedArm) -> Sentence:
    return Sentence("{} of {}", one.n_disturbed, one.n_phases)


def too_disturbed_text(worst: DisturbedArm) -> Sentence:
    """Why so much disturbance makes a run unusable, and what to do."""
    return Sentence(
        "Unsound evidence: {} of the phases of {} ({}) were disturbed and kept, by the kernel's "
        "counters; above {} a difference may be the machine's. Measure where nothing else runs and "
        "no quota stops it.",
        *(percent(worst.share), worst.arm, _counts(worst), percent(LIMIT)),
    )


def scarcity(findings: Findings) -> Sentence | None:
    """That a CPU quota left the run less time than its threads ask for, else None."""
    quota = findings.evidence.quota
    if quota is None or quota >= findings.threads:
        return None
    ending = "" if findings.gates else ", and no time of it can be relied on"
    return Sentence(
        "A CPU quota left this run {} of time, less than the {} it was asked for: the kernel "
        "stopped arms again and again{}.",
        *(cpus(quota), counted(findings.threads, "thread"), ending),
    )


def cpus(quota: float) -> Number:
    """A quota of CPU time, in CPUs."""
    return Number(quota, f"{quota:.4g}", noun(quota, "CPU"))


def bad_ends(run: Run) -> tuple[Sentence, ...]:
    """A sentence an arm of which a process came to a bad end, with the first one's."""
    found: dict[int, str] = {}
    for process in run.processes:
        if (how := process.facts.get("bad_end")) is not None:
            found.setdefault(process.arm, how if isinstance(how, str) else repr(how))
    told = "{}: a process came to a bad end ({}); its results stand."
    return tuple(Sentence(told, run.plan.arms[a].name, how) for a, how in sorted(found.items()))
