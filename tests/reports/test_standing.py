"""What stands beside a number or in its place: refusals, unusable runs, versions, machines."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs
from rich.cells import cell_len
from rich.console import Console

from reports.figures.gallery import rankings
from reports.findings.findings import Findings, findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.outputs.tables import cells_csv, markdown, print_summary
from reports.text.evidence import same_program
from reports.text.machine import machine_text
from runfiles.load import load_run
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]
BUSY = "it used other threads than asked: 1.98 CPUs were busy at once"
CLAIMS = ("faster", "slower", "equivalent", "inconclusive")


def printed(found: Findings) -> str:
    out = io.StringIO()
    print_summary(found, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def row_of(text: str, name: str) -> str:
    return next(line for line in text.splitlines() if re.match(rf"\W*{name}\b", line))


@pytest.fixture(params=[None, frozenset({1})], ids=["everywhere", "in one block"])
def refused(
    request: pytest.FixtureRequest, write_run: WriteRun, bench: Callable[..., Any]
) -> Findings:
    """A run with an arm that used other threads than asked, in all blocks or in one."""
    greedy = bench("greedy", 1e-3, status="refused", reason=BUSY, bad_blocks=request.param)
    arms = (bench("base"), bench("again", null_of=0), greedy, bench("good", 2e-3))
    return findings(load_run(write_run(arms=arms, n_blocks=4)))


def test_a_refused_arm_has_its_reason_and_no_number_in_the_tables(refused: Findings) -> None:
    text = printed(refused)
    assert "refused" in row_of(text, "greedy")
    assert not any(character.isdigit() for character in row_of(text, "greedy"))
    assert BUSY in " ".join(text.split())
    assert not any(character.isdigit() for character in row_of(markdown(refused), "greedy"))
    cells: Any = cells_json(refused)["cells"]
    for cell in (cell for cell in cells if cell["arm"] == "greedy"):
        assert (cell["status"], cell["seconds"], cell["overhead_share"]) == ("refused", None, None)
        assert BUSY in cell["reason"]


def test_a_refused_arm_has_its_reason_and_no_number_on_the_page(refused: Findings) -> None:
    html = page(refused)
    rows = re.findall(r"<tr.*?</tr>", html, re.DOTALL)
    ranking = next(row for row in rows if ">greedy</bdi>" in row)
    assert '<span class="verdict failed">refused</span>' in ranking
    assert not any("<data" in row for row in rows if ">greedy</bdi>" in row)
    assert BUSY in html


def test_a_refused_arm_is_not_counted_among_the_checked(refused: Findings) -> None:
    assert same_program(refused).startswith("All 2 arms that ran passed every check")


@pytest.fixture
def unusable(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    """A run whose null arm is far from the arm it repeats."""
    arms = (bench("base"), bench("again", 1.3e-2, null_of=0), bench("other", 2e-3))
    return findings(load_run(write_run(arms=arms)))


def test_an_unusable_run_shows_no_verdict_in_the_tables(unusable: Findings) -> None:
    for text in (printed(unusable), markdown(unusable)):
        assert "unusable" in row_of(text, "other")
        assert not any(claim in row_of(text, "other") for claim in CLAIMS)
    assert not any(f",{claim}," in cells_csv(unusable) for claim in CLAIMS)


def test_an_unusable_run_shows_no_verdict_on_the_page(unusable: Findings) -> None:
    html = page(unusable)
    assert '<span class="verdict unusable">unusable</span>' in html
    assert not any(f'class="verdict {claim}"' in html for claim in CLAIMS)
    assert [drawing.name for drawing in rankings(unusable)] == ["times", "ratios"]


def test_an_unusable_run_has_null_verdicts_and_says_why_at_the_top(unusable: Findings) -> None:
    document: Any = cells_json(unusable)
    assert {cell["verdict"] for cell in document["cells"]} == {None}
    assert document["unusable"].startswith("Unsound evidence: two identical arms differ")


def test_an_unusable_run_claims_no_break_even(unusable: Findings) -> None:
    assert {arm.break_even for arm in unusable.arms} == {None}
    assert "ahead from" not in page(unusable)


def test_a_usable_run_says_nothing_at_the_top(write_run: WriteRun) -> None:
    assert cells_json(findings(load_run(write_run(n_blocks=3))))["unusable"] is None


@pytest.fixture
def two_versions(write_run: WriteRun, bench: Callable[..., Any]) -> Findings:
    """A run of one framework in two versions, each by its own interpreter."""
    arms = (
        bench("torch@.venv-old", 2e-2, "torch 2.12.0+cpu", backend="torch", python=".venv-old"),
        bench("torch@.venv-old (null)", 2e-2, "torch 2.12.0+cpu", null_of=0),
        bench("torch@.venv-new", 1e-2, "torch 2.13.0+cpu", backend="torch", python=".venv-new"),
        bench("numpy", 1e-3, "numpy 2.4"),
    )
    return findings(load_run(write_run(arms=arms, n_blocks=4)))


def test_versions_of_one_framework_are_named_beside_their_arms(two_versions: Findings) -> None:
    text = printed(two_versions)
    lines = text.splitlines()
    place = lines.index(row_of(text, r"torch@\.venv-new"))
    assert lines[place + 1].split() == ["torch", "2.13.0+cpu"]
    assert "numpy 2.4" not in text
    assert max(cell_len(line) for line in lines) <= 80
    table = markdown(two_versions)
    assert " torch 2.12.0+cpu |" in row_of(table, r"torch@\.venv-old")
    assert len({line.count("|") for line in table.splitlines() if line.startswith("|")}) == 1
    html = page(two_versions)
    assert "torch 2.12.0+cpu" in html
    assert "by <bdi>.venv-old</bdi>" in html


def test_one_version_of_a_framework_takes_no_place(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2)))
    assert "2.13" not in printed(found)
    assert "engine" not in markdown(found)


def test_numbers_come_with_their_machine(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2)))
    line = "Measured on A Processor, 2 CPUs, 1 thread, Python 3.11.4."
    for text in (printed(found), markdown(found), as_read(page(found))):
        assert line in text
    document: Any = cells_json(found)
    assert document["machine"]["cpu"] == ["A Processor"]


def test_a_machine_nobody_described_is_unknown(write_run: WriteRun) -> None:
    hidden = {"cpu": None, "cpus": "two", "python": 3}
    run = load_run(write_run(n_blocks=2, facts=hidden))
    run.plan.environment.clear()
    assert machine_text(findings(run).machine) == "an unknown processor, 1 thread"


def test_several_interpreters_are_all_named(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=1, threads=2, facts={"python": "3.13.1", "cpus": 1}))
    run.plan.environment.clear()
    assert machine_text(findings(run).machine) == "A Processor, 1 CPU, 2 threads, Python 3.13.1"


def test_a_gpu_is_named_where_an_arm_ran_on_it(write_run: WriteRun) -> None:
    run = load_run(write_run(n_blocks=1, facts={"framework": {"gpu": "A Card"}}))
    assert findings(run).machine.gpu == ()
    on_card = [arm.index for arm in run.plan.arms]
    for index in on_card:
        structs.force_setattr(run.plan.arms[index], "device", "cuda")
    assert "2 CPUs, A Card, 1 thread" in machine_text(findings(run).machine)


def test_the_plan_tells_rounds_and_allowed_discards(write_run: WriteRun) -> None:
    document = cells_json(findings(load_run(write_run(n_blocks=2))))
    assert (document["rounds"], document["max_discards"]) == (20, 2)


def test_an_arm_that_is_wrong_is_named_and_not_counted_among_those_that_passed(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("bad", status="wrong", reason="x", failed_check="gradient"))
    told = same_program(findings(load_run(write_run(arms=arms, n_blocks=2))))
    assert told == "1 of 2 arms passed every check; wrong: bad."
