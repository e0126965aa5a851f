"""Temporary folders of the command: removed when it ends."""

from __future__ import annotations

import tempfile

from backends.errors import BadInput


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder, to be cleaned up. Raises BadInput where none can be made."""
    try:
        return tempfile.TemporaryDirectory(prefix="autograd-bench-")
    except OSError as error:
        raise BadInput(
            f"no folder for temporary files can be made: {error}. Expected one that can be "
            "written, with some room; set TMPDIR to it."
        ) from error
