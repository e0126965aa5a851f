"""What runs of one plan on several machines promise: a column a machine, and nothing pooled."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import shutil
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from msgspec import structs
from rich.cells import cell_len
from rich.console import Console

from bench.command.exits import Exit
from reports import schemas
from reports.compare.one_plan import require_one_plan
from reports.findings.findings import findings
from reports.findings.side_by_side import SideBySide, Twins, side_by_side
from reports.outputs.side_by_side_files import write_side_by_side
from reports.outputs.side_by_side_page import side_by_side_page
from reports.outputs.side_by_side_section import machines_csv
from reports.outputs.side_by_side_tables import (
    map_json,
    print_side_by_side,
    side_by_side_markdown,
)
from reports.text.side_by_side import machine_heads, machine_names, shortest
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.conftest import ROOT, Answer
from tests.nightly import nightly
from tests.reports import many_runs
from tests.reports.cased import write_cases
from tests.reports.conftest import Bench, Writer
from tests.reports.machined import name_of, on_machines, shifts_of
from tests.reports.moved import moved
from tests.reports.recomputed.case_map import beside_fastest
from tests.reports.recomputed.cells import Size
from tests.reports.recomputed.document import document
from tests.reports.recomputed.files import read
from tests.reports.test_machines import columns_of, ratios_of, within
from tests.reports.test_report_elsewhere import files, missing_links
from tests.reports.texts import Texts, as_read

STORED = ROOT / "tests" / "data" / "run-version-1"
SIZES = ROOT / "tests" / "data" / "run-version-1-sizes"
EPYC = {"cpu": "AMD EPYC 7R13 Processor", "cpus": 48}
M2 = {"cpu": "Apple M2 Pro", "cpus": 12}
XEON = {"cpu": "Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", "cpus": 8}
HOSTILE = "<script>x</script>\"'`|*_[a](b) \u202e\u05d0 \x1b[31m =1+1"
ARMS = (
    Bench("base", 1e-2),
    Bench("base again", 1e-2, null_of=0, backend="base"),
    Bench("slow", 4e-2),
    Bench("fast", 1e-3),
)
Command = Callable[..., Answer]


def beside(*folders: Path) -> SideBySide:
    return side_by_side(tuple(findings(load_run(folder)) for folder in folders))


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """A stored run on two machines: on the other one its arms are slower by unlike factors."""
    return (
        moved(STORED, tmp_path / "epyc", EPYC),
        moved(STORED, tmp_path / "m2", M2, {2: 0.01, 3: 3.0}),
    )


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Path]:
    """Writes a synthetic run on a machine of its own, named after it."""

    def make(name: str, facts: dict[str, Any], **changes: Any) -> Path:
        usual = {"arms": ARMS, "n_blocks": 6, "between": 0.01, "rounds": 3, "phases": ("epoch",)}
        usual["seed"] = zlib.crc32(name.encode())
        run = Writer(tmp_path / f".{name}", **{**usual, **changes}).write()
        return moved(run, tmp_path / name, facts)

    return make


def printed(found: SideBySide, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    print_side_by_side(found, Console(file=out, width=80, highlight=False))
    out.flush()
    return raw.getvalue().decode(encoding)


def told(found: SideBySide) -> Any:
    return json.loads(json.dumps(map_json(found)))


def recomputed(folder: Path) -> dict[str, list[float | None]]:
    """By arm its times the fastest, with the interval, from the run's files by other code."""
    every = beside_fastest(Size(read(folder)))
    return {one["arm"]: [one[f"times{end}"] for end in ("", "_low", "_high")] for one in every}


def misplaced(html: str, folders: tuple[Path, ...]) -> list[tuple[str, int]]:
    """(arm, column) of every number of the map that is not that of the arm on that machine."""
    (shown,) = (one for name, one in Texts(html).tables.items() if name.startswith("Arms by mach"))
    wanted = [recomputed(folder) for folder in folders]
    return [
        (row.arm, number)
        for row in shown.rows[1:]
        for number, (values, machine) in enumerate(zip(row.values, wanted, strict=True))
        if values != pytest.approx(ends(machine.get(row.arm)), rel=1e-9)
    ]


def ends(estimate: list[float | None] | None) -> list[float]:
    """What of an estimate the page shows: no interval where its ends are too far apart."""
    told = [end for end in estimate or () if end is not None]
    return told[:1] if len(told) == 3 and told[2] > 3 * told[1] else told


