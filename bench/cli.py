"""The command ``autograd-bench``. It alone stands above both layers.

Modules that load NumPy or draw are imported by the commands that need them: ``list`` answers
at once.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backends.errors import BadInput
from bench import streams
from bench.exits import Exit, exit_for, gravest, promised
from bench.options import (
    Backends,
    BatchSize,
    Blocks,
    Devices,
    Dtypes,
    Epochs,
    Examples,
    Features,
    Json,
    KeepEnv,
    ManyBatchSizes,
    ManyExamples,
    ManyFeatures,
    MaxSteps,
    MemoryLimit,
    Noise,
    Rate,
    Seed,
    Threads,
    TimeLimit,
    refuse_others,
    split,
    typed,
    wholes,
)
from reports.words.names import SENTENCE, visible
from reports.words.spelling import SPELLED

if TYPE_CHECKING:
    from bench.run_folder import HeldRun
    from reports.estimates.ratios import Summary

RUN = "Folder of a run, or its name under results/."
app = typer.Typer(
    name="autograd-bench",
    help="What automatic differentiation costs, and whether every engine computed the same.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command("list")
def list_backends(as_json: Json = False) -> None:
    """Backends, frameworks found here, and how to install what is missing."""
    from bench.listing import listing
    from bench.terminal import print_listing

    rows = listing()
    if as_json:
        print("\n".join(json.dumps(row) for row in rows))
    else:
        print_listing(rows)


@app.command()
def check(
    backend: Backends = None,
    device: Devices = None,
    dtype: Dtypes = None,
    examples: Examples = 1000,
    features: Features = 2,
    batch_size: BatchSize = 10,
    max_steps: MaxSteps = 1000,
    epochs: Epochs = 3,
    lr: Rate = None,
    noise: Noise = 0.01,
    seed: Seed = 0,
    time_limit: TimeLimit = 120.0,
    memory_limit: MemoryLimit = 8.0,
    keep_env: KeepEnv = None,
    as_json: Json = False,
) -> None:
    """Run every check, one row a backend, device and dtype. Exits 3 where one is wrong."""
    from backends.problem import ProblemSpec, make_problem
    from bench.allow_list import dropped_switches, kept_variables
    from bench.arms import plan_arms
    from bench.checkup import check_up
    from bench.plan import limits_of
    from bench.sizes import require_room, specs_of
    from bench.terminal import check_rows, say_dropped

    promised()  # a name that is none is bad input, before anything is measured
    base = ProblemSpec(epochs=epochs, noise=noise, seed=seed)
    (spec,) = specs_of(base, [examples], [features], [batch_size], max_steps, lr)
    require_room(spec)
    devices, dtypes = split(device) or ["cpu", "cuda"], split(dtype) or ["float32", "float64"]
    arms = plan_arms(split(backend), devices, dtypes, named_devices=split(device))
    kept, limits = kept_variables(split(keep_env)), limits_of(time_limit, memory_limit)
    say_dropped(dropped_switches(os.environ, kept))
    outcomes = []
    try:
        rows = check_up(arms, make_problem(spec), limits, kept)
        with check_rows(as_json) as show_row, closing(rows) as checked:
            for arm, row in checked:
                outcomes.append((arm, str(row["status"])))
                show_row(row)
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None
    raise typer.Exit(exit_for(outcomes))


@app.command()
def run(
    context: typer.Context,
    backend: Backends = None,
    device: Devices = None,
    dtype: Dtypes = None,
    quick: Annotated[bool, typer.Option("--quick", help="Three blocks; indicative.")] = False,
    thorough: Annotated[bool, typer.Option("--thorough", help="Forty blocks, to decide.")] = False,
    blocks: Blocks = None,
    arm: Annotated[
        list[str] | None,
        typer.Option("--arm", help="BACKEND@PYTHON: this backend by that interpreter."),
    ] = None,
    python: Annotated[
        list[str] | None,
        typer.Option("--python", help="BACKEND=PYTHON: interpreter of a backend's arms."),
    ] = None,
    pair: Annotated[
        list[str] | None, typer.Option("--pair", help="OLD,NEW: two arms; NEW's time ÷ OLD's.")
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 where a pair's NEW is confirmed slower.")
    ] = False,
    phase: Annotated[
        list[str] | None, typer.Option("--phase", help="Only these, such as epoch.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", help="Arm that ratios are to.")
    ] = None,
    margin: Annotated[float, typer.Option("--margin", help="Smallest ratio - 1 of note.")] = 0.03,
    threads: Threads = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the run; else results/ and the time.")
    ] = None,
    resume: Annotated[
        Path | None, typer.Option("--resume", help=f"Go on with a run. {RUN}")
    ] = None,
    examples: ManyExamples = "1000",
    features: ManyFeatures = "2",
    batch_size: ManyBatchSizes = "10",
    max_steps: MaxSteps = 1000,
    epochs: Epochs = 3,
    lr: Rate = None,
    noise: Noise = 0.01,
    seed: Seed = 0,
    time_limit: TimeLimit = 120.0,
    memory_limit: MemoryLimit = 8.0,
    keep_env: KeepEnv = None,
    as_json: Json = False,
) -> None:
    """Check and measure every arm in blocks of fresh processes; print the table, make the page.

    Several sizes, such as --batch-size 1,10,100, are measured in turn and reported together.
    """
    from backends.problem import ProblemSpec
    from bench import sizes
    from bench.new_run import Asked, begun
    from bench.plan import PROFILES, limits_of
    from bench.run_folder import resumed
    from bench.run_names import find_run
    from reports.words.shell import portable

    promised()
    if quick and thorough:
        raise BadInput("--quick and --thorough exclude each other; name one or neither.")
    if resume is None:
        base = ProblemSpec(epochs=epochs, noise=noise, seed=seed)
        counts = (wholes(examples), wholes(features), wholes(batch_size))
        profile = PROFILES["thorough" if thorough else "quick" if quick else "default"]
        asked = Asked(
            profile if blocks is None else profile.of(blocks),
            limits_of(time_limit, memory_limit),
            backends=split(backend),
            arms=split(arm),
            pythons=split(python),
            pairs=pair or [],
            gate=gate,
            devices=split(device),
            dtypes=split(dtype),
            phases=split(phase),
            baseline=baseline,
            margin=margin,
            threads=threads,
            command=typed(context, portable),
            keep_env=split(keep_env),
        )
        held = begun(out, sizes.specs_of(base, *counts, max_steps, lr), asked)
    else:
        refuse_others(context)
        held = resumed(find_run(resume))
    with held as runs:
        measure(runs)
    conclude(runs[0].folder, as_json)


@app.command()
def report(
    run_path: Annotated[Path, typer.Argument(metavar="RUN", help=RUN)],
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the report; else RUN/report.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder for SVG, PNG and PDF files.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Page, figures, tables and exports of a run from its files again."""
    from bench.run_names import find_run

    conclude(find_run(run_path), as_json, figures, out)


