"""Likeness: what two runs must share before their ratios may be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.findings.findings import Findings
from reports.findings.machine import distinct
from reports.text.counted import noun
from reports.text.names import visible
from reports.text.null_arm import judgement_text
from runfiles.errors import BadRun
from runfiles.records import Spec

NOT_KNOWN = "not known"
MEMORY_SLACK = 0.05


@dataclass(frozen=True)
class Difference:
    """One thing that two runs do not share, as text, and what to do about it."""

    what: str
    old: str
    new: str
    advice: str

    def __str__(self) -> str:
        old, new = visible(self.old), visible(self.new)
        return f"{self.what} is {old} in OLD and {new} in NEW; {self.advice}."


def require_alike(old: Findings, new: Findings) -> None:
    """Raise BadRun unless both runs are usable and measured the same thing the same way."""
    for side, findings in (("OLD", old), ("NEW", new)):
        _require_usable(side, findings)
    found = list(differences(old, new))
    if found:
        told = " ".join(map(str, found))
        raise BadRun(f"these runs cannot be compared: {told[0].lower()}{told[1:]}")


def _require_usable(side: str, findings: Findings) -> None:
    named = f"{side} ({visible(findings.run.name, 60)})"
    if not findings.null_arm.is_usable:
        text = judgement_text(findings.null_arm)
        raise BadRun(f"{named} is not comparable: {text[0].lower()}{text[1:]} Measure it again.")
    baseline = findings.baseline
    if baseline.status != "ok":
        what = f"its baseline {visible(baseline.name, 60)} is {baseline.status}"
        reason = visible(baseline.reason or "no reason was given")
        raise BadRun(f"{named} is not comparable: {what} ({reason}). Measure it again.")


def differences(old: Findings, new: Findings) -> Iterator[Difference]:
    """Everything that forbids the comparison of two usable runs."""
    yield from _machines(old, new)
    a, b = old.run.plan, new.run.plan
    if a.threads != b.threads:
        advice = f"run NEW again with --threads {a.threads}"
        yield Difference("threads", str(a.threads), str(b.threads), advice)
    yield from _kept_variables(old, new)
    yield from _problems(old, new)
    if old.baseline.name != new.baseline.name:
        advice = f"run NEW again with --baseline {visible(old.baseline.name, 60)}"
        yield Difference("baseline", old.baseline.name, new.baseline.name, advice)
        return
    yield from _baseline_versions(old, new)
    yield from _arms(old, new)


def _machines(old: Findings, new: Findings) -> Iterator[Difference]:
    a, b = old.machine, new.machine
    advice = "measure both on one machine"
    if a.cpu != b.cpu or not a.cpu:
        yield Difference("processor", _one(a.cpu), _one(b.cpu), advice)
    if a.cpus != b.cpus or not a.cpus:
        counts = [_one(tuple(map(str, found.cpus))) for found in (a, b)]
        yield Difference("number of CPUs", counts[0], counts[1], advice)
    if a.cpu_quota and b.cpu_quota and a.cpu_quota != b.cpu_quota:
        told = [_one(tuple(map(_quota, found.cpu_quota))) for found in (a, b)]
        yield Difference("quota of CPU time", told[0], told[1], "measure both under one quota")
    if a.memory_bytes and b.memory_bytes and not _is_near(a.memory_bytes, b.memory_bytes):
        told = [f"{max(found.memory_bytes) / 2**30:.1f} GiB" for found in (a, b)]
        yield Difference("memory", told[0], told[1], "measure both under one limit")
    if a.gpu != b.gpu:
        yield Difference("GPU", _one(a.gpu), _one(b.gpu), advice)


def _quota(quota: float | None) -> str:
    return "none" if quota is None else f"{quota:.4g} {noun(quota, 'CPU')}"


def _is_near(old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    """Whether two memories are one: a reboot moves what the kernel keeps for itself."""
    return max(*old, *new) <= (1 + MEMORY_SLACK) * min(*old, *new)


def _kept_variables(old: Findings, new: Findings) -> Iterator[Difference]:
    """Variables that every process was given in one run only, or with another value."""
    a, b = old.run.plan.kept_variables, new.run.plan.kept_variables
    unlike = sorted(name for name in {*a, *b} if a.get(name) != b.get(name))
    for name in unlike:
        was, now = (f"a value like {v[name]}" if name in v else "dropped" for v in (a, b))
        shown = visible(name, 60)
        advice = f"run NEW again {'with' if name in a else 'without'} --keep-env {shown}"
        same = " and the value it had" if name in a and name in b else ""
        yield Difference(f"the variable {shown}", was, now, advice + same)


def _problems(old: Findings, new: Findings) -> Iterator[Difference]:
    a, b = (_told(one.run.plan.problem) for one in (old, new))
    if a["sha256"] == b["sha256"]:
        return
    names = [name for name in {**a, **b} if name != "sha256"]
    told = [name for name in names if a.get(name) != b.get(name)] or ["sha256"]
    texts = [", ".join(f"{name} {x.get(name)}" for name in told) for x in (a, b)]
    yield Difference("problem", texts[0], texts[1], "run NEW again with the problem of OLD")


def _told(spec: Spec) -> dict[str, object]:
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


def _baseline_versions(old: Findings, new: Findings) -> Iterator[Difference]:
    a, b = (_one(versions_of_baseline(findings)) for findings in (old, new))
    if a != b:
        framework = visible(old.baseline.framework or "its framework", 40)
        what = f"{framework}, which the baseline {visible(old.baseline.name, 60)} runs on,"
        advice = "keep the baseline's, or compare the two in one run with --pair OLD,NEW"
        yield Difference(what, a, b, advice)


def versions_of_baseline(findings: Findings) -> tuple[str, ...]:
    """Every version of its framework that a process of the baseline arm found."""
    mine = [p for p in findings.run.processes if p.arm == findings.run.plan.baseline]
    return distinct(process.framework_version for process in mine if process.status == "ok")


def _arms(old: Findings, new: Findings) -> Iterator[Difference]:
    """What arms that have numbers in both runs do not share; others are not compared anyway."""
    theirs = {arm.name: arm for arm in new.others if arm.status == "ok"}
    for mine in (arm for arm in old.others if arm.status == "ok" and arm.name in theirs):
        other, name = theirs[mine.name], visible(mine.name, 60)
        to = old.baseline_of(mine).name, new.baseline_of(other).name
        if mine.dtype != other.dtype:
            advice = f"run NEW again with --dtype {visible(mine.dtype, 20)}"
            yield Difference(f"dtype of {name}", mine.dtype, other.dtype, advice)
        if mine.device != other.device:
            advice = f"run NEW again with --device {visible(mine.device, 20)}"
            yield Difference(f"device of {name}", mine.device, other.device, advice)
        elif mine.dtype == other.dtype and to[0] != to[1]:
            advice = "plan the same baselines in both, by the same --backend and --dtype"
            yield Difference(f"baseline of {name}", *to, advice)


def _one(values: tuple[str, ...]) -> str:
    return " or ".join(values) or NOT_KNOWN