def test_every_number_is_that_of_its_arm_on_its_machine(two: tuple[Path, Path]) -> None:
    found = beside(*two)
    assert misplaced(side_by_side_page(found, two[0]), two) == []
    cells = [document(folder)["cells"] for folder in two]
    for row in told(found)["arms"]:
        for number, entry in enumerate(row["entries"]):
            (cell,) = (one for one in cells[number]
                       if (one["arm"], one["phase"]) == (row["arm"], "epoch"))  # fmt: skip
            for key in ("seconds", "seconds_low", "ratio", "ratio_high"):
                assert entry[key] == (cell[key] and pytest.approx(cell[key], rel=1e-9))
    assert [row["arm"] for row in told(found)["arms"]] == [
        *("jax-scan", "numpy", "torch-lesson", "doubled")
    ]


def test_two_numbers_that_changed_places_are_found(two: tuple[Path, Path]) -> None:
    found = beside(*two)
    (row,) = (one for one in found.arms if one.arm.name == "numpy")
    wrong = structs.replace(row, entries=row.entries[::-1])
    swapped = tuple(wrong if one is row else one for one in found.arms)
    html = side_by_side_page(structs.replace(found, arms=swapped), two[0])
    assert misplaced(html, two) == [("numpy", 0), ("numpy", 1)]
    assert misplaced(side_by_side_page(found, two[0]), two[::-1]) != []


def test_the_headline_says_who_is_fastest_where(made: Callable[..., Path]) -> None:
    here, alike = made("a", EPYC), made("b", M2)
    other = made("c", XEON, arms=(*ARMS[:3], replace(ARMS[3], seconds=9e-2)))
    assert printed(beside(here, alike)).startswith(
        "Fastest of all arms for an epoch of the lesson: fast on both machines."
    )
    text = " ".join(printed(beside(here, alike, other)).split())
    assert "fast on EPYC 7R13 and Apple M2 Pro; base on Xeon Platinum 8259CL." in text


def test_arms_that_are_not_told_apart_are_named_together(made: Callable[..., Path]) -> None:
    near = tuple(Bench(f"near {i}", 1e-3) for i in range(5))
    here, other = made("a", EPYC), made("b", M2, arms=(*ARMS[:3], *near), between=0.1)
    (line,) = re.findall(
        r"(near .*?), not told apart, on Apple M2 Pro",
        " ".join(printed(beside(here, other)).split()),
    )
    assert line.endswith(" and 2 more")
    assert len(set(re.findall(r"near \d", line))) == 3


def test_arms_stand_in_the_order_of_the_first_run(made: Callable[..., Path]) -> None:
    here = made("a", EPYC)
    other = made("b", M2, arms=(*ARMS[:2], Bench("slow", 1e-3), Bench("fast", 4e-2)))
    assert [row["arm"] for row in told(beside(here, other))["arms"]] == ["fast", "base", "slow"]
    assert [row["arm"] for row in told(beside(other, here))["arms"]] == ["slow", "base", "fast"]


def test_an_arm_that_one_plan_lacks_is_missing_there_and_takes_nothing_from_others(
    made: Callable[..., Path],
) -> None:
    here, other = made("a", EPYC), made("b", M2, arms=(*ARMS, Bench("more", 1e-4)))
    found = told(beside(here, other))
    (row,) = (one for one in found["arms"] if one["arm"] == "more")
    assert [one["status"] for one in row["entries"]] == ["missing", "ok"]
    assert row["entries"][0]["reason"] == "it was not planned on this machine"
    assert "missing: it was not planned on this machine" in printed(beside(here, other))
    (own,) = (one for one in found["arms"] if one["arm"] == "fast")
    assert [one["times"] for one in own["entries"]] == pytest.approx([1.0, 10.0], rel=0.05)


def test_a_wrong_arm_and_one_that_cannot_run_have_no_number_on_that_machine(
    made: Callable[..., Path],
) -> None:
    wrong = replace(ARMS[3], status="wrong", reason="gradient is off", failed_check="gradient")
    other = replace(ARMS[2], status="unsupported", reason="no kernels here")
    here, there = made("a", EPYC), made("b", M2, arms=(*ARMS[:2], other, wrong))
    page = as_read(side_by_side_page(beside(here, there), here))
    assert "wrong (a)" in page
    assert "unsupported (b)" in page
    assert "(a) wrong: gradient is off" in page
    assert "(b) unsupported: no kernels here" in printed(beside(here, there))


