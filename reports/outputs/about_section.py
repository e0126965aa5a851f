"""The sections about the run: how it was measured, in which environment, with which files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.findings.devices import DeviceUse
from reports.findings.findings import Findings
from reports.findings.names import visible
from reports.outputs.beside import beside
from reports.outputs.parts import Rich, note, quantity, together
from reports.outputs.table import Table, table
from reports.text.commands import commands, origin
from reports.text.disturbed import again, kept_text
from reports.text.environment import environment_in_words
from reports.text.evidence import harness
from reports.text.machine import sealing_sentences
from reports.text.machines import claim_text
from reports.text.numbers import chosen_percent, shown_amount
from reports.text.sentence import Number, Sentence

LONGEST = 300  # of a fact


@dataclass(frozen=True)
class MethodSection:
    """How it was measured."""

    n_blocks: int
    margin: Number
    claim: Sentence | None
    harness: Sentence | None
    again: Sentence | None
    max_discards: int | None
    kept: Sentence | None
    discards: tuple[Sentence, ...]


def method_section(findings: Findings) -> MethodSection:
    """The section on method."""
    plan = findings.run.plan
    return MethodSection(
        n_blocks=len(plan.blocks),
        margin=chosen_percent(plan.margin),
        claim=claim_text(findings) if findings.machines.are_several else None,
        harness=harness(findings),
        again=again(findings.run),
        max_discards=plan.max_discards,
        kept=kept_text(findings),
        discards=tuple(
            together(f"block {one.block}", note(one.file), Sentence.joined("; ", one.reasons))
            for one in findings.run.discards
        ),
    )


@dataclass(frozen=True)
class EnvironmentSection:
    """What the processes said of where they ran."""

    sealing: tuple[Sentence, ...]
    common: Table
    devices: Table
    arms: tuple[tuple[str, Table], ...]  # what each one's processes said besides


def environment_section(findings: Findings) -> EnvironmentSection:
    """The section on the environment."""
    facts, besides = environment_in_words(findings), "What this arm's processes said besides"
    common = facts.common or {"nothing": ""}
    return EnvironmentSection(
        sealing_sentences(findings),
        facts_table("What all processes said alike", common),
        devices_table(findings),
        tuple((arm, facts_table(besides, own)) for arm, own in facts.arms.items() if own),
    )


def facts_table(caption: str, facts: Mapping[str, str]) -> Table:
    """A row a fact."""
    rows = ((name, visible(text, LONGEST)) for name, text in facts.items())
    return table(caption, ("fact", "value"), rows, kind="facts-table")


def devices_table(findings: Findings) -> Table:
    """A row an arm on another device than the cpu."""
    rows = (
        (
            one.arm,
            Sentence.joined(" or ", one.gpu) or one.device,
            quantity(shown_amount, one.peak_bytes, "B"),
            _clock(one),
        )
        for one in findings.devices
    )
    return table("On the device", ("arm", "device", "memory at most", "SM clock"), rows)


def _clock(one: DeviceUse) -> Rich | None:
    """The clock, or the range that was read of it."""
    ends = (one.sm_clock_hz_low, one.sm_clock_hz_high)
    low, high = (quantity(shown_amount, hz, "Hz") for hz in ends)
    return low.noted("to", high) if low and high and low.in_full != high.in_full else low


@dataclass(frozen=True)
class FilesSection:
    """The files, and what to do with them."""

    sha256: str  # its beginning
    seed: int
    raw: tuple[str, ...]
    others: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]  # file of the report, what for
    commands: tuple[tuple[str, tuple[str, ...]], ...]  # what for, the command line by options
    origin: Sentence


def files_section(findings: Findings, folder: Path | None) -> FilesSection:
    """The section on files; ``folder``: where the report lies, unless in the run's own."""
    run = findings.run
    return FilesSection(
        sha256=visible(run.plan.problem.sha256[:12]),
        seed=run.plan.seed,
        raw=tuple(f"raw/{one.file}" for one in run.processes),
        others=(
            *(f"ceilings/{one.file}" for one in run.ceilings),
            *(f"discarded/{one.file}" for one in run.discards),
        ),
        beside=tuple((one.name, one.use) for one in beside(findings)),
        commands=tuple((what, _by_option(line)) for what, line in commands(run, folder)),
        origin=origin(run),
    )


def _by_option(line: str) -> tuple[str, ...]:
    """A command line in parts that a narrow window keeps whole."""
    first, *options = line.split(" --")
    return (first, *(f"--{option}" for option in options))
