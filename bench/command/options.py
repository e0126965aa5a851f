"""Options that several calls of the command share, and how their words are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from backends.base import DEVICES, DTYPES
from backends.errors import BadInput
from bench.command.completion import backends, one_of, problems
from runfiles.phases import REPEATED

WHERE_TO = ("--out", "--resume", "--fleet", "--json")  # say nothing of what is measured
FILES = ("--problem", "--data")  # options that may name a file
INTERPRETERS = {"--arm": "@", "--pair": "@", "--python": "="}  # before the path of one


def whole(text: object) -> int:
    """A count such as 1000 or 1e4. Raises BadInput."""
    try:
        number = float(str(text))
    except ValueError:
        number = float("nan")
    if not number.is_integer():
        raise BadInput(f"{text!r} is no count; expected a whole number such as 1000 or 1e4.")
    return int(number)


def number(text: str) -> int | float:
    """A number, whole where it has no fraction. Raises ValueError."""
    value = float(text)
    return int(value) if value.is_integer() else value


def own_sizes(
    texts: Sequence[str] | None, options: Mapping[str, Sequence[float | None]]
) -> dict[str, float]:
    """The objective's own sizes: by ``--size``, as NAME=VALUE, and by ``options`` of their own.

    An option with several values, which are measured in turn, sets none. Raises BadInput.
    """
    found: dict[str, float] = {}
    for text in texts or ():
        name, _, value = text.partition("=")
        try:
            size = number(value)
        except ValueError:
            got = f"--size {text!r} names no number"
            raise BadInput(f"{got}; expected NAME=VALUE such as n_classes=10.") from None
        others = {found.get(name), *options.get(name, ())} - {None, size}
        if others:
            got = f"{name} is {size} by --size, and elsewhere {others.pop()}"
            raise BadInput(f"{got}; expected one value. Leave out one of the two.")
        found[name] = size
    alone = {name: values[0] for name, values in options.items() if len(values) == 1}
    return found | {name: value for name, value in alone.items() if value is not None}


def tell_version(is_asked: bool) -> None:
    """Print the version and end, where that is asked for."""
    from bench.command.listing import version

    if is_asked:
        print("autograd-bench", version(["autograd-bench"]) or "of a clone that is not installed")
        raise typer.Exit


def wholes(text: str) -> list[int]:
    """Counts separated by commas. Raises BadInput."""
    return [whole(part) for part in split([text])] or [whole(text)]


Backends = Annotated[
    list[str] | None,
    typer.Option(
        "--backend",
        "-b",
        help="Name or module:Class; repeat, or separate by commas.",
        autocompletion=one_of(backends),
    ),
]
Blocks = Annotated[
    int | None,
    typer.Option("--blocks", parser=whole, help="So many blocks instead of the profile's."),
]
Quick = Annotated[bool, typer.Option("--quick", help="Three blocks; indicative.")]
Thorough = Annotated[bool, typer.Option("--thorough", help="Forty blocks, to decide.")]
Arms = Annotated[
    list[str] | None,
    typer.Option("--arm", help="BACKEND@PYTHON: this backend by that interpreter."),
]
Pythons = Annotated[
    list[str] | None,
    typer.Option("--python", help="BACKEND=PYTHON: interpreter of a backend's arms."),
]
Pairs = Annotated[
    list[str] | None, typer.Option("--pair", help="OLD,NEW: two arms; NEW's time ÷ OLD's.")
]
Gate = Annotated[
    bool, typer.Option("--gate", help="Exit 1 where a pair's NEW is confirmed slower.")
]
Phases = Annotated[
    list[str] | None,
    typer.Option(
        "--phase",
        help=f"Only these of {', '.join(REPEATED)}; repeat, or separate by commas.",
        autocompletion=one_of(lambda: REPEATED),
    ),
]
Baseline = Annotated[str | None, typer.Option("--baseline", help="Arm that ratios are to.")]
Margin = Annotated[float, typer.Option("--margin", help="Smallest ratio - 1 of note.")]
Devices = Annotated[
    list[str] | None,
    typer.Option("--device", help="cpu, cuda or metal.", autocompletion=one_of(lambda: DEVICES)),
]
Dtypes = Annotated[
    list[str] | None,
    typer.Option("--dtype", help="float32 or float64.", autocompletion=one_of(lambda: DTYPES)),
]
OF_DATA = "1000, or all of --data"
Examples = Annotated[
    int | None, typer.Option("--examples", parser=whole, help=f"Examples; else {OF_DATA}.")
]
Problem = Annotated[
    str,
    typer.Option(
        "--problem",
        help="What is differentiated: FILE.py[:NAME], a name of list, or module:name; or several.",
        autocompletion=one_of(problems),
    ),
]
Data = Annotated[
    Path | None, typer.Option("--data", help="Data of your own: a .npz, .npy or .csv file.")
]
Target = Annotated[
    str | None, typer.Option("--target", help="Column of a .csv that is y; the others are X.")
]
Features = Annotated[
    int | None, typer.Option("--features", parser=whole, help="Features an example.")
]
BatchSize = Annotated[int, typer.Option("--batch-size", parser=whole, help="Examples a batch.")]
Sizes = Annotated[
    list[str] | None,
    typer.Option("--size", help="NAME=VALUE: a size of the problem's own; repeat for others."),
]
Several = "; several, by commas, are measured in turn."
ManyExamples = Annotated[
    str | None, typer.Option("--examples", help=f"Examples, {OF_DATA} by default{Several}")
]
ManyFeatures = Annotated[
    str | None, typer.Option("--features", help=f"Features an example{Several}")
]
ManyBatchSizes = Annotated[str, typer.Option("--batch-size", help=f"Examples a batch{Several}")]
MaxSteps = Annotated[
    int,
    typer.Option("--max-steps", parser=whole, help="Steps an epoch; longer ones are cut."),
]
Epochs = Annotated[int, typer.Option("--epochs", parser=whole, help="Passes over the data.")]
Rate = Annotated[
    float | None,
    typer.Option("--lr", help="Learning rate; 0.03, or less where many features need it."),
]
Noise = Annotated[
    float | None, typer.Option("--noise", help="Standard deviation of the label noise; else 0.01.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of data, start and all orders.")]
Threads = Annotated[int, typer.Option("--threads", help="Threads of every pool.")]
TimeLimit = Annotated[float, typer.Option("--time-limit", help="Seconds a process may take.")]
MemoryLimit = Annotated[float, typer.Option("--memory-limit", help="GiB a process may hold.")]
KeepEnv = Annotated[
    list[str] | None,
    typer.Option("--keep-env", help="Variable that processes are given too; repeat, or commas."),
]
FleetAddress = Annotated[
    str | None,
    typer.Option("--fleet", help="tcp://HEAD:PORT: the machines of this Dask scheduler measure."),
]
Unlike = Annotated[
    bool, typer.Option("--unlike", help="Machines unlike the run's first one may measure too.")
]
Version = Annotated[
    bool,
    typer.Option("--version", help="The version, and nothing else.", callback=tell_version),
]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def given(context: typer.Context) -> dict[str, Any]:
    """What was typed for the command: option -> value, as it is after its conversion."""
    return {
        max(option.opts, key=len): context.params[option.name]
        for option in context.command.params
        if getattr(context.get_parameter_source(str(option.name)), "name", "") == "COMMANDLINE"
    }


def refuse_others(context: typer.Context) -> None:
    """Raise BadInput where ``--resume`` stands beside an option that the stored plan has fixed."""
    others = [name for name in given(context) if name not in ("--resume", "--fleet", "--json")]
    if others:
        raise BadInput(
            f"--resume goes on with the stored plan and takes no {', '.join(others)}; "
            "leave them out, or start a new run."
        )


def typed(context: typer.Context, portable: Callable[[Path], str]) -> tuple[str, ...]:
    """The words that ask for the same measurement again, for a plan to keep.

    ``portable``: how the path of an interpreter may be published.
    """
    words: list[str] = []
    for name, value in given(context).items():
        for one in value if isinstance(value, list | tuple) else [value]:
            text = str(one)
            if name in INTERPRETERS:
                text = ",".join(
                    _portable(part, INTERPRETERS[name], portable) for part in split([text])
                )
            if name in FILES:
                texts = _problems(text) if name == "--problem" else [text]
                text = ",".join(_portable_file(one, portable) for one in texts)
            if name not in WHERE_TO:
                words += [name] if one is True else [name, text]
    return tuple(words)


def _portable(arm: str, mark: str, portable: Callable[[Path], str]) -> str:
    """``BACKEND@PYTHON`` or the like, its path portable where it is one."""
    from bench.runner.arms import expanded

    backend, sign, python = arm.partition(mark)
    path = expanded(python)
    return f"{backend}{sign}{portable(path) if python and path.exists() else python}"


def _problems(text: str) -> list[str]:
    """What ``--problem`` asks for, one by one."""
    from problems.source import asked_texts

    return asked_texts(text)


def _portable_file(text: str, portable: Callable[[Path], str]) -> str:
    """``FILE`` or ``FILE:NAME``, its path portable; what is no file that is there as it stands."""
    from bench.runner.arms import expanded
    from problems.source import WRITTEN

    found = WRITTEN.fullmatch(text)
    file, name = (found["file"], found["name"]) if found else (text, None)
    path = expanded(file)
    return f"{portable(path)}{f':{name}' if name else ''}" if path.is_file() else text


def split(values: list[str] | None) -> list[str]:
    """Repeated and comma-separated options as one list."""
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]
