"""The command ``autograd-bench``: what a person can type.

Modules that load NumPy or draw are imported by the commands that need them: ``list`` answers
at once.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from backends.errors import BadInput
from bench.command import completion, options
from bench.command.conclusion import conclude
from bench.command.examples import Command, Group
from bench.command.exits import Exit, exit_for, promised
from bench.command.options import own_sizes, refuse_others, split, typed, wholes
from reports.findings.names import visible
from reports.text.names import SENTENCE

if TYPE_CHECKING:
    from bench.runner.run_folder import HeldRun

RUN = "Folder of a run, or its name under results/."
RUNS = completion.one_of(completion.runs)
app = typer.Typer(
    name="autograd-bench",
    help="What automatic differentiation costs, and whether every engine computed the same.",
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.callback()
def of_all(version: options.Version = False) -> None:
    """Options of the command itself."""


@app.command("list", cls=Command)
def list_backends(as_json: options.Json = False) -> None:
    """Backends, frameworks found here, how to install what is missing; and problems."""
    from bench.command.listing import listing, problems
    from bench.command.terminal import print_listing, print_problems

    rows = listing()
    if as_json:
        print("\n".join(json.dumps(row) for row in rows))
    else:
        print_listing(rows)
        print_problems(problems())


@app.command(cls=Command)
def check(
    problem: options.Problem = "linreg",
    data: options.Data = None,
    target: options.Target = None,
    backend: options.Backends = None,
    device: options.Devices = None,
    dtype: options.Dtypes = None,
    examples: options.Examples = None,
    features: options.Features = None,
    size: options.Sizes = None,
    batch_size: options.BatchSize = 10,
    max_steps: options.MaxSteps = 1000,
    epochs: options.Epochs = 3,
    lr: options.Rate = None,
    noise: options.Noise = None,
    seed: options.Seed = 0,
    time_limit: options.TimeLimit = 120.0,
    memory_limit: options.MemoryLimit = 8.0,
    keep_env: options.KeepEnv = None,
    as_json: options.Json = False,
) -> None:
    """Run every check, one row a backend, device and dtype. Exits 3 where one is wrong."""
    from bench.command.asked import base_specs, specs_asked
    from bench.command.check_table import check_rows
    from bench.command.terminal import say_dropped, say_remarks
    from bench.runner.allow_list import dropped_switches, kept_variables
    from bench.runner.arms import plan_arms, read_arms
    from bench.runner.check_arms import check_arms
    from bench.runner.plan import limits_of
    from bench.runner.sizes import problem_of

    promised()  # a name that is none is bad input, before anything is measured
    sizes = own_sizes(size, {"n_features": [features], "noise": [noise]})
    bases, remarks = base_specs(problem, data, target, sizes, epochs, seed, lr)
    n_examples = None if examples is None else [examples]
    specs = specs_asked(bases, n_examples, [features], [batch_size], max_steps, lr)
    devices, dtypes = split(device) or ["cpu", "cuda"], split(dtype) or ["float32", "float64"]
    asked, _, interpreters = read_arms(split(backend), [], [])
    arms = plan_arms(asked, devices, dtypes, named_devices=split(device))
    kept, limits = kept_variables(split(keep_env)), limits_of(time_limit, memory_limit)
    problems = [problem_of(spec, lr is None) for spec in specs]
    say_dropped(dropped_switches(os.environ, kept))
    say_remarks(remarks)
    outcomes = []
    try:
        for problem_made in problems:
            name = problem_made.spec.objective
            rows = check_arms(arms, problem_made, limits, kept, interpreters.paths)
            heading = name if len(specs) > 1 else None
            with check_rows(as_json, arms, heading) as show_row, closing(rows) as checked:
                for arm, row in checked:
                    outcomes.append((arm, str(row["status"])))
                    show_row({"problem": name, **row})
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None
    raise typer.Exit(exit_for(outcomes))


@app.command(cls=Command)
def run(
    context: typer.Context,
    problem: options.Problem = "linreg",
    data: options.Data = None,
    target: options.Target = None,
    backend: options.Backends = None,
    device: options.Devices = None,
    dtype: options.Dtypes = None,
    quick: options.Quick = False,
    thorough: options.Thorough = False,
    blocks: options.Blocks = None,
    arm: options.Arms = None,
    python: options.Pythons = None,
    pair: options.Pairs = None,
    gate: options.Gate = False,
    phase: options.Phases = None,
    baseline: options.Baseline = None,
    margin: options.Margin = 0.03,
    threads: options.Threads = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder of the run; else results/ and the time.")
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option("--resume", help=f"Go on with a run. {RUN}", autocompletion=RUNS),
    ] = None,
    fleet: options.FleetAddress = None,
    unlike: options.Unlike = False,
    examples: options.ManyExamples = None,
    features: options.ManyFeatures = None,
    size: options.Sizes = None,
    batch_size: options.ManyBatchSizes = "10",
    max_steps: options.MaxSteps = 1000,
    epochs: options.Epochs = 3,
    lr: options.Rate = None,
    noise: options.Noise = None,
    seed: options.Seed = 0,
    time_limit: options.TimeLimit = 120.0,
    memory_limit: options.MemoryLimit = 8.0,
    keep_env: options.KeepEnv = None,
    as_json: options.Json = False,
) -> None:
    """Check and measure every arm in blocks of fresh processes; print the table, make the page.

    Several problems, such as --problem linreg,softmax, and several sizes, such as
    --batch-size 1,10,100, are measured in turn and reported together.
    """
    from bench.command.asked import base_specs, specs_asked, untrained
    from bench.command.run_names import find_run
    from bench.command.terminal import say_remarks
    from bench.runner.plan import limits_of, plan_phases, profile_of
    from bench.runner.request import RunRequest, create_run
    from bench.runner.run_folder import resumed
    from reports.text.shell import portable

    promised()
    if resume is None:
        n_features = wholes(features) if features else [None]
        own = own_sizes(size, {"n_features": n_features, "noise": [noise]})
        bases, remarks = base_specs(problem, data, target, own, epochs, seed, lr)
        say_remarks(remarks)
        n_examples = None if examples is None else wholes(examples)
        counts = n_examples, n_features, wholes(batch_size)
        asked = RunRequest(
            profile_of(quick, thorough, blocks),
            limits_of(time_limit, memory_limit),
            backends=split(backend),
            arms=split(arm),
            pythons=split(python),
            pairs=pair or [],
            gate=gate,
            devices=split(device),
            dtypes=split(dtype),
            phases=plan_phases(split(phase), split(device) or ["cpu"], untrained(bases)),
            baseline=baseline,
            margin=margin,
            threads=threads,
            command=typed(context, portable),
            keep_env=split(keep_env),
            finds_rate=lr is None,
            facts=None if fleet is None else facts_of_fleet(fleet),
            unlike=unlike,
        )
        held = create_run(out, specs_asked(bases, *counts, max_steps, lr), asked)
    else:
        refuse_others(context)
        held = resumed(find_run(resume), is_here=fleet is None)
    with held as runs:
        measure(runs, fleet)
    conclude(runs[0].folder, as_json)


@app.command(cls=Command)
def report(
    run_paths: Annotated[list[Path], typer.Argument(metavar="RUN", help=RUN, autocompletion=RUNS)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", help="Folder of the report; else RUN/report, of several RUN/report-machines."
        ),
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="Folder for SVG, PNG and PDF files.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Page, figures, tables and exports of a run from its files again.

    Several runs of one plan, each on a machine of its own, make one page: a column a machine.
    """
    from bench.command.run_names import find_run
    from bench.command.side_by_side import conclude_side_by_side

    first, *others = map(find_run, run_paths)
    if others:
        conclude_side_by_side([first, *others], as_json, figures, out)
    conclude(first, as_json, figures, out)


