"""What may be said of several machines, held against the blocks themselves by SciPy."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs
from rich.console import Console
from scipy import stats

from reports.compare.comparison import compare_runs
from reports.compare.comparison_text import caveats as comparison_caveats
from reports.compare.comparison_text import units_text
from reports.figures.by_machine import by_machine
from reports.findings.crossovers import Measured, crossovers
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar, Estimate, Floats, log_estimate, verdict
from reports.findings.mean import mean_over
from reports.outputs.cells import cells_json
from reports.outputs.exports.blocks import blocks_csv
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from reports.outputs.page import page
from reports.outputs.tables import markdown, print_summary
from reports.text.evidence import caveats
from reports.text.headline import sentences
from reports.text.machines import apart_text, claim_text, fewer_text
from reports.text.sizes import overtaking_text
from runfiles.load import load_run
from tests.reports.cased import write_cases
from tests.reports.conftest import Bench
from tests.reports.machined import name_of, on_machines, shifts_of
from tests.reports.same_numbers import leaves
from tests.reports.sized import write_sizes
from tests.reports.texts import as_read
from tests.simulations.machines import covered

UNEVEN = (0, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 0)  # eight blocks on one machine, four on the other
SIX = (3, 1, 0, 2, 5, 4, 0, 1, 2, 3, 4, 5)
ARMS = 8  # of the lesson

Columns = dict[tuple[str, str], dict[str, dict[int, float]]]  # arm, phase -> machine -> block


def columns_of(folder: Path) -> Columns:
    """The log of each process's median, read from the raw files."""
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    found: Columns = {}
    for path in sorted((folder / "raw").glob("*.json")):
        raw = json.loads(path.read_text(encoding="utf-8"))
        for phase, series in raw["phases"].items():
            calls = series.get("epochs_per_call", 1)
            name = plan["arms"][raw["arm"]]["name"], phase
            mine = found.setdefault(name, {}).setdefault(raw["machine"], {})
            mine[raw["block"]] = float(np.log(np.median(series["seconds"]) / calls))
    return found


def ratios_of(columns: Columns, arm: str, base: str, phase: str) -> list[list[float]]:
    """The log-ratios of every machine, by block."""
    above, below = columns[arm, phase], columns[base, phase]
    return [[value - below[m][block] for block, value in mine.items()] for m, mine in above.items()]


def within(samples: list[list[float]]) -> tuple[float, float]:
    """The mean over machines and its half-width, by blocks within each: written out."""
    freedom = [len(one) - 1 for one in samples]
    spreads = [float(np.var(one, ddof=1)) for one in samples]
    pooled = sum(f * s for f, s in zip(freedom, spreads, strict=True)) / sum(freedom)
    least = [max(s, pooled) if f == 1 else s for f, s in zip(freedom, spreads, strict=True)]
    shares = [s / (f + 1) for f, s in zip(freedom, least, strict=True)]
    known = sum(shares) ** 2 / sum(s**2 / f for f, s in zip(freedom, shares, strict=True))
    half = float(stats.t.ppf(0.975, known)) * sum(shares) ** 0.5 / len(samples)
    return float(np.mean([np.mean(one) for one in samples])), half


def between(samples: list[list[float]]) -> tuple[float, float]:
    """The same by the spread of the machines' means."""
    means = [float(np.mean(one)) for one in samples]
    low, high = stats.t.interval(0.95, len(means) - 1, np.mean(means), stats.sem(means))
    return float(np.mean(means)), float(high - low) / 2


@pytest.fixture
def machined(write_run: Callable[..., Path]) -> Callable[..., Findings]:
    """Makes the findings of a run whose block b was on machine ``machine_of[b]``."""

    def make(machine_of: Sequence[int], **changes: Any) -> Findings:
        shifts = changes.pop("shifts", shifts_of(max(machine_of) + 1, ARMS))
        processors = changes.pop("processors", "AB")
        folder = write_run(n_blocks=len(machine_of), **changes)
        return findings(load_run(on_machines(folder, machine_of, shifts, processors)))

    return make


