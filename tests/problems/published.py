"""Answers to the published objectives in 50 digits: ``python -m tests.problems.published``.

Written from the formulas of GradBench's READMEs (evals/gmm, evals/llsq, evals/lse of
github.com/gradbench/gradbench at f26651a; those of gmm mend ADBench's, github.com/microsoft/ADBench
at 38cb793), one number at a time, with densities, determinants and the Wishart law as they stand
there: nothing of ``problems/`` is in it but the input. Derivatives are central differences of
step 1e-30 in 100 digits, right to more than 50. It takes mpmath, which no test needs: the answers
lie in tests/data.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).parents[1] / "data" / "published.json"
DIGITS, WORKING, STEP = 50, 100, "1e-30"
SOURCE = (
    "tests/problems/published.py, mpmath 1.3.0: the formulas of GradBench's evals/{gmm,llsq,lse}/"
    "README.md at f26651a7bcc120654fa895adecaf371b8cc059c5"
)


def inputs() -> dict[str, dict[str, Any]]:
    """Floats of float64, a few digits each, so that the file holds them exactly."""
    rng = np.random.default_rng(14)

    def drawn(*shape: int) -> Any:
        return np.round(rng.normal(0.0, 1.0, shape), 3).tolist()

    made: dict[str, dict[str, Any]] = {
        "lse": {"x": drawn(6)},
        "lse-far": {"x": [1000.0, 999.5, -3.0, 998.25]},
        "llsq": {"x": drawn(5), "n": 9},
    }
    for name, m, gamma in (("gmm", 0, 1.0), ("gmm-prior", 3, 0.5)):
        parts = {"alpha": drawn(4), "mu": drawn(4, 3), "q": drawn(4, 3), "l": drawn(4, 3)}
        made[name] = {"m": m, "gamma": gamma, "X": drawn(7, 3), **parts}
    return made


def lse(mp: Any, given: dict[str, Any]) -> Any:
    return mp.log(sum(mp.exp(x) for x in given["x"]))


def llsq(mp: Any, given: dict[str, Any]) -> Any:
    total = mp.mpf(0)
    for i in range(given["n"]):
        t = -1 + mp.mpf(2 * i) / (given["n"] - 1)
        total += (mp.sign(t) - sum(x * t**j for j, x in enumerate(given["x"]))) ** 2
    return total / 2


def gmm(mp: Any, given: dict[str, Any]) -> Any:
    """log(p(X | theta, phi) p(theta)), by the densities themselves."""
    k, d = len(given["mu"]), len(given["mu"][0])
    precisions = [precision(mp, *rows) for rows in zip(given["q"], given["l"], strict=True)]
    weights = [mp.exp(a) for a in given["alpha"]]
    phi = [w / sum(weights) for w in weights]
    total = mp.mpf(0)
    for x in given["X"]:
        densities = (normal(mp, x, given["mu"][c], precisions[c]) for c in range(k))
        total += mp.log(sum(p * f for p, f in zip(phi, densities, strict=True)))
    n, gamma = d + given["m"] + 1, mp.mpf(given["gamma"])
    return total + sum(mp.log(wishart(mp, P, d, n, gamma)) for P in precisions)


def precision(mp: Any, q: list[Any], below: list[Any]) -> Any:
    d, rest = len(q), iter(below)
    Q = mp.zeros(d, d)
    for j in range(d):
        Q[j, j] = mp.exp(q[j])
        for i in range(j + 1, d):
            Q[i, j] = next(rest)
    return Q.T * Q


def normal(mp: Any, x: list[Any], mu: list[Any], precision: Any) -> Any:
    off = mp.matrix([mp.mpf(a) - b for a, b in zip(x, mu, strict=True)])
    form = (off.T * precision * off)[0]
    return mp.exp(-form / 2) * mp.sqrt(mp.det(precision) / (2 * mp.pi) ** len(x))


def wishart(mp: Any, X: Any, p: int, n: int, gamma: Any) -> Any:
    """The density at ``X`` of p dimensions and n degrees, of V = I / gamma^2."""
    of_gamma = mp.pi ** (mp.mpf(p * (p - 1)) / 4)
    for j in range(1, p + 1):
        of_gamma *= mp.gamma(mp.mpf(n + 1 - j) / 2)
    trace = gamma**2 * sum(X[i, i] for i in range(p))
    top = mp.det(X) ** (mp.mpf(n - p - 1) / 2) * mp.exp(-trace / 2)
    return top / (2 ** (mp.mpf(n * p) / 2) * gamma ** (-p * n) * of_gamma)


FUNCTIONS: dict[str, tuple[Callable[[Any, dict[str, Any]], Any], tuple[str, ...]]] = {
    "lse": (lse, ("x",)),
    "lse-far": (lse, ("x",)),
    "llsq": (llsq, ("x",)),
    "gmm": (gmm, ("alpha", "mu", "q", "l")),
    "gmm-prior": (gmm, ("alpha", "mu", "q", "l")),
}


def derivative(mp: Any, name: str, given: dict[str, Any], param: str, place: Any) -> str:
    """The central difference quotient in one entry, whose error is of the order of STEP^2."""
    function, _ = FUNCTIONS[name]
    values = []
    for step in (mp.mpf(STEP), -mp.mpf(STEP)):
        moved = np.array(given[param], dtype=object)
        moved[place] = mp.mpf(moved[place]) + step
        values.append(function(mp, given | {param: moved.tolist()}))
    found: str = mp.nstr((values[0] - values[1]) / (2 * mp.mpf(STEP)), DIGITS)
    return found


def main() -> None:
    import mpmath as mp  # type: ignore[import-untyped]  # which has no annotations

    mp.mp.dps = WORKING
    answers: dict[str, Any] = {"source": SOURCE}
    for name, given in inputs().items():
        function, params = FUNCTIONS[name]
        gradient = {
            param: [
                derivative(mp, name, given, param, place)
                for place in np.ndindex(np.shape(given[param]))
            ]
            for param in params
        }
        value = mp.nstr(function(mp, given), DIGITS)
        answers[name] = {"given": given, "value": value, "gradient": gradient}
    FILE.write_text(json.dumps(answers, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
