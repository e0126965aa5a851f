"""Machines side by side in words: what each is called, who is fastest where, what differs."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from reports.findings.findings import Findings
from reports.findings.machine import Machine
from reports.findings.names import Name, named
from reports.findings.side_by_side import MachineRun, SideBySide
from reports.text.cases import case_label
from reports.text.counted import counted
from reports.text.headline import headline
from reports.text.lead import what
from reports.text.machine import machine_text
from reports.text.machines import of_machines
from reports.text.null_arm import judgement_text
from reports.text.sentence import MOST_NAMED, Sentence, listed

LONGEST = 24  # of a processor in short: it stands above a column
UNSAID = re.compile(  # in short: what every processor of its kind has in its name
    r"\((?:r|tm)\)|\b(?:cpu|processor|intel|amd|nvidia|\d+-core)\b|(?:@| with ).*", re.IGNORECASE
)
UNKNOWN = "unknown processor"
ENOUGH = ((0,), (0, 1), (0, 2), (0, 1, 2))  # lines that a name may be made of, the shortest first
Lines = tuple[Sentence, ...]


def machine_lines(machine: Machine) -> Lines:
    """The processor, the CPUs and the GPU in as few words as a column has room for."""
    cpus = (counted(n, "CPU") for n in machine.cpus)
    return (
        Sentence("{}", shortest(machine.cpu) or UNKNOWN),
        Sentence.joined(" or ", cpus),
        Sentence("{}", shortest(machine.gpu)),
    )


def shortest(names: Iterable[str]) -> Name:
    """Processors without their vendor's words, such as ``EPYC 7R13``."""
    told = (" ".join(UNSAID.sub(" ", name).split()) or name for name in names)
    return named(" or ".join(dict.fromkeys(told)), LONGEST)


def machine_names(found: SideBySide) -> Lines:
    """What each machine is called: no more of its lines than tell all apart."""
    every = machine_heads(found)
    told = (tuple(_together(lines[i] for i in places) for lines in every) for places in ENOUGH)
    return next(names for names in told if len(set(names)) == len(names))


def machine_heads(found: SideBySide) -> tuple[Lines, ...]:
    """What stands above each machine's columns, line by line; numbered where two are alike."""
    every = [(*machine_lines(one.machine), _how_many(one)) for one in found.machines]
    if len({*map(_together, every)}) == len(every):
        return tuple(every)
    numbered = (first + f" ({number})" for number, (first, *_) in enumerate(every, 1))
    return tuple((first, *lines[1:]) for first, lines in zip(numbered, every, strict=True))


def _how_many(one: MachineRun) -> Sentence:
    """How many machines a run is of, nothing of one."""
    return Sentence("{}", counted(one.n_machines, "machine")) if one.is_of_several else Sentence()


def _together(lines: Iterable[Sentence]) -> Sentence:
    return Sentence.joined(", ", (line for line in lines if line))


def key_text(name: Sentence, one: MachineRun) -> Sentence:
    """The whole of a machine, and which run was measured on it."""
    blocks = counted(one.n_blocks, "block") + of_machines(one.findings)
    given = (name, machine_text(one.machine), one.run, blocks, one.profile)
    return Sentence("{}: {}; run {}, {}, profile {}", *given)


def pooled_text(found: SideBySide) -> Sentence:
    """What no number here is a mean over."""
    if not found.has_spread_runs:
        return Sentence("Nothing is pooled: every number is of one machine.")
    return Sentence(
        "Nothing is pooled over columns. In a column of several machines ratios are means over "
        "them, by what its own report claims, and seconds are those of one."
    )


def fastest_text(found: SideBySide) -> Sentence:
    """Who is fastest of all arms on which machine, in the first case."""
    where: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
    columns = found.columns[: len(found.machines)]
    for name, column in zip(machine_names(found), columns, strict=True):
        where[tuple(arm.name for arm in column.fastest)].append(name)
    told = [_on(arms, machines, len(columns)) for arms, machines in where.items()]
    return Sentence(
        "Fastest of all arms for {}: {}.", what(found.first), Sentence.joined("; ", told)
    )