@pytest.mark.parametrize(
    ("machine_of", "by_hand", "claim"),
    [(UNEVEN, within, "these machines"), (SIX, between, "machines like these")],
)
def test_a_ratio_weighs_machines_alike_and_its_interval_is_by_what_bears_the_claim(
    machined: Callable[..., Findings],
    machine_of: tuple[int, ...],
    by_hand: Callable[[list[list[float]]], tuple[float, float]],
    claim: str,
) -> None:
    found = machined(machine_of)
    assert (found.machines.claim, found.n_machines) == (claim, len({*machine_of}))
    columns = columns_of(found.run.folder)
    compared = [cell for cell in found.cells if cell.mde and cell.phase in ("epoch", "gradient")]
    assert len(compared) > 7
    for cell in compared:
        samples = ratios_of(columns, cell.arm.name, cell.baseline.name, cell.phase)
        centre, half = by_hand(samples)
        assert cell.ratio is not None
        told = [cell.ratio.value, cell.ratio.low, cell.ratio.high]
        expected = np.exp([centre, centre - half, centre + half])
        assert told == pytest.approx(expected, rel=1e-12)
        assert cell.n_blocks == len(machine_of)


def test_seconds_are_those_of_the_machine_with_the_most_blocks(
    machined: Callable[..., Findings],
) -> None:
    found = machined(UNEVEN, ceilings=True)
    columns = columns_of(found.run.folder)
    for cell in found.timed("epoch"):
        mine = list(columns[cell.arm.name, "epoch"][name_of(0)].values())
        low, high = stats.t.interval(0.95, len(mine) - 1, np.mean(mine), stats.sem(mine))
        assert cell.seconds is not None
        assert len(mine) == cell.seconds.n == 8
        told = [cell.seconds.value, cell.seconds.low, cell.seconds.high]
        assert told == pytest.approx(np.exp([np.mean(mine), low, high]))


def test_blocks_without_ceilings_are_those_of_the_machine_whose_ceilings_are_shown(
    machined: Callable[..., Findings],
) -> None:
    folder = machined(UNEVEN, ceilings=True).run.folder
    for block in (1, 2):  # of the first machine and of the other
        path = folder / f"ceilings/{block:03d}.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        failed = {
            "status": "timeout",
            "reason": "late",
            "copies": [],
            "gathers": [],
            "products": [],
        }
        path.write_text(json.dumps(record | failed), encoding="utf-8")
    found = findings(load_run(folder))
    assert [one.block for one in found.yardsticks.ceilings.failed] == [1]
    text = as_read(page(found))
    assert "ceilings of block 1 are not known" in text
    assert "ceilings of block 2 are not known" not in text


def test_how_it_was_measured_says_what_a_number_is_the_mean_over(
    machined: Callable[..., Findings],
) -> None:
    several, one = (as_read(page(machined(at, name=str(len({*at}))))) for at in (UNEVEN, (0,) * 12))
    assert "the mean over machines of such means" in several
    assert "s ÷ √n" not in several
    assert "the mean over machines of such means" not in one
    assert "s ÷ √n" in one


@pytest.mark.parametrize("machine_of", [UNEVEN, SIX])
def test_how_fast_the_other_machines_are_changes_no_number_at_all(
    write_run: Callable[..., Path], tmp_path: Path, machine_of: tuple[int, ...]
) -> None:
    """So that no number is made of seconds of several machines: of each problem, at each size."""
    even = np.array(shifts_of(6, ARMS))
    told = max(machine_of, key=machine_of.count)
    slow = even + np.log(7.0) * (np.arange(6) != told)[:, None]
    documents = []
    for name, shifts in (("even", even), ("slow", slow)):
        folder = write_cases(
            tmp_path / name / "run",
            {"softmax": {"seed": 3}},
            n_blocks=12,
            ceilings=True,
            memory=True,
            sizes={"n_examples100": {"n_examples": 100, "batch_size": 5}},
        )
        found = findings(load_run(on_machines(folder, machine_of, shifts.tolist())))
        assert found.machines.names[found.machines.told] == name_of(told)
        documents.append(dict(leaves(cells_json(found))))
    even_leaves, slow_leaves = documents
    assert even_leaves.keys() == slow_leaves.keys()
    changed = [path for path, value in even_leaves.items() if not _alike(value, slow_leaves[path])]
    assert changed == []
    assert sum(isinstance(value, float) for value in even_leaves.values()) > 1000


