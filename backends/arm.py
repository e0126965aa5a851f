"""The arm: a backend on a device with a dtype, which is what is checked and timed."""

from __future__ import annotations

from dataclasses import dataclass

from backends.base import Backend, Prepared, Refusal
from backends.contract import PREPARED, SEE, STEPWISE, plain_facts, require_members
from backends.errors import BrokenContract
from backends.problem import Problem


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
            f"the reason. {SEE}"
        )

    def prepare(self, problem: Problem) -> Prepared:
        """``problem`` on the device; it must already be in this arm's dtype.

        Raises BrokenContract where what comes back lacks a member.
        """
        prepared = self.backend.prepare(problem, self.device, self.dtype)
        name = self.backend.name
        require_members(prepared, PREPARED, f"what backend {name!r} prepared")
        if prepared.stepwise is not None:
            require_members(prepared.stepwise, STEPWISE, f"stepwise of backend {name!r}")
        return prepared

    def facts(self) -> dict[str, str | int | float]:
        """What the backend says of its framework. Raises BrokenContract where it is no mapping."""
        return plain_facts(self.backend.name, self.backend.facts(self.device))