@app.command(cls=Command)
def compare(
    old: Annotated[
        Path, typer.Argument(metavar="OLD", help=f"The earlier run. {RUN}", autocompletion=RUNS)
    ],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", help=f"The later run. {RUN}", autocompletion=RUNS)
    ],
    as_json: options.Json = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="File for the table as Markdown.")
    ] = None,
    margin: Annotated[
        float | None, typer.Option("--margin", help="Smallest change of note; else NEW's.")
    ] = None,
) -> None:
    """Compare two runs by their ratios to the same baseline. Exits 1 on a confirmed regression."""
    from bench.command.comparing import compared, exit_of, tell
    from bench.command.run_names import find_run

    found = compared(find_run(old), find_run(new), margin)
    tell(found, as_json, markdown)
    raise typer.Exit(exit_of(found))


def facts_of_fleet(address: str) -> dict[str, Any]:
    """What the first machine of the fleet is, for which the run is planned. Raises BadInput."""
    from bench.command.fleet import first_machine

    return first_machine(address)


def measure(runs: Sequence[HeldRun], fleet: str | None = None) -> None:
    """Measure what the cases of a run still lack, and say how far it is and how long it takes.

    ``fleet``: whose machines measure; None is this one.
    """
    from bench.command.fleet import measure_on_fleet
    from bench.command.here import measure_here
    from bench.fleet.intake import Intake
    from bench.runner.run_folder import resume_command
    from bench.runner.suite import sources
    from runfiles.store import unwritable

    folder = runs[0].folder
    again = resume_command(folder) + (f" --fleet {fleet}" if fleet else "")
    try:
        Intake(runs, sources()).finish()  # what a fleet has answered to a command that was killed
        if fleet is None:
            measure_here(runs)
        else:
            measure_on_fleet(runs, fleet)
    except KeyboardInterrupt:
        text = f"interrupted; what is finished is kept in {folder}. Go on: {again}"
        print(visible(text, SENTENCE), file=sys.stderr)
        raise typer.Exit(Exit.INTERRUPTED) from None
    except OSError as error:
        runs[0].lock.require_held()
        raise BadInput(unwritable(folder, error)) from error
