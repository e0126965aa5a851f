"""Findings: everything computed from a run, in numbers; what it says is made elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, ClassVar, Literal

from msgspec import Meta
from msgspec.structs import replace

from reports.findings.alike import Alike, alike_of
from reports.findings.arms import Arm, arms_of
from reports.findings.baseline import baselines
from reports.findings.beside_fastest import BesideFastest, beside
from reports.findings.blocks_needed import BlocksNeeded, blocks_for
from reports.findings.break_even import break_even
from reports.findings.case import Case, main_phase
from reports.findings.case_map import Map, map_of
from reports.findings.cells import Column, cells_of, log_medians
from reports.findings.devices import DeviceUse, device_uses
from reports.findings.dispatch import Dispatch, dispatch_of
from reports.findings.disturbed import Disturbed, disturbed_of, gates, too_disturbed
from reports.findings.document import Aside, Names, key, means, taken
from reports.findings.environment import Values, facts_by_arm
from reports.findings.evidence import Evidence, evidence_of
from reports.findings.far_blocks import FarBlocks, far_blocks_of, far_in_all
from reports.findings.files import Discard, Files, files_of
from reports.findings.further_size import Size
from reports.findings.intervals import Bar, Floats
from reports.findings.limit import Limit, limit_of_baseline
from reports.findings.machine import Machine, dropped_switches, machine_of
from reports.findings.names import named
from reports.findings.null_arm import judge
from reports.findings.operators import Operator, operators_of
from reports.findings.pairs import Gate, Pair, gate_of, pairs_of
from reports.findings.price import AutodiffByHand, Best, autodiff_by_hand, best_pair
from reports.findings.problem import Problem
from reports.findings.safe import safe
from reports.findings.sweep import Sweep, sweep_of
from reports.findings.terms import Count, Planned
from reports.findings.totals import Lead, Total, lower_envelope_of, totals_of
from reports.findings.warm_up import FirstCalls, first_calls_of
from reports.findings.yardsticks import Yardsticks, yardsticks_of
from runfiles.phases import REPEATED
from runfiles.run import Run

VERSION: Literal[2] = 2
WANTED = 1.05  # an effect a reader may want to see
Needed = Annotated[int, Meta(ge=2)] | None
Fingerprint = Annotated[str, means("A fingerprint of the value: the first digits of its SHA-256.")]
PLANNED = ("created", "profile", "seed", "threads", "margin", "rounds", "max_discards")


class Findings(Case, frozen=True, eq=False, kw_only=True):
    """Everything computed from a run.

    Times are in seconds, sizes in bytes, ratios and shares without a unit. A value that does not
    exist is null. Keys are only added; a change of meaning raises the version.
    """

    in_full: ClassVar[tuple[str, ...]] = ("arms",)
    called: ClassVar[Mapping[str, str]] = {
        "name": "run",
        "case_map": "map",
        "further_sizes": "sizes",
        "blocks_for_5": "blocks_for_5_percent",
        "blocks_for_5_low": "blocks_for_5_percent_low",
        "blocks_for_5_high": "blocks_for_5_percent_high",
    }

    format: Literal["autograd-bench cells"] = "autograd-bench cells"
    """What file this is."""
    version: Literal[2] = VERSION
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

    @key
    def machine(self) -> Machine:
        return machine_of(self.run)

    @key
    def yardsticks(self) -> Yardsticks:
        return yardsticks_of(self)

    @key
    def autodiff_over_hand_written(self) -> AutodiffByHand:
        return autodiff_by_hand(self)

    @key
    def problem(self) -> Problem:
        return taken(Problem, self.run.plan.problem)

    @key
    def leads(self) -> tuple[Lead, ...]:
        """The arms that are ahead one after the other, by total time in a fresh process: cold
        phases first, then epochs. Arms of one dtype are compared, in the order in which they lead.
        Empty where the evidence is unusable, without epochs, and for a dtype with fewer than two
        timed arms.
        """
        return tuple(lead for row in self.lower_envelope.values() for lead in row)

    @key
    def totals(self) -> tuple[Total, ...]:
        """The lines of the break-even figure: what epochs cost each arm in a fresh process. Null
        arms are left out. Empty where the evidence is unusable, and without epochs.
        """
        return totals_of(self)

    @key
    def first_calls(self) -> tuple[FirstCalls, ...]:
        """The first calls of every arm ÷ its steady time in the same process, in the main phase,
        from the slowest start to the quickest. Null arms are left out.
        """
        return first_calls_of(self)

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

    @key
    def beside_fastest(self) -> tuple[BesideFastest, ...]:
        """Every arm with a time in the main phase beside the fastest of all, from fast to slow.
        Null arms are left out. Empty where the evidence is unusable.
        """
        front = self.lead_of_all if self.null_arm.is_usable else None
        return beside(self, front, self.main_phase)

    @key
    def far_blocks(self) -> tuple[FarBlocks, ...]:
        """Arms with blocks far from their others in the main phase. Verdicts and ratios count them
        all the same.
        """
        return far_blocks_of(self)

    @key
    def operators(self) -> tuple[Operator, ...]:
        """Derivatives besides the gradient, by arm. Empty where none was timed."""
        return operators_of(self)

    @key
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of arms in every repeated phase, new ÷ old. Empty where the run has none."""
        return pairs_of(self)

    @key
    def gate(self) -> Gate | None:
        """What the gate says of the pairs at all sizes. Null where none was asked for."""
        return gate_of(self)

    @key
    def devices(self) -> tuple[DeviceUse, ...]:
        """Arms on other devices than the cpu."""
        return device_uses(self.run)

    @key
    def kept_variables(self) -> dict[str, Fingerprint]:
        """Variables that every process was given as asked for, by name."""
        return self.run.plan.kept_variables

    @key
    def dropped_switches(self) -> Names:
        """Variables that would have steered a process and were not passed on, by name."""
        return dropped_switches(self.run)

    @key
    def discards(self) -> tuple[Discard, ...]:
        """Blocks that were set aside."""
        return tuple(taken(Discard, one) for one in self.run.discards)

    @key
    def files(self) -> Files:
        return files_of(self.run)

    @key
    def further_sizes(self) -> tuple[Size, ...]:
        """Further sizes of a sweep. Empty where there are none."""
        return tuple(taken(Size, one) for one in self.sizes)

    @key
    def sweep(self) -> Sweep | None:
        """The sizes in order along each axis, and where arms overtake each other. Null without
        further sizes.
        """
        return sweep_of(self)

    @key
    def case_map(self) -> Map | None:
        """Arms by cases. Null for a run of one case."""
        return map_of(self)

    # What the document does not tell by itself

    @property
    def size(self) -> str:
        """The name of its folder, of a further size."""
        return self.run.name

    @property
    def gates(self) -> bool:
        """Whether an exit code may rest on the run."""
        return gates(self.run.plan)

    @cached_property
    def cases(self) -> tuple[Findings, ...]:
        """Every problem at every size, the run's own first."""
        return (self, *self.sizes, *(case for one in self.problems for case in one.cases))

    @cached_property
    def lower_envelope(self) -> dict[str, tuple[Lead, ...]]:
        """By dtype, the arms that are ahead one after the other."""
        return lower_envelope_of(self)

    @cached_property
    def blocks_needed(self) -> BlocksNeeded | None:
        """Blocks to see 5 % in every arm; None where that is not known."""
        return blocks_for(self, WANTED)

    @cached_property
    def limit(self) -> Limit | None:
        """The limit that the baseline has."""
        return limit_of_baseline(self)

    @cached_property
    def dispatch(self) -> Dispatch:
        """What shows that dispatch is measured, not arithmetic."""
        return dispatch_of(self)

    @cached_property
    def alike(self) -> tuple[Alike, ...]:
        """Like with like: every device and execution that has an autodiff arm with a time."""
        return alike_of(self)

    @cached_property
    def best(self) -> Best | None:
        """The first autodiff arm and the first by hand of its device and dtype."""
        return best_pair(self)

    @cached_property
    def evidence(self) -> Evidence:
        """How the arms fared together, and what the run could have seen."""
        return evidence_of(self)

    @cached_property
    def far_in_all(self) -> tuple[int, ...]:
        """The blocks that are far from the others in every arm."""
        return far_in_all(self)

    @cached_property
    def facts(self) -> dict[str, dict[str, Values]]:
        """What the processes told, by arm and dotted name."""
        return facts_by_arm(self.run)


