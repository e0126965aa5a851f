"""The allow-list: what passes, what is dropped, and of which of it a reader is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.runner.allow_list import dropped_switches, kept_variables, passed
from tests.bench.test_cli import ROOT

NEEDED = dict.fromkeys(
    (
        *("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TMP", "XDG_CACHE_HOME", "CC", "CXX"),
        *("CPATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "SDKROOT", "CUDA_HOME", "CUDA_PATH"),
        *("CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES", "CONDA_PREFIX"),
    ),
    "x",
)
SWITCHES = dict.fromkeys(
    (
        *("PYTHONTRACEMALLOC", "PYTHONHASHSEED", "LD_PRELOAD", "LD_AUDIT", "GLIBC_TUNABLES"),
        *("MALLOC_CONF", "OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "MKL_CBWR", "CFLAGS"),
        *("XLA_FLAGS", "TORCH_LOGS", "NVIDIA_TF32_OVERRIDE", "CUDA_LAUNCH_BLOCKING", "BEAM"),
    ),
    "a private value",
)
OTHERS = {
    "NVIDIA_REQUIRE_CUDA": "x",
    "SSH_AUTH_SOCK": "x",
    "DISPLAY": "x",
    "MY_TOKEN": "x",
    "OLDPWD": "x",
}


def test_what_compilers_cuda_conda_and_temporary_folders_need_passes_and_nothing_else() -> None:
    assert passed({**NEEDED, **SWITCHES, **OTHERS}) == NEEDED


def test_dropped_switches_are_named_without_their_values_and_no_random_name_is() -> None:
    names = dropped_switches({**NEEDED, **SWITCHES, **OTHERS, "PYTHONPATH": "x"})
    assert names == sorted(SWITCHES)


def test_a_kept_variable_passes_and_is_no_longer_dropped() -> None:
    environ = {**NEEDED, **SWITCHES}
    assert passed(environ, ["MKL_CBWR"]) == {**NEEDED, "MKL_CBWR": "a private value"}
    assert "MKL_CBWR" not in dropped_switches(environ, ["MKL_CBWR"])


def test_unlike_values_have_unlike_fingerprints_which_do_not_hold_them() -> None:
    one, other = (kept_variables(["A"], {"A": value}) for value in ("very private", "\udcff"))
    assert one != other
    assert one == kept_variables(["A"], {"A": "very private"})
    assert len(one["A"]) == 8


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("A=1", "expected the name of a variable"),
        ("", "expected the name of a variable"),
        ("PYTHONPATH", "the import path is not inherited"),
        ("OMP_NUM_THREADS", "every process sets it itself.*--threads"),
        ("NOT_SET", "no such variable is set. Set it, or leave the option out"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(name: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        kept_variables([name], {"PYTHONPATH": "x", "OMP_NUM_THREADS": "1"})


def test_what_the_user_adds_to_the_import_path_comes_last_in_its_order(tmp_path: Path) -> None:
    code = "import sys; from bench.runner import import_path as i; i.seal(); print(*sys.path[-4:])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(["first/../second", "third", str(ROOT)])},
        check=True,
    )
    here = str(tmp_path)
    assert done.stdout.split() == [f"{here}/second", f"{here}/third", str(ROOT), here]
