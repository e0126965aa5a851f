"""A discard: why a block was set aside whole and measured again."""

from __future__ import annotations

from runfiles.errors import mismatch
from runfiles.record import Count, RawName, Record


class Discard(Record, frozen=True, kw_only=True, tag="autograd-bench discard"):
    """discarded/NNN.json: why a block was set aside whole and measured again."""

    number: Count  # of the note
    block: Count
    reasons: tuple[str, ...]
    files: tuple[RawName, ...]  # names of its raw files

    def __post_init__(self) -> None:
        for i, name in enumerate(self.files):
            if int(name.partition("-")[0]) != self.block:
                asked = f"the name of a raw file of block {self.block}"
                raise mismatch(f"files[{i}]", name, asked)

    @property
    def file(self) -> str:
        """The name that the file has in ``discarded/``."""
        return f"{self.number:03d}.json"
