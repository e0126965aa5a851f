"""Whether a later cells.json says what an earlier one said, to the last digit.

``python -m tests.reports.same_numbers OLD.json NEW.json`` names every number that is lost or
changed, every word that changed and every key that was added.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of everything in a document that holds nothing else."""
    if isinstance(value, dict) and value:
        for name, entry in value.items():
            yield from leaves(entry, f"{path}.{name}")
    elif isinstance(value, list) and value:
        for place, entry in enumerate(value):
            yield from leaves(entry, f"{path}[{place}]")
    else:
        yield path, value


def differences(old: Any, new: Any) -> list[str]:
    """What of ``old`` is not in ``new`` under the same keys, with the same digits."""
    found = dict(leaves(new))
    return [
        f"{path}: {value!r} became {found.get(path, 'nothing')!r}"
        for path, value in leaves(old)
        if path not in found or repr(found[path]) != repr(value)
    ]


def added(old: Any, new: Any) -> list[str]:
    """What is only in ``new``."""
    known = dict(leaves(old))
    return [path for path, _ in leaves(new) if path not in known]


def main(earlier: str, later: str) -> int:
    """Print the differences; 1 where there are some."""
    old, new = (json.loads(Path(file).read_text(encoding="utf-8")) for file in (earlier, later))
    found = differences(old, new)
    print(*found, *(f"added: {path}" for path in added(old, new)), sep="\n")
    print(f"{len(found)} of {sum(1 for _ in leaves(old))} values differ.")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
