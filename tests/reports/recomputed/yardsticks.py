"""The yardsticks of a run: limit, prices, cheap gradients, rates and their shares of ceilings."""

from __future__ import annotations

import math
import statistics
from typing import Any

from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.statistic import Column, Interval, geometric, keys, less, logs

BOUND = 4.0  # of Baur and Strassen
BYTES = {"float16": 2, "bfloat16": 2, "float32": 4, "float64": 8}


def yardsticks(size: Size) -> dict[str, Any]:
    """All of them, as cells.json has them."""
    return {
        "limit": _limits(size),
        "price_of_autodiff": _prices_of_autodiff(size),
        "price_of_dispatch": _prices_of_dispatch(size),
        "cheap_gradient": {"bound": BOUND, "arms": _gradients(size)},
        "throughput": {"flop": flop(size), "arms": [_rates(size, arm) for arm in size.ranked()]},
        "ceilings": {"measured": _ceilings(size), "failed": _failed(size)},
    }


def by_hand(size: Size) -> dict[str, Any]:
    """The quickest autodiff arm that has a hand-written peer ÷ the quickest of those."""
    ranked = size.ranked_by(size.files.main)
    for auto in ranked:
        hands = [
            arm
            for arm in ranked
            if _is(size, arm, "hand-written") and _where(size, arm) == _where(size, auto)
        ]
        if _is(size, auto, "autodiff") and hands:
            return keys("ratio", geometric(size.ratio(auto, hands[0], size.files.main)))
    return keys("ratio", None)


def _is(size: Size, arm: int, differentiation: str) -> bool:
    return bool(size.standings[arm]["differentiation"] == differentiation)


def _where(size: Size, arm: int) -> tuple[str, str]:
    entry = size.files.arms[arm]
    return entry["device"], entry["dtype"]


def _limits(size: Size) -> list[dict[str, Any]]:
    found = []
    for arm in _with_nulls_out(size):
        device, dtype = _where(size, arm)
        native = [
            other
            for other in size.ranked()
            if size.files.arms[other]["backend"] == "numba" and _where(size, other)[0] == device
        ]
        alike = [other for other in native if _where(size, other)[1] == dtype]
        if not native:
            continue
        limit = (alike or native)[0]
        ratio = geometric(size.ratio(arm, limit, "epoch"))
        if ratio is not None:
            own = {"ratio": 1.0, "ratio_low": None, "ratio_high": None}
            found.append(
                {
                    "arm": size.files.arms[arm]["name"],
                    "limit": size.files.arms[limit]["name"],
                    "same_dtype": bool(alike),
                    "n_blocks": ratio.n,
                    **(own if arm == limit else ratio.keys("ratio")),
                }
            )
    return found


def _with_nulls_out(size: Size) -> list[int]:
    return [arm for arm in size.ranked() if arm in size.others]


def _engine(size: Size, arm: int) -> tuple[Any, ...]:
    """What two arms must share to be one engine."""
    return size.standings[arm]["framework"], *_where(size, arm), size.files.arms[arm].get("python")


def _engines(size: Size) -> list[int]:
    return [arm for arm in size.ranked() if size.standings[arm]["framework"]]


def _prices_of_autodiff(size: Size) -> list[dict[str, Any]]:
    found = []
    for auto in _engines(size):
        for hand in _engines(size):
            way = [size.standings[arm]["execution"] for arm in (auto, hand)]
            fits = _is(size, auto, "autodiff") and _is(size, hand, "hand-written")
            if fits and _engine(size, auto) == _engine(size, hand) and way[0] == way[1] is not None:
                found += _price(size, auto, hand, ("autodiff", "hand_written"), "epoch")
                found += _price(size, auto, hand, ("autodiff", "hand_written"), "gradient")
    return found


def _prices_of_dispatch(size: Size) -> list[dict[str, Any]]:
    found = []
    for compiled in _engines(size):
        kind = size.standings[compiled]["differentiation"]
        eager = [
            arm
            for arm in _engines(size)
            if _is(size, arm, kind)
            and _engine(size, arm) == _engine(size, compiled)
            and size.standings[arm]["execution"] == "eager"
        ]
        if eager and size.standings[compiled]["execution"] not in ("eager", None):
            found += _price(size, compiled, eager[0], ("compiled", "eager"), "epoch")
    return found


def _price(
    size: Size, above: int, below: int, names: tuple[str, str], phase: str
) -> list[dict[str, Any]]:
    if phase not in size.files.phases:
        return []
    ratio = geometric(size.ratio(above, below, phase))
    if ratio is None:
        return []
    words = ("framework", "differentiation", "execution")
    entry = {
        names[0]: size.files.arms[above]["name"],
        names[1]: size.files.arms[below]["name"],
        **{key: size.standings[above][key] for key in words},
        **{key: size.files.arms[above].get(key) for key in ("device", "dtype", "python")},
        "phase": phase,
        "n_blocks": ratio.n,
        **ratio.keys("ratio"),
    }
    return [entry]


