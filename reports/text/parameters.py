"""Parameters: the names of those shown; more are summed up by their largest distance."""

from __future__ import annotations

from runfiles.records import Parameter, Spec

MOST = 4


def parameters(spec: Spec) -> tuple[tuple[str, int], ...]:
    """(name, place among all numbers) of the first few numbers and the last."""
    names = (name for parameter in spec.parameters for name in numbers(parameter))
    placed = tuple((name, place) for place, name in enumerate(names))
    return placed if len(placed) <= MOST else placed[: MOST - 1] + placed[-1:]


def numbers(parameter: Parameter) -> list[str]:
    """The names of a parameter's numbers, such as ``w1``; its own where it is no more than one."""
    n = len(parameter.reference)
    if n == 1 and len(parameter.shape) <= 1:
        return [parameter.name]
    return [f"{parameter.name}{i + 1}" for i in range(n)]
