"""The array API on TensorFlow's tensors: the vocabulary of objectives, mostly of its own NumPy."""

from __future__ import annotations

from types import SimpleNamespace

from backends.engines.tensorflow_memory import tf

tnp = tf.experimental.numpy

NAMES = (
    *("exp", "log", "sqrt", "sin", "cos", "tanh", "abs", "maximum", "minimum", "where"),
    *("sum", "mean", "max", "min"),
)
XP = SimpleNamespace(
    **{name: getattr(tnp, name) for name in NAMES},
    logsumexp=tf.reduce_logsumexp,
    concat=tnp.concatenate,
    reshape=tf.reshape,
    take=tf.gather,
)


def namespace(dtype: str) -> SimpleNamespace:
    """``xp`` of objectives in ``dtype``, which from now on a number without a tensor has too.

    Tensors get what they lack of NumPy's: ``.T``, and ``@`` by a vector.
    """
    tnp.experimental_enable_numpy_behavior(prefer_float32=dtype == "float32")
    return XP