def _alike(a: Any, b: Any) -> bool:
    return a == pytest.approx(b, rel=1e-9, abs=1e-15) if isinstance(a, float) else a == b


def test_one_machine_that_tells_its_name_says_what_one_that_does_not_says(
    write_run: Callable[..., Path],
) -> None:
    folder = write_run(ceilings=True, sizes={"n_examples100": {"n_examples": 100}})
    before = cells_json(findings(load_run(folder)))
    same = [[0.0] * ARMS]
    on_machines(folder, [0] * 12, same)
    for path in folder.rglob("raw/*.json"):
        text = path.read_text(encoding="utf-8").replace('"Processor A"', '"A Processor"')
        path.write_text(text, encoding="utf-8")
    found = findings(load_run(folder))
    assert cells_json(found) == before
    assert found.machines.claim == "this machine"
    assert str(claim_text(found)) in as_read(page(found))
    assert by_machine(found) is None


def test_the_order_follows_ratios_over_all_machines_and_not_one_machines_seconds(
    machined: Callable[..., Findings],
) -> None:
    arms = (
        Bench("torch-lesson", 1e-2), Bench("again", 1e-2, null_of=0),
        Bench("here", 4e-3), Bench("elsewhere", 5e-3),
    )  # fmt: skip
    shifts = [[0, 0, 0, 0], [1.0, 1.0, 1.9, 1.0]]
    found = machined(UNEVEN, arms=arms, shifts=shifts, between=0.01)
    here, elsewhere = found.arms[2:]
    seconds = {cell.arm: cell.seconds.value for cell in found.timed() if cell.seconds}
    assert seconds[here] < seconds[elsewhere]
    assert found.timed_arms()[0] is elsewhere
    assert found.lead is not None
    assert found.lead.first is elsewhere
    assert found.beside_fastest[0].arm is elsewhere
    assert [one.arm for one in found.apart] == [here]
    assert {found.apart[0].low[0], found.apart[0].high[0]} == {1, 2}
    text = apart_text(found)
    assert text is not None
    assert text.names == ("here",)
    assert text in sentences(found)


@pytest.mark.parametrize(("null", "n_apart"), [(0.0, 1), (0.04, 0), (0.3, 0)])
def test_a_null_arm_off_by_opposite_amounts_on_two_machines_tells_no_arm_apart(
    machined: Callable[..., Findings], null: float, n_apart: int
) -> None:
    """Its mean over both is no ratio at all; below what it is off by nothing is shown."""
    arms = (Bench("torch-lesson"), Bench("again", null_of=0), Bench("torch"))
    shifts = [[0.0, null, 0.0], [0.0, -null, 0.07]]
    found = machined((0, 1) * 10, arms=arms, shifts=shifts, between=0.004)
    assert found.null_arm.is_usable
    assert len(found.apart) == n_apart


def test_machines_that_differ_by_chance_only_are_not_told_apart(
    machined: Callable[..., Findings],
) -> None:
    found = machined(UNEVEN, shifts=shifts_of(2, ARMS, interaction=0.0))
    assert found.apart == ()
    assert apart_text(found) is None


