"""Terms: what stands under many keys of cells.json, with what it means wherever it does."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from reports.findings.document import OR_NULL, means
from reports.findings.intervals import Estimate
from runfiles.phases import ANY_COLD, DERIVED, REPEATED
from runfiles.statuses import Status as Ended

Standing = Literal[Ended, "missing"]  # missing: none of the arm's processes has run
MISSING: Standing = "missing"
Count = Annotated[int, Meta(ge=0)]
Size = Annotated[int, Meta(ge=1)]
Blocks = Annotated[int, Meta(ge=0, description="Blocks that both arms have.")]
Planned = Annotated[int, Meta(ge=0, description="Blocks that were planned.")]
Threads = Annotated[int, Meta(ge=1, description="Threads that every process was to use.")]
Index = Annotated[int, Meta(ge=0, description="Index of the block, from 0.")]

FileNames = tuple[Annotated[str, means("A file name.")], ...]
Framework = Annotated[
    str | None, means("The framework, as its processes said. Null where none said it.")
]
Differentiation = Annotated[
    str | None,
    means("How the gradient is made: autodiff or hand-written. Null where nobody said it."),
]
Execution = Annotated[
    str | None,
    means("How it runs: eager, compiled step or compiled epoch. Null where nobody said it."),
]
Form = Annotated[
    str | None,
    means(
        "How it runs the problem: as written, or in an own form: the same function in other "
        "operations of its framework. Null where nobody said it."
    ),
]
Device = Annotated[str, means("The device it ran on, such as cpu.")]
Dtype = Annotated[str, means("The dtype it computed in, such as float32.")]
Interpreter = Annotated[
    str | None,
    means("Label of the interpreter that ran it, without a path. Null: the command's own."),
]
Phase = Annotated[
    Literal[(*REPEATED, *ANY_COLD, *DERIVED)],  # type: ignore[valid-type]  # of one definition
    means("What was timed."),
]
Status = Annotated[
    Standing,
    means("ok where there is a number, else what stands in its place."),
]
Reason = Annotated[
    str | None,
    means("Why there is no number, or what must be known beside it, in words."),
]
FailedCheck = Annotated[
    str | None,
    means("Name of the check that the arm failed. Null where it failed none."),
]
Number = Annotated[float, OR_NULL, means("One number. Null where it is not finite.")]
Numbers = tuple[Number, ...]
NONE = "Null where there is none: fewer than two blocks, or 1 by definition."


def ends(unit: str) -> Meta:
    """What the two ends of a 95 % interval are, as an estimate's description tells it."""
    return means(f"its 95 % interval, {unit}. {NONE}")


Ratio = Annotated[Estimate, ends("without a unit")]
Seconds = Annotated[Estimate, ends("in seconds")]
CallSeconds = Annotated[Estimate, ends("in seconds a call")]
ExampleSeconds = Annotated[Estimate, ends("in seconds an example")]
Rate = Annotated[Estimate, ends("a second")]
Share = Annotated[Estimate, ends("a fraction")]
