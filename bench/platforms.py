"""The platforms that the suite runs on: those with POSIX's locks, signals and resource usage."""

from __future__ import annotations

import sys

UNUSABLE = 2  # as in bench.command.exits, which is not loaded yet


def require_platform(platform: str | None = None) -> None:
    """End this process with a sentence and exit code 2 where ``platform`` is native Windows.

    Called before anything is imported that only POSIX has. None: the platform of this process.
    """
    if (platform or sys.platform) == "win32":
        print(
            "autograd-bench runs on Linux and macOS, and this is native Windows: set up WSL2 "
            "(wsl --install), then install autograd-bench and run it there, as on Linux.",
            file=sys.stderr,
        )
        raise SystemExit(UNUSABLE)
