"""The command ``autograd-bench``, also as ``python -m bench``."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.platforms import require_platform
from bench.runner import import_path


def main() -> None:
    """Run the command, with nothing of the working folder or ``PYTHONPATH`` before the rest."""
    require_platform()
    sys.path.insert(0, str(Path(__file__).absolute().parent.parent))
    import backends  # noqa: F401  # from where this package lies, whatever else is called so
    import reports  # noqa: F401
    import runfiles  # noqa: F401

    del sys.path[0]
    import_path.seal()
    from bench.command import main as command

    command.main()


if __name__ == "__main__":
    main()
