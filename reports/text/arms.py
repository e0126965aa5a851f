"""Arms in words: what an arm is, for a reader who does not know its name."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.text.sentence import Sentence

LIBRARIES = {  # as their authors write them; any other stands as it calls itself
    "autograd": "HIPS autograd",
    "casadi": "CasADi",
    "cupy": "CuPy",
    "jax": "JAX",
    "mlx": "MLX",
    "numba": "Numba",
    "numpy": "NumPy",
    "tensorflow": "TensorFlow",
}
EXECUTIONS = {
    "eager": "eager ",
    "compiled step": "step-by-step compiled ",
    "compiled epoch": "epoch-compiled ",
}


def library(arm: Arm) -> str:
    """The framework's name as people write it, such as ``JAX``."""
    name = arm.framework or "an unknown framework"
    return LIBRARIES.get(name, name)


def described(arm: Arm, is_first: bool = False) -> Sentence:
    """Such as ``epoch-compiled JAX (jax-scan)``; only the name where no more is known.

    ``is_first``: at the start of a sentence, where a word has a capital, and a name its own.
    """
    if not arm.framework:
        return Sentence("{}", arm)
    how = EXECUTIONS.get(arm.execution or "", "")
    by_hand = " by hand" if arm.differentiation == "hand-written" else ""
    return Sentence(
        "{}{}{} ({})", how.capitalize() if is_first else how, library(arm), by_hand, arm
    )
