"""Statuses: how the process of an arm can end."""

from __future__ import annotations

from typing import Literal, get_args

Status = Literal[
    "wrong", "refused", "crashed", "timeout", "out of memory", "unavailable", "unsupported", "ok"
]
STATUSES: tuple[Status, ...] = get_args(Status)  # the gravest first
LOGGED = ("crashed", "timeout", "out of memory")  # whose whole story is in the log
