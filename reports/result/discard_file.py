"""discarded/NNN.json: why a block was measured again, read into a Discard."""

from __future__ import annotations

import re

from reports.result.raw_file import NAME as RAW_NAME
from reports.result.run import Discard
from reports.result.schema import MANY, Fields, Mismatch, count, items, text

NAME = re.compile(r"\d{3,9}\.json", re.ASCII)


def read_discard(fields: Fields, file: str) -> Discard:
    """The discard that the note named ``file`` tells of. Raises Mismatch."""
    discard = Discard(
        file=file,
        block=fields.need("block", count(0, MANY)),
        reasons=fields.need("reasons", items(text)),
        files=fields.need("files", items(text)),
    )
    for i, name in enumerate(discard.files):
        named = RAW_NAME.fullmatch(name)
        if named is None or int(named[1]) != discard.block:
            asked = f"the name of a raw file of block {discard.block}"
            raise Mismatch(f"files[{i}]", name, asked)
    return discard