def test_a_machine_with_unusable_evidence_says_so(made: Callable[..., Path]) -> None:
    biased = (ARMS[0], replace(ARMS[1], seconds=9.0), *ARMS[2:])
    here, there = made("a", EPYC), made("b", M2, arms=biased)
    found = told(beside(here, there))
    assert "identical arms differ" in found["columns"][1]["unusable"]
    assert all(row["entries"][1]["times"] is None for row in found["arms"])
    text = " ".join(printed(beside(here, there)).split())
    assert "fast on EPYC 7R13; no usable number on Apple M2 Pro." in text
    assert "On Apple M2 Pro: This run's evidence is unusable" in text


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ("Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", "Xeon Platinum 8259CL"),
        ("AMD EPYC 7R13 Processor", "EPYC 7R13"),
        ("AMD Ryzen 9 5950X 16-Core Processor", "Ryzen 9 5950X"),
        ("AMD Ryzen 7 PRO 6850U with Radeon Graphics", "Ryzen 7 PRO 6850U"),
        ("Apple M2 Pro", "Apple M2 Pro"),
        ("NVIDIA H100 80GB HBM3", "H100 80GB HBM3"),
        ("Intel Processor", "Intel Processor"),
        ("aarch64", "aarch64"),
    ],
)
def test_a_processor_is_told_in_few_words(whole: str, short: str) -> None:
    assert shortest([whole]) == short


@pytest.mark.parametrize(
    ("machines", "names"),
    [
        ((EPYC, M2), ["EPYC 7R13", "Apple M2 Pro"]),
        ((EPYC, EPYC | {"cpus": 2}), ["EPYC 7R13, 48 CPUs", "EPYC 7R13, 2 CPUs"]),
        ((EPYC, EPYC), ["EPYC 7R13 (1)", "EPYC 7R13 (2)"]),
        (({"cpu": None, "cpus": None}, M2), ["unknown processor", "Apple M2 Pro"]),
    ],
)
def test_no_two_machines_are_called_alike(
    machines: tuple[dict[str, Any], ...], names: list[str], made: Callable[..., Path]
) -> None:
    found = beside(*(made(f"run-{i}", facts) for i, facts in enumerate(machines)))
    assert list(machine_names(found)) == names
    (table,) = (one for name, one in Texts(side_by_side_page(found, Path("x"))).tables.items()
                if name.startswith("Arms by machines"))  # fmt: skip
    rows = csv.DictReader(io.StringIO(machines_csv(found)))
    assert {row["machine"] for row in rows} == set(names)
    assert len(table.columns) > 2


def test_machines_of_one_processor_are_told_apart_by_their_gpu(made: Callable[..., Path]) -> None:
    arms = (*ARMS, Bench("far", 1e-4, device="cuda"))
    gpus = [{**EPYC, "gpu": {"gpu": f"NVIDIA {name}"}} for name in ("H100", "A100")]
    found = beside(*(made(f"run-{i}", facts, arms=arms) for i, facts in enumerate(gpus)))
    assert list(machine_names(found)) == ["EPYC 7R13, H100", "EPYC 7R13, A100"]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("n_machines", [2, 5, 9])
def test_the_map_is_at_most_80_columns_wide(
    n_machines: int, encoding: str, made: Callable[..., Path]
) -> None:
    long = (*ARMS[:3], Bench("an-engine-with-a-long-name-by-hand@venv-old", 1e-3))
    facts = [{"cpu": f"Maker(R) Model-Number {i} \u6570 CPU @ 3 GHz", "cpus": i + 1}
             for i in range(n_machines)]  # fmt: skip
    found = beside(*(made(f"run-{i}", one, arms=long) for i, one in enumerate(facts)))
    text = printed(found, encoding)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    heads, _, below = text.partition("The map of")[2].partition("\n---")
    left = re.search(r"(\d+) more columns? in table\.md", below)
    n_shown = len(re.findall(r"\bCPUs?\b", heads))
    assert n_shown + (int(left[1]) if left else 0) == n_machines
    assert all(f"{i + 1} CPU" in side_by_side_markdown(found) for i in range(n_machines))


