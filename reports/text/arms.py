"""Arms in words: what an arm is, for a reader who does not know its name."""

from __future__ import annotations

from reports.findings.arms import Arm
from reports.text.names import visible

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
    "eager": "eager {}",
    "compiled step": "step-by-step compiled {}",
    "compiled epoch": "epoch-compiled {}",
}
LONGEST = 60


def library(arm: Arm) -> str:
    """The framework's name as people write it, such as ``JAX``."""
    name = arm.framework or "an unknown framework"
    return LIBRARIES.get(name, visible(name, LONGEST))


def described(arm: Arm) -> str:
    """Such as ``epoch-compiled JAX (jax-scan)``; only the name where no more is known."""
    name = visible(arm.name, LONGEST)
    if not arm.framework:
        return name
    words = EXECUTIONS.get(arm.execution or "", "{}").format(library(arm))
    by_hand = " by hand" if arm.differentiation == "hand-written" else ""
    return f"{words}{by_hand} ({name})"


def capital(text: str) -> str:
    """``text`` with a first letter fit for the start of a sentence; a name in it stays."""
    starts_with_word = text.startswith(("eager ", "step-by-step ", "epoch-compiled "))
    return text[:1].upper() + text[1:] if starts_with_word else text
