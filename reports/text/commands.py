"""Commands: what to type to measure, report and compare a run again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reports.text.sentence import Sentence
from reports.text.shell import path_word, word
from runfiles.phases import EPOCH, TRAINING, WHOLE
from runfiles.records import Arm, Limits
from runfiles.run import Run

COMMAND = "autograd-bench"


def commands(run: Run, report: Path | None = None) -> tuple[tuple[str, str], ...]:
    """(what for, command line) of what a reader may want to do next, in this order.

    ``report``: the folder of the report, where it is not the run's own.
    """
    folder, again = path_word(run.folder), word(f"results/{run.name}-again")
    elsewhere = "" if report is None else f" --out {path_word(report)}"
    return (
        ("Measure this again", f"{measure_again(run)} --out {again}"),
        ("Then compare the two", f"{COMMAND} compare {folder} {again}"),
        ("Make this report again from its files", f"{COMMAND} report {folder}{elsewhere}"),
    )


def origin(run: Run) -> Sentence:
    """Where the first command comes from, and what has to be put in where it is not whole."""
    if run.plan.command is not None:
        typed = "The first is what was typed, with a folder of its own for the new run."
        return Sentence(typed)
    labels = Sentence.joined(" and of ", dict.fromkeys(a.python for a in run.plan.arms if a.python))
    missing = Sentence(" Put the path of its environment in place of {}.", labels)
    drawn = "The first is drawn from the plan: this run was begun before its command was stored.{}"
    return Sentence(drawn, missing if labels else "")


def measure_again(run: Run) -> str:
    """The ``run`` command as it was typed, or drawn from the plan of a run that lacks it."""
    if run.plan.command is None:
        return drawn_from_plan(run)
    return " ".join([COMMAND, "run", *map(word, run.plan.command)])


def drawn_from_plan(run: Run) -> str:
    """The ``run`` command for what the plan holds: profile, blocks, arms, phases and sizes."""
    plan, spec = run.plan, run.plan.problem
    # A rate of their own is what sizes have that were given none
    specs = [spec, *(size.plan.problem for size in run.sizes)]
    options = {
        "blocks": len(plan.blocks),
        "threads": plan.threads,
        "seed": spec.seed,
        "margin": f"{plan.margin:g}",
        "examples": _list(one.n_examples for one in specs),
        **{option(name): _list(one.counts[name] for one in specs) for name in spec.counts},
        "batch-size": _list(one.batch_size for one in specs),
        "max-steps": max(one.steps_timed for one in specs),  # cuts the same epochs, and no other
        **({"epochs": spec.epochs} if spec.trained else {}),
        **({"lr": repr(spec.lr)} if spec.trained and len({one.lr for one in specs}) == 1 else {}),
        **{option(name): f"{value:g}" for name, value in spec.levels.items()},
        **_limits(plan.limits),
        "baseline": word(plan.arms[plan.baseline].name),
        **({"keep-env": word(",".join(plan.kept_variables))} if plan.kept_variables else {}),
    }
    profile = [f"--{plan.profile}"] if plan.profile in ("quick", "thorough") else []
    told = [f"--{name} {value}" for name, value in options.items()]
    return " ".join([COMMAND, "run", *profile, *_arms(run), *_phases(run), *told])


def option(size: str) -> str:
    """The option that sets a size of the objective's own."""
    return size.removeprefix("n_").replace("_", "-")


def _arms(run: Run) -> list[str]:
    """The options that name backends, interpreters by their labels, devices and dtypes.

    Where not every engine was named, none was: a baseline named alone leaves the others in.
    """
    arms = [arm for arm in run.plan.arms if arm.null_of is None]
    engines = dict.fromkeys((arm.backend, arm.python) for arm in arms)
    named = {(arm.backend, arm.python) for arm in arms if arm.named}
    plain = [backend for backend, python in engines if python is None]
    elsewhere = [(backend, python) for backend, python in engines if python is not None]
    if named >= set(engines):
        told = [f"--backend {word(','.join(plain))}"] if plain else []
        told += [f"--arm {word(f'{backend}@{python}')}" for backend, python in elsewhere]
    else:
        told = [f"--python {word(f'{backend}={python}')}" for backend, python in elsewhere]
    return told + _devices(arms) + _dtypes(arms)


def _devices(arms: list[Arm]) -> list[str]:
    devices = list(dict.fromkeys(arm.device for arm in arms))
    return [] if devices == ["cpu"] else [f"--device {word(','.join(devices))}"]


def _dtypes(arms: list[Arm]) -> list[str]:
    """The dtypes where all engines have the same; where they differ each has its own first one."""
    found: dict[tuple[str, str | None], list[str]] = {}
    for arm in arms:
        found.setdefault((arm.backend, arm.python), []).append(arm.dtype)
    sets = {tuple(dict.fromkeys(dtypes)) for dtypes in found.values()}
    is_usual = len(sets) != 1 or sets == {("float32",)}
    return [] if is_usual else [f"--dtype {word(','.join(sets.pop()))}"]


def _phases(run: Run) -> list[str]:
    """The phases where some of those that every run has by itself were left out."""
    phases = run.plan.phases
    usual = {*EPOCH, *WHOLE} - {*(() if run.plan.problem.trained else TRAINING)}
    is_usual = set(phases) >= usual
    return [] if is_usual else [f"--phase {word(','.join(phases))}"]


def _limits(limits: Limits | None) -> dict[str, float]:
    """What a process may take, by option: seconds and GiB."""
    if limits is None:
        return {}
    return {"time-limit": limits.seconds, "memory-limit": limits.memory_bytes / 2**30}


def _list(values: Iterable[int]) -> str:
    return ",".join(map(str, dict.fromkeys(values)))