def _on(arms: tuple[str, ...], machines: list[Sentence], n_machines: int) -> Sentence:
    every = "both machines" if n_machines == 2 else Sentence("all {} machines", n_machines)
    where = every if len(machines) == n_machines else listed(machines)
    if not arms:
        return Sentence("no usable number on {}", where)
    more = [Sentence("{} more", len(arms) - MOST_NAMED)] if len(arms) > MOST_NAMED else []
    names = listed([*arms[:MOST_NAMED], *more])
    return Sentence("{}, not told apart, on {}" if len(arms) > 1 else "{} on {}", names, where)


def own_text(findings: Findings) -> Sentence:
    """Who is fastest on one machine, and what limits that, if anything does."""
    clauses = headline(findings).of_kind("fastest", "evidence")
    return Sentence.joined(" ", (clause.sentence for clause in clauses))


def sure_text(findings: Findings) -> Sentence:
    """The same with what bears it, where nothing limits it."""
    is_shown = findings.null_arm.state == "shown"
    judged = (judgement_text(findings.null_arm),) if is_shown else ()
    return Sentence.joined(" ", (own_text(findings), *judged))


def differences(found: SideBySide) -> tuple[Sentence, ...]:
    """What differs between the runs besides their machines, and which machines do not."""
    return (
        *_twice(found),
        *_versions(found),
        *_variables(found),
        *_sources(found),
        *_bits(found),
    )


def _twice(found: SideBySide) -> Iterator[Sentence]:
    """The runs that have a machine in common, where they tell."""
    ids = [{process.machine for process in one.findings.run.processes} - {None}
           for one in found.machines]  # fmt: skip
    for (a, one), (b, other) in combinations(zip(machine_names(found), ids, strict=True), 2):
        if one & other:
            yield Sentence("{} and {} are of one machine, measured twice.", a, b)


def _versions(found: SideBySide) -> Iterator[Sentence]:
    """Every framework that the machines have in several versions, and where each of them is."""
    names, runs = machine_names(found), [one.findings for one in found.machines]
    frameworks = {arm.framework for run in runs for arm in run.others if arm.framework}
    for framework in sorted(frameworks):
        where: dict[tuple[str, ...], list[Sentence]] = defaultdict(list)
        for name, run in zip(names, runs, strict=True):
            where[_versions_in(run, framework)].append(name)
        where.pop((), None)
        if len(where) > 1:
            told = (Sentence("{} on {}", listed(has), listed(on)) for has, on in where.items())
            yield Sentence("{}: {}.", framework, Sentence.joined("; ", told))


def _versions_in(run: Findings, framework: str) -> tuple[str, ...]:
    arms = (arm for arm in run.others if arm.framework == framework)
    return tuple(sorted({arm.framework_version for arm in arms if arm.framework_version}))


def _variables(found: SideBySide) -> Iterator[Sentence]:
    """Variables that were passed on at request on some machines only, or with other values."""
    for name in sorted({name for one in found.machines for name in one.findings.kept_variables}):
        kept = [one.findings.kept_variables.get(name) for one in found.machines]
        if len(set(kept)) > 1:
            yield Sentence("The variable {} was not passed on alike.", name)


def _sources(found: SideBySide) -> Iterator[Sentence]:
    """Whether the suite itself was another one, where the runs tell."""
    runs = [case.run for one in found.machines for case in one.findings.cases]
    told = {process.sources for run in runs for process in run.processes}
    if len(told - {None}) > 1:
        yield Sentence("The suite's own files are not the same in all runs.")


def _bits(found: SideBySide) -> Iterator[Sentence]:
    """The cases whose data are the same but for what moves the reference's answers by rounding."""
    first = found.first
    for case in first.cases:
        told = {c.case.run.plan.problem.sha256 for c in found.columns
                if c.case.case_key == case.case_key}  # fmt: skip
        if len(told) > 1:
            label = case_label(first.cases, case)
            bits = (
                "The data are not the same bytes; the reference's answers differ by rounding only"
            )
            yield Sentence(f"{bits}: {{}}.", label)
