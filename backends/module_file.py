"""The file that a module is in, found without importing anything, its packages included."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Found(NamedTuple):
    """Where a module's own text lies, and where the modules within it do."""

    origin: str | None  # None: it is in no file, such as a package without one of its own
    folders: list[str] | None  # None: it is no package


def module_file(module: str) -> Path | None:
    """The Python file of the dotted ``module``; None where none is found so."""
    found = _found(module)
    origin = found.origin if found else None
    return Path(origin) if origin and origin.endswith(".py") else None


def _found(module: str) -> Found | None:
    package = module.rpartition(".")[0]
    home = _found(package) if package else None
    if package and (home is None or home.folders is None):
        return None
    # A package without a file in another one asks for that, which is not imported
    with suppress(ImportError, KeyError):
        for finder in sys.meta_path:
            if spec := finder.find_spec(module, home and home.folders):
                origin = spec.origin if spec.has_location else None
                return Found(origin, spec.submodule_search_locations)
    return None
