"""Devices: what arms on other devices than the cpu used of them, by facts of their processes."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reports.findings.arms import Arm
from reports.findings.case import Case
from reports.findings.document import Names, Part
from reports.findings.machine import fact, gpu_names
from runfiles.records import Process

LARGEST = 1e18  # bytes or hertz; more is no fact
MEGA = 1e6


class DeviceUse(Part, frozen=True, eq=False):
    """What one arm took of another device than the cpu."""

    arm: str
    """The arm's name."""
    device: str
    """The device."""
    gpu: Names
    """GPUs by name."""
    peak_bytes: float | None
    """Most memory taken on the device, in bytes. Null where it is not known."""
    sm_clock_hz_low: float | None
    """Lowest clock that was read, in hertz. Null where none was."""
    sm_clock_hz_high: float | None
    """Highest clock that was read, in hertz. Null where none was."""


def device_uses(case: Case) -> tuple[DeviceUse, ...]:
    """Arms on other devices than the cpu whose processes said anything of it."""
    far = [arm for arm in case.arms if arm.device != "cpu" and arm.n_ok]
    return tuple(_use(arm, case.processes(arm)) for arm in far)


def _use(arm: Arm, processes: tuple[Process, ...]) -> DeviceUse:
    clocks = [clock for process in processes for clock in _clocks(process)]
    return DeviceUse(
        arm=arm.name,
        device=arm.device,
        gpu=gpu_names(processes),
        peak_bytes=max(_numbers(map(_peak, processes)), default=None),
        sm_clock_hz_low=min(clocks, default=None),
        sm_clock_hz_high=max(clocks, default=None),
    )


def _peak(process: Process) -> object:
    """Bytes after the first call: at the end the checks' own problems count too."""
    places = ("framework_after_first_epoch", "framework_after_first_gradient", "framework")
    told = (fact(process, place, "device_peak_bytes") for place in places)
    return next((one for one in told if one is not None), None)


def _clocks(process: Process) -> tuple[float, ...]:
    """The clock as the framework told it, and as the driver did after the phases, in hertz."""
    own, driver = fact(process, "framework", "sm_clock_hz"), fact(process, "gpu", "sm_clock_mhz")
    return (*_numbers([own]), *(MEGA * clock for clock in _numbers([driver])))


def _numbers(values: Iterable[object]) -> list[float]:
    given = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return [float(v) for v in given if 0 < v < LARGEST and math.isfinite(v)]
