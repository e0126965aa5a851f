"""Records are written whole or not at all, and read only when they are what they say."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from runfiles.errors import BadRun
from runfiles.records import Discard, Interpreters, Plan, Process
from runfiles.store import read, write

PLACE: dict[str, Any] = {"block": 0, "position": 0, "arm": 0}
NOTE = Discard(number=0, block=1, reasons=("a reason",), files=("001-00.json",))


def test_a_record_comes_back_and_leaves_no_scratch_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "000.json"
    write(path, NOTE)
    assert read(path, Discard) == NOTE
    assert [one.name for one in path.parent.iterdir()] == ["000.json"]


def test_a_path_that_is_no_text_comes_back_as_it_was(tmp_path: Path) -> None:
    """An interpreter is started by it; what reports show is spelled with a question mark."""
    found = Interpreters(paths={"old": "/venv-\udcff/bin/python"})
    write(tmp_path / "a.json", found)
    assert read(tmp_path / "a.json", Interpreters) == found
    shown = Process(**PLACE, status="crashed", reason="in /venv-\udcff")
    write(tmp_path / "b.json", shown)
    assert read(tmp_path / "b.json", Process).reason == "in /venv-?"


def test_a_record_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write(path, Process(**PLACE, status="ok"))
    with pytest.raises(ValueError, match="Out of range"):
        write(path, Process(**PLACE, status="ok", gradient_error=float("nan")))
    assert read(path, Process) == Process(**PLACE, status="ok")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_that_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``/dev/full`` answers every write as a full disk does."""

    def full(**_: object) -> tuple[int, str]:
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "scratch")

    monkeypatch.setattr("runfiles.store.tempfile.mkstemp", full)
    with pytest.raises(BadRun, match=r"No space left on device.*--out.*are kept"):
        write(tmp_path / "a.json", NOTE)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": "else"}', '{"version": 1}'])
def test_what_is_no_record_is_refused_with_its_path(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(BadRun, match=r"a\.json"):
        read(path, Process)


def test_a_record_of_another_kind_or_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write(path, NOTE)
    with pytest.raises(BadRun, match="expected 'autograd-bench plan'"):
        read(path, Plan)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"version": 99}))
    with pytest.raises(BadRun, match="version is 99; expected 1 to 3"):
        read(path, Discard)
