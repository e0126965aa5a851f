"""The code of a run as its file holds it: the text of what was measured, each file once."""

from __future__ import annotations

import hashlib
from typing import Annotated

from msgspec import Meta, Struct

from runfiles.errors import mismatch
from runfiles.records import Record


class CodeFile(Struct, frozen=True, kw_only=True):
    """One file by its text. Where it lay is not told."""

    module: Annotated[str, Meta(min_length=1)]  # what it is imported as
    text: str
    sha256: str  # of the text's bytes

    @classmethod
    def of(cls, module: str, text: str) -> CodeFile:
        """The file of ``module`` that says ``text``."""
        return cls(module=module, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


class Place(Struct, frozen=True, kw_only=True):
    """Where the code of one thing is."""

    module: str | None = None  # of one of ``files``
    names: tuple[str, ...] = ()  # what it is called there
    reason: str | None = None  # why it is in none of them


class Code(Record, frozen=True, kw_only=True, tag="autograd-bench code"):
    """code.json: the code that was measured, as it was when the run was planned."""

    files: tuple[CodeFile, ...] = ()  # also what they import from beside them, of our own
    arms: tuple[Place, ...] = ()  # one each, in the plan's order
    objective: Place | None = None  # None: it is the user's file, which the plan has
    loop: Place | None = None  # the lesson's own, where it is the lesson

    def __post_init__(self) -> None:
        modules = [file.module for file in self.files]
        for i, file in enumerate(self.files):
            expected = CodeFile.of(file.module, file.text).sha256
            if file.sha256 != expected:
                raise mismatch(f"files[{i}].sha256", file.sha256, f"{expected}, that of its text")
            if modules.index(file.module) != i:
                raise mismatch(f"files[{i}].module", file.module, "one that no other file has")
        places = {"objective": self.objective, "loop": self.loop}
        places |= {f"arms[{i}]": place for i, place in enumerate(self.arms)}
        for where, place in places.items():
            if place and place.module is not None and place.module not in modules:
                raise mismatch(f"{where}.module", place.module, "that of a file")
