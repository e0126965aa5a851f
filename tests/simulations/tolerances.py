"""How often right arithmetic is refused, and whether a gradient a thousandth off is caught.

``python -m tests.simulations.tolerances``: for each size and dtype the gradient of a minibatch is
summed in many random orders, in one running sum and as NumPy sums.
"""

from __future__ import annotations

import numpy as np

from problems.problem import Problem, make_problem
from problems.reference import reference
from problems.spec import ProblemSpec
from problems.tolerance import distance
from tests.problems.test_tolerance import in_order

N_ORDERS = 10_000
MOST_TERMS = 10**8  # summed at each size
SIZES = (
    ProblemSpec(epochs=1),
    ProblemSpec(n_examples=30, batch_size=1, epochs=1),
    ProblemSpec(n_examples=3000, batch_size=1000, epochs=1),
    ProblemSpec(n_examples=300_000, batch_size=100_000, epochs=1),
    ProblemSpec(n_examples=300, batch_size=100, epochs=1, sizes={"n_features": 1000}),
)


def refused(problem: Problem, n_orders: int) -> tuple[int, float, float]:
    """Sums refused, the largest distance as a share of the tolerance, and the tolerance."""
    right = reference(problem, [0])
    answer, index = right.at("gradients", 0, problem), problem.minibatch(0)
    rng, worst, n_refused = np.random.default_rng(7), 0.0, 0
    for number in range(n_orders):
        got = in_order(problem, rng.permutation(index), running=number % 2 == 0)
        share = distance(got, answer.value) / answer.tolerance
        worst, n_refused = max(worst, share), n_refused + (not share <= 1)
    return n_refused, worst, answer.tolerance


def main() -> None:
    """Print a line a size and dtype."""
    for spec in SIZES:
        for dtype in ("float32", "float64"):
            problem = make_problem(spec).astype(dtype)
            terms = spec.batch_size * spec.sizes["n_features"]
            n_orders = max(20, min(N_ORDERS, MOST_TERMS // terms))
            n_refused, worst, tolerance = refused(problem, n_orders)
            features = spec.sizes["n_features"]
            where = f"batches of {spec.batch_size:,}, {features:,} features, {dtype}"
            caught = "caught" if tolerance < 9.9e-4 else "NOT CAUGHT"
            print(
                f"{where}: {n_refused} of {n_orders:,} right sums refused (worst {worst:.2f} of "
                f"the tolerance {tolerance:.1e}); a gradient 0.1 % too large is {caught}",
                flush=True,
            )


if __name__ == "__main__":
    main()
