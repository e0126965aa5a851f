"""The machine in words: a line that goes with every number, and what its processes were given."""

from __future__ import annotations

from reports.findings.findings import Findings
from reports.findings.machine import Machine
from reports.text.counted import counted, noun
from reports.text.disturbed import cpus
from reports.text.numbers import plain
from reports.text.sentence import Number, Sentence, few

MOST_VARIABLES = 8  # in a sentence; cells.json has all


def machine_text(machine: Machine) -> Sentence:
    """Such as ``A Processor, 2 CPUs, 1 thread, Python 3.11.7``."""
    cpu = Sentence.joined(" or ", machine.cpu) or "an unknown processor"
    python = Sentence("Python {}", Sentence.joined(" and ", machine.python))
    threads = counted(machine.threads, "thread")
    told = (cpu, *_box(machine), *machine.gpu, threads, *([python] if machine.python else ()))
    return Sentence.joined(", ", told)


def _box(machine: Machine) -> list[Sentence]:
    """The CPUs, the quota and the memory, as far as they were told."""
    quotas = [cpus(quota) for quota in machine.cpu_quota if quota is not None]
    sizes = {plain(n / 2**30, 2): n for n in machine.memory_bytes}
    told = (
        ("{}", [Number(n, str(n), noun(n, "CPU")) for n in machine.cpus]),
        ("a quota of {}", quotas),
        ("{}", [Number(n, size, "GiB") for size, n in sizes.items()]),
    )
    return [Sentence(template, _either(found)) for template, found in told if found]


def _either(found: list[Number]) -> Sentence:
    """One or the other, with the unit behind the last."""
    *others, last = found
    return Sentence.joined(" or ", [*(Number(one.value, one.digits) for one in others), last])


def sealing_sentences(findings: Findings) -> tuple[Sentence, ...]:
    """Which variables were passed on at request, and which not; none where nothing was set."""
    found = (
        ("Passed on to every process as asked for: {}.", sorted(findings.kept_variables)),
        ("Set, and not passed on to any process: {}.", findings.dropped_switches),
    )
    return tuple(
        Sentence(template, few(names, " and {} more", ", ", MOST_VARIABLES))
        for template, names in found
        if names
    )
