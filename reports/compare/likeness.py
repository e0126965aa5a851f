"""Likeness: what two runs must share before their ratios may be compared."""

from __future__ import annotations

from collections.abc import Iterator

from reports.findings.findings import Findings
from reports.text.counted import noun
from reports.text.null_arm import judgement_text
from runfiles.records import Spec

NOT_KNOWN = "not known"
MEMORY_SLACK = 0.05
ONE_MACHINE = "measure both on one machine"
Unlike = tuple[str, str, str, str]  # what it is, in OLD, in NEW, and what to do about it


def why_unlike(old: Findings, new: Findings) -> str | None:
    """Why two runs cannot be compared; None where both measured the same thing the same way."""
    unusable = _unusable("OLD", old) or _unusable("NEW", new)
    if unusable:
        return unusable
    found = " ".join(
        f"{what} is {a} in OLD and {b} in NEW; {advice}."
        for what, a, b, advice in _differences(old, new)
    )
    return f"these runs cannot be compared: {found[0].lower()}{found[1:]}" if found else None


def _unusable(side: str, findings: Findings) -> str | None:
    named = f"{side} ({findings.name}) is not comparable"
    if not findings.null_arm.is_usable:
        text = judgement_text(findings.null_arm)
        return f"{named}: {text[0].lower()}{text[1:]} Measure it again."
    baseline = findings.baseline
    if baseline.status == "ok":
        return None
    reason = baseline.reason or "no reason was given"
    what = f"its baseline {baseline.name} is {baseline.status}"
    return f"{named}: {what} ({reason}). Measure it again."


def _differences(old: Findings, new: Findings) -> Iterator[Unlike]:
    """Everything that forbids the comparison of two usable runs."""
    yield from _machines(old, new)
    if old.threads != new.threads:
        advice = f"run NEW again with --threads {old.threads}"
        yield "threads", str(old.threads), str(new.threads), advice
    yield from _kept_variables(old, new)
    yield from _problems(old, new)
    a, b = old.baseline.name, new.baseline.name
    if a != b:
        yield "baseline", a, b, f"run NEW again with --baseline {a}"
        return
    yield from _baseline_versions(old, new)
    yield from _arms(old, new)


def _machines(old: Findings, new: Findings) -> Iterator[Unlike]:
    a, b = old.machine, new.machine
    if a.cpu != b.cpu or not a.cpu:
        yield "processor", _one(a.cpu), _one(b.cpu), ONE_MACHINE
    if a.cpus != b.cpus or not a.cpus:
        yield "number of CPUs", _one(a.cpus), _one(b.cpus), ONE_MACHINE
    if a.cpu_quota and b.cpu_quota and a.cpu_quota != b.cpu_quota:
        told = [_one(tuple(map(_quota, found.cpu_quota))) for found in (a, b)]
        yield "quota of CPU time", told[0], told[1], "measure both under one quota"
    if a.memory_bytes and b.memory_bytes and not _is_near(a.memory_bytes, b.memory_bytes):
        told = [f"{max(found.memory_bytes) / 2**30:.1f} GiB" for found in (a, b)]
        yield "memory", told[0], told[1], "measure both under one limit"
    if a.gpu != b.gpu:
        yield "GPU", _one(a.gpu), _one(b.gpu), ONE_MACHINE


def _quota(quota: float | None) -> str:
    return "none" if quota is None else f"{quota:.4g} {noun(quota, 'CPU')}"


def _is_near(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether two memories are one: a reboot moves what the kernel keeps for itself."""
    return max(*old, *new) <= (1 + MEMORY_SLACK) * min(*old, *new)


def _kept_variables(old: Findings, new: Findings) -> Iterator[Unlike]:
    """Variables that every process was given in one run only, or with another value."""
    a, b = old.kept_variables, new.kept_variables
    for name in sorted(name for name in {*a, *b} if a.get(name) != b.get(name)):
        was, now = (f"a value like {v[name]}" if name in v else "dropped" for v in (a, b))
        advice = f"run NEW again {'with' if name in a else 'without'} --keep-env {name}"
        same = " and the value it had" if name in a and name in b else ""
        yield f"the variable {name}", was, now, advice + same


def _problems(old: Findings, new: Findings) -> Iterator[Unlike]:
    a, b = (made_from(one.run.plan.problem) for one in (old, new))
    if a["sha256"] == b["sha256"]:
        return
    names = [name for name in {**a, **b} if name != "sha256"]
    unlike = [name for name in names if a.get(name) != b.get(name)] or ["sha256"]
    texts = [", ".join(f"{name} {x.get(name)}" for name in unlike) for x in (a, b)]
    yield "problem", texts[0], texts[1], "run NEW again with the problem of OLD"


def made_from(spec: Spec) -> dict[str, object]:
    """What a problem was made from, and its hash last."""
    return {
        "objective": spec.objective,
        "n_examples": spec.n_examples,
        **spec.counts,
        "batch_size": spec.batch_size,
        "epochs": spec.epochs,
        "lr": spec.lr,
        **spec.levels,
        "seed": spec.seed,
        "steps": spec.steps,
        "sha256": spec.sha256,
    }


def _baseline_versions(old: Findings, new: Findings) -> Iterator[Unlike]:
    a, b = (_one(findings.baseline_versions) for findings in (old, new))
    if a != b:
        framework = old.baseline.framework or "its framework"
        what = f"{framework}, which the baseline {old.baseline.name} runs on,"
        yield what, a, b, "keep the baseline's, or compare the two in one run with --pair OLD,NEW"


def _arms(old: Findings, new: Findings) -> Iterator[Unlike]:
    """What arms that have numbers in both runs do not share; others are not compared anyway."""
    theirs = {arm.name: arm for arm in new.others if arm.status == "ok"}
    for mine in (arm for arm in old.others if arm.status == "ok" and arm.name in theirs):
        other, name = theirs[mine.name], mine.name
        to = old.baseline_of(mine).name, new.baseline_of(other).name
        if mine.dtype != other.dtype:
            advice = f"run NEW again with --dtype {mine.dtype}"
            yield f"dtype of {name}", mine.dtype, other.dtype, advice
        if mine.device != other.device:
            advice = f"run NEW again with --device {mine.device}"
            yield f"device of {name}", mine.device, other.device, advice
        elif mine.dtype == other.dtype and to[0] != to[1]:
            advice = "plan the same baselines in both, by the same --backend and --dtype"
            yield f"baseline of {name}", *to, advice


def _one(values: tuple[object, ...]) -> str:
    return " or ".join(map(str, values)) or NOT_KNOWN
