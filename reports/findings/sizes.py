"""Sizes: what a problem has of them, and how much of an epoch was timed."""

from __future__ import annotations

from runfiles.records import Spec


def sizes_of(spec: Spec) -> dict[str, int]:
    """Every size that may be an axis, by name."""
    return {"batch_size": spec.batch_size, "n_examples": spec.n_examples, **spec.counts}


def n_steps(spec: Spec) -> int:
    """The minibatches of a whole epoch."""
    return -(-spec.n_examples // spec.batch_size)


def steps_timed(spec: Spec) -> int:
    """The minibatches of a timed epoch."""
    return min(spec.steps or n_steps(spec), n_steps(spec))


def is_prefix(spec: Spec) -> bool:
    """Whether a timed epoch is only the first steps of a whole one."""
    return spec.n_visited < spec.n_examples
