"""The listing: backends, found here without importing any of it, and problems."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from backends import registry

PROGRAMS = {registry.CC: "gcc", registry.CXX: "g++", registry.CLANG: "clang"}


def listing() -> list[dict[str, Any]]:
    """One row a registered backend: what it is, what of it is found, how to get the rest."""
    brought_by = metadata.packages_distributions()
    return [row(entry, brought_by) for entry in registry.entries().values()]


def row(entry: registry.Entry, brought_by: Mapping[str, list[str]]) -> dict[str, Any]:
    """What is known of one backend before its framework is imported.

    ``install`` is the command that brings a framework not found; ``needs`` is the program the
    backend starts, whether it is found, and how to get it.
    """
    found = registry.is_installed(entry)
    command, needs = split_hint(entry.install or "")
    return {
        "backend": entry.name,
        "framework": entry.framework,
        "requires": list(entry.requires),
        "version": version(brought_by.get(entry.framework or "")) if found else None,
        "found": found,
        "install": None if found else command or None,
        "needs": needs,
        "target": entry.target,
        "source": entry.source,
        "source_version": version([entry.source]),
    }


def problems() -> list[dict[str, str]]:
    """One row a problem that ``--problem`` knows by name: its arrays, sizes and promise.

    One of another package is not imported: what it is made of is not known.
    """
    from problems.registry import REGISTERED, entry_points  # loads NumPy

    ours = [
        {
            "problem": one.name,
            "parameters": ", ".join(one.params),
            "data": ", ".join(one.data),
            "sizes": ", ".join(f"{name} {value:g}" for name, value in one.sizes().items()),
            "promises": one.promise,
        }
        for one in REGISTERED.values()
    ]
    theirs = {"parameters": "", "data": ""}
    return ours + [
        {"problem": name, **theirs, "sizes": f"from {target}", "promises": ""}
        for name, target in entry_points().items()
    ]


def split_hint(install: str) -> tuple[str, dict[str, Any] | None]:
    """The command of an install hint, and what is known of the program named after it."""
    for text, program in PROGRAMS.items():
        if install.endswith(text):
            found = shutil.which(program) is not None
            hint = text.removeprefix(", and ")
            needs = {"program": program, "found": found, "hint": hint}
            return install.removesuffix(text), needs
    return install, None


def version(distributions: list[str] | None) -> str | None:
    """The installed version by the metadata of the distribution that brings the package."""
    try:
        return metadata.version(distributions[0]) if distributions else None
    except metadata.PackageNotFoundError:  # a checkout that is not installed, an unnamed source
        return None