def findings(run: Run) -> Findings:
    """Everything computed from ``run``, in all its cases."""
    return _findings(safe(run))


def _findings(run: Run) -> Findings:
    plan, arms = run.plan, arms_of(run)
    phases = tuple(phase for phase in REPEATED if phase in plan.phases) + plan.problem.cold
    logs, to, disturbed = log_medians(run, arms, phases), baselines(plan), disturbed_of(run)
    null = judge(plan.arms, plan.baseline, phases, logs, plan.margin)
    main = main_phase(plan, phases)
    null = replace(null, disturbed=too_disturbed(run, disturbed, arms), main_phase=main)
    columns = tuple(
        Column(phase, logs[:, p], Bar(plan.margin, null.bound(phase)))
        for p, phase in enumerate(phases)
    )
    if null.is_usable:
        arms = tuple(_with_break_even(arm, to[arm.index], phases, logs, columns) for arm in arms)
    cells = cells_of(run, arms, to, columns)
    if not null.is_usable:  # a verdict would be a claim, and so would a break-even
        cells = tuple(replace(cell, verdict=None) for cell in cells)
    return Findings(
        **{name: getattr(plan, name) for name in PLANNED},
        run=run,
        phases=phases,
        baseline=arms[plan.baseline],
        null_arm=null,
        arms=arms,
        cells=cells,
        disturbed=disturbed,
        sizes=tuple(map(_findings, run.sizes)),
        problems=tuple(map(_findings, run.problems)),
    )


def _with_break_even(
    arm: Arm, baseline: int, phases: tuple[str, ...], logs: Floats, columns: tuple[Column, ...]
) -> Arm:
    if arm.is_null:
        return arm
    bars = {column.phase: column.bar for column in columns}
    return replace(arm, break_even=break_even(arm.index, baseline, phases, logs, bars))
