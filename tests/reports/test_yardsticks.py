"""What the yardsticks promise: every number again from the raw samples, by other arithmetic."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reports.findings.findings import Findings, findings
from reports.findings.throughput import bytes_of_epoch
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.headline import sentences
from reports.text.limit import limit_text
from reports.text.price import price_clauses
from runfiles.load import load_run
from tests.reports.many_arms import many_arms

WriteRun = Callable[..., Path]
N_BLOCKS = 4
T = 3.182446  # Student's t(0.975) with 3 degrees of freedom, a printed table
HAND, STEP, EPOCH = "hand-written", "compiled step", "compiled epoch"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many_arms(tmp_path_factory.mktemp("yardsticks") / "field", n_blocks=N_BLOCKS).write()


@pytest.fixture(scope="module")
def all_found(folder: Path) -> Findings:
    return findings(load_run(folder))


@pytest.fixture(scope="module")
def document(all_found: Findings) -> Any:
    """The yardsticks of cells.json, of every arm that the tests go through."""
    yardsticks: Any = cells_json(all_found)["yardsticks"]
    assert len(yardsticks["throughput"]["arms"]) > 1
    return yardsticks


@pytest.fixture(scope="module")
def raw(folder: Path) -> dict[tuple[str, str], list[float]]:
    """(arm, phase) -> the median of each block, from the raw files alone."""
    names = [arm["name"] for arm in json.loads((folder / "plan.json").read_text())["arms"]]
    found: dict[tuple[str, str], list[float]] = {}
    for path in sorted((folder / "raw").glob("*.json")):
        record = json.loads(path.read_text())
        for phase, series in record["phases"].items():
            medians = found.setdefault((names[record["arm"]], phase), [])
            medians.append(statistics.median(series["seconds"]))
    return found


@pytest.fixture(scope="module")
def best(folder: Path) -> dict[str, list[float]]:
    """Name of a ceiling -> its rate in each block, from the files alone."""
    found: dict[str, list[float]] = {}
    for path in sorted((folder / "ceilings").glob("*.json")):
        record = json.loads(path.read_text())
        for part in record["copies"] + record["gathers"] + record["products"]:
            name = part.get("what") or part["dtype"]
            amount = part.get("n_bytes") or part["flop"]
            found.setdefault(name, []).append(amount / statistics.median(part["seconds"]))
    return found


def expect(entry: dict[str, Any], name: str, values: list[float]) -> None:
    """``entry`` has the geometric mean of ``values`` under ``name``, with its t-interval."""
    logs = [math.log(value) for value in values]
    assert len(logs) == N_BLOCKS
    centre, half = statistics.mean(logs), T * statistics.stdev(logs) / math.sqrt(N_BLOCKS)
    assert entry[name] == pytest.approx(math.exp(centre))
    assert entry[f"{name}_low"] == pytest.approx(math.exp(centre - half), rel=1e-6)
    assert entry[f"{name}_high"] == pytest.approx(math.exp(centre + half), rel=1e-6)


def over(above: list[float], below: list[float]) -> list[float]:
    return [a / b for a, b in zip(above, below, strict=True)]


def entry(entries: list[dict[str, Any]], **keys: Any) -> dict[str, Any]:
    (found,) = [one for one in entries if keys.items() <= one.items()]
    return found


def everywhere(value: Any) -> Iterator[Any]:
    """Every text in a JSON document."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from everywhere(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from everywhere(inner)
    else:
        yield value


def test_the_ratio_to_the_limit_is_paired_by_block(document: Any, raw: Any) -> None:
    for one in document["limit"]:
        limit = "numba float64" if one["arm"].endswith("float64") else "numba"
        assert (one["limit"], one["same_dtype"]) == (limit, True)
        if one["arm"] == limit:
            assert (one["ratio"], one["ratio_low"]) == (1.0, None)
        else:
            expect(one, "ratio", over(raw[one["arm"], "epoch"], raw[limit, "epoch"]))
    assert len(document["limit"]) == 21  # all that ran and passed but the null arm


def test_the_price_of_autodiff_is_that_of_one_engine_run_one_way(document: Any, raw: Any) -> None:
    found = {(one["autodiff"], one["hand_written"]) for one in document["price_of_autodiff"]}
    assert found == {
        ("torch-lesson", "torch-manual"),
        ("torch", "torch-manual"),
        ("torch-func", "torch-manual"),
        ("jax", "jax-manual"),
        ("jax-scan", "jax-scan-manual"),
    }
    for one in document["price_of_autodiff"]:
        names = one["autodiff"], one["hand_written"]
        expect(one, "ratio", over(*(raw[name, one["phase"]] for name in names)))
    phases = [one["phase"] for one in document["price_of_autodiff"] if one["autodiff"] == "torch"]
    assert phases == ["epoch", "gradient"]
    entry(document["price_of_autodiff"], autodiff="jax-scan", phase="epoch")  # no gradient: once


