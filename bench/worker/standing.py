"""The standing of a process: ``ok`` until its first failure, whose status and reason stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn


class Failed(Exception):
    """This arm cannot go on; status and reason are in the process's record."""


@dataclass(kw_only=True)
class Standing:
    """``status`` is ``ok`` until something shows otherwise."""

    status: str = "ok"
    reason: str | None = None

    def fail(self, status: str, reason: str) -> NoReturn:
        """Note the first failure and raise Failed."""
        if self.status == "ok":
            self.status, self.reason = status, reason
        raise Failed(f"{status}: {reason}")

    def require_ok(self) -> None:
        """Raise Failed where something has failed before."""
        if self.status != "ok":
            raise Failed(f"{self.status}: {self.reason}")
