"""What pytest-benchmark itself makes of the merged file."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from reports.findings.findings import findings
from reports.outputs.exports.pytest_benchmark_file import pytest_benchmark_json
from runfiles.load import load_run
from tests.reports.conftest import PARTS
from tests.reports.many_arms import many_arms
from tests.reports.reported import write_report
from tests.reports.sized import write_sizes

WriteRun = Callable[..., Path]


def compare(file: Path, *options: str) -> str:
    """What ``pytest-benchmark compare`` prints of ``file``, run where it may leave files."""
    program = Path(sys.executable).with_name("pytest-benchmark")
    done = subprocess.run(
        [program, "compare", str(file), *options], cwd=file.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Failed to load" not in done.stderr
    return done.stdout


def merged(folder: Path) -> dict[str, Any]:
    return pytest_benchmark_json(findings(load_run(folder)))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The merged file of a full field, as its report wrote it."""
    folder = many_arms(tmp_path_factory.mktemp("field") / "run", n_blocks=3).write()
    write_report(folder)
    return folder / "report" / "pytest-benchmark.json"


@pytest.fixture(scope="module")
def printed(file: Path) -> str:
    return compare(file)


def test_compare_prints_every_arm_with_a_number_and_no_other(file: Path, printed: str) -> None:
    names = {one["name"] for one in json.loads(file.read_text())["benchmarks"]}
    assert {"torch-lesson", "torch-lesson (null)", "casadi-codegen float64"} <= names
    lines = printed.splitlines()
    for name in names:
        assert any(line.startswith(f"{name} ") for line in lines), name
    assert not any(line.startswith(("tinygrad", "cupy", "enzyme")) for line in lines)


def test_compare_has_a_table_for_each_phase(printed: str) -> None:
    for phase in (*PARTS, "full_gradient", "loss"):
        assert f" benchmark '{phase}': " in printed


def test_the_histogram_is_drawn_for_each_phase(file: Path, tmp_path: Path) -> None:
    compare(file, f"--histogram={tmp_path / 'drawn'}")
    drawn = sorted(path.name for path in tmp_path.glob("drawn*.svg"))
    assert len(drawn) == 7
    for path in tmp_path.glob("drawn*.svg"):
        assert ET.parse(path).getroot().tag == "{http://www.w3.org/2000/svg}svg"
        assert "numpy" in path.read_text(encoding="utf-8")


def test_sizes_are_tables_of_their_own_and_can_be_grouped_by(tmp_path: Path) -> None:
    sizes = ({"batch_size": 10}, {"batch_size": 1, "steps": 400})
    folder = write_sizes(tmp_path / "run", *sizes, n_blocks=2, phases=("epoch",))
    file = tmp_path / "merged.json"
    file.write_text(json.dumps(merged(folder)))
    text = compare(file)
    assert " benchmark 'epoch': 6 tests " in text
    assert " benchmark 'epoch, 1000 x 2, batch 1, first 400 of 1000 steps': 6 tests " in text
    assert " benchmark 'batch_size=1': 6 tests " in compare(file, "--group-by=param:batch_size")


def test_a_round_is_the_median_of_a_process_and_rounds_are_never_pooled(
    write_run: WriteRun,
) -> None:
    folder = write_run(n_blocks=3)
    benchmarks = merged(folder)["benchmarks"]
    (one,) = (b for b in benchmarks if (b["name"], b["group"]) == ("jax", "epoch"))
    medians = []
    for block in range(3):
        raw = json.loads((folder / f"raw/{block:03d}-03.json").read_text())
        medians.append(statistics.median(raw["phases"]["epoch"]["seconds"]))
    stats = one["stats"]
    assert stats["data"] == pytest.approx(medians, rel=1e-15)
    assert (stats["rounds"], stats["iterations"]) == (3, 1)
    assert stats["median"] == statistics.median(stats["data"])
    assert stats["mean"] == statistics.mean(stats["data"])
    assert stats["stddev"] == statistics.stdev(stats["data"])


def test_the_file_claims_no_commit_and_no_host_and_has_the_time_of_the_run(
    write_run: WriteRun,
) -> None:
    found = merged(write_run(n_blocks=2))
    assert found["datetime"] == "2026-03-04T05:06:07+00:00"
    assert (found["commit_info"]["id"], found["commit_info"]["time"]) == ("unversioned", None)
    info = found["machine_info"]
    assert info["node"] is None
    assert info["cpu"] == {"brand_raw": "A Processor", "count": 2}
    assert (info["python_version"], info["system"]) == ("3.11.4", None)


def test_hostile_names_reach_the_terminal_as_text(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("\x1b[31m</text>\u202e\r" + "x" * 300, 2e-3))
    folder = write_run(arms=arms, n_blocks=2, phases=("epoch",))
    file = folder / "merged.json"
    file.write_text(json.dumps(merged(folder)))
    text = compare(file)
    assert "\\u001b[31m</text>" in text
    assert not set("\x1b\u202e") & set(text)
