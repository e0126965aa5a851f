"""The folder of temporary files: engines that compile load from there what they compiled."""

from __future__ import annotations

import os
import tempfile

from backends.base import Refusal


def not_executable(engine: str) -> Refusal | None:
    """None where ``engine`` can load a library that it writes into the folder, else why not."""
    try:
        folder = tempfile.gettempdir()
        is_executable = not os.statvfs(folder).f_flag & os.ST_NOEXEC
    except OSError as error:
        reason = f"{engine} compiles into a temporary folder, and there is none: {error}"
        return Refusal("unavailable", f"{reason}. Set TMPDIR to a folder that can be written.")
    if is_executable:
        return None
    return Refusal(
        "unavailable",
        f"{engine} loads what it compiles from {folder}, which is mounted noexec; expected a "
        "folder that programs may be loaded from. Set TMPDIR to one.",
    )
