"""ceilings/NNN.json: what the machine could do at best in one block, read into a Ceilings."""

from __future__ import annotations

import re

from reports.result.raw_file import LONGEST, SHORTEST, STATUSES
from reports.result.run import Ceilings, Copy, Product
from reports.result.schema import (
    MANY,
    Fields,
    Mismatch,
    anything,
    count,
    items,
    one_of,
    samples,
    text,
)

NAME = re.compile(r"(\d{3,9})\.json", re.ASCII)
SECONDS = samples(SHORTEST, LONGEST, at_least=1)


def read_ceilings(fields: Fields, file: str) -> Ceilings:
    """The ceilings that the file named ``file`` holds. Raises Mismatch."""
    status = fields.need("status", one_of(*STATUSES))
    is_ok = status == "ok"
    copies = fields.need("copies", items(_copy)) if is_ok else ()
    products = fields.need("products", items(_product)) if is_ok else ()
    for key in () if is_ok else ("copies", "products"):
        if fields.maybe(key, items(anything)):
            raise Mismatch(key, "a list with numbers", f"none, for it is {status}")
    return Ceilings(
        file=file,
        block=fields.need("block", count(0, MANY)),
        status=status,
        reason=fields.maybe("reason", text),
        copies=copies,
        products=products,
    )


def _copy(value: object, where: str) -> Copy:
    fields = Fields(value, where)
    return Copy(
        what=fields.need("what", text),
        n_bytes=fields.need("n_bytes", count(1, MANY)),
        seconds=fields.need("seconds", SECONDS),
    )


def _product(value: object, where: str) -> Product:
    fields = Fields(value, where)
    return Product(
        dtype=fields.need("dtype", text),
        n=fields.need("n", count(1, MANY)),
        flop=fields.need("flop", count(1, MANY)),
        seconds=fields.need("seconds", SECONDS),
    )
