"""What bench writes is what reports reads: the two meet only in the files of a run."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from bench.runner.arms import null_arm
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.runner import Runner
from problems.case import Case
from problems.problem import make_problem
from problems.spec import ProblemSpec
from reports.findings.findings import findings
from runfiles import schemas
from runfiles.load import load_run
from runfiles.records import Arm, Limits
from tests.bench.begun import begin, measure

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "result-format.md"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real run: numpy, a wrong arm, and numpy's null arm, in two blocks."""
    folder = tmp_path_factory.mktemp("run")
    arms = [Arm(name, name, "cpu", "float64") for name in ("numpy", "tests.bench.faulty:wrong")]
    problem = make_problem(ProblemSpec(n_examples=203, epochs=2))
    profile = replace(PROFILES["quick"], n_blocks=2, rounds=6)
    planned = (*arms, null_arm(arms, 0))
    asked = RunRequest(profile, Limits(), phases=("data_iter", "step", "epoch", "train"))
    plan = make_plan(asked, Planned(planned), Case(problem))
    begin(folder, plan, problem)
    measure(Runner(folder, plan))
    return folder


def documented(heading: str) -> set[str]:
    """The keys that the document's table under ``heading`` names."""
    section = DOCUMENT.read_text().split(f"## {heading}", 1)[1].split("\n## ", 1)[0]
    first_columns = (line.split("|")[1] for line in section.splitlines() if line.startswith("| `"))
    return {key for column in first_columns for key in re.findall(r"`(\w+)`", column)}


def test_the_plan_has_the_keys_that_are_documented(folder: Path) -> None:
    assert set(json.loads((folder / "plan.json").read_text())) == documented("plan.json")


def test_every_raw_file_has_the_keys_that_are_documented(folder: Path) -> None:
    for path in (folder / "raw").glob("*.json"):
        assert set(json.loads(path.read_text())) == documented("raw/BBB-AA.json")


def test_the_code_has_the_keys_that_are_documented(folder: Path) -> None:
    code = json.loads((folder / "code.json").read_text())
    assert set(code) == documented("code.json")


def test_every_file_of_a_real_run_is_what_its_schema_says(folder: Path) -> None:
    files = {kind: [folder / f"{kind}.json"] for kind in ("plan", "interpreters", "code")}
    files |= {kind: sorted((folder / kind).glob("*.json")) for kind in ("raw", "ceilings")}
    for kind, paths in files.items():
        assert paths
        validator = jsonschema.Draft202012Validator(schemas.schema(schemas.KINDS[kind]))
        for path in paths:
            validator.validate(json.loads(path.read_text()))


def test_a_real_run_is_read_whole(folder: Path) -> None:
    run = load_run(folder)
    assert len(run.processes) == 6
    assert [arm.name for arm in run.plan.arms] == [
        "numpy",
        "tests.bench.faulty:wrong",
        "numpy (null)",
    ]


def test_the_cells_of_a_real_run_come_from_its_samples(folder: Path) -> None:
    found = findings(load_run(folder))
    cell = found.cell(found.arms[0], "epoch")
    assert cell is not None
    assert cell.seconds is not None
    medians = []
    for block in range(2):
        record = json.loads((folder / "raw" / f"{block:03d}-00.json").read_text())
        samples = sorted(record["phases"]["epoch"]["seconds"])
        middle = len(samples) // 2
        medians.append((samples[middle] + samples[-middle - 1]) / 2)
    assert cell.seconds.value == pytest.approx((medians[0] * medians[1]) ** 0.5)


def test_an_arm_that_is_wrong_has_no_number_anywhere(folder: Path) -> None:
    found = findings(load_run(folder))
    cells = [cell for cell in found.cells if cell.arm.index == 1]
    assert cells
    for cell in cells:
        assert (cell.status, cell.failed_check) == ("wrong", "gradient")
        assert cell.seconds is None
        assert cell.ratio is None
