"""``.ci/gpu`` on a machine without a GPU: what it says there, its command lines, and every step."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bench.command import cli
from bench.command.options import split
from bench.runner.arms import plan_arms
from bench.runner.plan import plan_phases
from tests.gpu.checks import cpu_sets, exit_code, line, rows_of
from tests.nightly import nightly

ROOT = Path(__file__).resolve().parent.parent.parent
NO_DRIVER = "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver."
GPU = "GPU 0: one that is not there (UUID: GPU-0)"
FAR = "tests.bench.fake_device:fake_device"


def script(path: Path, driver: str | None, *words: str) -> subprocess.CompletedProcess[str]:
    """``.ci/gpu`` where nvidia-smi says ``driver``, or is not there."""
    (path / "bin").mkdir(exist_ok=True)
    if driver is not None:
        tool = path / "bin" / "nvidia-smi"
        tool.write_text(f"#!/bin/sh\necho {shlex.quote(driver)}\n")
        tool.chmod(0o755)
    return subprocess.run(
        ["bash", str(ROOT / ".ci" / "gpu"), *words],
        env={**os.environ, "PATH": f"{path / 'bin'}:/usr/bin:/bin", "PYTHON": sys.executable},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("driver", [NO_DRIVER, "No devices were found"])
def test_without_a_gpu_it_says_so_exits_4_and_leaves_nothing(driver: str, tmp_path: Path) -> None:
    done = script(tmp_path, driver, str(tmp_path / "out"))
    assert done.returncode == 4
    assert "no GPU: nvidia-smi is not there or lists none" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [["--devise", "cpu"], ["--device"]])
def test_an_unknown_option_or_half_of_one_is_told(words: list[str], tmp_path: Path) -> None:
    done = script(tmp_path, GPU, *words)
    assert done.returncode != 0
    assert "expected --device" in done.stderr or "--device takes" in done.stderr


@pytest.mark.parametrize("device", ["cuda", "cpu"])
def test_each_step_is_a_command_that_the_suite_takes(device: str, tmp_path: Path) -> None:
    done = script(tmp_path, GPU, "--device", device, "--dry-run", str(tmp_path / "out"))
    steps = dict(text.split(": ", 1) for text in done.stdout.splitlines())
    names = [heading.split()[1] for heading in steps]
    assert names == ["machine", "checks", "threads-1", "threads-4", "float64"]
    assert sum(int(heading.split("(")[1].split()[0]) for heading in steps) < 600  # one call's time
    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    for step in steps.values():
        _, _, module, *words = shlex.split(step)
        if module != "bench":
            assert (ROOT / f"{module.replace('.', '/')}.py").exists()
            continue
        asked = commands[words[0]].make_context(words[0], words[1:]).params
        arms = plan_arms(split(asked["backend"]), split(asked["device"]), split(asked["dtype"]))
        assert {arm.device for arm in arms} == {device}
        assert plan_phases(split(asked.get("phase")), [device])


@nightly
def test_every_step_is_run_and_leaves_its_text_its_records_and_a_page(tmp_path: Path) -> None:
    """On a device that is not there, and whose driver's tool is a script."""
    out = tmp_path / "out"
    done = script(tmp_path, GPU, "--backend", FAR, str(out))
    assert done.returncode == 0, done.stdout
    assert {path.stem for path in out.glob("*.txt")} == {
        *("log", "machine", "checks", "threads-1", "threads-4", "float64")
    }
    assert GPU in (out / "log.txt").read_text()
    assert f"{FAR} on cuda, one thread" in (out / "machine.txt").read_text()
    (checked,) = (out / "checks").glob("*.jsonl")
    rows = [json.loads(text) for text in checked.read_text().splitlines()]
    assert [row["size"] for row in rows] == ["cut epoch", "one batch", "ragged"]
    assert all(row["failed"] is None and len(row["seconds"]) > 10 for row in rows)
    assert (out / "threads-1" / "report" / "index.html").exists()
    assert (out / "threads-4" / "report" / "index.html").exists()


@pytest.mark.parametrize(
    ("backend", "code", "told"),
    [
        ("tests.bench.faulty:raises", 4, "the engine is on fire"),
        ("tests.bench.faulty:doubled", 3, "failed: gradient"),
        ("tests.bench.fake_device:dying_at_exit", 0, "its process ended with exit code 9"),
    ],
)
def test_an_arm_that_fails_or_dies_keeps_the_rows_before_and_says_how(
    backend: str, code: int, told: str, tmp_path: Path
) -> None:
    device = "cuda" if "fake_device" in backend else "cpu"
    rows = rows_of(backend, device, cpu_sets(1)[0], tmp_path / "rows.jsonl")
    assert exit_code(rows) == code
    assert told in line(rows[-1])


GOOD = {
    "backend": "x",
    "size": "ragged",
    "refusal": None,
    "failed": None,
    "seconds": {"prepare": 1.0, "wait": 2.0},
    "fetch_microseconds": {"fresh": 20.0, "kept": 1.0},
}


@pytest.mark.parametrize(
    ("row", "code", "told"),
    [
        (GOOD, 0, "ok   3.0 s (wait 2.0); fetch fresh 20 us, kept 1 us"),
        (GOOD | {"failed": "wait: 30%"}, 3, "failed: wait: 30%"),
        (GOOD | {"refusal": ["unavailable", "no GPU"]}, 4, "no GPU"),
        ({"backend": "x", "size": "ragged", "crashed": "killed"}, 4, "crashed: killed"),
    ],
)
def test_a_row_is_told_and_counts(row: dict[str, object], code: int, told: str) -> None:
    assert exit_code([row]) == code
    assert told in line(row)
