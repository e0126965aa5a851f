"""The problem, as cells.json has it."""

from __future__ import annotations

from msgspec import structs

from reports.cells.terms import Count, Numbers, Size
from reports.document import Part
from runfiles.records import Spec


class Problem(Part, frozen=True):
    """Size and hyperparameters, with the true and the reference answer."""

    n_examples: Size
    """Examples in the data."""
    n_features: Size
    """Features of an example."""
    batch_size: Size
    """Examples in a minibatch. The last may be shorter."""
    epochs: Size
    """Epochs of a training."""
    lr: float
    """Learning rate, without a unit."""
    noise: float
    """Standard deviation of the label noise, in the label's unit."""
    seed: Count
    """Seed that the problem was made from."""
    sha256: str
    """Hash of the problem's arrays, in hexadecimal."""
    w_true: Numbers
    """True weights, one a feature."""
    b_true: Numbers
    """True bias."""
    w_reference: Numbers
    """Weights that the float64 reference learned. Null where one is not finite."""
    b_reference: Numbers
    """Bias that the float64 reference learned. Null where it is not finite."""
    losses_reference: Numbers
    """The reference's mean loss after each epoch, in the label's unit squared. Null where it is
    not finite."""
    recovers: bool
    """Whether these steps suffice to find the true parameters. Where they do not, only the
    trajectory is checked."""
    steps: Size | None
    """Minibatches to which an epoch is cut. Null: epochs are whole."""
    n_visited: Size
    """Examples that a timed epoch visits."""


def problem(spec: Spec) -> Problem:
    """``spec`` as a part."""
    return Problem(**structs.asdict(spec), n_visited=spec.n_visited)
