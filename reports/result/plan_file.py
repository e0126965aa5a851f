"""plan.json: what was to be measured, read into a Plan."""

from __future__ import annotations

from reports.result.run import Arm, Pair, Plan, Spec
from reports.result.schema import (
    MANY,
    Fields,
    Mismatch,
    Reader,
    anything,
    array,
    count,
    flag,
    items,
    mapping,
    number,
    one_of,
    text,
)
from reports.words.phases import REPEATED


def read_plan(fields: Fields) -> Plan:
    """The plan of a run. Raises Mismatch."""
    arms = _arms(fields)
    index = count(0, len(arms) - 1)
    blocks = fields.need("blocks", items(items(index)))
    for i, block in enumerate(blocks):
        if len(set(block)) != len(block):
            raise Mismatch(f"blocks[{i}]", list(block), "each arm at most once")
    return Plan(
        created=fields.need("created", text),
        profile=fields.need("profile", text),
        seed=fields.need("seed", count(0, 2**200)),
        threads=fields.need("threads", count(1, 2**20)),
        margin=fields.need("margin", number(1e-6, 10)),
        phases=fields.need("phases", items(one_of(*REPEATED))),
        problem=_problem(fields),
        baseline=fields.need("baseline", index),
        arms=arms,
        blocks=blocks,
        rounds=fields.maybe("rounds", count(1, MANY)),
        max_discards=fields.maybe("max_discards", count(0, MANY)),
        limits=_limits(fields),
        command=fields.maybe("command", items(text)),
        environment=fields.maybe("environment", mapping(anything)) or {},
        pairs=_pairs(fields, index),
        gate=fields.maybe("gate", flag) or False,
        kept_variables=fields.maybe("kept_variables", mapping(text)) or {},
    )


def _limits(fields: Fields) -> dict[str, float]:
    """What a process may take, by the option that says so and in its unit."""
    stored = Fields(fields.maybe("limits", mapping(anything)) or {}, "limits")
    seconds = stored.maybe("seconds", number(0, 1e30))
    n_bytes = stored.maybe("memory_bytes", number(0, 1e30))
    found = {"time-limit": seconds, "memory-limit": n_bytes and n_bytes / 2**30}
    return {option: limit for option, limit in found.items() if limit}


def _pairs(fields: Fields, index: Reader[int]) -> tuple[Pair, ...]:
    """The pairs of a run; older ones have none."""
    found = fields.maybe("pairs", items(items(index))) or ()
    for i, pair in enumerate(found):
        if len(pair) != 2 or pair[0] == pair[1] or pair in found[:i]:
            raise Mismatch(f"pairs[{i}]", list(pair), "two arms, in no other pair alike")
    return tuple(Pair(*pair) for pair in found)


def _arms(fields: Fields) -> tuple[Arm, ...]:
    arms = tuple(_arm(i, Fields(value, f"arms[{i}]")) for i, value in enumerate(_objects(fields)))
    names = [arm.name for arm in arms]
    for arm in arms:
        if names.count(arm.name) > 1:
            raise Mismatch(f"arms[{arm.index}].name", arm.name, "a name no other arm has")
        if arm.null_of is not None and (arm.null_of >= len(arms) or arm.null_of == arm.index):
            raise Mismatch(f"arms[{arm.index}].null_of", arm.null_of, "the index of another arm")
    return arms


def _objects(fields: Fields) -> tuple[object, ...]:
    return fields.need("arms", items(anything, at_least=1))


def _arm(index: int, fields: Fields) -> Arm:
    return Arm(
        index=index,
        name=fields.need("name", text),
        backend=fields.need("backend", text),
        framework=fields.maybe("framework", text),
        differentiation=fields.maybe("differentiation", text),
        execution=fields.maybe("execution", text),
        device=fields.need("device", text),
        dtype=fields.need("dtype", text),
        python=fields.maybe("python", text),
        null_of=fields.maybe("null_of", count(0, MANY)),
        named=fields.maybe("named", flag) or False,
    )


def _problem(fields: Fields) -> Spec:
    spec = Fields(fields.need("problem", anything), "problem")
    true = Fields(fields.need("true", anything), "true")
    reference = Fields(fields.need("reference", anything), "reference")
    return Spec(
        n_examples=spec.need("n_examples", count(1, MANY)),
        n_features=spec.need("n_features", count(1, MANY)),
        batch_size=spec.need("batch_size", count(1, MANY)),
        epochs=spec.need("epochs", count(1, MANY)),
        lr=spec.need("lr", number(0, 1e30)),
        noise=spec.need("noise", number(0, 1e30)),
        seed=spec.need("seed", count(0, 2**200)),
        sha256=spec.need("sha256", text),
        w_true=true.need("w", array),
        b_true=true.need("b", array),
        w_reference=reference.need("w", array),
        b_reference=reference.need("b", array),
        losses_reference=reference.need("losses", array),
        recovers=reference.need("recovers", flag),
        steps=spec.maybe("steps", count(1, MANY)),
    )
