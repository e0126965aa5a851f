"""Machines in words: what is said of which of them, and whose seconds are shown."""

from __future__ import annotations

from reports.findings.by_machine import Apart
from reports.findings.findings import Findings
from reports.findings.intervals import Estimate
from reports.findings.mean import ENOUGH
from reports.text.counted import counted
from reports.text.numbers import Shown, shown_ratio
from reports.text.sentence import Sentence, few


def there(findings: Findings) -> Sentence:
    """`` on machine 1``, behind seconds; nothing where there is one machine only."""
    machines = findings.machines
    return Sentence(" on machine {}", machines.told + 1) if machines.are_several else Sentence()


def whose(findings: Findings) -> Sentence:
    """The machine whose seconds are shown, as the owner of something."""
    machines = findings.machines
    several = Sentence("Machine {}'s", machines.told + 1)
    return several if machines.are_several else Sentence("This machine's")


def of_machines(findings: Findings) -> Sentence:
    """`` on 6 machines``; nothing where there is one only."""
    n = findings.machines.n
    return Sentence(" on {}", counted(n, "machine")) if n > 1 else Sentence()


def least_units(findings: Findings) -> str:
    """What an interval takes at least."""
    units = {
        "this machine": "two blocks",
        "these machines": "two blocks on one machine",
        "machines like these": "two blocks on one machine or five machines",
    }
    return units[findings.machines.claim]


def claim_text(findings: Findings) -> Sentence:
    """What ratios and their intervals speak of, by what the intervals come from."""
    if not findings.machines.are_several:
        told = "said of this machine: intervals come from how its blocks differ."
        return Sentence(f"All ratios are {told}")
    n = findings.machines.n
    ours = Sentence("Seconds are those of machine {}.", findings.machines.told + 1)
    if findings.machines.claim == "these machines":
        kinds = "" if findings.machines.are_alike else ", which are of several kinds"
        told = (
            "Ratios are means over {} machines, weighted alike, and said of these {} only"
            f"{kinds}: intervals come from how blocks differ within each. {{}}"
        )
        return Sentence(told, n, n, ours)
    told = (
        "Ratios are means over {} machines, weighted alike, and said of machines like these: "
        "intervals come from how the machines differ. {}"
    )
    return Sentence(told, n, ours)


def apart_text(findings: Findings) -> Sentence | None:
    """Of which arms machines disagree, the first few; None where that is not shown."""
    told = [_apart(one) for one in findings.apart]
    all_hold = "Not the same on all machines, by intervals that all hold together: {}."
    return Sentence(all_hold, few(told, "; {} more in cells.json")) if told else None


def fewer_text(findings: Findings) -> Sentence | None:
    """Which arms have a ratio on some machines only, the first few; None where there are none."""
    told = [Sentence("{} on {} of {}", *one, findings.machines.n) for one in findings.on_fewer]
    fewer = "Compared on some machines only: {}."
    if findings.machines.claim == "machines like these" and _least(findings) < ENOUGH:
        fewer += f" Of fewer than {ENOUGH} a ratio is said of those only."
    return Sentence(fewer, few(told, "; {} more in cells.json")) if told else None


def _least(findings: Findings) -> int:
    return min((n for _, n in findings.on_fewer), default=ENOUGH)


def _apart(one: Apart) -> Sentence:
    told = "{} takes {} times{} its baseline's time on machine {}, {} times{} on machine {}"
    return Sentence(told, one.arm, *_on(*one.low), *_on(*one.high))


def _on(number: int, ratio: Estimate) -> tuple[Sentence | Shown | int, ...]:
    shown = shown_ratio(ratio)
    return shown, shown.aside, number
