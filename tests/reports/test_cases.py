"""What a run of several problems promises: a map that claims no more than its cases bear."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console
from typer.testing import CliRunner

from bench.command.cli import app
from bench.command.conclusion import exit_of_evidence
from bench.command.exits import Exit
from reports.compare.comparison import compare_runs, where, why_not
from reports.compare.comparison_tables import comparison_json, comparison_markdown
from reports.compare.comparison_text import caveats
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.exports.benchmark import benchmarks
from reports.outputs.exports.blocks import blocks_csv
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from reports.outputs.files import write_reports
from reports.outputs.map_section import map_csv
from reports.outputs.page import page
from reports.outputs.tables import markdown, print_summary
from reports.text.headline import brief
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.cased import renamed, write_cases
from tests.reports.conftest import Bench, Writer
from tests.reports.test_report_elsewhere import missing_links
from tests.reports.texts import as_read

ARMS = (
    Bench("base", 1e-2),
    Bench("base again", 1e-2, null_of=0, backend="base"),
    Bench("slow", 4e-2),
    Bench("fast", 1e-3),
)
Made = Callable[..., Findings]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """The findings of a run of the lesson and of further problems, by what differs there."""

    def make(problems: dict[str, dict[str, Any]], **changes: Any) -> Findings:
        usual = {"arms": ARMS, "n_blocks": 8, "between": 0.01, "rounds": 3, "phases": ("epoch",)}
        given = {**usual, **changes}
        name = given.pop("name", "run")
        return findings(load_run(write_cases(tmp_path / name, problems, **given)))

    return make


def in_case(**changes: dict[str, Any]) -> tuple[Bench, ...]:
    """The arms, those that are named otherwise."""
    return tuple(replace(arm, **changes.get(arm.name, {})) for arm in ARMS)


def map_of(found: Findings) -> Any:
    return json.loads(json.dumps(cells_json(found)["map"]))


def entries(found: Findings, arm: str) -> list[dict[str, Any]]:
    (row,) = [row for row in map_of(found)["arms"] if row["arm"] == arm]
    return list(row["entries"])


def printed(found: Findings, encoding: str = "utf-8") -> str:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding=encoding)
    print_summary(found, Console(file=out, width=80, highlight=False))
    out.flush()
    return raw.getvalue().decode(encoding)


def drawn(found: Findings, encoding: str = "utf-8") -> str:
    """The map as the terminal shows it, with what explains it."""
    return printed(found, encoding).partition("The map of")[2].partition("\nAn epoch of")[0]


def test_each_entry_is_times_the_fastest_of_its_own_case(made: Made) -> None:
    all_found = made({"softmax": {"arms": in_case(fast={"seconds": 8e-2})}})
    found = map_of(all_found)
    assert [case["problem"] for case in found["cases"]] == ["linreg", "softmax"]
    assert [case["folder"] for case in found["cases"]] == [".", "cases/02-softmax"]
    assert [case["fastest"] for case in found["cases"]] == [["fast"], ["base"]]
    for arm, wanted in (("base", (10, 1)), ("slow", (40, 4)), ("fast", (1, 8))):
        for one, ratio in zip(entries(all_found, arm), wanted, strict=True):
            assert one["times"] == pytest.approx(ratio, rel=0.05)
    means = {row["arm"]: row["mean"] for row in found["arms"]}
    assert means == pytest.approx({"base": 10**0.5, "slow": 160**0.5, "fast": 8**0.5}, rel=0.05)
    assert found["mean_cases"] == [0, 1]


def test_an_arm_that_is_not_told_apart_from_the_fastest_is_shown_as_1(made: Made) -> None:
    near = in_case(fast={"seconds": 1.001e-2})
    found = made({"softmax": {"arms": near}}, between=0.05)
    assert entries(found, "base")[1]["in_front"]
    assert entries(found, "fast")[1]["in_front"]
    (line,) = [line for line in drawn(found).splitlines() if line.startswith("fast ")]
    assert line.split()[1:3] == ["1", "1"]


def test_an_arm_that_failed_in_a_case_has_no_number_there_and_no_mean(made: Made) -> None:
    wrong = in_case(fast={"status": "wrong", "reason": "gradient is off"})
    found = made({"softmax": {"arms": wrong}, "mlp": {}})
    of_fast = entries(found, "fast")
    assert [one["status"] for one in of_fast] == ["ok", "wrong", "ok"]
    assert of_fast[1]["times"] is None
    means = {row["arm"]: row["mean"] for row in map_of(found)["arms"]}
    assert means["fast"] is None
    assert means["slow"] is not None  # over all three: nobody's failure takes a case from others
    assert "(a) wrong: gradient is off" in printed(found)
    assert "(a) wrong: gradient is off" in markdown(found)
    assert map_of(found)["cases"][1]["fastest"] == ["base"]


def test_a_case_with_unusable_evidence_says_so_and_is_in_no_mean(made: Made) -> None:
    biased = tuple(replace(arm, seconds=9.0) if arm.null_of == 0 else arm for arm in ARMS)
    all_found = made({"softmax": {"arms": biased}, "mlp": {}})
    found = map_of(all_found)
    assert found["mean_cases"] == [0, 2]
    assert "identical arms differ" in found["cases"][1]["unusable"]
    assert found["cases"][1]["fastest"] == []
    assert [row["entries"][1]["times"] for row in found["arms"]] == [None] * 3
    text = " ".join(printed(all_found).split())
    assert "(a) unusable evidence: two identical arms came out different" in text
    assert "geometric mean over the 2 usable of 3 cases" in text
    assert exit_of_evidence(all_found) is Exit.UNUSABLE
    (said,) = [line for line in brief(all_found) if line.startswith("At softmax, 1,000 examples")]
    assert "unusable" in said


def test_an_interval_that_says_no_size_is_not_shown_as_a_number(made: Made) -> None:
    found = made({"softmax": {}}, n_blocks=2, between=0.3)
    text = drawn(found)
    (line,) = [line for line in text.splitlines() if line.startswith("slow ")]
    for shown, entry in zip(line.split()[1:], entries(found, "slow"), strict=False):
        low = entry["times_low"]
        assert shown == "?" if entry["in_front"] else float(shown.removeprefix(">")) <= low
    one = made({"softmax": {}}, n_blocks=1, name="one")
    assert "too few blocks to say" in drawn(one)


def names(n_arms: int) -> tuple[Bench, ...]:
    more = (Bench(f"engine-{i}-by-hand@venv-old", 1e-3 * (i + 1)) for i in range(n_arms - 1))
    return (Bench("torch-lesson", 1e-2), Bench("again", 1e-2, null_of=0), *more)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize(("n_arms", "n_problems"), [(8, 3), (30, 6), (3, 14)])
def test_the_map_is_at_most_80_columns_wide(
    n_arms: int, n_problems: int, encoding: str, made: Made
) -> None:
    problems: dict[str, dict[str, Any]] = {
        f"my_long_problem_of_{i}_\u6570" if i % 2 else f"mlp{i}": {} for i in range(n_problems - 1)
    }
    found = made(problems, arms=names(n_arms), n_blocks=3)
    text = printed(found, encoding)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    table = drawn(found, encoding)
    heads, _, below = table.partition("\n---")
    n_shown = len(heads.splitlines()[-1].split()) - 2  # but for the arm and the mean
    told = re.search(r"(\d+) more columns? in table\.md", below)
    assert n_shown + (int(told[1]) if told else 0) == n_problems
    assert (n_shown == n_problems) == (n_problems < 10)
    assert all(f"of_{i}_" in heads for i in range(1, n_shown - 1, 2))
    folded = "".join(line.split(" ")[0] for line in table.splitlines())
    assert all(arm.name in folded for arm in names(n_arms)[2:])
    assert table.count("\n") > n_arms


def test_sizes_tell_the_cases_of_one_problem_apart(made: Made) -> None:
    own = {"b1": {"batch_size": 1}}
    found = made({"softmax": {"sizes": own}}, sizes=own)
    text = drawn(found).splitlines()
    (head,) = [number for number, line in enumerate(text) if line.startswith("arm ")]
    assert text[head - 1].split() == ["linreg", "linreg", "softmax", "softmax"]
    assert text[head].split() == ["arm", "b10", "b1", "b10", "b1", "mean"]


def test_a_run_of_one_case_has_no_map(tmp_path: Path) -> None:
    found = findings(load_run(Writer(tmp_path / "run", n_blocks=2).write()))
    assert cells_json(found)["map"] is None
    assert map_csv(found) is None
    assert "The map" not in printed(found) + markdown(found)
    assert "This page is of the problem" not in page(found)


def test_the_csv_has_every_entry_and_the_means(made: Made) -> None:
    found = made({"softmax": {}})
    rows = list(csv.DictReader(io.StringIO(map_csv(found) or "")))
    assert [row["arm"] for row in rows] == ["base"] * 2 + ["slow"] * 2 + ["fast"] * 2 + [
        *("base", "slow", "fast")
    ]
    assert rows[1]["case"] == "softmax, 1,000 examples of 2 features in batches of 10"
    assert float(rows[0]["times"]) == entries(found, "base")[0]["times"]
    assert rows[-1]["case"] == "geometric mean of 2 cases"


def test_no_two_cases_share_a_name_in_an_export(made: Made) -> None:
    all_found = made({"softmax": {}, "mlp": {}, "a`b|c": {}}, n_blocks=2)
    found = [one.name for one in benchmarks(all_found)]
    assert len(set(found)) == len(found)
    assert "base: epoch, 1000 x 2, batch 10" in found  # the lesson's as ever
    assert "base: epoch, mlp, 1000 x 2, batch 10" in found
    assert not any(mark in name for name in found for mark in "`|")
    document: Any = pytest_benchmark_json(all_found)
    groups = {one["group"] for one in document["benchmarks"]}
    assert "epoch, 1000 x 2, batch 10" in groups
    assert len(groups) == 4
    rows = list(csv.DictReader(io.StringIO(blocks_csv(all_found))))
    assert {row["problem"] for row in rows} == {"linreg", "softmax", "mlp", "a`b|c"}


def test_the_page_names_its_case_and_leads_to_the_others(made: Made, tmp_path: Path) -> None:
    found = made({"softmax": {"sizes": {"b1": {"batch_size": 1}}}, "mlp": {}}, n_blocks=2)
    html = page(found)
    assert "This page is of the problem linreg: 1,000 examples of 2 features" in as_read(html)
    assert "The run has 2 more problems" in as_read(html)
    write_reports(found)
    write_reports(found, tmp_path / "elsewhere")
    for folder in (found.run.folder, tmp_path / "elsewhere"):
        assert missing_links(folder) == []
        assert len(list(folder.rglob("index.html"))) == 4


def gated(tmp_path: Path, name: str, slower: float) -> Findings:
    judged = {"pairs": ((0, 2),), "gate": True, "n_blocks": 8, "between": 0.002, "drift": 0.0}
    judged |= {"rounds": 3, "phases": ("epoch",)}
    old_new = (*ARMS[:2], Bench("new", 1e-2))
    other = (*ARMS[:2], Bench("new", slower * 1e-2))
    problems = {"softmax": {"arms": other}}
    return findings(load_run(write_cases(tmp_path / name, problems, arms=old_new, **judged)))


def test_a_regression_in_one_case_fails_the_gate_by_its_name(tmp_path: Path) -> None:
    assert exit_of_evidence(gated(tmp_path, "same", 1.0)) is Exit.COMPLETE
    found = gated(tmp_path, "slower", 1.5)
    assert exit_of_evidence(found) is Exit.REGRESSION
    assert "at softmax, 1,000 examples of 2 features" in printed(found)


def test_runs_are_compared_case_by_case(made: Made) -> None:
    old = made({"softmax": {}, "mlp": {}}, name="old")
    slower = in_case(slow={"seconds": 8e-2})
    new = made({"softmax": {"arms": slower}, "poisson": {}}, name="new")
    found = compare_runs(old, new)
    by_case = {(where(one.shared) or "").partition(",")[0] for one in found.changes}
    assert by_case == {"linreg", "softmax"}
    slow = [one for one in found.regressions if one.phase == "epoch"]
    assert [(one.arm, (where(one.shared) or "").partition(",")[0]) for one in slow] == [
        ("slow", "softmax")
    ]
    told = " ".join(caveats(found))
    assert "mlp, 1,000 examples of 2 features in batches of 10: only in OLD" in told
    assert "poisson, 1,000 examples of 2 features in batches of 10: only in NEW" in told
    document: Any = comparison_json(found)
    assert {one["case"] for one in document["changes"]} == {
        where(one.shared) for one in found.changes
    }
    assert "| case | arm | phase |" in comparison_markdown(found)


def test_a_case_that_cannot_be_compared_is_named_and_the_command_says_so(made: Made) -> None:
    old, new = (
        made({"softmax": {"sha256": text * 16}}, name=f"run-{text}") for text in ("abcd", "ef01")
    )
    found = compare_runs(old, new)
    assert {(where(one.shared) or "").partition(",")[0] for one in found.changes} == {"linreg"}
    (said,) = map(why_not, found.unlike)
    assert said.startswith("softmax, 1,000 examples of 2 features in batches of 10: not compared")
    assert said in caveats(found)
    folders = [str(one.run.folder) for one in (old, new)]
    assert CliRunner().invoke(app, ["compare", *folders]).exit_code == Exit.UNUSABLE


def test_runs_without_a_case_in_common_are_refused(made: Made, tmp_path: Path) -> None:
    old = made({"softmax": {}}, name="old")
    folder = write_cases(tmp_path / "new", {"mlp": {}}, arms=ARMS, n_blocks=8)
    new = findings(load_run(renamed(folder, "other")))
    with pytest.raises(BadRun, match=r"share no case|cannot be compared"):
        compare_runs(old, new)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A run of two problems, of which one has been laid in its case's folder."""
    return write_cases(tmp_path / "run", {"softmax": {}}, arms=ARMS, n_blocks=2)


