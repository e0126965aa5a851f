"""All yardsticks of a run together, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from reports.document import estimate_keys
from reports.estimates.ratios import Summary
from reports.yardsticks.ceiling import Ceiling, ceilings
from reports.yardsticks.cheap_gradient import BOUND, CheapGradient, cheap_gradients
from reports.yardsticks.limit import ToLimit, to_limit
from reports.yardsticks.price import Price, prices_of_autodiff, prices_of_dispatch
from reports.yardsticks.throughput import Throughput, flop_of_epoch, throughputs


@dataclass(frozen=True)
class Yardsticks:
    """Everything that a run's ratios can be read against; empty where it was not measured."""

    limits: tuple[ToLimit, ...]
    autodiff: tuple[Price, ...]
    dispatch: tuple[Price, ...]
    gradients: tuple[CheapGradient, ...]
    throughputs: tuple[Throughput, ...]
    ceilings: tuple[Ceiling, ...]


def yardsticks(summary: Summary) -> Yardsticks:
    """All yardsticks of ``summary``."""
    return Yardsticks(
        limits=to_limit(summary),
        autodiff=prices_of_autodiff(summary),
        dispatch=prices_of_dispatch(summary),
        gradients=cheap_gradients(summary),
        throughputs=throughputs(summary),
        ceilings=ceilings(summary.run),
    )


def yardsticks_json(summary: Summary) -> dict[str, object]:
    """All yardsticks as one object; a number that does not exist is null."""
    found = yardsticks(summary)
    return {
        "limit": [_limit(summary, one) for one in found.limits],
        "price_of_autodiff": [
            _price(summary, one, ("autodiff", "hand_written")) for one in found.autodiff
        ],
        "price_of_dispatch": [
            _price(summary, one, ("compiled", "eager")) for one in found.dispatch
        ],
        "cheap_gradient": {
            "bound": BOUND,
            "arms": [_gradient(summary, one) for one in found.gradients],
        },
        "throughput": {
            "flop": flop_of_epoch(summary.run.plan.problem),
            "arms": [_throughput(summary, one) for one in found.throughputs],
        },
        "ceilings": {
            "measured": [_ceiling(one) for one in found.ceilings],
            "failed": [
                {"block": one.block, "status": one.status, "reason": one.reason}
                for one in summary.run.ceilings
                if one.status != "ok"
            ],
        },
    }


def _limit(summary: Summary, one: ToLimit) -> dict[str, object]:
    return {
        "arm": summary.arms[one.arm].name,
        "limit": summary.arms[one.limit].name,
        "same_dtype": one.same_dtype,
        "n_blocks": one.ratio.n,
        **estimate_keys("ratio", one.ratio),
    }


def _price(summary: Summary, one: Price, names: tuple[str, str]) -> dict[str, object]:
    above, below = (summary.arms[arm] for arm in (one.above, one.below))
    return {
        names[0]: above.name,
        names[1]: below.name,
        "framework": above.framework,
        "differentiation": above.differentiation,
        "execution": above.execution,
        "device": above.arm.device,
        "dtype": above.arm.dtype,
        "python": above.arm.python,
        "phase": one.phase,
        "n_blocks": one.ratio.n,
        **estimate_keys("ratio", one.ratio),
    }


def _gradient(summary: Summary, one: CheapGradient) -> dict[str, object]:
    return {
        "arm": summary.arms[one.arm].name,
        "n_blocks": one.ratio.n,
        **estimate_keys("gradient_seconds", one.gradient),
        **estimate_keys("loss_seconds", one.loss),
        **estimate_keys("ratio", one.ratio),
    }


def _throughput(summary: Summary, one: Throughput) -> dict[str, object]:
    return {
        "arm": summary.arms[one.arm].name,
        "n_bytes": one.n_bytes,
        "n_blocks": one.examples.n,
        **estimate_keys("examples_per_second", one.examples),
        **estimate_keys("bytes_per_second", one.bytes),
        **estimate_keys("flop_per_second", one.flop),
        **estimate_keys("share_of_copy", one.of_copy),
        **estimate_keys("share_of_memory_copy", one.of_memory),
        **estimate_keys("share_of_product", one.of_product),
    }


def _ceiling(one: Ceiling) -> dict[str, object]:
    amount, rate = ("n_bytes", "bytes") if one.kind == "copy" else ("flop", "flop")
    return {
        "kind": one.kind,
        "what": one.what,
        amount: one.amount,
        "n_blocks": one.rate.n,
        **estimate_keys(f"{rate}_per_second", one.rate),
    }
