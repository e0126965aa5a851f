"""Points: a sample of the problem's data for the scatter plot, read from its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runfiles.errors import mismatch
from runfiles.records import Floats

MOST_POINTS = 1000
Mapped = np.ndarray[tuple[int, ...], np.dtype[np.generic]]

ABSURD = 1e100  # a value beyond it cannot be drawn


@dataclass(frozen=True, eq=False)
class Points:
    """One feature against the label, evenly sampled over the examples."""

    feature: int  # counted from 1
    x: Floats  # (points,)
    y: Floats  # (points,)


def read_points(folder: Path, n_examples: int, n_features: int) -> Points | None:
    """The second feature (or the only one) against the label, None where no data are stored."""
    if not (folder / "X.npy").exists() and not (folder / "y.npy").exists():
        return None
    features = _mapped(folder / "X.npy", (n_examples, n_features))
    labels = _mapped(folder / "y.npy", (n_examples,))
    column = min(1, n_features - 1)
    rows = np.unique(np.linspace(0, n_examples - 1, min(n_examples, MOST_POINTS)).astype(int))
    x = np.asarray(features[rows, column], dtype=np.float64)
    y = np.asarray(labels[rows], dtype=np.float64)
    for name, values in (("X.npy", x), ("y.npy", y)):
        if not (np.abs(values) < ABSURD).all():
            raise mismatch(name, "values that are not finite or absurdly large", "data")
    return Points(column + 1, x, y)


def _mapped(path: Path, shape: tuple[int, ...]) -> Mapped:
    """The array at ``path``, mapped and not read, its shape and kind checked."""
    try:
        found: Mapped = np.load(path, mmap_mode="r", allow_pickle=False)
        fits = found.shape == shape and found.dtype.kind == "f" and found.dtype.itemsize <= 8
    except Exception as error:  # NumPy's header parser lets through whatever Python raises
        raise mismatch(path.name, str(error), f"a NumPy array of shape {shape}") from error
    if not fits:
        got = f"{found.dtype} {found.shape}"
        raise mismatch(path.name, got, f"floating-point numbers of shape {shape}")
    return found
