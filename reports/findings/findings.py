"""Findings: everything computed from a run, in numbers; what it says is made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from reports.findings.alike import alike_of
from reports.findings.arms import Arm, arms_of
from reports.findings.blocks import right_of
from reports.findings.blocks_needed import blocks_for
from reports.findings.by_machine import apart_of, by_machine_of, compared_of, on_fewer_of
from reports.findings.case import Case
from reports.findings.case_map import map_of
from reports.findings.devices import device_uses
from reports.findings.dispatch import dispatch_of
from reports.findings.disturbed import Disturbed, gates
from reports.findings.document import Aside, Names, key, means, taken
from reports.findings.environment import facts_by_arm
from reports.findings.evidence import evidence_of
from reports.findings.far_blocks import far_blocks_of, far_in_all_of
from reports.findings.fastest import Front, beside_fastest_of, front_of
from reports.findings.files import Discard, files_of
from reports.findings.further_size import Size
from reports.findings.judged import judged
from reports.findings.learned import Learned, learned_at, strays
from reports.findings.left_out import left_out_of
from reports.findings.limit import limit_of_baseline
from reports.findings.machine import distinct, dropped_switches_of, machine_of
from reports.findings.machines import Claim, Machines, machines_of
from reports.findings.names import named
from reports.findings.operators import operators_of
from reports.findings.pairs import gate_of, pairs_of
from reports.findings.price import autodiff_by_hand, best_pair
from reports.findings.problem import Problem
from reports.findings.safe import safe
from reports.findings.split import shares_of, splits_of
from reports.findings.spread import spreads_of
from reports.findings.sweep import sweep_of
from reports.findings.terms import Count, Planned
from reports.findings.totals import leads_of, lower_envelope_of, totals_of
from reports.findings.versions import versions_of
from reports.findings.warm_up import first_calls_of
from reports.findings.yardsticks import yardsticks_of
from runfiles.run import Run

Format = Literal["autograd-bench cells"]
FORMAT: Format = "autograd-bench cells"
VERSION: Literal[2] = 2
Needed = Annotated[int, Meta(ge=2)] | None
Told = Annotated[
    Claim,
    means(
        "What ratios and their intervals speak of: this machine, by blocks; these machines (two to "
        "four, or of several kinds), by blocks within each; machines like these (five and more), "
        "by machines. Then a ratio of fewer than five is said of those only, by blocks within each."
    ),
]
Fingerprint = Annotated[str, means("A fingerprint of the value: the first digits of its SHA-256.")]


class Findings(Case, frozen=True, eq=False, kw_only=True):
    """Everything computed from a run.

    Times are in seconds, sizes in bytes, ratios and shares without a unit. A value that does not
    exist is null. Keys are only added; a change of meaning raises the version.
    """

    in_full: ClassVar[tuple[str, ...]] = ("arms",)
    called: ClassVar[Mapping[str, str]] = {
        "name": "run",
        "by_machine": "machines",
        "case_map": "map",
        "further_sizes": "sizes",
        "blocks_for_5": "blocks_for_5_percent",
        "blocks_for_5_low": "blocks_for_5_percent_low",
        "blocks_for_5_high": "blocks_for_5_percent_high",
    }

    format: Format
    """What file this is."""
    version: Literal[2]
    """Version of this format."""
    disturbed: Disturbed
    sizes: Aside[tuple[Findings, ...]]  # of the run's other sizes
    problems: Aside[tuple[Findings, ...]]  # of its further problems, each with its sizes

    @key
    def name(self) -> str:
        """Name of the run's folder."""
        return named(self.run.name)

    @key
    def n_blocks(self) -> Planned:
        return len(self.run.plan.blocks)

    @key
    def n_missing(self) -> Count:
        """Planned processes that never ran, though nothing was wrong with their arm."""
        return sum(arm.n_missing for arm in self.arms if not arm.n_failed)

    machine = key(machine_of)

    @key
    def n_machines(self) -> Count:
        """Machines that the run was measured on; those of an older run count as one."""
        return self.machines.n

    @key
    def claim(self) -> Told:
        return self.machines.claim

    by_machine = key(by_machine_of)
    yardsticks = key(yardsticks_of)
    autodiff_over_hand_written = key(autodiff_by_hand)

    @key
    def problem(self) -> Problem:
        return taken(Problem, self.run.plan.problem)

    leads = key(leads_of)
    totals = key(totals_of)
    first_calls = key(first_calls_of)

    @key
    def blocks_for_5(self) -> Needed:
        """Blocks with which a difference of 5 % would be called in every arm, 4 times in 5, at this
        run's spread. Null where that is not known, as from fewer than six blocks.
        """
        return self.blocks_needed.number if self.blocks_needed else None

    @key
    def blocks_for_5_low(self) -> Needed:
        """Lower end of its 95 % interval, from that of the spread."""
        return self.blocks_needed.low if self.blocks_needed else None

    @key
    def blocks_for_5_high(self) -> Needed:
        """Upper end of the same interval. Null also above 10000."""
        return self.blocks_needed.high if self.blocks_needed else None

    beside_fastest = key(beside_fastest_of)
    far_blocks = key(far_blocks_of)
    operators = key(operators_of)
    pairs = key(pairs_of)
    gate = key(gate_of)
    devices = key(device_uses)

    @key
    def kept_variables(self) -> dict[str, Fingerprint]:
        """Variables that every process was given as asked for, by name."""
        return self.run.plan.kept_variables

    dropped_switches = key(dropped_switches_of)

    @key
    def discards(self) -> tuple[Discard, ...]:
        """Blocks that were set aside."""
        return tuple(taken(Discard, one) for one in self.run.discards)

    files = key(files_of)

    @key
    def further_sizes(self) -> tuple[Size, ...]:
        """Further sizes of a sweep. Empty where there are none."""
        return tuple(taken(Size, one) for one in self.sizes)

    sweep = key(sweep_of)
    case_map = key(map_of)

    # What the document does not tell by itself

    @property
    def size(self) -> str:
        """The name of its folder, of a further size."""
        return named(self.run.name)

    @property
    def gates(self) -> bool:
        """Whether an exit code may rest on the run."""
        return gates(self.run.plan)

    @cached_property
    def cases(self) -> tuple[Findings, ...]:
        """Every problem at every size, the run's own first."""
        return (self, *self.sizes, *(case for one in self.problems for case in one.cases))

    def told(self, arm: Arm, fact: str) -> Names:
        """The texts that processes of ``arm`` told as a fact, each once, sorted."""
        return distinct(process.facts.get(fact) for process in self.processes(arm))

    @property
    def baseline_versions(self) -> Names:
        """Every version of its framework that a process of the baseline found."""
        mine = self.processes(self.baseline)
        return distinct(process.framework_version for process in mine if process.status == "ok")

    @cached_property
    def lead(self) -> Front[Arm] | None:
        """Who is in front of the autodiff arms; of all arms where none of them is one."""
        return front_of(self, self.timed_arms(kind="autodiff") or self.timed_arms())

    @cached_property
    def lead_of_all(self) -> Front[Arm] | None:
        """Who is in front of all arms, those by hand too."""
        return front_of(self, self.timed_arms())

    def lead_of_like(self, arm: Arm) -> Front[Arm] | None:
        """Who is in front of the arms of its differentiation, device and dtype."""
        same = self.timed_arms(kind=arm.differentiation)
        return front_of(self, [one for one in same if one.place == arm.place])

    def learned_at(self, place: int) -> Learned | None:
        """What was learned at a place among all numbers of the parameters; None if nothing was."""
        return learned_at(self, place)

    def shares(self, arm: Arm) -> dict[str, float]:
        """What of the arm's epoch its parts take; empty unless all of them are timed."""
        return shares_of(self, arm)

    def strays(self, arm: Arm) -> bool:
        """Whether a loss of the arm is off the reference's by more than 1 %, or not there."""
        return strays(self, arm)

    lower_envelope = cached_property(lower_envelope_of)
    blocks_needed = cached_property(blocks_for)
    limit = cached_property(limit_of_baseline)
    dispatch = cached_property(dispatch_of)
    alike = cached_property(alike_of)
    apart = cached_property(apart_of)
    on_fewer = cached_property(on_fewer_of)
    best = cached_property(best_pair)
    evidence = cached_property(evidence_of)
    compared_cells = cached_property(compared_of)
    far_in_all = cached_property(far_in_all_of)
    facts = cached_property(facts_by_arm)
    spreads = cached_property(spreads_of)
    splits = cached_property(splits_of)
    left_out = cached_property(left_out_of)
    versions = cached_property(versions_of)


def findings(run: Run) -> Findings:
    """Everything computed from ``run``, in all its cases."""
    found = safe(run)
    right = [one for case in found.cases for one in right_of(case, arms_of(case))]
    return _findings(found, machines_of(found.plan, right))


def _findings(run: Run, machines: Machines) -> Findings:
    return taken(
        Findings,
        run.plan,
        format=FORMAT,
        version=VERSION,
        run=run,
        sizes=tuple(_findings(one, machines) for one in run.sizes),
        problems=tuple(_findings(one, machines) for one in run.problems),
        **vars(judged(run, machines)),
    )
