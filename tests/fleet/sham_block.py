"""A block as ``bench.fleet.block`` runs it, of arms that are doubles."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.fleet.block import BlockRunner, main
from bench.runner.suite import Suite
from runfiles.records import Ceilings
from runfiles.store import write

ARM = Path(__file__).parent / "sham_arm.py"


class ShamSuite(Suite):
    """What starts the doubles."""

    def pytest(self, python: str | None, words: Sequence[str]) -> list[str]:
        return [sys.executable, "-I", "-S", str(ARM), *words]


@dataclass
class ShamRunner(BlockRunner):
    """A runner of doubles, on a machine that has no ceilings."""

    suite: Suite = field(default_factory=ShamSuite)

    def measure_ceilings(self, block: int) -> None:
        path = self.folder / "ceilings" / f"{block:03d}.json"
        write(path, Ceilings(block=block, status="refused", reason="sham", machine=self.machine))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), ShamRunner))
