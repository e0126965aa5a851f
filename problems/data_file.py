"""Data of the user's: arrays from a file, the example along the first axis of each."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np

from problems.counted import counted
from problems.errors import BadInput, UnknownName
from problems.handed import require_kind
from problems.objective import Arrays, Fit, Objective

EXPECTED = (
    "expected .npz (arrays by name), .npy (one array) or .csv (with a header; --target COLUMN "
    "is y, the other columns X)"
)
MOST_TOLD = 5  # constant columns told by number


@dataclass(frozen=True)
class DataFile:
    """What a file of data holds; of a stored problem only its name and hash, which a spec keeps."""

    file: str  # its name, without its folder
    sha256: str  # of its bytes
    target: str | None = None  # of a .csv
    names: tuple[str, ...] = field(default=(), compare=False)  # of a .npz; others have places
    arrays: Arrays = field(default=(), compare=False, repr=False)

    @property
    def n_rows(self) -> int:
        return len(self.arrays[0])

    def first(self, n: int) -> Arrays:
        """The first ``n`` examples. Raises BadInput where there are fewer."""
        if n > self.n_rows:
            raise BadInput(
                f"--examples is {n}; {self.file} has {counted(self.n_rows, 'row')}. "
                "Ask for as many or fewer; without --examples all are taken."
            )
        return tuple(array[:n] for array in self.arrays)

    def as_json(self) -> dict[str, Any]:
        """What is stored in a spec: the arrays lie beside it."""
        told = {"file": self.file, "sha256": self.sha256, "target": self.target}
        return {key: value for key, value in told.items() if value is not None}


class Fitted(NamedTuple):
    """Data as an objective takes them, the sizes that follow, and what the user should know."""

    file: DataFile  # its arrays in the order of ``names``
    names: tuple[str, ...]
    sizes: Mapping[str, Any]
    remarks: tuple[str, ...]


def read(path: Path, target: str | None = None) -> DataFile:
    """The arrays of a file. Raises BadInput where it cannot be read."""
    kind = path.suffix.lower()
    if path.is_dir() or not path.exists():
        what = "is a folder" if path.is_dir() else "is no file that is there"
        raise BadInput(f"--data {path} {what}; {EXPECTED}.")
    if kind not in (".npz", ".npy", ".csv"):
        raise BadInput(f"--data {path} ends in {kind or 'nothing'}; {EXPECTED}.")
    if target is not None and kind != ".csv":
        raise BadInput(f"--target {target} is for a .csv, and --data is {path}; leave it out.")
    try:
        found = of_csv(path, target) if kind == ".csv" else of_numpy(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except BadInput:
        raise
    except (OSError, ValueError, EOFError, KeyError, BadZipFile, csv.Error) as error:
        raise BadInput(f"cannot read {path}: {error}; {EXPECTED}.") from error
    if not found:
        raise BadInput(f"{path.name} is empty; {EXPECTED}.")
    names = tuple(found) if kind == ".npz" else ()
    return DataFile(path.name, digest, target, names, tuple(found.values()))


def of_numpy(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a .npz or .npy; nothing in it is run."""
    with path.open("rb") as file:
        loaded = np.load(file, allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return {"X": loaded}
        with loaded as archive:
            return {name: archive[name] for name in archive.files}


def of_csv(path: Path, target: str | None) -> dict[str, np.ndarray]:
    """``X``, all columns but ``target``, which is ``y``; floats. Raises BadInput."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file, skipinitialspace=True)
        header = [name.strip() for name in next(rows, [])]
        require_header(path, header, target)
        lines = ((rows.line_num, row) for row in rows if row)
        numbers = [numbers_of(path, header, line, row) for line, row in lines]
    table = np.array(numbers, dtype="float64").reshape(-1, len(header))
    if target is None:
        return {"X": table}
    place = header.index(target)
    return {"X": np.delete(table, place, axis=1), "y": table[:, place]}


def require_header(path: Path, header: list[str], target: str | None) -> None:
    """Raise BadInput unless ``header`` has names, all unlike, ``target`` and more among them."""
    if len(header) == 1 and (other := next((c for c in ";\t" if c in header[0]), None)):
        raise BadInput(f"{path}: its cells are parted by {other!r}; expected commas.")
    if not header or all(map(is_number, header)):
        got = "nothing" if not header else f"numbers ({', '.join(header[:3])})"
        raise BadInput(f"{path}: its first line holds {got}; expected the names of its columns.")
    if len({*header}) < len(header):
        twice = next(name for name in header if header.count(name) > 1)
        raise BadInput(f"{path}: two columns are called {twice!r}; expected names all unlike.")
    if target is not None and target not in header:
        raise UnknownName(f"column of {path}", target, header)
    if target is not None and len(header) == 1:
        raise BadInput(f"{path}: {target!r} is its only column; expected others for X.")


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def numbers_of(path: Path, header: list[str], line: int, row: list[str]) -> list[float]:
    """One row. Raises BadInput with line and column of what is no number."""
    if len(row) != len(header):
        got = f"line {line} has {counted(len(row), 'cell')}"
        raise BadInput(f"{path}: {got}; expected {len(header)}, as the header has.")
    try:
        return list(map(float, row))
    except ValueError:
        name, text = next(
            (name, text) for name, text in zip(header, row, strict=True) if not is_number(text)
        )
        what = f"column {name!r} holds {text!r} in line {line}"
        raise BadInput(
            f"{path}: {what}; expected numbers. Encode the column as numbers, or leave it out."
        ) from None


def require_examples(file: str, found: Mapping[str, np.ndarray]) -> None:
    """Raise BadInput unless each array holds finite numbers for the same two examples or more."""
    for name, array in found.items():
        require_kind(file, name, array)
        if array.ndim == 0:
            raise BadInput(f"{file}: {name} is a single number; {per_example(name)}")
        if not array.size:
            got = f"{name} is empty, its shape {array.shape}"
            raise BadInput(f"{file}: {got}; expected one row an example.")
        bad = ~np.isfinite(array)
        if bad.any():
            where = [int(i) for i in np.argwhere(bad)[0]]
            got = f"{name} holds {array[tuple(where)]} at {where}, and {int(bad.sum())} such in all"
            raise BadInput(f"{file}: {got}; expected finite numbers. Fill or drop these rows.")
    n_rows = {name: len(array) for name, array in found.items()}
    if len({*n_rows.values()}) > 1:
        few = min(n_rows, key=lambda name: n_rows[name])
        told = ", ".join(f"{name} has {n}" for name, n in n_rows.items())
        raise BadInput(f"{file}: of rows, {told}; {per_example(few)}")
    if 1 in n_rows.values():
        raise BadInput(f"{file} holds a single row; expected two examples or more.")


def per_example(name: str) -> str:
    """What is expected of each array, and what to do with one that is no such."""
    return (
        "expected arrays of as many rows, the example along the first axis. If "
        f"{name} is the same for all examples, write its numbers into the loss, or give it as a "
        "row an example."
    )


def fitted(file: DataFile, objective: Objective, asked: Mapping[str, Any]) -> Fitted:
    """``file`` as ``objective`` takes it, its own sizes being as ``asked``, or as they are.

    Of a .npz only what the objective takes is looked at. Raises BadInput where it does not fit.
    """
    names = names_for(file, objective)
    by_name = dict(zip(file.names, file.arrays, strict=False))
    arrays = tuple(by_name[name] for name in names) if by_name else file.arrays
    require_examples(file.file, dict(zip(names, arrays, strict=True)))
    fit = (objective.fit or features_of(objective))(arrays)
    for name, value in asked.items():
        if name in fit.of_making:
            got = f"{name} is {value}, which is of data that are drawn"
            raise BadInput(f"{got}, and these are of {file.file}; leave it out.")
        if fit.sizes.get(name, value) != value:
            got = f"{name} is {value}, and {fit.sizes[name]} in {file.file}"
            raise BadInput(f"{got}; leave it out.")
    own = {n: value for n, value in objective.sizes().items() if n not in fit.of_making}
    remarks = (*constant(file.file, names, arrays), *fit.remarks)
    return Fitted(replace(file, arrays=fit.data), names, {**own, **asked, **fit.sizes}, remarks)


def features_of(objective: Objective) -> Callable[[Arrays], Fit]:
    """The data as they are; where the objective counts features, those of a first matrix."""

    def fit(data: Arrays) -> Fit:
        counts = "n_features" in objective.sizes() and data[0].ndim == 2
        return Fit(data, {"n_features": data[0].shape[1]} if counts else {})

    return fit


def names_for(file: DataFile, objective: Objective) -> tuple[str, ...]:
    """The names of the data: the objective's, else the file's own. Raises BadInput."""
    wanted, what = objective.data, f"problem {objective.name} takes {', '.join(objective.data)}"
    if not wanted:
        return file.names or ("X", "y")[: len(file.arrays)]  # as of_numpy and of_csv call them
    if file.names:
        lacking = [name for name in wanted if name not in file.names]
        if lacking:
            got = f"{file.file} has {', '.join(file.names)} and no {' and no '.join(lacking)}"
            raise BadInput(f"{got}; {what}. Save them so: np.savez(file, {wanted[0]}=..., ...).")
    elif len(file.arrays) != len(wanted):
        got = f"{file.file} gives {counted(len(file.arrays), 'array')}"
        advice = "A .npz has arrays by name; --target COLUMN makes y of a column of a .csv."
        raise BadInput(f"{got}; {what}. {advice}")
    return wanted


def constant(file: str, names: Iterable[str], arrays: Arrays) -> Iterable[str]:
    """A remark for each array with columns of one number: allowed, and seldom what was meant."""
    for name, array in zip(names, arrays, strict=True):
        if array.ndim > 2:
            continue
        columns = array.reshape(len(array), -1)
        alike = np.flatnonzero((columns == columns[0]).all(axis=0))
        if len(alike):
            some = ", ".join(str(i) for i in islice(alike, MOST_TOLD))
            more = f" and {len(alike) - MOST_TOLD} more" if len(alike) > MOST_TOLD else ""
            which = f"column {some}{more} of {name}" if array.ndim == 2 else name
            yield (
                f"{file}: {which} is constant; nothing can be learned from it that a bias does "
                "not learn."
            )
