"""The registry: which objectives there are, and where one by ``module:name`` is found."""

from __future__ import annotations

import importlib

from problems.errors import BadInput, UnknownName
from problems.linreg import linreg
from problems.objective import Objective

REGISTERED = {objective.name: objective for objective in (linreg,)}
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
    except (ImportError, AttributeError) as error:
        raise BadInput(f"problem {name!r}: {error}; expected an importable module:name.") from error
    if not isinstance(found, Objective):
        got = type(found).__name__
        raise BadInput(f"problem {name!r} is an object of type {got}; expected an Objective.")
    return found