def test_a_case_whose_plan_is_gone_is_missed_and_not_passed_over(two: Path) -> None:
    (two / "cases/02-softmax/plan.json").unlink()
    with pytest.raises(
        BadRun, match=r"cases/02-softmax/plan.json is not there.*folder of this case"
    ):
        load_run(two)


def test_a_link_to_nowhere_among_the_cases_is_refused(two: Path) -> None:
    (two / "cases" / "lost").symlink_to(two / "nowhere")
    with pytest.raises(BadRun, match=r"cases/lost/plan.json is not there"):
        load_run(two)


def test_the_same_problem_twice_is_refused(two: Path) -> None:
    (two / "cases" / "self").symlink_to(two / "cases" / "02-softmax")
    with pytest.raises(BadRun, match=r"cases/self is of the same problem as .*Move one out"):
        load_run(two)


def test_a_case_of_the_runs_own_problem_is_refused(two: Path) -> None:
    renamed(two / "cases" / "02-softmax", "linreg")
    with pytest.raises(BadRun, match=r"cases/02-softmax is of the same problem as .* Move one out"):
        load_run(two)


@pytest.mark.parametrize("place", ["cases/02-softmax/cases/deep", "sizes/b1/cases/deep"])
def test_cases_within_a_case_or_a_size_are_refused(place: str, tmp_path: Path) -> None:
    sizes = {"b1": {"batch_size": 1}}
    problems: dict[str, dict[str, Any]] = {"softmax": {"sizes": {}}}
    folder = write_cases(tmp_path / "run", problems, arms=ARMS, n_blocks=2, sizes=sizes)
    (folder / place).mkdir(parents=True)
    with pytest.raises(BadRun, match=r"is within a (case|size); expected none. Move it out"):
        load_run(folder)


def test_a_raw_file_of_another_case_is_refused(two: Path) -> None:
    case = two / "cases" / "02-softmax"
    for folder, told in ((two, "of the lesson"), (case, "of softmax")):
        for path in folder.glob("raw/*.json"):
            raw = json.loads(path.read_text())
            raw["facts"]["problem_sha256"] = told
            path.write_text(json.dumps(raw))
    assert load_run(two).problems
    (case / "raw/001-02.json").write_bytes((two / "raw/001-02.json").read_bytes())
    with pytest.raises(BadRun, match=r"001-02.json and .*000-0\d.json are of different problems"):
        load_run(two)
