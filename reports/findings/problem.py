"""The problem, as cells.json has it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from reports.findings.document import Part, means
from reports.findings.terms import Count, Numbers, Size

Sizes = dict[str, Annotated[float, means("A size; a count where its name starts with n_.")]]


class Parameter(Part, frozen=True, eq=False):
    """One parameter: the true and the reference answer."""

    name: str
    """Its name."""
    shape: tuple[Annotated[int, Meta(ge=1, description="Length of an axis.")], ...]
    """Its shape. Its numbers are in C order."""
    true: Numbers | None
    """The true numbers. Null where nobody knows them."""
    reference: Numbers
    """What the float64 reference learned. Null where one is not finite."""


class Cost(Part, frozen=True, eq=False):
    """What a timed epoch takes at the least, by the objective's formulas."""

    flop: Count
    """Floating-point operations."""
    n_numbers: Count
    """Numbers of the data, each read once."""


class Source(Part, frozen=True, eq=False):
    """The user's file that the objective is in. The run has its text."""

    file: str
    """Its name, without its folder."""
    sha256: str
    """Hash of its text, in hexadecimal."""
    name: str | None
    """Which loss in it is meant. Null for the one called so."""


class Data(Part, frozen=True, eq=False):
    """The user's file that the data are from."""

    file: str
    """Its name, without its folder."""
    sha256: str
    """Hash of its bytes, in hexadecimal."""
    target: str | None
    """The column that is learned, of a CSV file. Null for other files."""


class Problem(Part, frozen=True, eq=False):
    """What is trained, with its size and hyperparameters, the true and the reference answer."""

    objective: str
    """Name of what is differentiated."""
    title: str
    """What an epoch is one of, in words."""
    n_examples: Size
    """Examples in the data."""
    sizes: Sizes
    """The objective's own sizes by name, such as n_features or noise."""
    batch_size: Size
    """Examples in a minibatch. The last may be shorter."""
    epochs: Size
    """Epochs of a training."""
    lr: float
    """Learning rate, without a unit."""
    seed: Count
    """Seed that the problem was made from."""
    sha256: str
    """Hash of the problem's arrays, in hexadecimal."""
    parameters: tuple[Parameter, ...]
    """Every parameter, in the objective's order."""
    losses_reference: Numbers
    """The reference's mean loss after each epoch, in the loss's unit. Null where it is not
    finite."""
    recovers: bool | None
    """Whether these steps suffice to find the true parameters. Where they do not, only the
    trajectory is checked. Null where nothing true is known."""
    cost: Cost | None
    """Null where the objective has no formulas."""
    steps: Size | None
    """Minibatches to which an epoch is cut. Null: epochs are whole."""
    n_visited: Size
    """Examples that a timed epoch visits."""
    source: Source | None
    """Null where the objective is none of a file."""
    data: Data | None
    """Null where the data were drawn."""
    trained: bool
    """Whether it is trained. Where not, it has gradients and a loss; epochs and lr mean nothing
    and the reference of a parameter is its start."""
