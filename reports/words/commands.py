"""Commands: what to type to measure, report and compare a run again."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from reports.result.run import Run
from reports.words.names import visible

COMMAND = "autograd-bench"


def commands(run: Run) -> tuple[tuple[str, str], ...]:
    """(what for, command line) of what a reader may want to do next."""
    folder = _word(run.name)
    return (
        ("Measure this again", measure_again(run)),
        ("Make this report again from its files", f"{COMMAND} report {folder}"),
        ("Compare it with another run", f"{COMMAND} compare {folder} OTHER-RUN"),
    )


def measure_again(run: Run) -> str:
    """The ``run`` command for the sizes, seed, threads and named arms of the plan."""
    plan, spec = run.plan, run.plan.problem
    specs = [spec, *(size.plan.problem for size in run.sizes)]
    options = {
        "threads": plan.threads,
        "seed": spec.seed,
        "margin": f"{plan.margin:g}",
        "examples": _list(one.n_examples for one in specs),
        "features": _list(one.n_features for one in specs),
        "batch-size": _list(one.batch_size for one in specs),
        "epochs": spec.epochs,
        "lr": f"{spec.lr:g}",
        "baseline": _word(plan.arms[plan.baseline].name),
    }
    profile = [f"--{plan.profile}"] if plan.profile in ("quick", "thorough") else []
    told = [f"--{name} {value}" for name, value in options.items()]
    return " ".join([COMMAND, "run", *profile, *_arms(run), *told])


def _arms(run: Run) -> list[str]:
    """The options that name what was named, and interpreters by their labels."""
    arms = [arm for arm in run.plan.arms if arm.null_of is None]
    named = dict.fromkeys(arm.backend for arm in arms if arm.named and arm.python is None)
    others = dict.fromkeys(f"{arm.backend}@{arm.python}" for arm in arms if arm.python)
    backends = [f"--backend {_word(','.join(named))}"] if named else []
    return backends + [f"--arm {_word(name)}" for name in others]


def _list(values: Iterable[int]) -> str:
    return ",".join(map(str, dict.fromkeys(values)))


def _word(text: str) -> str:
    """``text`` as one word of a shell, nothing in it hidden."""
    return shlex.quote(visible(text))
