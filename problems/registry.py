"""The registry: which objectives there are, and where one by ``module:name`` is found."""

from __future__ import annotations

import importlib

from problems.errors import BadInput, UnknownName
from problems.linreg import linreg
from problems.mlp import mlp, mlp_tanh
from problems.objective import Objective
from problems.softmax import softmax

REGISTERED = {objective.name: objective for objective in (linreg, softmax, mlp, mlp_tanh)}
DEFAULT = linreg.name


def find(name: str) -> Objective:
    """The objective of a registered name or of a ``module:name``. Raises UnknownName, BadInput."""
    if ":" not in name:
        if name not in REGISTERED:
            raise UnknownName("problem", name, REGISTERED)
        return REGISTERED[name]
    module, _, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except Exception as error:  # whatever a file of the user's raises
        got = f"{type(error).__name__}: {error}"
        raise BadInput(f"problem {name!r}: {got}; expected an importable module:name.") from error
    if not isinstance(found, Objective):
        got = type(found).__name__
        raise BadInput(f"problem {name!r} is an object of type {got}; expected an Objective.")
    if REGISTERED.get(found.name, found) is not found:
        raise BadInput(f"problem {name!r} is called {found.name!r} as one of ours is; rename it.")
    return found
