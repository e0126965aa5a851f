"""Options that several calls of the command share, and how their words are read."""

from __future__ import annotations

from typing import Annotated

import typer

from backends.errors import BadInput


def whole(text: object) -> int:
    """A count such as 1000 or 1e4. Raises BadInput."""
    try:
        number = float(str(text))
    except ValueError:
        number = float("nan")
    if not number.is_integer():
        raise BadInput(f"{text!r} is no count; expected a whole number such as 1000 or 1e4.")
    return int(number)


def wholes(text: str) -> list[int]:
    """Counts separated by commas. Raises BadInput."""
    return [whole(part) for part in split([text])] or [whole(text)]


Backends = Annotated[
    list[str] | None,
    typer.Option("--backend", "-b", help="Name or module:Class; repeat, or separate by commas."),
]
Blocks = Annotated[
    int | None,
    typer.Option("--blocks", parser=whole, help="So many blocks instead of the profile's."),
]
Devices = Annotated[list[str] | None, typer.Option("--device", help="cpu, cuda or metal.")]
Dtypes = Annotated[list[str] | None, typer.Option("--dtype", help="float32 or float64.")]
Examples = Annotated[int, typer.Option("--examples", parser=whole, help="Examples.")]
Features = Annotated[int, typer.Option("--features", parser=whole, help="Features an example.")]
BatchSize = Annotated[int, typer.Option("--batch-size", parser=whole, help="Examples a batch.")]
Several = "; several, by commas, are measured in turn."
ManyExamples = Annotated[str, typer.Option("--examples", help=f"Examples{Several}")]
ManyFeatures = Annotated[str, typer.Option("--features", help=f"Features{Several}")]
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
Noise = Annotated[float, typer.Option("--noise", help="Standard deviation of the label noise.")]
Seed = Annotated[int, typer.Option("--seed", help="Seed of data, start and all orders.")]
Threads = Annotated[int, typer.Option("--threads", help="Threads of every pool.")]
TimeLimit = Annotated[float, typer.Option("--time-limit", help="Seconds a process may take.")]
MemoryLimit = Annotated[float, typer.Option("--memory-limit", help="GiB a process may hold.")]
Json = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def refuse_others(context: typer.Context) -> None:
    """Raise BadInput where ``--resume`` stands beside an option that the stored plan has fixed."""
    given = [
        f"--{name.replace('_', '-')}"
        for name in context.params
        if name not in ("resume", "as_json")
        and getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"
    ]
    if given:
        raise BadInput(
            f"--resume goes on with the stored plan and takes no {', '.join(given)}; "
            "leave them out, or start a new run."
        )


def split(values: list[str] | None) -> list[str]:
    """Repeated and comma-separated options as one list."""
    return [part.strip() for value in values or [] for part in value.split(",") if part.strip()]
