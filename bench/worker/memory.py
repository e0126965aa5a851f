"""Memory: what one call of a phase takes at its peak, beyond what the process held before it."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable
from contextlib import suppress

from bench.worker import environment

OF_PHASES = ("gradient", "full_gradient", "epoch")  # whose calls are looked at


def extra_memory_bytes(call: Callable[[], object]) -> int | None:
    """Peak resident bytes during one ``call`` less those before it; None where nothing tells.

    Of a warm call: what was compiled or put in place by an earlier one is not in it, nor is what
    a framework's own allocator keeps between calls. What the C library's keeps is given back
    first, so that it counts again. The kernel counts in pages, or in huge ones of 2 MiB, and
    adds them up in batches: some 100 KiB are nothing.
    """
    give_back()
    before = environment.restart_peak_memory()
    if before is None:
        return None
    call()
    peak = environment.status_bytes("VmHWM")
    return None if peak is None else max(peak - before, 0)


def give_back() -> None:
    """Hand to the system what is garbage, and what the C library keeps of freed memory."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc has it, others do not
        ctypes.CDLL(None).malloc_trim(0)
