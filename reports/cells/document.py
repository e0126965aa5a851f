"""The whole of cells.json: everything computed from a run, as one JSON object."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reports.cells.arms import Arm, arms
from reports.cells.case_map import Map, case_map
from reports.cells.cell import Cell, cells
from reports.cells.evidence import (
    Disturbed,
    FarBlocks,
    NullArm,
    disturbed,
    far_blocks,
    null_arm,
)
from reports.cells.files import Discard, Files, discard, files
from reports.cells.headline import Clause, clauses
from reports.cells.operators import Operator, operators
from reports.cells.pairs import Gate, Pair, gate, pairs
from reports.cells.prices import AutodiffByHand, autodiff_by_hand
from reports.cells.problem import Problem, problem
from reports.cells.sizes import Size, size
from reports.cells.sweep import Sweep, sweep
from reports.cells.terms import Count, Phase, Planned, Threads, Unusable
from reports.cells.totals import FirstCalls, Lead, Total, first_calls, leads, totals
from reports.cells.yardsticks import Yardsticks, yardsticks
from reports.document import Json, Names, Part, as_object, means
from reports.estimates.blocks_needed import blocks_for
from reports.estimates.ratios import Summary
from reports.facts.devices import DeviceUse, device_uses
from reports.facts.machine import Machine, machine
from reports.words.environment import Environment, environment
from reports.words.evidence import WANTED
from reports.words.headline import headline, sentences
from reports.words.null_arm import unusable_text
from reports.words.sealing import dropped_switches

VERSION: Literal[2] = 2
Needed = Annotated[int, Meta(ge=2)] | None


class Cells(Part, frozen=True):
    """Everything computed from a run.

    Times are in seconds, sizes in bytes, ratios and shares without a unit. A value that does not
    exist is null. Keys are only added; a change of meaning raises the version.
    """

    format: Literal["autograd-bench cells"]
    """What file this is."""
    version: Literal[2]
    """Version of this format."""
    run: str
    """Name of the run's folder."""
    created: str
    """When the run was planned, ISO 8601 in UTC."""
    profile: str
    """quick, default or thorough. A quick run gates nothing."""
    seed: Count
    """Seed that the orders of the blocks were drawn from."""
    threads: Threads
    margin: Annotated[float, Meta(gt=0)]
    """Half-width of the band of equivalence, as a fraction."""
    baseline: str
    """Name of the arm that ratios are to; another dtype may have a baseline of its own."""
    n_blocks: Planned
    n_missing: Count
    """Planned processes that never ran, though nothing was wrong with their arm."""
    rounds: int | None
    """Rounds that a cell was to have in a process. Null where the plan does not say."""
    max_discards: int | None
    """Noisy blocks that might be measured again. Null where the plan does not say."""
    machine: Machine
    unusable: Unusable
    phases: tuple[Phase, ...]
    """Phases that were to be timed, cold ones included."""
    headline: Annotated[tuple[Clause, ...], Meta(min_length=1)]
    """What the run found, clause by clause, each with the numbers that bear it."""
    sentences: tuple[Annotated[str, means("A sentence.")], ...]
    """The run in words."""
    null_arm: NullArm
    yardsticks: Yardsticks
    autodiff_over_hand_written: AutodiffByHand
    problem: Problem
    arms: tuple[Arm, ...]
    """Every arm of the plan, in its order."""
    leads: tuple[Lead, ...]
    """The arms that are ahead one after the other, by total time in a fresh process: cold phases
    first, then epochs. Arms of one dtype are compared, in the order in which they lead. Empty where
    the evidence is unusable, without epochs, and for a dtype with fewer than two timed arms."""
    totals: tuple[Total, ...]
    """The lines of the break-even figure: what epochs cost each arm in a fresh process. Null arms
    are left out. Empty where the evidence is unusable, and without epochs."""
    first_calls: tuple[FirstCalls, ...]
    """The first calls of every arm ÷ its steady time in the same process, in the main phase, from
    the slowest start to the quickest. Null arms are left out."""
    blocks_for_5_percent: Needed
    """Blocks with which a difference of 5 % would be called in every arm, 4 times in 5, at this
    run's spread. Null where that is not known, as from fewer than six blocks."""
    blocks_for_5_percent_low: Needed
    """Lower end of its 95 % interval, from that of the spread."""
    blocks_for_5_percent_high: Needed
    """Upper end of the same interval. Null also above 10000."""
    far_blocks: tuple[FarBlocks, ...]
    """Arms with blocks far from their others in the main phase. Verdicts and ratios count them all
    the same."""
    cells: tuple[Cell, ...]
    """Every arm in every phase at the run's own size."""
    operators: tuple[Operator, ...]
    """Derivatives besides the gradient, by arm. Empty where none was timed."""
    pairs: tuple[Pair, ...]
    """Every pair of arms in every repeated phase, new ÷ old. Empty where the run has none."""
    gate: Gate | None
    """What the gate says of the pairs at all sizes. Null where none was asked for."""
    devices: tuple[DeviceUse, ...]
    """Arms on other devices than the cpu."""
    environment: Environment
    disturbed: Disturbed
    kept_variables: dict[
        str,
        Annotated[str, means("A fingerprint of the value: the first digits of its SHA-256.")],
    ]
    """Variables that every process was given as asked for, by name."""
    dropped_switches: Names
    """Variables that would have steered a process and were not passed on, by name."""
    discards: tuple[Discard, ...]
    """Blocks that were set aside."""
    files: Files
    sizes: tuple[Size, ...]
    """Further sizes of a sweep. Empty where there are none."""
    sweep: Sweep | None
    """The sizes in order along each axis, and where arms overtake each other. Null without further
    sizes."""
    map: Map | None
    """Arms by cases. Null for a run of one case."""


