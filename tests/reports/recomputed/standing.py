"""How every arm stands: its status over all its processes, and what it learned."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.reports.recomputed.files import Files, flat

NO_REASON = "no reason was given"


def standing(files: Files, arm: int) -> dict[str, Any]:
    """The arm as cells.json tells it, without its break-even."""
    records, planned = files.of(arm), sum(arm in block for block in files.plan["blocks"])
    status, reason, failed_check = _status(records, planned)
    speaker = next((one for one in records if one["status"] == status), (records or [{}])[0])
    entry, good = files.arms[arm], [one for one in records if one["status"] == "ok"]
    learned = speaker if status == "ok" else {}
    return {
        "arm": entry["name"],
        "status": status,
        "reason": reason,
        "failed_check": failed_check,
        **{
            key: speaker.get(key) or entry.get(key)
            for key in ("framework", "differentiation", "execution")
        },
        **{key: speaker.get(key) for key in ("framework_version", "form")},
        "n_ok": len(good),
        "n_failed": len(records) - len(good),
        "n_missing": max(planned - len(records), 0),
        "gradient_error": _largest(good, "gradient_error") if learned else None,
        "trajectory_error": _largest(good, "trajectory_error") if learned else None,
        "learned": {key: flat(learned[key]) for key in ("w", "b") if learned.get(key)} or None,
        "losses": flat(learned["losses"]) if learned.get("losses") else None,
        "distance": _distance(learned, files.plan["true"]) if learned else None,
        "checks": [_check(check) for check in speaker.get("checks") or []],
    }


def _status(records: list[dict[str, Any]], planned: int) -> tuple[str, str | None, str | None]:
    spoiled = [one for one in records if one["status"] in ("wrong", "refused")]
    failed = spoiled or [one for one in records if one["status"] != "ok"]
    if not records:
        return "missing", f"no process of its {planned} has run", None
    if not failed:
        return "ok", None, None
    status = Counter(one["status"] for one in failed).most_common(1)[0][0]
    first = next(one for one in failed if one["status"] == status)
    reason = first["reason"] or NO_REASON
    if len(failed) < len(records):
        reason = f"{status} in {len(failed)} of {len(records)} blocks: {reason}"
        status = status if spoiled else "ok"
    return status, reason, first["failed_check"]


def _largest(records: list[dict[str, Any]], key: str) -> float | None:
    return max((one[key] for one in records if one.get(key) is not None), default=None)


def _distance(learned: dict[str, Any], true: dict[str, Any]) -> float | None:
    mine = [number for key in ("w", "b") for number in flat(learned.get(key) or [])]
    asked = [number for key in ("w", "b") for number in flat(true[key])]
    if not mine or len(mine) != len(asked):
        return None
    return max(abs(a - b) for a, b in zip(mine, asked, strict=True))


def _check(check: dict[str, Any]) -> dict[str, Any]:
    values = check.get("values") or {}
    numbers = {name: float(v) for name, v in values.items() if type(v) in (int, float)}
    return {
        "name": check["name"],
        "ok": check["ok"],
        "message": check.get("message"),
        "values": numbers,
    }
