"""A record: what every file of a run is, and the kinds of values that stand in one.

Keys nobody knows are left alone. A time is in seconds, a size in bytes; ``None`` is JSON's null.
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
from msgspec import Meta, Struct

VERSION = 3
LONGEST = 1e8  # seconds; nobody waited for more
Floats = npt.NDArray[np.float64]
Count = Annotated[int, Meta(ge=0, le=2**53)]  # exact in every reader of JSON
Size = Annotated[int, Meta(ge=1, le=2**53)]
Seed = Annotated[int, Meta(ge=0)]
Rate = Annotated[float, Meta(ge=0, le=1e30)]
Once = Annotated[float, Meta(ge=0, le=LONGEST, description="Seconds, once a process.")]
Seconds = Annotated[float, Meta(ge=1e-12, le=LONGEST, description="Seconds that a clock gives.")]
Number = float | None  # null: NaN or infinite, which JSON has no word for
Numbers = tuple[Number, ...]
Rows = tuple[Number | Numbers, ...]
Nested = Number | tuple[Number | tuple[Number | Rows, ...], ...]  # as a parameter is
Rounds = Annotated[tuple[Seconds, ...], Meta(min_length=1)]
Name = Annotated[str, Meta(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Title = Annotated[str, Meta(min_length=1)]
Hashed = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]  # the first digits of a SHA-256
RawName = Annotated[str, Meta(pattern=r"^[0-9]{3,9}-[0-9]{2,9}\.json$")]


class Record(Struct, frozen=True, kw_only=True, tag_field="format"):
    """A file. Keys are only added; a change of meaning raises the version."""

    version: Literal[3] = 3