def cells_json(summary: Summary) -> dict[str, Json]:
    """The run's facts, arms and cells; a number that does not exist is null, never NaN."""
    return as_object(document(summary))


def document(summary: Summary) -> Cells:
    """Everything computed from a run."""
    run, plan = summary.run, summary.run.plan
    needed = blocks_for(summary, WANTED)
    return Cells(
        format="autograd-bench cells",
        version=VERSION,
        run=run.name,
        created=plan.created,
        profile=plan.profile,
        seed=plan.seed,
        threads=plan.threads,
        margin=plan.margin,
        baseline=summary.baseline.name,
        n_blocks=len(plan.blocks),
        n_missing=summary.n_missing,
        rounds=plan.rounds,
        max_discards=plan.max_discards,
        machine=machine(run),
        unusable=unusable_text(summary),
        phases=summary.phases,
        headline=clauses(summary, headline(summary)),
        sentences=sentences(summary),
        null_arm=null_arm(summary),
        yardsticks=yardsticks(summary),
        autodiff_over_hand_written=autodiff_by_hand(summary),
        problem=problem(plan.problem),
        arms=arms(summary),
        leads=leads(summary),
        totals=totals(summary),
        first_calls=first_calls(summary),
        blocks_for_5_percent=needed.number if needed else None,
        blocks_for_5_percent_low=needed.low if needed else None,
        blocks_for_5_percent_high=needed.high if needed else None,
        far_blocks=far_blocks(summary),
        cells=cells(summary),
        operators=operators(summary),
        pairs=pairs(summary),
        gate=gate(summary),
        devices=device_uses(run),
        environment=environment(run),
        disturbed=disturbed(summary),
        kept_variables=plan.kept_variables,
        dropped_switches=dropped_switches(run),
        discards=tuple(discard(one) for one in run.discards),
        files=files(run),
        sizes=tuple(size(one) for one in summary.sizes),
        sweep=sweep(summary),
        map=case_map(summary),
    )