@pytest.mark.parametrize(
    "other",
    [
        {"framework": "jax"},
        {"execution": STEP},
        {"device": "cuda"},
        {"dtype": "float64"},
        {"python": ".venv-old"},
        {"null_of": 0},
        {"status": "wrong", "failed_check": "gradient"},
    ],
)
def test_arms_that_differ_in_more_than_the_derivative_tell_no_price_of_autodiff(
    write_run: WriteRun, bench: Callable[..., Any], other: dict[str, Any]
) -> None:
    arms = (bench("auto"), bench("hand", **({"differentiation": HAND} | other)))
    all_found = findings(load_run(write_run(arms=arms, n_blocks=2)))
    assert all_found.yardsticks.price_of_autodiff == ()
    assert price_clauses(all_found) == ()


def test_the_price_of_dispatch_is_against_the_quickest_eager_arm(document: Any, raw: Any) -> None:
    found = {(one["compiled"], one["eager"]) for one in document["price_of_dispatch"]}
    assert found == {
        ("torch-compile", "torch"),
        ("torch-compile-epoch", "torch"),
        ("jax", "jax-eager"),
        ("jax-scan", "jax-eager"),
        ("mlx-compile", "mlx"),
    }
    for one in document["price_of_dispatch"]:
        expect(one, "ratio", over(raw[one["compiled"], "epoch"], raw[one["eager"], "epoch"]))


@pytest.mark.parametrize(
    "other",
    [
        {"framework": "jax"},
        {"differentiation": HAND},
        {"device": "cuda"},
        {"dtype": "float64"},
        {"python": ".venv-old"},
        {"null_of": 0},
        {"status": "crashed"},
    ],
)
def test_an_eager_arm_that_differs_in_more_tells_no_price_of_dispatch(
    write_run: WriteRun, bench: Callable[..., Any], other: dict[str, Any]
) -> None:
    arms = (bench("compiled", execution=STEP), bench("eager", **other))
    assert findings(load_run(write_run(arms=arms, n_blocks=2))).yardsticks.price_of_dispatch == ()


def test_the_cheap_gradient_ratio_is_of_one_process(document: Any, raw: Any) -> None:
    assert document["cheap_gradient"]["bound"] == 4
    arms = document["cheap_gradient"]["arms"]
    for one in arms:
        gradient, loss = (raw[one["arm"], phase] for phase in ("full_gradient", "loss"))
        expect(one, "ratio", over(gradient, loss))
        expect(one, "gradient_seconds", gradient)
        expect(one, "loss_seconds", loss)
    names = {one["arm"] for one in arms}
    assert "torch" in names
    assert not names & {"jax-scan", "tinygrad", "torch-lesson (null)"}


def test_rates_are_of_the_epoch(document: Any, raw: Any) -> None:
    for one in document["throughput"]["arms"]:
        epoch = raw[one["arm"], "epoch"]
        itemsize = 8 if one["arm"].endswith("float64") else 4
        assert one["n_bytes"] == 1000 * 3 * itemsize
        expect(one, "examples_per_second", [1000 / seconds for seconds in epoch])
        expect(one, "bytes_per_second", [3000 * itemsize / seconds for seconds in epoch])
        expect(one, "flop_per_second", [10_900 / seconds for seconds in epoch])


def test_shares_are_of_the_ceiling_of_the_same_block(document: Any, raw: Any, best: Any) -> None:
    for one in document["throughput"]["arms"]:
        epoch = raw[one["arm"], "epoch"]
        is_double = one["arm"].endswith("float64")
        moved = [3000 * (8 if is_double else 4) / seconds for seconds in epoch]
        expect(one, "share_of_copy", over(moved, best["the problem's size"]))
        expect(one, "share_of_memory_copy", over(moved, best["memory"]))
        done = [10_900 / seconds for seconds in epoch]
        product = best["float64" if is_double else "float32"]
        expect(one, "share_of_product", over(done, product))


def test_the_share_of_a_gather_is_its_time_over_the_epochs_of_the_same_block(
    document: Any, raw: Any, folder: Path
) -> None:
    records = [json.loads(p.read_text()) for p in sorted((folder / "ceilings").glob("*.json"))]
    seconds = [statistics.median(record["gathers"][0]["seconds"]) for record in records]
    for one in document["throughput"]["arms"]:
        expect(one, "share_of_gather", over(seconds, raw[one["arm"], "epoch"]))


def test_the_operations_of_an_epoch_are_those_of_the_lesson_done_step_by_step(
    write_run: WriteRun,
) -> None:
    spec = load_run(write_run(n_blocks=1, n_examples=23)).plan.problem
    count = 0
    for start in range(0, 23, spec.batch_size):
        for _ in range(start, min(start + spec.batch_size, 23)):
            count += 2 + 2  # X w + b: two products, two sums
            count += 1  # less y
            count += 2 + 2 + 1  # times x, added to the gradient of w, and added to that of b
        count += 3 * 3  # three parameters: times lr, divided by the batch size, subtracted
    assert spec.cost is not None
    assert spec.cost.flop == count
    assert bytes_of_epoch(spec, "float32") == 23 * 3 * 4
    assert bytes_of_epoch(spec, "posit16") is None


