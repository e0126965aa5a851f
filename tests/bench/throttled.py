"""NumPy's backend in a container whose CPU quota stops it seven tenths of the time, by its counter.

The counter is in place when the backend is loaded, before anything is timed.
"""

from __future__ import annotations

import time

from backends.base import Backend
from backends.engines.numpy_manual import numpy_manual
from bench.container import Container

STOPPED = 0.7  # of all time


def throttled() -> Backend:
    Container.throttled_seconds = (  # type: ignore[method-assign]  # in this process alone
        lambda self: STOPPED * time.perf_counter()
    )
    return numpy_manual._replace(name="throttled")
