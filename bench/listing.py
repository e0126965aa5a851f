"""The listing of backends: what is found here, without importing any of it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from backends import registry


def listing() -> list[dict[str, Any]]:
    """One row a registered backend: name, framework, version, whether found, how to install."""
    brought_by = metadata.packages_distributions()
    return [row(entry, brought_by) for entry in registry.entries().values()]


def row(entry: registry.Entry, brought_by: Mapping[str, list[str]]) -> dict[str, Any]:
    """What is known of one backend before its framework is imported."""
    found = registry.is_installed(entry)
    return {
        "backend": entry.name,
        "framework": entry.requires,
        "version": version(brought_by.get(entry.requires or "")) if found else None,
        "found": found,
        "install": None if found else entry.install,
        "target": entry.target,
        "source": entry.source,
    }


def version(distributions: list[str] | None) -> str | None:
    """The installed version by the metadata of the distribution that brings the package."""
    return metadata.version(distributions[0]) if distributions else None
