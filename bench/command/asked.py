"""What is asked for by ``--problem`` and ``--data``: the specs that all sizes of a run share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from backends.errors import BadInput, UnknownName
from bench.runner.sizes import specs_of
from problems import data_file, registry
from problems.objective import Objective
from problems.source import Source, asked_texts
from problems.spec import ProblemSpec


def base_specs(
    problem: str,
    data: Path | None,
    target: str | None,
    sizes: Mapping[str, Any],
    epochs: int,
    seed: int,
    lr: float | None = None,
) -> tuple[list[ProblemSpec], tuple[str, ...]]:
    """The spec of each problem that is asked for, and remarks on the data for the user.

    ``data`` are for all of them. Of several problems each takes the ``sizes`` that it has, and
    every one of these is some problem's; those that are trained take ``epochs`` and ``lr``. Raises
    BadInput.
    """
    texts = distinct(asked_texts(problem))
    if not texts:
        raise BadInput(f"--problem is {problem!r}; expected a name such as linreg, or FILE.py.")
    if len(texts) == 1:
        spec, remarks = base_spec(texts[0], data, target, sizes, epochs, seed, lr)
        return [spec], remarks
    objectives = {text: registry.find(*registry.asked(text)) for text in texts}
    if not any(one.trained for one in objectives.values()):
        require_untrained(objectives[texts[0]], epochs, lr)
    own = {text: objective.sizes() for text, objective in objectives.items()}
    require_some(sizes, own)
    specs: list[ProblemSpec] = []
    told: list[str] = []
    for text in texts:
        given = {name: value for name, value in sizes.items() if name in own[text]}
        try:
            n_epochs = epochs if objectives[text].trained else 1
            spec, remarks = base_spec(text, data, target, given, n_epochs, seed)
        except BadInput as error:
            if data is None:
                raise
            advice = f"--data is for every problem: leave {text} out, or run it by itself."
            raise BadInput(f"{error} {advice}") from error
        specs.append(spec)
        told += remarks
    return specs, tuple(dict.fromkeys(told))


def distinct(texts: Sequence[str]) -> list[str]:
    """The texts of ``--problem``, each problem once. Raises BadInput where a name means two."""
    found: dict[str, tuple[str, Source | None]] = {}
    for text in texts if len(texts) > 1 else ():
        name, source = registry.asked(text)
        first, same = found.setdefault(name, (text, source))
        if same != source:
            raise BadInput(
                f"problems {first} and {text} are both called {name!r}, and are not the same; "
                "expected each name once. Rename one of the files."
            )
    return [text for text, _ in found.values()] or list(texts)


def require_some(sizes: Mapping[str, Any], own: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise BadInput where one of ``sizes`` is none of any problem; ``own``: theirs by problem."""
    known = {name for names in own.values() for name in names}
    for name in sizes:
        if name not in known:
            raise UnknownName(f"size of {', '.join(own)}", name, known)


def specs_asked(
    bases: Sequence[ProblemSpec],
    examples: Sequence[int] | None,
    features: Sequence[int | None],
    batch_sizes: Sequence[int],
    most_steps: int,
    lr: float | None,
) -> list[ProblemSpec]:
    """Every problem at every size that is asked for; ``examples``: None is as many as it has.

    Of several problems those that count features take them. Raises BadInput.
    """
    takers = [base for base in bases if "n_features" in base.its_objective.sizes()] or bases
    return [
        spec
        for base in bases
        for spec in specs_of(
            base,
            [base.n_examples] if examples is None else examples,
            features if base in takers else [None],
            batch_sizes,
            most_steps,
            lr if base.its_objective.trained or len(bases) == 1 else None,
        )
    ]


def untrained(bases: Sequence[ProblemSpec]) -> Objective | None:
    """The first objective where none of them is trained, else None.

    Raises BadInput where some are, and some not: nobody times both by the same phase.
    """
    objectives = {one.trained: one for one in (base.its_objective for base in bases[::-1])}
    if len(objectives) > 1:
        yes, no = objectives[True].name, objectives[False].name
        raise BadInput(
            f"{yes} is trained, and {no} is not: one run measures problems of one kind, whose "
            "times stand side by side. Run them apart."
        )
    return objectives.get(False)


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
            f"{' and '.join(named)} is for training, and {objective.name} is not trained: only "
            "its gradient and its loss are. Leave that out."
        )