@app.command()
def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help=f"The earlier run. {RUN}")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=f"The later run. {RUN}")],
    as_json: Json = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="File for the table as Markdown.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option("--margin", help="Smallest change of note; else NEW's.")
    ] = None,
) -> None:
    """Compare two runs by their ratios to the same baseline. Exits 1 on a confirmed regression."""
    from bench.run_names import find_run
    from reports.comparing.comparison import compare_runs
    from reports.comparing.comparison_tables import (
        comparison_json,
        comparison_markdown,
        print_comparison,
    )
    from reports.estimates.ratios import summarize
    from reports.result.load import BadResult, load_run

    try:
        earlier, later = (summarize(load_run(find_run(one))) for one in (old, new))
        found = compare_runs(earlier, later, margin)
        if markdown is not None:
            markdown.write_text(comparison_markdown(found), encoding="utf-8")
    except BadResult as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(
            f"cannot write {markdown}: {error.strerror}. Expected a file in a writable folder with "
            "room; choose another with --markdown."
        ) from error
    if as_json:
        print(json.dumps(comparison_json(found)))
    else:
        print_comparison(found)
    unusable = Exit.COMPLETE if found.changes else Exit.UNUSABLE
    raise typer.Exit(Exit.REGRESSION if found.regressions else unusable)