def test_several_cases_have_a_column_a_case_and_machine(tmp_path: Path) -> None:
    usual: dict[str, Any] = {"arms": ARMS, "n_blocks": 4, "between": 0.01, "rounds": 3}
    usual |= {"phases": ("epoch",)}
    run = write_cases(tmp_path / "cases", {"softmax": {}}, **usual)
    folders = moved(run, tmp_path / "a", EPYC), moved(run, tmp_path / "b", M2, {3: 80.0})
    found = beside(*folders)
    columns = [(one["problem"], one["machine"], one["fastest"])
               for one in told(found)["columns"]]  # fmt: skip
    assert columns == [
        *(("linreg", 0, ["fast"]), ("linreg", 1, ["base"])),
        *(("softmax", 0, ["fast"]), ("softmax", 1, ["base"])),
    ]
    page = write_side_by_side(found, tmp_path / "out")
    assert missing_links(tmp_path / "out") == []
    links = re.findall(r'<th scope="col"[^>]*><a href="([^"]*)"', page.read_text())
    assert links[:4] == [
        *("machine-1/index.html#ranking", "machine-2/index.html#ranking"),
        *(f"machine-{i}/cases/02-softmax/index.html#ranking" for i in (1, 2)),
    ]
    heads = printed(found).partition("The map of")[2].partition("\n---")[0].split()
    assert (heads.count("softmax"), heads.count("M2")) == (2, 2)


