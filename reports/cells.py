"""Cells as data: everything computed from a run, as one JSON object."""

from __future__ import annotations

from dataclasses import asdict

from msgspec import structs

from reports.document import Json, as_json, estimate_keys
from reports.estimates.arms import ArmResult
from reports.estimates.blocks_needed import blocks_for
from reports.estimates.break_even import BreakEven
from reports.estimates.disturbed import LIMIT, kept
from reports.estimates.far_blocks import FarBlocks, far_blocks
from reports.estimates.pairs import gate, pair_cells
from reports.estimates.ratios import Cell, Summary
from reports.estimates.totals import lower_envelope, totals
from reports.estimates.warm_up import warm_ups
from reports.facts.devices import device_uses
from reports.facts.machine import machine
from reports.sweep import sizes_json
from reports.words.break_even import break_even_text
from reports.words.by_hand import autodiff_ratio
from reports.words.clause import headline_json
from reports.words.environment import environment
from reports.words.evidence import WANTED
from reports.words.headline import headline, sentences
from reports.words.null_arm import judgement_text, unusable_text
from reports.words.pair_words import gate_text
from reports.words.sealing import dropped_switches
from reports.yardsticks.collected import yardsticks_json
from runfiles.records import Check, Discard, Spec
from runfiles.run import Run

VERSION = 1


def cells_json(summary: Summary) -> dict[str, Json]:
    """The run's facts, arms and cells; a number that does not exist is null, never NaN."""
    run, plan = summary.run, summary.run.plan
    document = {
        "format": "autograd-bench cells",
        "version": VERSION,
        "run": run.name,
        "created": plan.created,
        "profile": plan.profile,
        "seed": plan.seed,
        "threads": plan.threads,
        "margin": plan.margin,
        "baseline": summary.baseline.name,
        "n_blocks": len(plan.blocks),
        "n_missing": summary.n_missing,
        "rounds": plan.rounds,
        "max_discards": plan.max_discards,
        "machine": asdict(machine(run)),
        "unusable": unusable_text(summary),
        "phases": list(summary.phases),
        "headline": headline_json(summary, headline(summary)),
        "sentences": list(sentences(summary)),
        "null_arm": _null_arm(summary),
        "yardsticks": yardsticks_json(summary),
        "autodiff_over_hand_written": estimate_keys("ratio", autodiff_ratio(summary)),
        "problem": _problem(plan.problem),
        "arms": [_arm(summary, arm) for arm in summary.arms],
        "leads": _leads(summary),
        "totals": _totals(summary),
        "first_calls": _first_calls(summary),
        **_blocks_needed(summary),
        "far_blocks": [_far_blocks(summary, far) for far in far_blocks(summary)],
        "cells": [_cell(summary, cell) for cell in summary.cells],
        "pairs": _pairs(summary),
        "gate": _gate(summary),
        "devices": [asdict(use) for use in device_uses(run)],
        "environment": asdict(environment(run)),
        "disturbed": _disturbed(run),
        "kept_variables": plan.kept_variables,
        "dropped_switches": list(dropped_switches(run)),
        "discards": [_discard(discard) for discard in run.discards],
        "files": _files(run),
        "sizes": [_size(size) for size in summary.sizes],
        "sweep": sizes_json(summary),
    }
    return {key: as_json(value) for key, value in document.items()}


def cell_row(summary: Summary, cell: Cell) -> dict[str, str | float | None]:
    """One cell as a flat row: the arm's words, then status, numbers and verdict."""
    arm = summary.arms[cell.arm]
    return {
        **arm.identity,
        "baseline": summary.baseline_of(cell.arm).name,
        "phase": cell.phase,
        "status": cell.status,
        "reason": cell.reason,
        "failed_check": cell.failed_check,
        "n_blocks": cell.n_blocks,
        **estimate_keys("seconds", cell.seconds),
        **estimate_keys("ratio", cell.ratio),
        "verdict": cell.verdict,
        "mde": cell.mde,
        "overhead_seconds": cell.overhead.seconds if cell.overhead else None,
        "overhead_share": cell.overhead.share if cell.overhead else None,
    }


def _cell(summary: Summary, cell: Cell) -> dict[str, object]:
    arm = summary.arms[cell.arm]
    return {
        **cell_row(summary, cell),
        "is_baseline": summary.is_baseline(cell.arm),
        "is_null": arm.is_null,
    }


def _problem(spec: Spec) -> dict[str, object]:
    return {**structs.asdict(spec), "n_visited": spec.n_visited}


def _discard(discard: Discard) -> dict[str, object]:
    keys = ("file", "block", "reasons", "files")
    return {key: getattr(discard, key) for key in keys}


def _files(run: Run) -> dict[str, object]:
    return {
        "raw": [process.file for process in run.processes],
        "ceilings": [one.file for one in run.ceilings],
        "discarded": [f"discarded/{discard.file}" for discard in run.discards],
    }


