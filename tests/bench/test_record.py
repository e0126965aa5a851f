"""Records are written whole or not at all, and read only when they are what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.record import PLAN, RAW, read_json, write_json


def test_a_record_comes_back_and_leaves_no_scratch_file(tmp_path: Path) -> None:
    write_json(tmp_path / "new" / "a.json", {**RAW, "x": [1.5, None]})
    assert read_json(tmp_path / "new" / "a.json", RAW)["x"] == [1.5, None]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.json"]


def test_a_record_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, {**RAW, "x": 1})
    with pytest.raises(ValueError, match="Out of range"):
        write_json(path, {**RAW, "x": float("nan")})
    assert read_json(path, RAW)["x"] == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_that_says_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``/dev/full`` answers every write as a full disk does."""

    def full(**_: object) -> tuple[int, str]:
        return os.open("/dev/full", os.O_WRONLY), str(tmp_path / "scratch")

    monkeypatch.setattr("bench.record.tempfile.mkstemp", full)
    with pytest.raises(BadInput, match=r"No space left on device.*--out.*are kept"):
        write_json(tmp_path / "a.json", {**RAW})


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": "else"}', '{"version": 1}'])
def test_what_is_no_record_is_refused_with_its_path(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"a\.json"):
        read_json(path, RAW)


def test_a_record_of_another_kind_or_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_json(path, RAW)
    with pytest.raises(BadInput, match="expected"):
        read_json(path, PLAN)
    write_json(path, RAW | {"version": 99})
    with pytest.raises(BadInput, match="99"):
        read_json(path, RAW)