def _gradients(size: Size) -> list[dict[str, Any]]:
    if not {"full_gradient", "loss"} <= set(size.files.phases):
        return []
    found = []
    for arm in size.others:
        gradient, loss = (logs(size.columns[arm, phase]) for phase in ("full_gradient", "loss"))
        ratio = geometric(less(gradient, loss))
        if ratio is not None:
            found.append(
                {
                    "arm": size.files.arms[arm]["name"],
                    "n_blocks": ratio.n,
                    **keys("gradient_seconds", geometric(gradient)),
                    **keys("loss_seconds", geometric(loss)),
                    **ratio.keys("ratio"),
                }
            )
    return sorted(found, key=lambda entry: entry["ratio"])


def flop(size: Size) -> int:
    """Of every example 4 d + 2 operations, of every minibatch 3 for each of d + 1 parameters."""
    spec, n = size.files.plan["problem"], size.files.n_visited
    steps = math.ceil(n / spec["batch_size"])
    return int(n * (4 * spec["n_features"] + 2) + steps * 3 * (spec["n_features"] + 1))


def n_numbers(size: Size) -> int:
    """X and y, each number read once."""
    return int(size.files.n_visited * (size.files.plan["problem"]["n_features"] + 1))


def _rates(size: Size, arm: int) -> dict[str, Any]:
    seconds, (device, dtype) = size.columns[arm, "epoch"], _where(size, arm)
    width = BYTES.get(dtype)
    numbers = n_numbers(size)
    moved = None if width is None else _rate(numbers * width, seconds)
    done, examples = _rate(flop(size), seconds), _rate(size.files.n_visited, seconds)
    here = device == "cpu"
    estimate = geometric(examples)
    assert estimate is not None
    return {
        "arm": size.files.arms[arm]["name"],
        "n_bytes": None if width is None else numbers * width,
        "n_blocks": estimate.n,
        **keys("examples_per_second", estimate),
        **keys("bytes_per_second", None if moved is None else geometric(moved)),
        **keys("flop_per_second", geometric(done)),
        **_share("copy", size, moved, ("copy", "the problem's size") if here else None),
        **_share("memory_copy", size, moved, ("copy", "memory") if here else None),
        **_share("product", size, done, ("product", dtype) if here else None),
        **keys("share_of_gather", _of_gather(size, seconds) if here else None),
    }


def _of_gather(size: Size, seconds: Column) -> Interval | None:
    """The time of a gather ÷ the epoch's, block by block."""
    gathered: Column = [None] * size.files.n_blocks
    for record in size.files.ceilings.values():
        for part in record.get("gathers") or ():
            gathered[record["block"]] = statistics.median(part["seconds"])
    return geometric(less(logs(gathered), logs(seconds)))


def _rate(amount: int, seconds: Column) -> Column:
    return [None if time is None else math.log(amount / time) for time in seconds]


def _share(
    name: str, size: Size, rates: Column | None, of: tuple[str, str] | None
) -> dict[str, Any]:
    best = _best(size).get(of) if of else None
    if rates is None or best is None:
        return keys(f"share_of_{name}", None)
    return keys(f"share_of_{name}", geometric(less(rates, best[1])))


def _best(size: Size) -> dict[tuple[str, str], tuple[int, Column]]:
    """(kind, what) -> (amount, log rate by block) of every ceiling."""
    found: dict[tuple[str, str], tuple[int, Column]] = {}
    for record in size.files.ceilings.values():
        if record["status"] != "ok":
            continue
        parts = [(("copy", part["what"]), part["n_bytes"], part) for part in record["copies"]]
        parts += [
            (("gather", part["what"]), part["n_bytes"], part) for part in record.get("gathers", ())
        ]
        parts += [(("product", part["dtype"]), part["flop"], part) for part in record["products"]]
        for key, amount, part in parts:
            column = found.setdefault(key, (amount, [None] * size.files.n_blocks))[1]
            rate = amount / statistics.median(part["seconds"])
            column[record["block"]] = math.log(rate)
    return found


def _ceilings(size: Size) -> list[dict[str, Any]]:
    found = []
    for (kind, what), (amount, column) in _best(size).items():
        rate = geometric(column)
        assert rate is not None
        is_product = kind == "product"
        names = ("flop", "flop_per_second") if is_product else ("n_bytes", "bytes_per_second")
        entry = {"kind": kind, "what": what, names[0]: amount, "n_blocks": rate.n}
        found.append(entry | rate.keys(names[1]))
    return found


def _failed(size: Size) -> list[dict[str, Any]]:
    return [
        {key: record.get(key) for key in ("block", "status", "reason")}
        for record in size.files.ceilings.values()
        if record["status"] != "ok"
    ]
