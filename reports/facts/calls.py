"""Calls: how many gradient steps an arm takes in one call, where its backend tells it."""

from __future__ import annotations

from runfiles.run import Run


def steps_a_call(run: Run, arm: int) -> int | None:
    """The most steps in one call of the framework; None where no process tells it."""
    told = (process.facts.get("framework") for process in run.by_arm.get(arm, ()))
    found = (facts.get("steps_a_call") for facts in told if isinstance(facts, dict))
    return next((n for n in found if type(n) is int and n > 0), None)
