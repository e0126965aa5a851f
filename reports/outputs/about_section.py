"""The sections about the run: how it was measured, in which environment, with which files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from reports.findings.devices import DeviceUse
from reports.findings.findings import Findings
from reports.outputs.parts import Several, named, note, told
from reports.outputs.quantity import amount
from reports.outputs.table import Table, numbers, table_of, texts
from reports.text.commands import commands, origin
from reports.text.disturbed import again, kept_text
from reports.text.environment import environment_in_words
from reports.text.evidence import harness
from reports.text.sealing import sealing_sentences
from reports.text.sentence import Name

BESIDE = {  # files that a report's folder holds besides the page, and what each is for
    "cells.json": "every number of this page in full",
    "cells.csv": "the cells as a table",
    "blocks.csv": "every block's time in every cell, a line each",
    "table.md": "the ranking for a README or a pull request",
    "github-action-benchmark.json": "for github-action-benchmark",
    "bencher.json": "for Bencher",
    "pytest-benchmark.json": "for pytest-benchmark compare",
}
OF_CASES = {"map.csv": "every arm in every case, as times the fastest"}


@dataclass(frozen=True)
class MethodSection:
    """How it was measured."""

    n_blocks: int
    margin: str
    harness: object
    again: object
    max_discards: int | None
    kept: object
    discards: tuple[Several, ...]


def method_section(findings: Findings) -> MethodSection:
    """The section on method."""
    plan = findings.run.plan
    return MethodSection(
        n_blocks=len(plan.blocks),
        margin=f"{100 * plan.margin:g}",
        harness=harness(findings),
        again=again(findings.run),
        max_discards=plan.max_discards,
        kept=kept_text(findings),
        discards=tuple(
            Several(f"block {one.block}", note(one.file), told("; ".join(one.reasons)))
            for one in findings.run.discards
        ),
    )


@dataclass(frozen=True)
class EnvironmentSection:
    """What the processes said of where they ran."""

    sealing: tuple[object, ...]
    common: Table
    devices: Table
    arms: tuple[tuple[Name, Table], ...]  # what each one's processes said besides


def environment_section(findings: Findings) -> EnvironmentSection:
    """The section on the environment."""
    facts = environment_in_words(findings)
    besides = "What this arm's processes said besides"
    return EnvironmentSection(
        sealing=sealing_sentences(findings),
        common=facts_table("What all processes said alike", facts.common or {"nothing": ""}),
        devices=devices_table(findings.devices),
        arms=tuple(
            (named(arm), facts_table(besides, own)) for arm, own in facts.arms.items() if own
        ),
    )


def facts_table(caption: str, facts: Mapping[str, str]) -> Table:
    """A row a fact."""
    return table_of(
        caption,
        facts.items(),
        [
            texts("fact", lambda one: told(one[0], 100)),
            texts("value", lambda one: told(one[1], 300)),
        ],
        kind="facts-table",
    )


def devices_table(devices: Iterable[DeviceUse]) -> Table:
    """A row an arm on another device than the cpu."""
    return table_of(
        "On the device",
        devices,
        [
            texts("arm", lambda one: named(one.arm)),
            texts("device", lambda one: told(" or ".join(one.gpu) or one.device)),
            numbers("memory at most", lambda one: amount(one.peak_bytes, "B")),
            numbers("SM clock", _clock),
        ],
    )


def _clock(one: DeviceUse) -> Several:
    """The clock, or the range that was read of it."""
    low, high = amount(one.sm_clock_hz_low, "Hz"), amount(one.sm_clock_hz_high, "Hz")
    return Several(low, *(("to", high) if low != high else ()))


@dataclass(frozen=True)
class FilesSection:
    """The files, and what to do with them."""

    sha256: str  # its beginning
    seed: int
    raw: tuple[str, ...]
    others: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]  # file of the report, what for
    commands: tuple[tuple[str, tuple[str, ...]], ...]  # what for, the command line by options
    origin: object


def files_section(findings: Findings, folder: Path | None) -> FilesSection:
    """The section on files; ``folder``: where the report lies, unless in the run's own."""
    run = findings.run
    return FilesSection(
        sha256=told(run.plan.problem.sha256[:12]),
        seed=run.plan.seed,
        raw=tuple(f"raw/{one.file}" for one in run.processes),
        others=(
            *(f"ceilings/{one.file}" for one in run.ceilings),
            *(f"discarded/{one.file}" for one in run.discards),
        ),
        beside=tuple((BESIDE | (OF_CASES if len(findings.cases) > 1 else {})).items()),
        commands=tuple((what, _by_option(line)) for what, line in commands(run, folder)),
        origin=origin(run),
    )


def _by_option(line: str) -> tuple[str, ...]:
    """A command line in parts that a narrow window keeps whole."""
    first, *options = line.split(" --")
    return (first, *(f"--{option}" for option in options))
