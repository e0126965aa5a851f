"""What the processes said of the machine, gathered: copied facts, and devices in use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.reports.recomputed.files import Files

DEEPEST = 4


def machine(files: Files) -> dict[str, Any]:
    """The machine as the plan and every process found it."""
    told = [files.plan.get("environment") or {}, *(one["facts"] for one in files.raw.values())]
    far = [record for record in files.raw.values() if files.arms[record["arm"]]["device"] != "cpu"]
    pythons = _texts(facts.get("python") for facts in told[1:])
    return {
        "cpu": _texts(facts.get("cpu") for facts in told),
        "cpus": sorted({n for facts in told if type(n := facts.get("cpus")) is int}),
        "gpu": _gpus(far),
        "python": pythons or _texts([told[0].get("python")]),
        "threads": files.plan["threads"],
        "cpu_quota": _quotas(told),
        "memory_bytes": sorted({n for one in told if type(n := one.get("memory_bytes")) is int}),
    }


def _quotas(told: list[dict[str, Any]]) -> list[float | None]:
    found = {facts["cpu_quota"] for facts in told if "cpu_quota" in facts}
    return [*sorted(found - {None}), *({None} & found)]


def _texts(values: Iterable[Any]) -> list[str]:
    return sorted({value for value in values if isinstance(value, str)})


def _group(record: dict[str, Any], group: str, key: str) -> Any:
    found = record["facts"].get(group)
    return found.get(key) if isinstance(found, dict) else None


def _gpus(records: list[dict[str, Any]]) -> list[str]:
    own = _texts(_group(record, "framework", "gpu") for record in records)
    return own or _texts(_group(record, "gpu", "gpu") for record in records)


def environment(files: Files) -> dict[str, Any]:
    """The keys ``environment`` and ``devices``."""
    arms: dict[str, dict[str, list[Any]]] = {}
    for record in files.raw.values():
        mine = arms.setdefault(files.arms[record["arm"]]["name"], {})
        for name, value in _leaves(record["facts"], "", 0):
            mine.setdefault(name, []).append(value)
    texts = {arm: {k: _text(v) for k, v in facts.items()} for arm, facts in arms.items()}
    first = next(iter(texts.values()), {})
    common = {
        name: text
        for name, text in first.items()
        if all(facts.get(name) == text for facts in texts.values())
    }
    own = {
        arm: {name: text for name, text in facts.items() if name not in common}
        for arm, facts in texts.items()
    }
    return {"environment": {"common": common, "arms": own}, "devices": _devices(files)}


def _leaves(value: Any, name: str, depth: int) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict) and depth < DEEPEST:
        for key, entry in value.items():
            yield from _leaves(entry, f"{name}.{key}" if name else key, depth + 1)
    else:
        yield name, value


def _text(values: list[Any]) -> str:
    """A fact as text: all that these runs hold are texts, lists of texts and numbers."""
    numbers = sorted({v for v in values if type(v) in (int, float)})
    if len(numbers) > 1 and all(type(v) in (int, float) for v in values):
        return f"{_number(numbers[0])} to {_number(numbers[-1])}"
    texts = list(dict.fromkeys(map(_scalar, values)))
    return "; ".join(texts[:3]) + ("; …" if len(texts) > 3 else "")


def _scalar(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_scalar, value)) or "none"
    return _number(value) if isinstance(value, int | float) else str(value)


def _number(value: float) -> str:
    """Whole numbers as they stand, others in four digits, small ones with an exponent."""
    if isinstance(value, int):
        return str(value)
    if abs(value) < 1e-4 or abs(value) >= 1e6:
        mantissa, _, exponent = f"{value:.3e}".partition("e")
        return f"{mantissa}e{int(exponent)}"
    digits = 3 - int(f"{value:.3e}".partition("e")[2])
    return f"{round(value, digits):.{max(digits, 0)}f}"


def _devices(files: Files) -> list[dict[str, Any]]:
    found = []
    for index, arm in enumerate(files.arms):
        mine = files.of(index)
        if arm["device"] == "cpu" or not any(record["status"] == "ok" for record in mine):
            continue
        clocks = [_group(one, "framework", "sm_clock_hz") for one in mine]
        driver = [_group(one, "gpu", "sm_clock_mhz") for one in mine]
        hertz = [v for v in clocks if v] + [1e6 * v for v in driver if v]
        after = [
            _group(one, "framework_after_first_epoch", "device_peak_bytes")
            or _group(one, "framework", "device_peak_bytes")
            for one in mine
        ]
        found.append(
            {
                "arm": arm["name"],
                "device": arm["device"],
                "gpu": _gpus(mine),
                "peak_bytes": max((v for v in after if v), default=None),
                "sm_clock_hz_low": min(hertz, default=None),
                "sm_clock_hz_high": max(hertz, default=None),
            }
        )
    return found
