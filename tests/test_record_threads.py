"""Records are read by several threads: of each type the first reading is alone."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runfiles.records import Process
from runfiles.store import read

RAW = Path(__file__).parent / "data" / "run-version-2" / "raw"


def test_no_two_records_are_converted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A type that one thread is still finding out about ends the process in another."""
    inside, most, convert = 0, 0, msgspec.convert

    def counted(*given: Any) -> Any:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.02)
        inside -= 1
        return convert(*given)

    monkeypatch.setattr(msgspec, "convert", counted)
    path, found = next(iter(sorted(RAW.glob("*.json")))), list[Process]()
    readers = [threading.Thread(target=lambda: found.append(read(path, Process))) for _ in "abcd"]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (len(found), most) == (4, 1)
