"""The vocabulary of objectives on NumPy's arrays: NumPy's own, and what it lacks."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from problems.namespace import logsumexp_of

xp = SimpleNamespace(**{**vars(np), "logsumexp": logsumexp_of(np)})