def test_each_machine_has_its_own_ratio_with_its_interval_within_it(
    machined: Callable[..., Findings],
) -> None:
    found = machined(UNEVEN)
    columns = columns_of(found.run.folder)
    assert [(one.number, one.cpu, one.n_blocks, one.has_seconds) for one in found.by_machine] == [
        (1, ("Processor A",), 8, True),
        (2, ("Processor B",), 4, False),
    ]
    for place, machine in enumerate(found.by_machine):
        assert len(machine.ratios) == 5
        for one in machine.ratios:
            mine = ratios_of(columns, one.arm.name, "torch-lesson", "epoch")[place]
            low, high = stats.t.interval(0.95, len(mine) - 1, np.mean(mine), stats.sem(mine))
            told = [one.ratio.value, one.ratio.low, one.ratio.high]
            assert told == pytest.approx(np.exp([np.mean(mine), low, high]))
            assert one.n_blocks == len(mine)


@pytest.mark.parametrize("machine_of", [UNEVEN, SIX])
def test_every_output_says_of_which_machines_it_speaks_and_no_name_of_one(
    machined: Callable[..., Findings], machine_of: tuple[int, ...]
) -> None:
    found = machined(machine_of)
    console = Console(width=80, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        print_summary(found, console)
    terminal = captured.get()
    assert max(map(len, terminal.splitlines())) <= 80
    texts = {"page": as_read(page(found)), "terminal": terminal, "markdown": markdown(found)}
    told = str(claim_text(found))
    for name, text in texts.items():
        assert told in " ".join(text.split()), name
        assert not [n for n in machine_of if name_of(n) in text], name
    drawing = by_machine(found)
    assert drawing is not None
    assert drawing.alternative.count("machine 2 ") == 5
    stats_of = pytest_benchmark_json(found)["benchmarks"]
    assert isinstance(stats_of, list)
    most = max(map(machine_of.count, machine_of))
    assert {one["stats"]["rounds"] for one in stats_of} == {most}  # type: ignore[index,call-overload]
    rows = [line.split(",")[-1] for line in blocks_csv(found).splitlines()]
    assert rows[0] == "machine"
    assert {*rows[1:]} == {str(n + 1) for n in range(found.n_machines)}


def test_a_block_a_machine_bears_nothing_of_three_and_an_interval_of_six(
    machined: Callable[..., Findings],
) -> None:
    three = machined((0, 1, 2), name="three")
    assert three.machines.claim == "these machines"
    assert not [cell for cell in three.cells if cell.ratio and cell.ratio.low is not None]
    assert {cell.verdict for cell in three.cells} == {None, "inconclusive"}
    assert three.null_arm.lack == "two blocks of a machine"
    assert "No machine has two blocks" in str(caveats(three)[0])
    six = machined((0, 1, 2, 3, 4, 5), name="six")
    cell = six.cell(six.arms[2])
    assert cell is not None
    assert cell.ratio is not None
    assert cell.ratio.low is not None
    assert six.null_arm.is_judged
    assert not [text for text in caveats(six) if "no interval" in text]


def test_a_block_that_is_far_is_far_from_its_own_machines_others(
    machined: Callable[..., Findings],
) -> None:
    machine_of = (0, 1) * 8
    shifts = [[0.0] * ARMS, [0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0]]
    found = machined(machine_of, shifts=shifts, between=0.005)
    assert found.far_blocks == ()
    folder = found.run.folder
    path = folder / "raw/005-02.json"
    raw = json.loads(path.read_text(encoding="utf-8"))
    series = raw["phases"]["epoch"]
    series["seconds"] = (1.6 * np.array(series["seconds"])).tolist()
    path.write_text(json.dumps(raw), encoding="utf-8")
    (far,) = findings(load_run(folder)).far_blocks
    assert (far.arm.name, far.blocks) == ("torch", (5,))
    assert far.times == pytest.approx([1.6], rel=0.02)


def test_an_arm_that_only_another_machine_has_times_of_is_has_a_ratio_and_no_seconds(
    machined: Callable[..., Findings], bench: type[Bench]
) -> None:
    arms = (
        bench("torch-lesson"), bench("again", null_of=0), bench("torch"),
        bench("jax", 1e-3, status="crashed", bad_blocks=frozenset({0, 1, 3, 5, 6, 8, 9, 11})),
    )  # fmt: skip
    found = machined(UNEVEN, arms=arms)
    cell = found.cell(found.arms[3])
    assert cell is not None
    assert (cell.status, cell.seconds, cell.n_blocks) == ("ok", None, 4)
    assert "machine 1" in str(cell.reason)
    (samples,) = ratios_of(columns_of(found.run.folder), "jax", "torch-lesson", "epoch")
    low, high = stats.t.interval(0.95, 3, np.mean(samples), stats.sem(samples))
    assert cell.ratio is not None
    assert [cell.ratio.low, cell.ratio.high] == pytest.approx(np.exp([low, high]))
    assert cell.verdict is not None
    assert found.ranked()[0] is cell  # by its ratio
    assert found.lead is not None
    assert found.lead.first is not cell.arm
    assert "jax" in [one.arm.name for one in found.by_machine[1].ratios]
    assert found.on_fewer == ((found.arms[3], 1),)
    for text in (as_read(page(found)), markdown(found)):
        assert "machine 1, whose seconds are shown, has no time of it" in text
    print_summary(found, Console(width=80, file=io.StringIO()))


def test_an_arm_on_some_machines_only_is_named_with_how_many(
    machined: Callable[..., Findings], bench: type[Bench]
) -> None:
    blocks = frozenset(b for b, machine in enumerate(SIX) if machine in (4, 5))
    arms = (
        bench("torch-lesson"), bench("again", null_of=0), bench("torch"),
        bench("jax", status="crashed", bad_blocks=blocks),
    )  # fmt: skip
    found = machined(SIX, arms=arms)
    assert found.on_fewer == ((found.arms[3], 4),)
    text = fewer_text(found)
    assert text is not None
    assert (text.names, text.numbers) == (("jax",), (4, 6))
    assert str(text).endswith("Of fewer than 5 a ratio is said of those only.")
    assert text in sentences(found)
    cell = found.cell(found.arms[3])
    samples = ratios_of(columns_of(found.run.folder), "jax", "torch-lesson", "epoch")
    centre, half = within(samples)
    assert cell is not None
    assert cell.ratio is not None
    assert len(samples) == 4
    assert cell.ratio.high == pytest.approx(np.exp(centre + half))


def test_an_arm_on_two_machines_of_five_says_nothing_of_machines_like_these() -> None:
    logs: Floats = np.full((5, 10), np.nan)
    samples = [[0.1, 0.12, 0.13], [0.3, 0.31, 0.35]]
    logs[1, :3], logs[4, 3:6] = samples
    found, (_, half) = mean_over(logs), within(samples)
    assert float(found.half(0.95)) == pytest.approx(half)
    logs[4] = np.nan
    alone = log_estimate(logs)
    assert alone is not None
    low, high = stats.t.interval(0.95, 2, np.mean(samples[0]), stats.sem(samples[0]))
    assert [alone.low, alone.high] == pytest.approx(np.exp([low, high]))


@pytest.mark.parametrize(("machine_of", "units"), [((0,) * 2, "blocks"), (SIX, "machines")])
def test_an_order_that_is_not_sure_lacks_what_its_intervals_come_from(
    machined: Callable[..., Findings], machine_of: tuple[int, ...], units: str
) -> None:
    arms = (
        *(Bench("torch-lesson", 1e-2), Bench("again", 1e-2, null_of=0)),
        *(Bench("torch", 1e-3), Bench("jax", 1.1e-3)),
    )
    shifts = np.zeros((6, 4))
    shifts[:, 3] = np.linspace(-2.0, 2.0, 6)
    between = 1.0 if units == "blocks" else 0.01
    found = machined(machine_of, arms=arms, shifts=shifts.tolist(), between=between)
    text = " ".join(map(str, sentences(found)))
    assert f"too few {units} to be sure of the order" in text


def test_a_machine_whose_processes_all_belong_to_a_failed_arm_is_none_of_the_run(
    machined: Callable[..., Findings], bench: type[Bench]
) -> None:
    arms = (
        bench("torch-lesson"), bench("again", null_of=0), bench("torch"),
        bench("jax", status="wrong", bad_blocks=frozenset({0})),
    )  # fmt: skip
    found = machined(UNEVEN, arms=arms)
    for path in (found.run.folder / "raw").glob("002-*.json"):
        path.unlink()
    raw = json.loads((found.run.folder / "raw/001-03.json").read_text(encoding="utf-8"))
    raw |= {"block": 2, "machine": name_of(2)}
    (found.run.folder / "raw/002-03.json").write_text(json.dumps(raw), encoding="utf-8")
    assert findings(load_run(found.run.folder)).machines.names == (name_of(0), name_of(1))


def _planned_unlike(folder: Path) -> Path:
    for path in folder.rglob("plan.json"):
        plan = json.loads(path.read_text(encoding="utf-8")) | {"unlike": True}
        path.write_text(json.dumps(plan), encoding="utf-8")
    return folder


def test_five_machines_of_two_kinds_are_no_sample_of_machines_like_these(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every number is then what it is of few machines: by blocks within each."""
    sizes = {"n_examples100": {"n_examples": 100, "batch_size": 5}}
    folder = write_cases(
        tmp_path / "run", {"softmax": {"seed": 3}}, n_blocks=12, ceilings=True, sizes=sizes
    )
    _planned_unlike(on_machines(folder, SIX, shifts_of(6, ARMS)))
    of_kinds = findings(load_run(folder))
    assert of_kinds.claim == "these machines"
    assert "these 6 only, which are of several kinds" in str(claim_text(of_kinds))
    got = cells_json(of_kinds)
    monkeypatch.setattr("reports.findings.mean.ENOUGH", 99)
    monkeypatch.setattr("reports.findings.machines.ENOUGH", 99)
    on_machines(folder, SIX, np.zeros((6, ARMS)).tolist(), processors="A")
    few = findings(load_run(folder))
    assert few.machines.are_alike
    expected = dict(leaves(cells_json(few)))
    told = {path: value for path, value in leaves(got) if ".cpu" not in path}
    changed = [value for path, value in told.items() if not _alike(value, expected[path])]
    (text,) = changed
    assert str(text).endswith(str(claim_text(of_kinds)))
    assert sum(isinstance(value, float) for value in told.values()) > 500


def test_unlike_machines_that_turn_out_alike_are_a_sample(
    machined: Callable[..., Findings],
) -> None:
    folder = _planned_unlike(machined(SIX, processors="A").run.folder)
    assert findings(load_run(folder)).claim == "machines like these"


def test_means_over_cases_are_taken_inside_blocks_of_one_machine(tmp_path: Path) -> None:
    folder = write_cases(tmp_path / "run", {"softmax": {"seed": 3}}, n_blocks=12)
    found = findings(load_run(on_machines(folder, SIX, shifts_of(6, ARMS))))
    assert found.case_map is not None
    row = next(one for one in found.case_map.arms if one.arm.name == "torch")
    first = found.case_map.ranked[0].arm.name
    of_cases = [
        ratios_of(columns_of(one.run.folder), "torch", first, "epoch") for one in found.cases
    ]
    means = [np.mean([a, b], axis=0).mean() for a, b in zip(*of_cases, strict=True)]
    assert row.mean is not None
    assert row.mean.value == pytest.approx(np.exp(np.mean(means)))
    family = sum(one.mean is not None for one in found.case_map.arms)
    quantile = stats.t.ppf(1 - 0.025 / family, 5)
    assert row.mean.high == pytest.approx(np.exp(np.mean(means) + quantile * stats.sem(means)))


def test_sizes_of_several_machines_have_crossovers(tmp_path: Path) -> None:
    sizes = ({"batch_size": 10}, {"batch_size": 100})
    folder = write_sizes(tmp_path / "run", *sizes, n_blocks=12, between=0.01)
    for path in (folder / "sizes").rglob("raw/*-03.json"):
        raw = json.loads(path.read_text(encoding="utf-8"))
        for series in raw["phases"].values():
            series["seconds"] = (40 * np.array(series["seconds"])).tolist()
        path.write_text(json.dumps(raw), encoding="utf-8")
    found = findings(load_run(on_machines(folder, UNEVEN, shifts_of(2, ARMS))))
    assert found.sweep is not None
    (axis,) = (one for one in found.sweep.axes if one.name == "batch_size")
    pairs = {(one.ahead.name, one.behind.name) for one in axis.crossovers}
    assert ("torch", "jax") in pairs
    for one in axis.crossovers:
        assert one.size.low is not None
        assert one.size.high is not None
        assert 10 <= one.size.low <= one.size.value <= one.size.high <= 100
        unsure = Estimate(one.size.value, None, None, one.size.n)
        assert "on (measured at " in overtaking_text(structs.replace(one, size=unsure))
        assert "on (measured at " not in overtaking_text(one)


@pytest.mark.parametrize("n_left", [0, 2])
def test_a_size_that_the_machine_of_the_seconds_lacks_leaves_a_crossover_without_an_interval(
    n_left: int,
) -> None:
    """Its interval spans that by differences, which are of that machine."""
    rng = np.random.default_rng(0)
    points = []
    for size, log in ((10, -0.5), (30, 0.1), (100, 0.5)):
        ratios = np.full((2, 6), np.nan)
        ratios[0, :3], ratios[1, 3:] = log + rng.normal(0, 0.01, (2, 3))
        if size == 30:
            ratios[0, n_left:] = np.nan
        points.append(Measured(size, ratios, np.expm1(ratios[0]), Bar(0.03)))
    (found,) = crossovers(points)
    assert 10 < found.place.value < 30
    if n_left < 2:
        assert (found.place.low, found.place.high) == (None, None)
    else:
        assert found.place.low is not None
        assert found.place.high is not None
        assert 10 < found.place.low < found.place.value < found.place.high <= 30


def test_a_change_between_runs_is_by_the_unit_of_each(machined: Callable[..., Findings]) -> None:
    old = machined(SIX, name="old", seed=1, processors="A")
    new = machined((0,) * 12, name="new", seed=2, processors="A")
    comparison = compare_runs(old, new)
    named = [(one.arm, one.phase) for one in comparison.changes]
    found = comparison.changes[named.index(("torch", "epoch"))].change
    samples = ratios_of(columns_of(old.run.folder), "torch", "torch-lesson", "epoch")
    (blocks,) = ratios_of(columns_of(new.run.folder), "torch", "torch-lesson", "epoch")
    means = [float(np.mean(one)) for one in samples]
    expected = stats.ttest_ind(blocks, means, equal_var=False).confidence_interval(0.95)
    assert [found.low, found.high] == pytest.approx(np.exp([expected.low, expected.high]))
    assert [str(text) for text in units_text(comparison)] == [
        "OLD speaks of machines like these (6 of them): its spread is that of machines.",
        "NEW speaks of this machine: its spread is that of its blocks.",
    ]
    assert units_text(compare_runs(new, new)) == ()


@pytest.mark.parametrize(
    ("old_of", "new_of", "is_said"),
    [
        ((0,) * 12, (0,) * 12, False),
        ((0,) * 12, (1,) * 12, True),
        (UNEVEN, (0,) * 12, True),
        (UNEVEN, UNEVEN, False),
        (SIX, (0,) * 12, True),
        (SIX, (0, 1, 2, 3, 4, 6) * 2, False),
    ],
)
def test_a_comparison_of_other_machines_says_that_its_intervals_do_not_know_them(
    machined: Callable[..., Findings],
    old_of: tuple[int, ...],
    new_of: tuple[int, ...],
    is_said: bool,
) -> None:
    old, new = (
        machined(at, name=name, processors="A", shifts=shifts_of(7, ARMS))
        for name, at in (("old", old_of), ("new", new_of))
    )
    said = " ".join(str(text) for text in comparison_caveats(compare_runs(old, new)))
    assert ("not of the same machines" in said) == is_said


def test_runs_that_tell_no_machine_are_not_said_to_be_of_others(
    write_run: Callable[..., Path],
) -> None:
    old, new = (findings(load_run(write_run(name=name))) for name in ("old", "new"))
    said = " ".join(str(text) for text in comparison_caveats(compare_runs(old, new)))
    assert "not of the same machines" not in said


@pytest.mark.parametrize(
    ("n_blocks", "spreads"),
    [
        *(((20,), (1,)), ((10, 10), (1, 1)), ((15, 5), (1, 1)), ((4,) * 5, (1,) * 5)),
        *(((2,) * 10, (1,) * 10), ((15, 5), (1, 2)), ((15, 5), (1, 6)), ((8, 4), (1, 3))),
        *(((10, 6, 4), (1, 1, 3)), ((5,) * 4, (1, 1, 1, 3)), ((2, 2), (1, 3))),
    ],
)
def test_what_is_claimed_is_covered_as_often_as_it_says(
    n_blocks: tuple[int, ...], spreads: tuple[float, ...]
) -> None:
    found = covered(n_blocks, spreads, runs=2000)
    assert 1860 <= found.claimed <= 1940
    if len(n_blocks) < 5 and set(spreads) == {1}:
        assert found.all < 1200  # of machines like these an interval over blocks knows nothing


def test_a_machine_of_a_single_block_leaves_no_interval_below_five_machines() -> None:
    logs: Floats = np.full((5, 9), np.nan)
    logs[0, :8] = np.random.default_rng(0).normal(0, 0.01, 8)
    logs[1, 8] = 0.1
    few = log_estimate(logs)
    assert few is not None
    assert (few.low, few.high, few.n) == (None, None, 9)
    assert few.value == pytest.approx(np.exp((np.mean(logs[0, :8]) + 0.1) / 2))
    logs[2:, 8] = 0.11, 0.12, 0.13
    many = log_estimate(logs)
    assert many is not None
    assert many.low is not None


@pytest.mark.parametrize("spreads", [(1, 1), (1, 3)])
def test_two_blocks_beside_many_that_agree_by_chance_narrow_no_interval(
    spreads: tuple[float, ...],
) -> None:
    assert covered((16, 2), spreads, runs=1000).claimed >= 930


def test_blocks_without_any_spread_have_an_interval_of_no_width() -> None:
    logs: Floats = np.full((2, 5), np.nan)
    logs[0, :3], logs[1, 3:] = 0.25, 0.5
    found = mean_over(logs)
    assert (float(found.value), float(found.half(0.95))) == (0.375, 0.0)


def test_a_machine_without_a_block_takes_no_part_and_one_without_any_has_nothing() -> None:
    logs: Floats = np.full((3, 4), np.nan)
    assert np.isnan(mean_over(logs).value)
    assert log_estimate(logs) is None
    logs[0, :2] = 0.1, 0.3
    logs[2, 2:] = 0.5, 0.9
    centre, half = within([[0.1, 0.3], [0.5, 0.9]])
    found = mean_over(logs)
    assert float(found.value) == pytest.approx(centre)
    assert float(found.half(0.95)) == pytest.approx(half)
    assert int(found.n) == 4


def test_identical_blocks_that_differ_by_machine_bear_no_verdict_for_others() -> None:
    """Of two machines 20 % apart the interval is of the two; of five it holds their spread."""
    rng = np.random.default_rng(5)
    own = np.array([0.0, 0.2, -0.2, 0.15, -0.1])
    blocks = np.full((5, 20), np.nan)
    for machine in range(5):
        blocks[machine, 4 * machine : 4 * machine + 4] = own[machine] + rng.normal(0, 0.005, 4)
    assert verdict(blocks[:2, :8], Bar(0.03)) == "slower"
    assert verdict(blocks, Bar(0.03)) == "inconclusive"
