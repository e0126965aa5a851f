"""The file that a module is in, found without importing anything, its packages included."""

from __future__ import annotations

import sys
from importlib.machinery import ModuleSpec
from itertools import accumulate
from pathlib import Path


def module_file(module: str) -> Path | None:
    """The Python file of the dotted ``module``; None where none is found so."""
    found, folders = None, None
    for name in accumulate(module.split("."), "{}.{}".format):
        found = _spec(name, folders)
        if found is None:
            return None
        folders = found.submodule_search_locations
    origin = found.origin if found and found.has_location else None
    return Path(origin) if origin and origin.endswith(".py") else None


def _spec(name: str, folders: list[str] | None) -> ModuleSpec | None:
    """What the import system finds in ``folders``, which are those of the module's package."""
    if folders is None and "." in name:  # of a module that is no package
        return None
    for finder in sys.meta_path:
        try:
            found = finder.find_spec(name, folders)
        except (ImportError, KeyError):  # of a namespace package within one that is not imported
            found = None
        if found is not None:
            return found
    return None
