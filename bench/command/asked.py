"""What is asked for by ``--problem`` and ``--data``: the spec that all sizes of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from problems import data_file, registry
from problems.spec import ProblemSpec


def base_spec(
    problem: str,
    data: Path | None,
    target: str | None,
    sizes: Mapping[str, Any],
    epochs: int,
    seed: int,
) -> tuple[ProblemSpec, tuple[str, ...]]:
    """The spec, of all the examples of ``data``, and remarks on these for the user.

    ``sizes``: the objective's own that were asked for. Raises BadInput.
    """
    name, source = registry.asked(problem)
    if data is None:
        if target is not None:
            raise BadInput(f"--target is {target!r} without --data; expected a .csv in --data.")
        spec = ProblemSpec(epochs=epochs, seed=seed, objective=name, source=source, sizes=sizes)
        return spec, ()
    file = data_file.read(data.expanduser(), target)
    fitted = data_file.fitted(file, registry.find(name, source), sizes)
    spec = ProblemSpec(
        n_examples=fitted.file.n_rows,
        batch_size=1,
        epochs=epochs,
        seed=seed,
        objective=name,
        source=source and replace(source, data=fitted.names),
        data=fitted.file,
        sizes=fitted.sizes,
    )
    return spec, fitted.remarks
