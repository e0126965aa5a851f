"""The first lines of a process of a run: where it may import from, then the module it runs.

Started by its path in a folder that holds our packages and nothing else, under ``-P``: no folder
of a script and no working folder is on the path before this adds what the first argument lists.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path


def main() -> None:
    """Run ``MODULE WORDS...`` of the arguments ``LAST-PATHS FOLDER MODULE WORDS...``."""
    last, folder, *words = sys.argv[1:]
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))  # a link: where it leads has more
    sys.path += [path for path in json.loads(last) if path not in sys.path]
    os.chdir(folder)
    sys.argv = words
    runpy.run_module(words[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
