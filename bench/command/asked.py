"""What is asked for by ``--problem`` and ``--data``: the spec that all sizes of a run share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backends.errors import BadInput
from problems import data_file, registry
from problems.objective import Objective
from problems.spec import ProblemSpec


def base_spec(
    problem: str,
    data: Path | None,
    target: str | None,
    sizes: Mapping[str, Any],
    epochs: int,
    seed: int,
    lr: float | None = None,
) -> tuple[ProblemSpec, tuple[str, ...]]:
    """The spec, of all the examples of ``data``, and remarks on these for the user.

    ``sizes``: the objective's own that were asked for. Raises BadInput.
    """
    name, source = registry.asked(problem)
    objective = registry.find(name, source)
    if not objective.trained:
        require_untrained(objective, epochs, lr)
        epochs = 1
    if data is None:
        if target is not None:
            raise BadInput(f"--target is {target!r} without --data; expected a .csv in --data.")
        n = objective.n_examples or ProblemSpec.n_examples
        size = min(n, ProblemSpec.batch_size)
        return ProblemSpec(
            n, size, epochs, seed=seed, objective=name, source=source, sizes=sizes
        ), ()
    file = data_file.read(data.expanduser(), target)
    fitted = data_file.fitted(file, objective, sizes)
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


def require_untrained(objective: Objective, epochs: int, lr: float | None) -> None:
    """Raise BadInput where training is asked of what is not trained."""
    asked = {"--lr": lr is not None, "--epochs": epochs not in (1, ProblemSpec.epochs)}
    named = [option for option, is_asked in asked.items() if is_asked]
    if named:
        raise BadInput(
            f"{' and '.join(named)} speak of training, and {objective.name} is not trained: only "
            "its gradient and its loss are. Leave that out."
        )