def _size(size: Summary) -> dict[str, object]:
    """A further size of the run: what it is, whether its evidence is usable, its cells."""
    run = size.run
    return {
        "size": run.name,
        "problem": _problem(run.plan.problem),
        "n_blocks": len(run.plan.blocks),
        "n_missing": size.n_missing,
        "unusable": unusable_text(size),
        "null_arm": _null_arm(size),
        "cells": [_cell(size, cell) for cell in size.cells],
        "pairs": _pairs(size),
        "disturbed": _disturbed(run),
        "files": _files(run),
    }


def _pairs(summary: Summary) -> list[dict[str, object]]:
    """Every pair in every phase: the newer arm's time ÷ the older arm's."""
    return [
        {
            "old": summary.arms[cell.pair.old].name,
            "new": summary.arms[cell.pair.new].name,
            "phase": cell.phase,
            "n_blocks": cell.ratio.n,
            **estimate_keys("ratio", cell.ratio),
            "corrected_low": cell.corrected.low,
            "corrected_high": cell.corrected.high,
            "verdict": cell.verdict,
            "mde": cell.mde,
        }
        for cell in pair_cells(summary)
    ]


def _gate(summary: Summary) -> dict[str, object] | None:
    """What the gate says of all sizes, None where none was asked for."""
    asked = gate(summary)
    if asked is None:
        return None
    return {
        "outcome": asked.outcome,
        "n_cells": len(asked.cells),
        "n_regressions": len(asked.regressions),
        "text": gate_text(summary, asked),
    }


def _arm(summary: Summary, arm: ArmResult) -> dict[str, object]:
    given = {key: value for key, value in vars(arm).items() if key not in ("arm", "checks")}
    return {
        "arm": arm.name,
        **given,
        "checks": [_check(check) for check in arm.checks],
        "break_even": _break_even(summary.break_even[arm.arm.index]),
    }


def _check(check: Check) -> dict[str, object]:
    return {key: getattr(check, key) for key in ("name", "ok", "message", "values")}


def _break_even(even: BreakEven | None) -> dict[str, object] | None:
    if even is None:
        return None
    return {
        "epochs": even.epochs,
        "epochs_low": even.low,
        "epochs_high": even.high,
        "text": break_even_text(even),
    }


def _leads(summary: Summary) -> list[dict[str, object]]:
    """The arms that are ahead one after the other in a fresh process, by dtype."""
    return [
        {
            "dtype": dtype,
            "arm": summary.arms[segment.arm].name,
            "shared_with": [summary.arms[arm].name for arm in segment.shared_with],
            "since_epochs": segment.since,
            **estimate_keys("crossing_epochs", segment.crossing),
        }
        for dtype, row in lower_envelope(summary).items()
        for segment in row
    ]


def _totals(summary: Summary) -> list[dict[str, object]]:
    """What epochs cost each arm in a fresh process: once, and each."""
    return [
        {
            "arm": summary.arms[total.arm].name,
            "once_seconds": total.once,
            "epoch_seconds": total.epoch,
        }
        for total in totals(summary)
    ]


def _first_calls(summary: Summary) -> list[dict[str, object]]:
    """The first calls of every arm ÷ its steady time, from the slowest start to the quickest."""
    return [
        {
            "arm": summary.arms[one.arm].name,
            "calls": [{"round": number, "ratio": ratio} for number, ratio in one.calls],
        }
        for one in warm_ups(summary)
    ]


def _disturbed(run: Run) -> dict[str, object]:
    """The phases that were disturbed and kept, by arm; none of a run that did not judge them."""
    arms = [
        {
            "arm": run.plan.arms[one.arm].name,
            "n_phases": one.n_phases,
            "n_disturbed": one.n_disturbed,
            "share": one.share,
        }
        for one in kept(run)
    ]
    return {"limit_share": LIMIT, "arms": arms}


def _blocks_needed(summary: Summary) -> dict[str, object]:
    needed, key = blocks_for(summary, WANTED), "blocks_for_5_percent"
    return {
        key: needed.number if needed else None,
        f"{key}_low": needed.low if needed else None,
        f"{key}_high": needed.high if needed else None,
    }


def _far_blocks(summary: Summary, far: FarBlocks) -> dict[str, object]:
    return {
        "arm": summary.arms[far.arm].name,
        "blocks": list(far.blocks),
        "times": list(far.times),
        **estimate_keys("ratio_without", far.without),
    }


def _null_arm(summary: Summary) -> dict[str, object]:
    null = summary.null_arm
    cells = [
        {
            "arm": summary.arms[cell.arm].name,
            "phase": cell.phase,
            **estimate_keys("ratio", cell.ratio),
            "differs": cell.differs,
            "within": cell.is_within,
        }
        for cell in null.cells
    ]
    return {
        "usable": null.is_usable,
        "judged": null.is_judged,
        "state": null.state,
        "text": judgement_text(summary),
        "cells": cells,
    }