def test_the_limit_of_another_dtype_stands_in_and_says_so(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    numba = bench("numba", 1e-5, "numba", differentiation=HAND, execution=EPOCH)
    arms = (bench("base"), numba, bench("double", 1e-3, dtype="float64"))
    all_found = findings(load_run(write_run(arms=arms, n_blocks=3)))
    found = {one.arm.name: one for one in all_found.yardsticks.limit}
    assert found["base"].same_dtype
    assert not found["double"].same_dtype
    assert found["double"].ratio.value == pytest.approx(100, rel=0.2)
    assert "to <bdi>numba</bdi>, in <bdi>float32</bdi>" in page(all_found)


@pytest.mark.parametrize(
    "other",
    [
        {"device": "cuda"},
        {"status": "wrong", "failed_check": "gradient"},
        {"status": "unavailable"},
        {"null_of": 0},
        {"backend": "mine:Numba"},
    ],
)
def test_there_is_no_limit_without_a_number_of_numba_on_the_device(
    write_run: WriteRun, bench: Callable[..., Any], other: dict[str, Any]
) -> None:
    arms = (bench("base"), bench("numba", 1e-5, "numba", **other), bench("torch"))
    all_found = findings(load_run(write_run(arms=arms, n_blocks=2)))
    assert not [one for one in all_found.yardsticks.limit if not one.is_limit]
    assert limit_text(all_found) is None


def test_an_arm_on_another_device_has_rates_and_no_share_of_the_hosts_ceilings(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("far", 1e-3, device="cuda"))
    all_found = findings(load_run(write_run(arms=arms, n_blocks=2, ceilings=True)))
    document: Any = cells_json(all_found)["yardsticks"]
    far = entry(document["throughput"]["arms"], arm="far")
    assert far["examples_per_second"] > 0
    shares = ("share_of_copy", "share_of_memory_copy", "share_of_product", "share_of_gather")
    assert [far[share] for share in shares] == [None] * 4


def test_an_arm_that_failed_a_check_is_in_no_yardstick(document: Any, folder: Path) -> None:
    told = set(everywhere(document))
    assert not told & {"tinygrad", "cupy", "torch-cudagraph", "torch-lesson (null)"}
    html = page(findings(load_run(folder)))
    section = html.split('<h2 id="yardsticks">')[1].split("</section>")[0]
    assert "tinygrad" not in section


def test_sentences_tell_the_price_of_autodiff_and_the_limit(all_found: Findings) -> None:
    limit = limit_text(all_found)
    prices = [clause.text for clause in price_clauses(all_found)]
    assert limit is not None
    assert [text.partition(" 1.")[0] for text in prices] == [
        "The price of autodiff, an epoch in one call or a few, beside jax-scan-manual: jax-scan",
        "The price of autodiff, a step a call, beside jax-manual: jax",
        "The price of autodiff, eager, beside torch-manual: torch",
    ]
    assert "The limit is numba, a loop in native code written by hand: 14." in limit
    assert "jax-scan-manual, among the nearest in float32, takes 2.7" in limit
    assert "and torch-lesson, the baseline, 10" in limit
    assert {*prices, limit} <= set(sentences(all_found))


def test_unusable_evidence_tells_no_price_and_no_limit(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    numba = bench("numba", 1e-5, "numba")
    hand = bench("hand", 5e-3, differentiation=HAND)
    arms = (bench("base"), bench("again", 1.3e-2, null_of=0), hand, numba)
    all_found = findings(load_run(write_run(arms=arms)))
    assert limit_text(all_found) is None
    assert not any("price of autodiff" in text for text in sentences(all_found))
    assert "so is every yardstick" in page(all_found)


def test_there_is_one_truth_about_the_fastest_autodiff(all_found: Findings, raw: Any) -> None:
    document = cells_json(all_found)
    values = over(raw["casadi-codegen float64", "epoch"], raw["numba float64", "epoch"])
    told = document["autodiff_over_hand_written"]
    assert isinstance(told, dict)
    expect(told, "ratio", values)
    said = [text for text in sentences(all_found) if text.startswith("casadi-codegen float64, ")]
    assert len(said) == 1
    assert "the fastest automatic derivative in float64, takes 0.1" in said[0]
    assert said[0].endswith("numba float64, the one gradient written by hand.")


@pytest.mark.parametrize(
    "changes", [{"n_blocks": 1}, {"phases": ("train",)}, {"phases": ()}, {"n_blocks": 0}]
)
def test_a_run_with_little_to_read_against_has_a_page(
    write_run: WriteRun, changes: dict[str, Any]
) -> None:
    all_found = findings(load_run(write_run(**({"n_blocks": 2, "ceilings": True} | changes))))
    has_times = any(cell.seconds for cell in all_found.cells)
    assert ("Yardsticks" in page(all_found)) == has_times == bool(all_found.run.processes)
    assert json.dumps(cells_json(all_found), allow_nan=False)