def test_a_run_of_several_machines_is_one_column_that_says_so(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    def on_two(raw: Any) -> None:
        raw["machine"] = f"{raw['block'] % 2}" * 16

    spread = moved(made("a", EPYC), tmp_path / "spread", EPYC, {2: 3.0}, of_raw=on_two)
    both = beside(spread, made("b", M2))
    found = told(both)
    assert [(one["run"], one["n_machines"], one["claim"]) for one in found["machines"]] == [
        *(("spread", 2, "these machines"), ("b", 1, "this machine")),
    ]
    assert len(found["columns"]) == 2
    page, text = as_read(side_by_side_page(both, tmp_path)), " ".join(printed(both).split())
    for said in (page, text):
        assert "6 blocks on 2 machines" in said
        assert "every number is of one machine" not in said
        assert "nothing is averaged over machines" not in said
    assert "Nothing is pooled over columns." in page
    assert [len(lines[-1]) > 0 for lines in machine_heads(both)] == [True, False]
    own = as_read(side_by_side_page(beside(made("c", EPYC), made("d", M2)), tmp_path))
    assert "every number is of one machine" in own
    assert "nothing is averaged over machines" in own


def test_numbers_of_a_column_of_several_machines_are_by_hand_those_of_its_blocks(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    machine_of = (0, 0, 1, 0, 1, 0, 0, 1)
    spread = on_machines(made("a", EPYC, n_blocks=8), machine_of, shifts_of(2, 4), "A")
    columns = columns_of(spread)
    found = told(beside(spread, made("b", M2)))
    rows = {row["arm"]: row["entries"][0] for row in found["arms"]}
    for arm in ("slow", "fast"):
        centre, half = within(ratios_of(columns, arm, "base", "epoch"))
        got = [rows[arm][key] for key in ("ratio", "ratio_low", "ratio_high")]
        assert got == pytest.approx([*map(math.exp, (centre, centre - half, centre + half))])
        seconds = [*columns[arm, "epoch"][name_of(0)].values()]
        assert rows[arm]["seconds"] == pytest.approx(math.exp(sum(seconds) / 5))
        times = sum(sum(one) / len(one) for one in ratios_of(columns, arm, "fast", "epoch")) / 2
        assert rows[arm]["times"] == pytest.approx(math.exp(times))


def test_a_machine_that_was_measured_twice_is_no_second_machine(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    def on(machine: str) -> Callable[[Any], None]:
        return lambda raw: raw.update(machine=machine * 16)

    run = made("run", EPYC)
    names = ("1", "1", "2")
    folders = [moved(run, tmp_path / f"{i}", EPYC, {2: 1.0 + i}, of_raw=on(name))
               for i, name in enumerate(names)]  # fmt: skip
    text = " ".join(printed(beside(*folders)).split())
    twice = r"EPYC 7R13 \((\d)\) and EPYC 7R13 \((\d)\) are of one machine, measured twice"
    told = re.findall(twice, text)
    assert told == [("1", "2")]


def test_versions_variables_and_sources_that_differ_are_told(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    def other(raw: Any) -> None:
        raw |= {"framework_version": "2.12", "sources": "b" * 16}

    def first(raw: Any) -> None:
        raw |= {"framework_version": "2.13", "sources": "a" * 16}

    run, kept = made("run", EPYC), {"XLA_FLAGS": "12345678"}
    here = moved(run, tmp_path / "a", EPYC, of_raw=first)
    there = moved(
        run, tmp_path / "b", M2, of_raw=other, of_plan=lambda p: p.update(kept_variables=kept)
    )
    html = as_read(side_by_side_page(beside(here, there), here))
    for text in (
        "torch: 2.13 on EPYC 7R13; 2.12 on Apple M2 Pro.",
        "The variable XLA_FLAGS was not passed on alike.",
        "The suite's own files are not the same in all runs.",
    ):
        assert text in html
        assert text in " ".join(printed(beside(here, there)).split())
    assert "What else to know" not in side_by_side_page(beside(here, made("c", M2)), here)


def as_other_bits(plan: Any) -> None:
    plan["problem"]["sha256"] = "ab" * 32


def as_other_data(plan: Any) -> None:
    as_other_bits(plan)
    plan["reference"]["losses"] = [1.01 * loss for loss in plan["reference"]["losses"]]


def test_data_that_differ_by_rounding_alone_are_told_and_not_refused(
    made: Callable[..., Path], tmp_path: Path
) -> None:
    run = made("a", EPYC)
    other = moved(run, tmp_path / "b", M2, {2: 2.0}, of_plan=as_other_bits)
    found = beside(run, other)
    require_one_plan([one.findings for one in found.machines])
    told = "The data are not the same bytes; the reference's answers differ by rounding only"
    assert told in as_read(side_by_side_page(found, run))


@pytest.mark.parametrize(("off", "is_rounding"), [(1e-8, True), (1e-3, False)])
@pytest.mark.parametrize("size", [1e-9, 1.0, 1e9])
def test_rounding_is_judged_by_the_size_of_the_answers(
    size: float, off: float, is_rounding: bool, made: Callable[..., Path]
) -> None:
    spec = findings(load_run(made("a", EPYC))).run.plan.problem
    ours, theirs = (
        structs.replace(spec, parameters=(), losses_reference=(size, size * times, 0.0))
        for times in (1.0, 1 + off)
    )
    assert Twins(ours, theirs).differ_by_rounding == is_rounding


def changed(**keys: Any) -> Callable[[Any], None]:
    return lambda plan: plan.update(keys)


def changed_problem(**keys: Any) -> Callable[[Any], None]:
    return lambda plan: plan["problem"].update({"sha256": "cd" * 32, **keys})


def changed_arm(plan: Any) -> None:
    plan["arms"][3] |= {"dtype": "float64"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(threads=4), "threads is 1 in the first and 4 in the second.*--threads 1"),
        (changed(margin=0.05), r"margin is 0\.03 .* and 0\.05 .*--margin 0\.03"),
        (changed(phases=["epoch", "train"]), "phases is epoch .* and epoch, train .*--phase epoch"),
        (changed(baseline=2), "baseline is base .* and slow .*--baseline base"),
        (changed_arm, "the arm fast is fast on cpu in float32 .* and fast on cpu in float64"),
        (changed_problem(batch_size=1), "what is measured is 1,000 .* of 10 .* of 1 in the second"),
        (changed_problem(seed=1), "the problem linreg is seed 0 in the first and seed 1"),
        (changed_problem(lr=0.01), "the problem linreg is lr 0.03 .* lr 0.01"),
        (changed_problem(epochs=9, sha256="5ee4" * 16), "linreg is epochs 3 .* epochs 9"),
        (as_other_data, "the problem linreg is sha256 5ee4.* and sha256 abab"),
    ],
)
def test_runs_that_are_not_of_one_plan_are_refused_by_name(
    change: Callable[[Any], None], said: str, made: Callable[..., Path], tmp_path: Path,
    answer: Command,
) -> None:  # fmt: skip
    run = made("a", EPYC)
    good, other = made("b", M2), moved(run, tmp_path / "c", XEON, {2: 2.0}, of_plan=change)
    done = answer("report", str(run), str(good), str(other))
    assert (done.code, done.out) == (Exit.UNUSABLE, "")
    assert f"{run} and {other} are not of one plan: " in done.err
    assert re.search(said, done.err)
    assert "Expected runs that differ in their machines alone." in done.err
    assert not (run / "report-machines").exists()


def test_a_case_that_one_run_lacks_is_refused(tmp_path: Path) -> None:
    usual: dict[str, Any] = {"arms": ARMS, "n_blocks": 2, "phases": ("epoch",)}
    one = write_cases(tmp_path / "a", {"softmax": {}}, **usual)
    other = Writer(tmp_path / "b", seed=1, **usual).write()
    runs = [findings(load_run(folder)) for folder in (one, other)]
    with pytest.raises(BadRun, match=r"what is measured is linreg, .*; softmax, .* in the first"):
        require_one_plan(runs)


@pytest.mark.parametrize("kind", ["same", "link", "copy"])
def test_a_run_given_twice_is_refused(kind: str, two: tuple[Path, Path], answer: Command) -> None:
    again = two[0] if kind == "same" else two[0].with_name("again")
    if kind == "link":
        again.symlink_to(two[0])
    elif kind == "copy":
        shutil.copytree(two[0], again)
    done = answer("report", *map(str, (*two, again)))
    assert done.code == Exit.UNUSABLE
    assert f"{two[0]} and {again} are one run, given twice; expected" in done.err


def test_the_report_lies_beside_the_first_runs_own_and_can_be_made_again(
    two: tuple[Path, Path], answer: Command
) -> None:
    answer("report", str(two[0]))
    before = [files(folder) for folder in two]
    for _ in range(2):
        done = answer("report", *map(str, two))
        assert done.code == Exit.WRONG  # as each of the runs by itself
        assert f"report: {two[0]}/report-machines/index.html" in done.out.replace("\n", "")
    assert files(two[1]) == before[1]
    out = two[0] / "report-machines"
    assert {path: text for path, text in files(two[0]).items() if out not in path.parents} == (
        before[0]
    )
    assert sorted(path.name for path in out.iterdir()) == [
        *("index.html", "machine-1", "machine-2", "map.csv", "map.json", "table.md")
    ]
    assert missing_links(out) == []
    for number, folder in enumerate(two, 1):
        cells = json.loads((out / f"machine-{number}" / "cells.json").read_text())
        assert cells["machine"]["cpu"] == [(EPYC, M2)[number - 1]["cpu"]]
        assert cells["run"] == folder.name
    (line,) = re.findall(
        r"<code>(autograd-bench report .*?)</code>", (out / "index.html").read_text()
    )
    assert line == f"autograd-bench report {two[0]} {two[1]} --out {out}"


def test_it_is_written_elsewhere_and_over_no_other_files(
    two: tuple[Path, Path], tmp_path: Path, answer: Command
) -> None:
    words, out = ("report", *map(str, two)), tmp_path / "out"
    assert answer(*words, "--out", str(out)).code == Exit.WRONG
    assert (out / "index.html").exists()
    own = out / "machine-1"  # the report of a run
    before = files(own)
    done = answer(*words, "--out", str(own))
    assert (done.code, "files that are no report" in done.err) == (Exit.UNUSABLE, True)
    assert files(own) == before
    done = answer("report", str(two[0]), "--out", str(out))  # nor the other way round
    assert (done.code, "files that are no report" in done.err) == (Exit.UNUSABLE, True)
    (tmp_path / "file").touch()
    assert "is no folder" in answer(*words, "--out", str(tmp_path / "file")).err
    done = answer(*words, "--out", "/proc/none")
    assert done.code == Exit.UNUSABLE
    assert "cannot write /proc/none" in done.err


@nightly
def test_the_figures_of_each_run_have_a_folder(two: tuple[Path, Path], answer: Command) -> None:
    out = two[0] / "figures"
    done = answer("report", *map(str, two), "--figures", str(out), "--out", str(two[1] / "out"))
    assert done.code == Exit.WRONG
    names = [sorted(path.name for path in (out / f"machine-{i}").iterdir()) for i in (1, 2)]
    assert {"times.svg", "times.png", "times.pdf"} < set(names[0])
    assert names[0] == names[1]


def test_the_code_is_the_gravest_of_the_runs(made: Callable[..., Path], answer: Command) -> None:
    good, other = made("a", EPYC), made("b", M2)
    crashed = made("c", XEON, arms=(*ARMS[:3], replace(ARMS[3], status="crashed")))
    assert answer("report", str(good), str(other)).code == Exit.COMPLETE
    assert answer("report", str(crashed), str(other)).code == Exit.INCOMPLETE


def test_the_json_is_one_document_that_the_schema_holds_for(
    two: tuple[Path, Path], answer: Command
) -> None:
    done = answer("report", *map(str, two), "--json")
    document = json.loads(done.out)
    assert document == json.loads((two[0] / "report-machines" / "map.json").read_text())
    schema = json.loads((schemas.FOLDER / "map.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document["format"] == "autograd-bench map"


@pytest.mark.parametrize("name", schemas.DOCUMENTS)
def test_a_stored_schema_is_that_of_the_types(name: str) -> None:
    """Otherwise: python -m reports.schemas."""
    stored = (schemas.FOLDER / f"{name}.schema.json").read_text(encoding="utf-8")
    assert stored == schemas.text(name)


def test_the_csv_has_every_arm_on_every_machine(two: tuple[Path, Path]) -> None:
    rows = list(csv.DictReader(io.StringIO(machines_csv(beside(*two)))))
    assert [(row["arm"], row["machine"], row["run"]) for row in rows[:3]] == [
        ("jax-scan", "EPYC 7R13", "epyc"),
        ("jax-scan", "Apple M2 Pro", "m2"),
        ("numpy", "EPYC 7R13", "epyc"),
    ]
    for row in rows:
        cells = document(two[("epyc", "m2").index(row["run"])])["cells"]
        (cell,) = (one for one in cells if (one["arm"], one["phase"]) == (row["arm"], "epoch"))
        assert float(row["ratio"] or "nan") == pytest.approx(
            cell["ratio"] or float("nan"), rel=1e-9, nan_ok=True
        )
        assert row["baseline"] == "torch-lesson"


def test_names_of_others_are_shown_and_never_obeyed(tmp_path: Path, answer: Command) -> None:
    def renamed(plan: Any) -> None:
        for number, arm in enumerate(plan["arms"]):
            arm["name"] = f"{number} {HOSTILE}"

    facts = [{"cpu": f"{i} {HOSTILE}", "cpus": 2} for i in range(2)]
    runs = [
        moved(STORED, tmp_path / HOSTILE.replace("/", str(i)), one, {2: 1.0 + i}, of_plan=renamed)
        for i, one in enumerate(facts)
    ]
    done = answer("report", *map(str, runs), "--out", str(tmp_path / "out"))
    assert done.code == Exit.WRONG
    assert "\x1b" not in done.out
    for name in ("index.html", "map.csv", "map.json", "table.md"):
        text = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert "\u202e" not in text
        assert "\x1b" not in text
    html = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<script>" not in html
    assert "script-src &#39;none&#39;;" in html
    assert missing_links(tmp_path / "out") == []
    lines = (tmp_path / "out" / "table.md").read_text(encoding="utf-8")
    assert "<script" not in lines


def test_a_real_run_of_two_sizes_stands_beside_itself_on_another_machine(
    tmp_path: Path, answer: Command
) -> None:
    runs = moved(SIZES, tmp_path / "a", EPYC), moved(SIZES, tmp_path / "b", M2, {0: 2.0, 1: 2.0})
    done = answer("report", *map(str, runs), "--out", str(tmp_path / "out"))
    assert done.code in (Exit.COMPLETE, Exit.UNUSABLE), done.err  # by what that run holds
    assert missing_links(tmp_path / "out") == []
    assert (tmp_path / "out/machine-2/sizes/n200-d2-b1/index.html").exists()
    html = (tmp_path / "out/index.html").read_text(encoding="utf-8")
    assert re.findall(r'<th scope="col"[^>]*><a href="([^"]*)"', html)[:4] == [
        *("machine-1/index.html#ranking", "machine-2/index.html#ranking"),
        *("machine-1/index.html#sizes", "machine-2/index.html#sizes"),
    ]


@pytest.mark.parametrize("seed", range(8))
def test_any_two_runs_of_one_plan_stand_side_by_side(seed: int, tmp_path: Path) -> None:
    """Of ties, failures, one block, other devices and dtypes, every kind of evidence."""
    here = many_runs.run(seed, tmp_path / "a")
    there = moved(here, tmp_path / "b", M2, {0: 2.0, 1: 0.5, 2: 3.0})
    found = beside(here, there)
    require_one_plan([one.findings for one in found.machines])
    assert misplaced(side_by_side_page(found, tmp_path), (here, there)) == []
    assert max(map(cell_len, printed(found).splitlines())) <= 80
    schema = json.loads((schemas.FOLDER / "map.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(told(found))
