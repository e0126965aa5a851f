"""Any encoding, any name, every command: an exit code as designed, never a traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.bench.hostile import ENCODINGS, NAME, ROOT, command
from tests.nightly import nightly, one_by_day

STORED = ROOT / "tests" / "data" / "run-version-1"
HOSTILE = NAME.replace("/", "")
BACKEND = f"no\u202e{HOSTILE}"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A stored run in a folder with a hostile name; so are its arms, versions and reasons."""
    folder = tmp_path / HOSTILE
    shutil.copytree(STORED, folder)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    for number, arm in enumerate(plan["arms"]):
        arm["name"] = f"{number} {arm['name']} {HOSTILE}"
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    for path in folder.glob("raw/*.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["framework_version"] = HOSTILE
        raw["reason"] = raw["reason"] and f"{raw['reason']} {HOSTILE} µ÷ \ud800"
        raw["facts"] |= {"cpu": HOSTILE, "cpus": 2, "kernel": HOSTILE, "memory_bytes": 1}
        path.write_text(json.dumps(raw), encoding="utf-8")
    return folder


@pytest.mark.parametrize("encoding", one_by_day(ENCODINGS))
def test_a_run_with_hostile_names_is_reported_and_compared(encoding: str, run: Path) -> None:
    variables = ENCODINGS[encoding]
    written = run / f"x{HOSTILE}.md"
    for expected, words in (
        ((0, 2, 3), ("report", run)),
        ((0, 2, 3), ("report", run, "--json", "--figures", run / f"figures{HOSTILE}")),
        ((0, 1, 2), ("compare", run, run, "--markdown", written)),
        ((0, 1, 2), ("compare", run, run, "--json")),
    ):
        done = command(*words, **variables)
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode in expected, done.stderr.decode(errors="replace")
        assert b"\x1b" not in done.stdout + done.stderr
        if "--json" in words and done.stdout:
            json.loads(done.stdout.decode("ascii"))
    names = ("index.html", "table.md", "cells.csv", "blocks.csv", "cells.json", "times.svg")
    for path in [run / "report" / name for name in names] + [p for p in [written] if p.exists()]:
        text = path.read_bytes().decode("utf-8", errors="strict")
        assert "\u202e" not in text
        assert "\x1b" not in text
    assert len(list((run / f"figures{HOSTILE}").iterdir())) > 10


@pytest.mark.parametrize("encoding", one_by_day(ENCODINGS))
def test_no_name_that_is_typed_ends_in_a_traceback(
    encoding: str, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    none = tmp_path / HOSTILE
    typed: list[tuple[object, ...]] = [
        (HOSTILE,),
        ("report", none),
        ("compare", none, none),
        ("run", "--resume", none),
        ("run", "--backend", "numpy", "--out", f"/proc/{HOSTILE}"),
        ("run", "--backend", "numpy", "--baseline", HOSTILE),
        ("run", "--arm", f"numpy@{none}"),
        ("run", "--python", HOSTILE),
        ("run", "--phase", HOSTILE),
        ("check", "--backend", BACKEND),
        ("check", "--backend", f"{BACKEND}:Class"),
        ("check", "--backend", f"module:{HOSTILE}"),
        ("check", "--dtype", HOSTILE, "--json"),
        ("check", "--lr", HOSTILE),
        ("list", HOSTILE),
        ("report", STORED, "--out", tmp_path / "out", "--figures", f"/proc/{HOSTILE}"),
    ]
    for words in typed:
        with subtests.test(msg=ascii(words)):
            done = command(*words, **ENCODINGS[encoding])
            told = done.stderr.decode(errors="replace")
            assert done.returncode == 2, told
            assert "Traceback" not in told
            assert "\u202e" not in told
            assert "\x1b" not in told


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_signs_that_an_encoding_lacks_become_what_people_type(
    encoding: str, tmp_path: Path
) -> None:
    done = command("report", STORED, "--out", tmp_path / "out", **ENCODINGS[encoding])
    assert b"\\x" not in done.stdout
    assert ("ratio: time ÷" if encoding == "cp1252" else "ratio: time /").encode(
        encoding
    ) in done.stdout


@nightly
@pytest.mark.parametrize("encoding", one_by_day(["ascii", "the C locale"]))
def test_a_run_in_a_folder_with_a_hostile_name_is_measured_and_gone_on_with(
    encoding: str, tmp_path: Path
) -> None:
    folder = tmp_path / HOSTILE
    few = ("--quick", "--blocks", "1", "--backend", "numpy", "--phase", "epoch")
    words = ("run", *few, "--out", folder)
    for line in (words, ("run", "--resume", folder, "--json")):
        done = command(*line, **ENCODINGS[encoding])
        assert b"Traceback" not in done.stderr, done.stderr.decode(errors="replace")
        assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert (folder / "report" / "index.html").exists()
    assert json.loads(done.stdout)["cells"]


@pytest.mark.parametrize("encoding", one_by_day(ENCODINGS))
@pytest.mark.parametrize("words", [("list",), ("list", "--json"), ("run", "--help")], ids=" ".join)
def test_every_encoding_lists_and_helps(encoding: str, words: tuple[str, ...]) -> None:
    done = command(*words, **ENCODINGS[encoding])
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_arm_may_print_what_the_encoding_lacks_and_its_last_words_are_told() -> None:
    words = ("check", "--backend", "tests.bench.faulty:expires", "--device", "cpu", "--json")
    done = command(*words, "--dtype", "float32", **ENCODINGS["ascii"])
    (row,) = (json.loads(line) for line in done.stdout.splitlines())
    assert (done.returncode, row["status"]) == (4, "crashed")
    assert row["reason"].endswith(("has expired: \\xb5", "has expired: µ"))
    assert "the licence has expired" in Path(row["log"]).read_text(encoding="utf-8")
