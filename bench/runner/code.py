"""The code of a run: the text of its engines and its objective, found without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from backends import registry
from backends.errors import BadInput
from backends.module_file import module_file
from problems.objective import Objective
from problems.registry import DEFAULT
from runfiles.code import Code, CodeFile, Place
from runfiles.records import Arm, Plan
from runfiles.store import read

OURS = ("backends.engines", "problems")  # packages whose files are stored with what they import
LESSON = "torch-lesson"  # the backend that is the lesson's own loop


class Shelf:
    """Files of code, each once, in the order in which they are asked for."""

    def __init__(self) -> None:
        self.files: dict[str, CodeFile] = {}

    def place(self, module: str, *names: str) -> Place:
        """Where ``names`` of ``module`` are, its file put on the shelf where it can be found."""
        file = self.files.get(module) or file_of(module)
        if isinstance(file, str):
            return Place(reason=file)
        self.put(file)
        return Place(module=module, names=names)

    def put(self, file: CodeFile) -> None:
        """Put ``file`` on the shelf, then what it imports from beside it."""
        if file.module in self.files:
            return
        self.files[file.module] = file
        for beside in beside_of(file):
            other = file_of(beside)
            if not isinstance(other, str):
                self.put(other)


def file_of(module: str) -> CodeFile | str:
    """The file of ``module`` as it is now, or why there is none. Nothing is imported."""
    path = module_file(module)
    if path is None:
        return f"no file of {module} is found without importing it"
    try:
        return CodeFile.of(module, path.read_bytes().decode())
    except UnicodeDecodeError:
        return f"the file of {module} is no text in UTF-8"
    except OSError as error:
        return f"the file of {module} cannot be read: {error.strerror}"


def beside_of(file: CodeFile) -> Iterator[str]:
    """The modules of its own package that a file of ours imports from."""
    package = file.module.rpartition(".")[0]
    if package in OURS:
        for node in ast.walk(ast.parse(file.text)):
            if isinstance(node, ast.ImportFrom) and node.module == package:
                yield from (f"{package}.{alias.name}" for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from [node.module] if node.module.rpartition(".")[0] == package else []


def code_of(plan: Plan, objective: Objective) -> Code:
    """The code of the arms of ``plan`` and of what they differentiate."""
    shelf = Shelf()
    arms = tuple(of_arm(shelf, arm) for arm in plan.arms)
    own = None if plan.problem.source else of_objective(shelf, objective)
    loop = of_backend(shelf, LESSON) if objective.name == DEFAULT else None
    return Code(files=tuple(shelf.files.values()), arms=arms, objective=own, loop=loop)


def of_arm(shelf: Shelf, arm: Arm) -> Place:
    """Where the backend of ``arm`` is."""
    if arm.python is not None and arm.backend not in {one.name for one in registry.BUILT_IN}:
        return Place(reason=f"it is {arm.python}'s, an interpreter that is not asked")
    return of_backend(shelf, arm.backend)


def of_backend(shelf: Shelf, name: str) -> Place:
    """Where the backend called ``name`` is, as the command's own interpreter finds it."""
    module, _, attribute = registry.find(name).target.partition(":")
    return shelf.place(module, attribute)


def of_objective(shelf: Shelf, objective: Objective) -> Place:
    """Where the loss of ``objective`` is, and of its start and gradient what is there too."""
    given = (objective.loss, objective.start, objective.gradient)
    parts = [home_of(one) for one in given if one is not None]
    module = parts[0][0]
    return shelf.place(module, *(name for home, name in parts if home == module))


def home_of(function: Any) -> tuple[str, str]:
    """The module that ``function``, or what ``partial`` was given, is in; what it is called."""
    if isinstance(function, partial):
        return home_of(function.func)
    found = (getattr(function, key, None) for key in ("__module__", "__qualname__"))
    module, name = (str(one or type(function).__name__) for one in found)
    return module, name


def require_same_code(folder: Path) -> None:
    """Raise BadInput where a file that the run in ``folder`` measures says something else by now.

    What is not found any more is left to whoever imports it. Older runs have no code.
    """
    path = folder / "code.json"
    for file in read(path, Code).files if path.exists() else ():
        now = file_of(file.module)
        if isinstance(now, CodeFile) and now.sha256 != file.sha256:
            raise BadInput(
                f"the file of {file.module} has changed since the run was begun with it. Restore "
                "it, or start a new run."
            )
