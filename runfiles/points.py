"""Points: a sample of the problem's data for the scatter plot, read from its arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runfiles.errors import mismatch
from runfiles.records import Floats, Spec

MOST_POINTS = 1000
Mapped = np.ndarray[tuple[int, ...], np.dtype[np.generic]]

ABSURD = 1e100  # a value beyond it cannot be drawn


@dataclass(frozen=True, eq=False)
class Points:
    """One feature against the label, evenly sampled over the examples."""

    feature: int  # counted from 1
    n_features: int
    x: Floats  # (points,)
    y: Floats  # (points,)


def read_points(folder: Path, spec: Spec) -> Points | None:
    """The second feature (or the only one) against the label, None where there are none to see."""
    if spec.look is None or not any((folder / f"{name}.npy").exists() for name in spec.look):
        return None
    n_examples = spec.n_examples
    given, labels = (_mapped(folder / f"{name}.npy", n_examples) for name in spec.look)
    features = given.reshape(n_examples, -1)
    if labels.ndim != 1:
        raise mismatch(f"{spec.look[1]}.npy", labels.shape, "one number an example")
    column = min(1, features.shape[1] - 1)
    rows = np.unique(np.linspace(0, n_examples - 1, min(n_examples, MOST_POINTS)).astype(int))
    x = np.asarray(features[rows, column], dtype=np.float64)
    y = np.asarray(labels[rows], dtype=np.float64)
    for name, values in zip(spec.look, (x, y), strict=True):
        if not (np.abs(values) < ABSURD).all():
            raise mismatch(f"{name}.npy", "values that are not finite or absurdly large", "data")
    return Points(column + 1, features.shape[1], x, y)


def _mapped(path: Path, n_examples: int) -> Mapped:
    """The array at ``path``, mapped and not read, its length and kind checked."""
    expected = f"a NumPy array of numbers, {n_examples} in its first axis"
    try:
        found: Mapped = np.load(path, mmap_mode="r", allow_pickle=False)
        fits = found.shape[0] == n_examples and found.size > 0
        fits = fits and found.dtype.kind in "fiu" and found.dtype.itemsize <= 8
    except Exception as error:  # NumPy's header parser lets through whatever Python raises
        raise mismatch(path.name, str(error), expected) from error
    if not fits:
        raise mismatch(path.name, f"{found.dtype} {found.shape}", expected)
    return found
