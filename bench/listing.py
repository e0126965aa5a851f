"""The listing of backends: what is found here, without importing any of it."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from backends import registry


def listing() -> list[dict[str, Any]]:
    """One row a registered backend: name, framework, version, whether found, how to install."""
    return [row(entry) for entry in registry.entries().values()]


def row(entry: registry.Entry) -> dict[str, Any]:
    """What is known of one backend before its framework is imported."""
    found = registry.is_installed(entry)
    return {
        "backend": entry.name,
        "framework": entry.requires,
        "version": version(entry.requires) if found else None,
        "found": found,
        "install": None if found else entry.install,
        "target": entry.target,
        "source": entry.source,
    }


def version(framework: str | None) -> str | None:
    """The installed version by the package metadata."""
    try:
        return metadata.version(framework) if framework else None
    except metadata.PackageNotFoundError:
        return None
