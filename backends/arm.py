"""The arm: a backend on a device with a dtype, which is what is checked and timed."""

from __future__ import annotations

from dataclasses import dataclass

from backends.base import Backend, Prepared, Refusal
from backends.errors import BrokenContract
from backends.problem import Problem

PREPARED = ("stepwise", "start", "epoch", "loss", "put", "fetch", "wait")
STEPWISE = ("batches", "gradient", "step")


@dataclass(frozen=True)
class Arm:
    """A backend on one device in one dtype."""

    backend: Backend
    device: str
    dtype: str

    def refusal(self, problem: Problem) -> Refusal | None:
        """None where this arm can run ``problem``, else status and reason.

        Raises BrokenContract where the backend answers anything else.
        """
        said: object = self.backend.supports(problem, self.device, self.dtype)
        if said is None:
            return None
        match said:
            case ("unsupported" | "unavailable" as status, str(reason)):
                return Refusal(status, reason)
        raise BrokenContract(
            f"supports returned {said!r}; expected None, or 'unsupported' or 'unavailable' with "
            "the reason."
        )

    def prepare(self, problem: Problem) -> Prepared:
        """``problem`` on the device; it must already be in this arm's dtype.

        Raises BrokenContract where what comes back lacks a member.
        """
        prepared = self.backend.prepare(problem, self.device, self.dtype)
        require_members(prepared, PREPARED, self.backend.name)
        if prepared.stepwise is not None:
            require_members(prepared.stepwise, STEPWISE, f"{self.backend.name}'s stepwise")
        return prepared


def require_members(found: object, members: tuple[str, ...], whose: str) -> None:
    """Raise BrokenContract naming the members that ``found`` lacks."""
    lacking = [member for member in members if not hasattr(found, member)]
    if lacking:
        raise BrokenContract(
            f"what {whose} prepared lacks {', '.join(lacking)}; expected {', '.join(members)}. "
            "See docs/adding-a-backend.md."
        )
