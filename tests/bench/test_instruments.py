"""What moves every time in a process is found by looking, and nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.worker.instruments import USUAL_MALLOC, mapped_at
from tests.bench.test_cli import ROOT, command, rows_of

FOUND = "from bench.worker.instruments import instruments; print('; '.join(instruments()))"
MALLOC = """
#include <stddef.h>
extern void *__libc_malloc(size_t);
void *malloc(size_t size) { return __libc_malloc(size); }
"""


def found_after(code: str, *flags: str, **variables: str) -> str:
    """What is found in a fresh interpreter after ``code``."""
    done = subprocess.run(
        [sys.executable, *flags, "-c", f"{code}\n{FOUND}"],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | variables,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("pass", ""),
        ("import faulthandler; faulthandler.enable()", ""),
        ("import sys; sys.settrace(lambda *_: None)", "a tracer (sys.settrace) is active"),
        ("import threading as t; t.settrace(print)", "a tracer (sys.settrace) is active"),
        ("import sys; sys.setprofile(lambda *_: None)", "a profiler (sys.setprofile) is active"),
        ("import tracemalloc; tracemalloc.start()", "tracemalloc is active"),
    ],
)
def test_what_is_called_back_while_python_runs_is_found(code: str, told: str) -> None:
    assert found_after(code) == told


def test_development_mode_and_debug_hooks_are_found_and_an_ignored_variable_is_not() -> None:
    assert "Python's development mode is active" in found_after("", "-X", "dev")
    told = found_after("", PYTHONMALLOC="pymalloc_debug")
    assert told == "PYTHONMALLOC has the allocator's debug hooks active"
    assert found_after("", PYTHONMALLOC="malloc") == ""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring came with Python 3.12")
def test_a_tool_of_sys_monitoring_is_found() -> None:
    told = found_after("import sys; sys.monitoring.use_tool_id(2, 'a profiler of mine')")
    assert told == "a profiler of mine is active (sys.monitoring)"


@pytest.mark.parametrize(
    ("name", "usual"),
    [
        *(("libc.so.6", True), ("libc-2.31.so", True), ("ld-musl-x86_64.so.1", True)),
        *(("libjemalloc.so.2", False), ("libtcmalloc.so.4", False), ("libasan.so.8", False)),
        *(("libcustom.so", False), ("libpython3.12.so.1.0", True)),
    ],
)
def test_whose_malloc_it_may_be(name: str, usual: bool) -> None:
    assert bool(USUAL_MALLOC.fullmatch(name)) is usual


def test_the_file_of_an_address_is_read_from_the_maps() -> None:
    lines = [
        "1000-2000 r-xp 00000000 00:00 0 ",
        "2000-3000 r-xp 00000000 08:01 7 /a folder/libc.so.6",
    ]
    assert mapped_at(0x2FFF, lines) == Path("/a folder/libc.so.6")
    assert mapped_at(0x1000, lines) is None
    assert mapped_at(0x3000, lines) is None


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel lists what is mapped")
@pytest.mark.parametrize("end", ["\r", "\x0b", "\x1c", "\x85", "\u2028"])
def test_a_file_whose_name_holds_what_ends_a_line_may_be_mapped(end: str, tmp_path: Path) -> None:
    """As the orders of timed calls are, in a folder that is called so."""
    path = tmp_path / f"a{end}b"
    path.write_bytes(b"something")
    code = f"import mmap; file = open({str(path)!r}, 'rb'); "
    assert found_after(f"{code}kept = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)") == ""


@pytest.mark.skipif(sys.platform != "linux", reason="preloading by this name is Linux's")
def test_a_preloaded_malloc_is_dropped_and_refused_where_it_was_kept(tmp_path: Path) -> None:
    if shutil.which("gcc") is None:
        pytest.skip("a library to preload takes gcc")
    library = tmp_path / "libmine.so"
    source = tmp_path / "mine.c"
    source.write_text(MALLOC)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    words = ("check", "--backend", "numpy", "--device", "cpu", "--dtype", "float32", "--json")
    preloaded = {"LD_PRELOAD": str(library)}
    assert [row["status"] for row in rows_of(command(*words, **preloaded).stdout)] == ["ok"]
    done = command(*words, "--keep-env", "LD_PRELOAD", **preloaded)
    (row,) = rows_of(done.stdout)
    assert (done.returncode, row["status"]) == (2, "refused")
    assert "libmine.so allocates in place of the C library" in row["reason"]
