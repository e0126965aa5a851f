"""NumPy's backend in a container whose CPU quota stops it seven tenths of the time, by its counter.

The counter is in place when the class is loaded, before anything is timed.
"""

from __future__ import annotations

import time

from backends.engines.numpy_manual import NumpyManual
from bench.container import Container

STOPPED = 0.7  # of all time


class Throttled(NumpyManual):
    name = "throttled"

    def __init__(self) -> None:
        Container.throttled_seconds = (  # type: ignore[method-assign]  # in this process alone
            lambda self: STOPPED * time.perf_counter()
        )
