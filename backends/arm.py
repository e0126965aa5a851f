"""The arm: a backend on a device with a dtype, which is what is checked and timed."""

from __future__ import annotations

from dataclasses import dataclass

from backends.base import FORMS, Backend, Program, Refusal
from backends.contract import (
    CHANGED,
    MEMORY,
    OF_BEFORE,
    PROGRAM,
    SEE,
    STEPS,
    plain_facts,
    require_members,
)
from backends.errors import BrokenContract
from problems.problem import Problem


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
        if not problem.objective.trained and self.backend.execution == "compiled epoch":
            name = problem.objective.name
            return Refusal("unsupported", f"runs whole epochs, and {name} is not trained in any")
        answer: object = self.backend.supports(problem, self.device, self.dtype)
        if answer is None:
            return None
        match answer:
            case ("unsupported" | "unavailable" as status, str(reason)):
                return Refusal(status, reason)
        raise BrokenContract(
            f"supports returned {answer!r}; expected None, or 'unsupported' or 'unavailable' with "
            f"the reason. {SEE}"
        )

    def form(self, problem: Problem) -> str | None:
        """One of FORMS: how this arm runs ``problem``. None where the backend does not say."""
        own = getattr(self.backend, "own", None)
        return None if own is None else FORMS[problem.objective.name in own]

    def prepare(self, problem: Problem) -> Program:
        """``problem`` on the device; it must already be in this arm's dtype.

        Raises BrokenContract where what comes back lacks a member.
        """
        name = self.backend.name
        try:
            program = self.backend.prepare(problem, self.device, self.dtype)
        except AttributeError as error:
            of_ours = error.obj is problem or error.obj is problem.spec
            if of_ours and error.name in OF_BEFORE:
                raise BrokenContract(
                    f"backend {name!r} asks a problem for {error.name}. {CHANGED}"
                ) from error
            raise
        require_members(program, PROGRAM, f"what backend {name!r} prepared")
        require_members(program.memory, MEMORY, f"memory of backend {name!r}")
        if program.steps is not None:
            require_members(program.steps, STEPS, f"steps of backend {name!r}")
        elif not problem.objective.trained:
            raise BrokenContract(
                f"backend {name!r} prepared {problem.objective.name}, which is not trained, and "
                f"has no steps; expected a refusal, or execution 'compiled epoch'. {SEE}"
            )
        return program

    def facts(self) -> dict[str, str | int | float]:
        """What the backend says of its framework. Raises BrokenContract where it is no mapping."""
        return plain_facts(self.backend.name, self.backend.facts(self.device))
