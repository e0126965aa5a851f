"""What tox promises, what pyproject installs and what is registered are the same frameworks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest

from backends.errors import UnknownName
from backends.registry import BUILT_IN
from bench.command.exits import PROMISED, promised

ROOT = Path(__file__).resolve().parent.parent
NEEDS_A_GPU = {"cupy"}  # promised by no environment, and in no extra but its own
OF_ANOTHER_CUDA = {"cupy-cuda13"}  # CuPy has a wheel for each version
OF_NO_FRAMEWORK = {"all", "docs", "fleet", "test"}


def promises() -> dict[str, set[str]]:
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    return {framework: set(names.split(",")) for framework, names in tox["promises"].items()}


def extras() -> dict[str, list[str]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return dict(project["optional-dependencies"])


def test_an_environment_promises_every_backend_of_its_framework() -> None:
    registered: dict[str, set[str]] = {}
    for entry in BUILT_IN:
        registered.setdefault(str(entry.framework), set()).add(entry.name)
    assert promises() == {
        framework: names for framework, names in registered.items() if framework not in NEEDS_A_GPU
    }


def test_every_framework_has_its_extra_and_all_brings_those_that_need_no_gpu() -> None:
    frameworks = {str(entry.framework) for entry in BUILT_IN} - {"numpy"}
    assert set(extras()) == frameworks | OF_ANOTHER_CUDA | OF_NO_FRAMEWORK
    (everything,) = extras()["all"]
    assert set(re.findall(r"\w+", everything.partition("[")[2])) == frameworks - NEEDS_A_GPU


def test_tox_has_an_environment_a_framework_that_promises_it() -> None:
    tox = (ROOT / "tox.ini").read_text()
    for framework in promises():
        own = "" if framework == "numpy" else "numpy,"
        text = f"    {framework}: AUTOGRAD_BENCH_PROMISED = {own}{{[promises]{framework}}}\n"
        assert text in tox, text
    (whole,) = re.findall(r"    all: AUTOGRAD_BENCH_PROMISED = (.*)", tox)
    assert set(re.findall(r"(?:promises\])?(\w+)\}?(?:,|$)", whole)) == set(promises())


def test_ci_promises_the_same() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / ".ci" / "promised"], capture_output=True, text=True, check=True
    )
    assert set(done.stdout.strip().split(",")) == set().union(*promises().values())


def test_what_tox_promises_is_registered_and_what_is_not_registered_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    everything = set().union(*promises().values())
    monkeypatch.setenv(PROMISED, ",".join(everything))
    assert promised() == everything
    monkeypatch.setenv(PROMISED, " numpy, jaxscan,")
    with pytest.raises(UnknownName, match=rf"{PROMISED} 'jaxscan'.*Did you mean 'jax-scan'"):
        promised()
    monkeypatch.setenv(PROMISED, " , ")
    assert promised() == set()


@pytest.mark.parametrize("words", [("check",), ("run", "--quick")], ids=" ".join)
def test_a_promise_that_is_no_backend_is_2_before_anything_is_measured(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words, "--backend", "numpy"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), PROMISED: "nunpy"},
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "'nunpy'" in done.stderr
    assert "Did you mean 'numpy'" in done.stderr
    assert list(tmp_path.iterdir()) == []
