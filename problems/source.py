"""A source: the file of the user's that an objective is in, by its text, which a run keeps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from problems.errors import BadInput
from problems.objective import Objective

WRITTEN = re.compile(r"(?P<file>.+\.py)(?::(?P<name>\w+))?", re.DOTALL)  # FILE or FILE:NAME
STORED = "objective.py"  # its name beside the spec
EXPECTED = "expected one Python file with loss(xp, params, batch) and start(rng, data, sizes)"


@dataclass(frozen=True)
class Source:
    """What a file says, and which name in it is meant; None is the file's ``loss``.

    ``params`` and ``data``: names for what the file itself gives none; empty until they are
    counted. ``path``: where it lies now, for a traceback's lines.
    """

    file: str  # its name, without its folder
    text: str = field(repr=False)
    name: str | None = None
    params: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    path: Path = field(default=Path(STORED), compare=False)

    @property
    def sha256(self) -> str:
        """Hash of the text's bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def named(self, objective: Objective, n_params: int, n_data: int) -> Source:
        """The same, with a name for each of so many arrays that ``objective`` has no name for."""
        params = self.params if objective.params else tuple(f"p{i}" for i in range(n_params))
        data = self.data if objective.data else tuple(f"d{i}" for i in range(n_data))
        return replace(self, params=params, data=data)

    def as_json(self) -> dict[str, Any]:
        """What is stored in a spec: the text by its hash."""
        told = {"file": self.file, "sha256": self.sha256, "name": self.name}
        names = {"params": list(self.params), "data": list(self.data)}
        return {key: value for key, value in (told | names).items() if value}

    def save(self, folder: Path) -> None:
        """Write the text to ``folder``."""
        (folder / STORED).write_bytes(self.text.encode())


def asked_texts(text: str) -> list[str]:
    """What ``--problem`` asks for, one by one; a file that has a comma in its name is one."""
    found = WRITTEN.fullmatch(text)
    if found and Path(found["file"]).expanduser().is_file():
        return [text]
    return [part.strip() for part in text.split(",") if part.strip()]


def is_asked_by(text: str, objective: str, source: Source | None) -> bool:
    """Whether ``text``, one of those, asks for the problem of that name and source."""
    if source is None:
        return text == objective
    found = WRITTEN.fullmatch(text)
    if found is None:
        return False
    return (Path(found["file"]).name, found["name"]) == (source.file, source.name)


def stored(folder: Path, told: Mapping[str, Any]) -> Source:
    """The source in ``folder``, of which a spec ``told``. Raises BadInput where it has changed."""
    path = (folder / STORED).absolute()
    names = {key: tuple(told.get(key, ())) for key in ("params", "data")}
    source = Source(told["file"], text_of(path), told.get("name"), **names, path=path)
    if source.sha256 != told["sha256"]:
        raise BadInput(f"{STORED}, the copy of {source.file}, has changed since it was stored")
    return source


def read(path: Path, name: str | None = None) -> Source:
    """The source in the user's file. Raises BadInput."""
    if path.is_dir():
        raise BadInput(f"problem {path} is a folder; {EXPECTED}.")
    if not path.exists():
        raise BadInput(f"problem {path}: there is no such file; {EXPECTED}.")
    return Source(path.name, text_of(path), name, path=path.absolute())


def text_of(path: Path) -> str:
    """What the file says. Raises BadInput."""
    try:
        return path.read_bytes().decode()
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}; {EXPECTED}.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is no text in UTF-8: {error.reason}; {EXPECTED}.") from error
