"""What is asked for by ``--problem`` and ``--data``: the spec that all sizes of a run share."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from backends.errors import BadInput
from problems import data_file, registry
from problems.spec import ProblemSpec


def base_spec(
    problem: str,
    data: Path | None,
    target: str | None,
    features: int | str | None,
    noise: float | None,
    epochs: int,
    seed: int,
) -> tuple[ProblemSpec, tuple[str, ...]]:
    """The spec, of all the examples of ``data``, and remarks on these for the user.

    All as it was asked for; None was not. Raises BadInput.
    """
    name, source = registry.asked(problem)
    if data is None:
        if target is not None:
            raise BadInput(f"--target is {target!r} without --data; expected a .csv in --data.")
        sizes = {} if noise is None else {"noise": noise}
        return ProblemSpec(epochs=epochs, seed=seed, objective=name, source=source, sizes=sizes), ()
    for option, value in (("--features", features), ("--noise", noise)):
        if value is not None:
            raise BadInput(
                f"{option} is {value}, and the data are those of {data}; it is of data that are "
                "drawn. Leave one of the two out."
            )
    file = data_file.read(data.expanduser(), target)
    fitted = data_file.fitted(file, registry.find(name, source))
    spec = ProblemSpec(
        n_examples=file.n_rows,
        batch_size=1,
        epochs=epochs,
        seed=seed,
        objective=name,
        source=source and replace(source, data=fitted.names),
        data=fitted.file,
        sizes=fitted.sizes,
    )
    return spec, fitted.remarks
