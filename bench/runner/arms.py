"""The arms of a run: which backends, on which devices, in which dtypes, by which interpreters."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

from msgspec import structs

from backends import registry
from backends.base import DEVICES, DTYPES
from backends.errors import BadInput, UnknownName
from runfiles.records import Arm, Interpreters

NULL_SUFFIX = " (null)"
OF_HOMES = (Path("/home"), Path("/Users"))  # whose folders are called like users


def labels_of(given: Iterable[str]) -> dict[str, str]:
    """Executable -> label of interpreters given as executable or as folder of an environment."""
    labels: dict[str, str] = {}
    for path in dict.fromkeys(map(executable, given)):
        name = public_name(path)
        alike = sum(label.partition("#")[0] == name for label in labels.values())
        labels[path] = f"{name}#{alike + 1}" if alike else name
    return labels


def public_name(path: str) -> str:
    """The folder of the environment by its name, of the interpreter's ``path`` nothing else.

    Where that would be the name of a user, or none, the interpreter's own.
    """
    folder = Path(os.path.normpath(path)).parent.parent  # ``..`` is no name of a folder
    is_a_home = folder.parent in OF_HOMES or folder == expanded("~")
    return Path(path).name if is_a_home or not folder.name else folder.name


def read_arms(
    backends: Sequence[str], arms: Sequence[str], pythons: Sequence[str]
) -> tuple[list[str], dict[str, str], Interpreters]:
    """What ``--backend``, ``--arm BACKEND@PYTHON`` and ``--python BACKEND=PYTHON`` ask for.

    A backend may be ``BACKEND@PYTHON`` too. Returns the backends and arms with labels of
    interpreters, the labels by backend, and what the labels stand for. Raises BadInput.
    """
    elsewhere = [*(text for text in backends if "@" in text), *arms]
    for kind, mark, texts in (("--arm", "@", elsewhere), ("--python", "=", pythons)):
        for text in texts:
            if not all(text.partition(mark)):
                raise BadInput(
                    f"{kind} is {text!r}; expected BACKEND{mark}PYTHON, such as "
                    f"torch{mark}.venv-old."
                )
    by_backend = dict(text.split("=", 1) for text in pythons)
    paths = [text.split("@", 1)[1] for text in elsewhere]
    labels = labels_of([*by_backend.values(), *paths])
    asked = [text.partition("@") for text in (*backends, *arms)]
    labelled = [f"{name}@{labels[executable(path)]}" if at else name for name, at, path in asked]
    own = {registry.find(name).name: labels[executable(path)] for name, path in by_backend.items()}
    return labelled, own, Interpreters(paths={label: path for path, label in labels.items()})


def executable(text: str) -> str:
    """The Python that ``text`` names. Raises BadInput where there is none.

    Not resolved: a virtual environment's Python is a link, and what it links to knows nothing
    of the environment.
    """
    path = expanded(text)
    if path.is_dir():
        path = path / "bin" / "python"
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise BadInput(
            f"{text!r} is no Python interpreter; expected an executable, or the folder of a "
            "virtual environment that has bin/python."
        )
    return str(path)


def expanded(text: str) -> Path:
    """The whole path that ``text`` names, its ``~`` as a shell would take it."""
    path = Path(text)
    with suppress(RuntimeError):  # nobody has that name, or a home
        path = path.expanduser()
    return path.absolute()


def plan_arms(
    backends: Sequence[str],
    devices: Sequence[str],
    dtypes: Sequence[str] = (),
    pythons: Mapping[str, str] | None = None,
    named_devices: Sequence[str] = (),
    default: Iterable[str] | None = None,
) -> tuple[Arm, ...]:
    """One arm for each backend, device and dtype.

    A backend is ``NAME``, ``module:Class`` or either with ``@LABEL`` of an interpreter;
    ``pythons`` maps backends to labels; where none is named, ``default`` or all registered ones
    run. Without ``dtypes`` each backend has its own first one. ``named``: asked for by the
    user, on the cpu by its backend, elsewhere by its device. Raises UnknownName with the
    nearest known name.
    """
    for kind, names, known in (("device", devices, DEVICES), ("dtype", dtypes, DTYPES)):
        for name in names:
            if name not in known:
                raise UnknownName(kind, name, known)
    whole = registry.entries() if default is None else default
    chosen = dict.fromkeys(place(asked, pythons or {}) for asked in backends or whole)
    unusual = [] if dtypes else DTYPES[1:]
    several = [words for words in (devices, dtypes) if len(set(words)) > 1] + [unusual]
    return tuple(
        Arm(
            arm_name(backend, python, device, dtype, several),
            backend,
            device,
            dtype,
            python,
            named=bool(backends) if device == "cpu" else device in named_devices,
        )
        for (backend, python), device in product(chosen, dict.fromkeys(devices))
        for dtype in dict.fromkeys(dtypes or registry.find(backend).dtypes[:1])
    )


def arm_name(
    backend: str, python: str | None, device: str, dtype: str, several: Sequence[Sequence[str]]
) -> str:
    """The backend, with its interpreter, and those words that tell it from other arms.

    ``several``: the devices or the dtypes asked for, where they are more than one. A dtype that
    nobody asked for and that is not the usual one is told too.
    """
    told = [word for word in (device, dtype) if any(word in words for words in several)]
    return " ".join([f"{backend}@{python}" if python else backend, *told])


def twins(arms: Sequence[Arm], baseline: int) -> tuple[Arm, ...]:
    """What arms of another dtype than the baseline's are read against, where it is not there.

    The baseline, and the limit where it runs too, each in that dtype: a ratio between two
    dtypes would show the dtype's price and not the engine's. None for an arm that cannot run
    here, and none of a backend in a dtype it does not have.
    """
    limit = [arm for arm in arms if arm.backend == registry.LIMIT]
    return tuple(
        structs.replace(arm, name=f"{arm.name} {dtype}", dtype=dtype, named=False)
        for dtype in dict.fromkeys(arm.dtype for arm in arms if may_run(arm))
        for arm in dict.fromkeys((arms[baseline], *limit))
        if dtype in registry.find(arm.backend).dtypes
        and not any(
            structs.replace(arm, name=other.name, dtype=dtype, named=other.named) == other
            for other in arms
        )
    )


def place(asked: str, pythons: Mapping[str, str]) -> tuple[str, str | None]:
    """Backend and interpreter label of ``NAME[@LABEL]``. Raises UnknownName, BadInput."""
    name, _, label = asked.partition("@")
    entry = registry.find(name)
    label = label or pythons.get(entry.name, "")
    if not label and ":" in entry.name:
        registry.require_module(entry)
    return entry.name, label or None


def null_arm(arms: Sequence[Arm], baseline: int) -> Arm:
    """The baseline a second time under another label."""
    return structs.replace(arms[baseline], name=arms[baseline].name + NULL_SUFFIX, null_of=baseline)


def find_baseline(arms: Sequence[Arm], name: str | None, has_gradient: bool = True) -> int:
    """The index of the arm called ``name``, or the first that may run.

    ``has_gradient``: what is differentiated has one by hand. Raises UnknownName with the nearest
    name of the run.
    """
    for number, arm in enumerate(arms):
        is_able = has_gradient or arm.backend not in registry.BY_HAND
        if name in (arm.name, arm.backend) or (name is None and may_run(arm) and is_able):
            return number
    if name is not None:
        raise UnknownName("baseline", name, [arm.name for arm in arms])
    return 0


def may_run(arm: Arm) -> bool:
    """Whether nothing speaks against the arm yet; another interpreter is not asked."""
    return arm.python is not None or registry.is_installed(registry.find(arm.backend)) is not False
