"""Instruments: what is active inside a process and moves every time in it.

Looked for, not inferred from variables: what was dropped before the process started, and is not
active, refuses nothing.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from bench.container import lines_of, read_text

N_TOOLS = 6  # places that sys.monitoring has
# Whose malloc it may be: the C library's, or the interpreter's own where it is linked statically
USUAL_MALLOC = re.compile(r"libc([-.].*)?\.so.*|ld-musl-.*|libpython.*|libsystem_malloc.*")


def instruments() -> list[str]:
    """What of it is active now, each as a clause; empty in a process fit to be measured."""
    return [*tracers(), *slow_builds(), *allocators()]


def tracers() -> Iterator[str]:
    """Whatever is called back while Python runs, or holds the process from outside."""
    hooks = {
        "a tracer (sys.settrace)": sys.gettrace() or threading.gettrace(),
        "a profiler (sys.setprofile)": sys.getprofile() or threading.getprofile(),
        "coverage": is_covered(),
        "tracemalloc": tracemalloc.is_tracing(),
        "the trampoline for perf": getattr(sys, "is_stack_trampoline_active", bool)(),
    }
    yield from (f"{name} is active" for name, hook in hooks.items() if hook)
    if sys.version_info >= (3, 12):
        tools = filter(None, map(sys.monitoring.get_tool, range(N_TOOLS)))
        yield from (f"{name} is active (sys.monitoring)" for name in tools)
    traced = re.search(r"^TracerPid:\s*(\d+)$", read_text("/proc/self/status") or "", re.MULTILINE)
    if traced and int(traced.group(1)):
        yield "another process traces this one"


def is_covered() -> bool:
    """Whether coverage.py measures this process; loaded alone it does not."""
    coverage = sys.modules.get("coverage")
    current = getattr(getattr(coverage, "Coverage", None), "current", None)
    return current is not None and current() is not None


def slow_builds() -> Iterator[str]:
    """An interpreter that checks itself as it runs."""
    if hasattr(sys, "gettotalrefcount") or "d" in getattr(sys, "abiflags", ""):
        yield "the interpreter is a debug build"
    if sys.flags.dev_mode:
        yield "Python's development mode is active"
    if not sys.flags.ignore_environment and "debug" in os.environ.get("PYTHONMALLOC", ""):
        yield "PYTHONMALLOC has the allocator's debug hooks active"


def allocators() -> Iterator[str]:
    """Another ``malloc`` than the C library's, as a preloaded library brings one."""
    home = home_of_malloc()
    if home is not None and not USUAL_MALLOC.fullmatch(home.name) and not is_interpreter(home):
        yield f"{home.name} allocates in place of the C library"


def home_of_malloc() -> Path | None:
    """The file that ``malloc`` lies in, None where the system does not tell."""
    listed = read_text("/proc/self/maps")
    if listed is None:
        return None
    with suppress(AttributeError):  # a static executable has no symbols
        address = ctypes.cast(ctypes.CDLL(None).malloc, ctypes.c_void_p).value
        return mapped_at(address or 0, lines_of(listed))
    return None


def mapped_at(address: int, lines: Iterable[str]) -> Path | None:
    """The file of the mapping that holds ``address``, from the lines of a ``maps``."""
    for line in lines:
        fields = line.split(maxsplit=5)
        low, _, high = fields[0].partition("-")
        if int(low, 16) <= address < int(high, 16):
            return Path(fields[5]) if len(fields) > 5 else None
    return None


def is_interpreter(path: Path) -> bool:
    """Whether ``path`` is the executable of this process."""
    with suppress(OSError):
        return path.samefile("/proc/self/exe")
    return False