def conclude(
    folder: Path, as_json: bool, figures: Path | None = None, out: Path | None = None
) -> None:
    """Show the report of the run in ``folder`` and exit with the gravest that it says."""
    from bench.run_folder import folders, outcomes, read_plan

    promised()
    evidence = exit_of_evidence(show(folder, as_json, figures, out))
    arms = exit_for(pair for one in folders(folder) for pair in outcomes(one, read_plan(one)))
    raise typer.Exit(gravest(arms, evidence))


def exit_of_evidence(summary: Summary) -> Exit:
    """What a run's evidence says at all its sizes, by its gate where it has one."""
    from reports.estimates.pairs import gate

    asked = gate(summary)
    if asked is not None:
        codes = {"regression": Exit.REGRESSION, "undecided": Exit.UNUSABLE, "passed": Exit.COMPLETE}
        return codes[asked.outcome]
    is_usable = all(one.null_arm.is_usable for one in (summary, *summary.sizes))
    return Exit.COMPLETE if is_usable else Exit.UNUSABLE


def measure(runs: Sequence[HeldRun]) -> None:
    """Measure what the sizes of a run still lack, and say how far it is and how long it takes."""
    from bench.environment import scarcity
    from bench.record import unwritable
    from bench.run_folder import resume_command
    from bench.sizes import expected_length, run_in_turn
    from bench.terminal import progress_shown

    folder = runs[0].folder
    with progress_shown() as progress:
        try:
            progress.say(expected_length(runs))
            scarce = scarcity(runs[0].plan.threads)
            if scarce is not None:
                progress.say(scarce)
            run_in_turn(runs, progress)
        except KeyboardInterrupt:
            text = (
                f"interrupted; what is finished is kept in {folder}. "
                f"Go on: {resume_command(folder)}"
            )
            print(visible(text, SENTENCE), file=sys.stderr)
            raise typer.Exit(Exit.INTERRUPTED) from None
        except OSError as error:
            runs[0].lock.require_held()
            raise BadInput(unwritable(folder, error)) from error


def show(
    folder: Path, as_json: bool, figures: Path | None = None, out: Path | None = None
) -> Summary:
    """Write the report of the run in ``folder`` and print it; what was computed from the run.

    ``out``: a folder for the report instead of the run's own; ``figures``: one for them as files.
    Raises BadInput where a file of the run cannot be read or the report cannot be written.
    """
    from reports.cells import cells_json
    from reports.estimates.ratios import summarize
    from reports.files import require_report_folder, unwritable, write_figures, write_reports
    from reports.result.load import BadResult, load_run
    from reports.tables import print_summary

    try:
        if out is not None:
            require_report_folder(out)
        summary = summarize(load_run(folder))
        page = write_reports(summary, out)
        if figures is not None:
            write_figures(summary, figures)
    except BadResult as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(unwritable(folder, error)) from error
    if as_json:
        print(json.dumps(cells_json(summary)))
    else:
        print_summary(summary)
        print(f"report: {visible(str(page), SENTENCE)}")
    return summary


def main() -> None:
    """Run the command and exit with its code; nothing it prints ends in a traceback."""
    streams.take_over(SPELLED)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
    try:
        code = answered()
    except streams.ClosedPipe:
        code = Exit.CLOSED_PIPE
    streams.silence()
    sys.exit(code)


def answered() -> int:
    """The exit code: bad input is a message and 2, a bug has a code of its own."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    except SystemExit as ended:
        return int(ended.code or 0)
    except BadInput as error:
        return complain(str(error))
    except MemoryError as error:
        return complain(f"out of memory: {error}. Ask for a smaller size.")
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except streams.ClosedPipe:
        raise
    except Exception:
        with suppress(BadInput):
            traceback.print_exc()
        return Exit.INTERNAL
    return Exit.COMPLETE


def complain(text: str) -> int:
    """Say on standard error, in one line, what was wrong with the input; its exit code."""
    with suppress(BadInput):  # no room there either
        print(f"autograd-bench: {visible(text, SENTENCE)}", file=sys.stderr, flush=True)
    return Exit.UNUSABLE
