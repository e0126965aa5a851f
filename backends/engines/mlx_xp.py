"""The array API on MLX's arrays: the vocabulary of objectives, MLX's own but for a name."""

from __future__ import annotations

from types import SimpleNamespace

import mlx.core as mx

NAMES = (
    *("exp", "log", "sqrt", "sin", "cos", "tanh", "abs", "maximum", "minimum", "where"),
    *("sum", "mean", "max", "min", "logsumexp", "reshape", "take"),
)
xp = SimpleNamespace(**{name: getattr(mx, name) for name in NAMES}, concat=mx.concatenate)
