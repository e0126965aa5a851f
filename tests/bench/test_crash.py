"""Why an arm crashed: the cause in one line, and the last line of its own code."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from backends.registry import is_own
from bench.runner.log import killed, last_words, place_in_dump
from bench.worker.crash import crash_text

SOURCE = """
import json

ANNOUNCED = "\\n\\x1b[1mFailed in nopython mode pipeline (step: x)\\nno add for:\\n >>> add"
EXPLAINED = "fake call\\n  Explanation: the shapes do not fit\\n  Hint: see there"

def loads():
    return json.loads("{")

def chained():
    try:
        return 1 / 0
    except ZeroDivisionError as error:
        raise RuntimeError("no rate\\nfor this size") from error

def handled():
    try:
        return {}["rate"]
    except KeyError:
        raise RuntimeError("no rate") from None

def unspeakable():
    class Mute(Exception):
        def __str__(self):
            raise OSError
    raise Mute

def announced():
    raise RuntimeError(ANNOUNCED)

def explained():
    raise RuntimeError(EXPLAINED)

def stands_in():
    class UnfilteredStackTrace(Exception):
        pass
    raise TypeError("the real one") from UnfilteredStackTrace("frames")
"""


def crash_of(function: str, folder: Path) -> str:
    path = folder / "my_backend.py"
    path.write_text(SOURCE, encoding="utf-8")
    try:
        runpy.run_path(str(path))[function]()
    except Exception as error:
        return crash_text(error, "epoch", "my_backend")
    raise AssertionError


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (
            "loads",  # where the innermost frame is a library's
            (
                "JSONDecodeError in epoch: Expecting property name enclosed in double quotes: line "
                '1 column 2 (char 1) (my_backend.py:8: return json.loads("{"))'
            ),
        ),
        (
            "chained",
            (
                "RuntimeError in epoch: no rate; caused by ZeroDivisionError: division by zero "
                "(my_backend.py:12: return 1 / 0)"
            ),
        ),
        (
            "handled",
            (
                "RuntimeError in epoch: no rate "
                '(my_backend.py:20: raise RuntimeError("no rate") from None)'
            ),
        ),
        ("unspeakable", "Mute in epoch: its message cannot be read (my_backend.py:26: raise Mute)"),
        (
            "announced",
            (
                "RuntimeError in epoch: Failed in nopython mode pipeline (step: x) no add for: "
                ">>> add (my_backend.py:29: raise RuntimeError(ANNOUNCED))"
            ),
        ),
        (
            "explained",
            (
                "RuntimeError in epoch: fake call Explanation: the shapes do not fit "
                "(my_backend.py:32: raise RuntimeError(EXPLAINED))"
            ),
        ),
        (
            "stands_in",
            (
                "TypeError in epoch: the real one (my_backend.py:37: "
                'raise TypeError("the real one") from UnfilteredStackTrace("frames"))'
            ),
        ),
    ],
)
def test_a_crash_is_its_cause_with_the_last_line_of_the_arms_own_code(
    function: str, told: str, tmp_path: Path
) -> None:
    assert crash_of(function, tmp_path) == told


def test_of_a_long_message_both_ends_are_told() -> None:
    text = crash_text(ValueError("begin" + "x" * 1000 + "end"), "epoch", "m")
    assert len(text) < 300
    assert text.startswith("ValueError in epoch: begin")
    assert text.endswith("end")


@pytest.mark.parametrize(
    ("file", "module", "expected"),
    [
        ("/home/u/my_backend.py", "my_backend", True),
        ("/home/u/my_backend/core.py", "my_backend", True),
        ("/home/u/other.py", "my_backend", False),
        ("/v/lib/site-packages/theirs.py", "theirs", True),
        ("/v/lib/site-packages/torch/nn.py", "theirs", False),
        ("/home/u/theirs/.venv/lib/site-packages/torch/nn.py", "theirs", False),
        ("/v/site-packages/backends/engines/jax_arrays.py", "backends.engines.jax_step", True),
        ("/v/site-packages/backends/checks.py", "backends.engines.jax_step", False),
        ("/v/site-packages/jax/_src/api.py", "backends.engines.jax_step", False),
    ],
)
def test_a_file_is_the_arms_own_where_its_module_or_package_holds_it(
    file: str, module: str, expected: bool
) -> None:
    assert is_own(file, module) is expected


def test_a_signals_place_is_the_innermost_own_line_of_the_thread_that_died(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(
        "Fatal Python error: Segmentation fault\n\n"
        "Thread 0x00007f01 (most recent call first):\n"
        '  File "/u/my_backend.py", line 7 in waits\n\n'
        "Current thread 0x00007f02 (most recent call first):\n"
        '  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at\n'
        '  File "/u/my_backend.py", line 41 in epoch\n'
        '  File "/u/my_backend.py", line 12 in outer\n\n'
        "Extension modules: numpy.core (total: 2)\n",
        encoding="utf-8",
    )
    assert place_in_dump(log, "my_backend") == "in epoch (my_backend.py:41)"
    assert killed("killed by SIGSEGV", log, "my_backend").endswith(
        "SIGSEGV in epoch (my_backend.py:41)"
    )
    said = "..\nterminate called after throwing\n  what():  std::bad_alloc\nx: FutureWarning: old\n"
    log.write_text(said + log.read_text(encoding="utf-8"), encoding="utf-8")
    assert killed("killed by SIGABRT", log, "my_backend") == (
        "killed by SIGABRT in epoch (my_backend.py:41); it last said: what():  std::bad_alloc"
    )
    assert place_in_dump(log, "another") is None
    assert place_in_dump(tmp_path / "none.txt", "my_backend") is None


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("", "it said nothing"),
        ("the licence has expired\n", "it last said: the licence has expired"),
        (
            "the licence has expired\nx.py:3: UserWarning: old\n  warnings.warn('old')\n. [100%]\n",
            "it last said: the licence has expired",
        ),
        (
            (
                "Traceback (most recent call last):\n  File 'x', line 1\nOSError: no disk\n"
                "Extension modules: numpy (total: 1)\nbye\n"
            ),
            "it last said: OSError: no disk",
        ),
        (
            (
                "INTERNALERROR> Traceback (most recent call last):\n"
                "INTERNALERROR>   File 'x', line 1\nINTERNALERROR> KeyError: 'a'\n\n"
                "no tests ran in 0.01s\n"
            ),
            "it last said: KeyError: 'a'",
        ),
        ("x.py:3: UserWarning: only this\n", "it last said: x.py:3: UserWarning: only this"),
    ],
)
def test_last_words_are_the_exception_or_the_last_line_of_use(
    log: str, told: str, tmp_path: Path
) -> None:
    (tmp_path / "log.txt").write_text(log, encoding="utf-8")
    assert last_words(tmp_path / "log.txt") == f"the process ended without a result; {told}"
