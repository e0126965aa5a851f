"""The registry: which objectives there are, and where one of the user's is found."""

from __future__ import annotations

import importlib
import importlib.metadata
from functools import cache
from pathlib import Path

from problems.errors import BadInput, UnknownName
from problems.gmm import gmm
from problems.linreg import linreg
from problems.llsq import llsq
from problems.logsumexp import logsumexp
from problems.mlp import mlp, mlp_tanh
from problems.objective import Objective
from problems.softmax import softmax
from problems.source import EXPECTED, WRITTEN, Source, read
from problems.user_file import objective_of

OURS = (linreg, softmax, mlp, mlp_tanh, llsq, logsumexp, gmm)
REGISTERED = {objective.name: objective for objective in OURS}
DEFAULT = linreg.name
ENTRY_POINT_GROUP = "autograd_bench.problems"


def asked(text: str) -> tuple[str, Source | None]:
    """What ``--problem`` says: an objective's name and, of a file, its source.

    ``FILE`` or ``FILE:NAME``, where FILE ends in ``.py``; a name that is registered here or by an
    installed package; or ``module:name``. Raises UnknownName, BadInput.
    """
    if found := WRITTEN.fullmatch(text):
        source = read(Path(found["file"]).expanduser(), found["name"])
        objective = objective_of(source)
        return require_own(text, objective).name, source
    if text not in {*REGISTERED, *entry_points()}:
        require_no_path(text)
    find(text)
    return text, None


def require_no_path(text: str) -> None:
    """Raise BadInput where ``text`` is the path of something, or lacks the end of a file's name."""
    path = Path(text)
    if path.exists():
        kind = "a folder" if path.is_dir() else "a file whose name does not end in .py"
        raise BadInput(f"problem {text} is {kind}; {EXPECTED}.")
    if path.with_name(f"{path.name}.py").is_file():
        raise BadInput(f"no problem is called {text!r}; of the file, write --problem {text}.py.")


def find(name: str, source: Source | None = None) -> Objective:
    """The objective of a registered name, of a ``module:name``, or of a file's ``source``.

    Raises UnknownName, BadInput.
    """
    if source is not None:
        return require_own(source.file, objective_of(source))
    if name in REGISTERED:
        return REGISTERED[name]
    points = entry_points()
    if ":" not in name and name not in points:
        raise UnknownName("problem", name, {*REGISTERED, *points})
    return require_own(name, imported(name, points.get(name, name)))


@cache
def entry_points() -> dict[str, str]:
    """What installed packages register: name -> ``module:name``; ours keep their names."""
    points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    return {point.name: point.value for point in points if point.name not in REGISTERED}


def imported(name: str, target: str) -> object:
    """What ``module:name`` names. Raises BadInput."""
    module, _, attribute = target.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except Exception as error:  # whatever a file of the user's raises
        got = f"{type(error).__name__}: {error}"
        raise BadInput(f"problem {name!r}: {got}; expected an importable module:name.") from error


def require_own(name: str, found: object) -> Objective:
    """``found``, which is an objective and has no name of ours. Raises BadInput."""
    if not isinstance(found, Objective):
        got = type(found).__name__
        raise BadInput(f"problem {name!r} is an object of type {got}; expected an Objective.")
    if REGISTERED.get(found.name, found) is not found:
        raise BadInput(f"problem {name!r} is called {found.name!r} as one of ours is; rename it.")
    return found
