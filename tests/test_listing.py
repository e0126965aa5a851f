"""``autograd-bench list``: what is missing, the command that brings it, the programs needed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence

import pytest

from backends import registry
from backends.registry import Entry
from bench.command.check_table import check_rows
from bench.command.listing import listing, split_hint
from bench.command.terminal import print_listing
from bench.runner.arms import plan_arms
from runfiles.records import Arm


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with NumPy and gcc, without another framework or compiler."""
    monkeypatch.setenv("COLUMNS", "80")
    found = {None: None, "numpy": True}
    monkeypatch.setattr(registry, "is_installed", lambda entry: found.get(entry.framework, False))
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name == "gcc" else None)
    entries = {entry.name: entry for entry in registry.BUILT_IN}
    entries["theirs"] = Entry("theirs", "their_package:Theirs", source="their-package")
    monkeypatch.setattr(registry, "entries", lambda: entries)


@pytest.mark.usefixtures("bare")
def test_a_missing_framework_is_listed_once_with_its_whole_command_on_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_listing(listing())
    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    for framework in {str(entry.framework) for entry in registry.BUILT_IN} - {"numpy"}:
        command = f"pip install -c constraints.txt -e '.[{framework}]'"
        assert [line for line in lines if line.endswith(command)] == [
            f"  {framework:10}  {command}"
        ]
    assert max(map(len, lines)) <= 80


@pytest.mark.usefixtures("bare")
def test_a_program_a_backend_starts_is_looked_for(capsys: pytest.CaptureFixture[str]) -> None:
    rows = {row["backend"]: row for row in listing()}
    assert rows["numpy"]["needs"] is None
    assert rows["casadi-codegen"]["needs"] == {
        "program": "gcc",
        "found": True,
        "hint": "a C compiler (Debian: apt install gcc)",
    }
    assert (rows["tinygrad"]["needs"]["program"], rows["tinygrad"]["needs"]["found"]) == (
        "clang",
        False,
    )
    print_listing(list(rows.values()))
    told = capsys.readouterr().out
    assert "clang not found" in " ".join(told.split())
    assert "  clang  clang for its CPU device (Debian: apt install clang)" in told
    assert "  gcc " not in told


@pytest.mark.usefixtures("bare")
def test_a_backend_of_another_package_says_where_it_comes_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_listing(listing())
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("theirs")]
    assert line.split() == ["theirs", "from", "their-package"]


def test_the_hint_of_a_backend_is_its_command_and_the_program_it_needs() -> None:
    assert split_hint("pip install x") == ("pip install x", None)
    command, needs = split_hint("pip install x" + registry.CXX)
    assert command == "pip install x"
    assert needs is not None
    assert (needs["program"], needs["hint"]) == ("g++", "a C++ compiler (Debian: apt install g++)")


def test_arms_that_lack_the_same_are_told_once_after_those_that_were_checked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    install = "pip install -c constraints.txt -e '.[jax]', and much else, however long a line is"
    names = ("jax", "jax-scan", "numpy")
    arms = plan_arms(names, ["cpu", "cuda"], ["float32"])
    with check_rows(as_json=False, arms=arms) as show_row:
        for backend in names:
            for device in ("cpu", "cuda"):
                status, reason = "unavailable", f"backend {backend!r} needs. Install: {install}"
                if backend == "numpy":
                    status, reason = "unsupported", "computes on the cpu only"
                row = {"backend": backend, "device": device, "dtype": "float32"}
                errors = {"gradient_error": 0.0, "trajectory_error": 0.0}
                ok = (backend, device) == ("numpy", "cpu")
                show_row(row | errors | {"status": "ok" if ok else status, "reason": reason})
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "backend   device  dtype    gradient  trajectory  status",
        "numpy     cpu     float32   0.0e+00     0.0e+00  ok",
        "unavailable  jax, jax-scan",
        "    needs.",
        f"    Install: {install}",
        "unsupported  numpy cuda",
        "    computes on the cpu only",
        "4 unavailable, 1 ok, 1 unsupported",
    ]


LONG = "my_company.my_package.engines:TheEngineThatTakesItsTime"


def lines_of_check(
    arms: Sequence[Arm], problems: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> list[str]:
    """What ``check`` prints where of each three arms one is wrong and one is out of memory."""
    for problem in problems:
        heading = problem if len(problems) > 1 else None
        with check_rows(as_json=False, arms=arms, heading=heading) as show_row:
            for number, arm in enumerate(arms):
                row = {key: getattr(arm, key) for key in ("backend", "python", "device", "dtype")}
                status = ("ok", "wrong", "out of memory")[number % 3]
                errors = {"gradient_error": 1.25e-8, "trajectory_error": 3.4e-11}
                show_row(row | errors | {"status": status, "reason": "it is so " * 20})
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()]


def test_the_columns_of_check_stand_below_each_other_in_80_whatever_is_called_how(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over several problems too, with names that have no room in their column."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(registry, "require_module", lambda entry: None)
    names = ["numpy", "torch-compile-epoch", LONG, "numpy@.venv-of-last-year"]
    arms = plan_arms(names, ["cpu", "cuda", "metal"], ["float32", "float64"])
    lines = lines_of_check(arms, ["linreg", "a_loss_with_a_long_name" * 4], capsys)
    assert max(map(len, lines)) <= 80
    (head,) = {line for line in lines if line.startswith("backend ")}
    rows = [line for line in lines if re.search(r"float(32|64) .*(ok|wrong|out of memory)$", line)]
    assert len(rows) == 2 * len(arms)
    ends = {name: head.index(name) + len(name) for name in ("gradient", "trajectory")}
    for row in rows:
        assert row[head.index("device") :].startswith(("cpu ", "cuda ", "metal "))
        assert row[head.index("dtype") :].startswith(("float32 ", "float64 "))
        assert row[head.index("status") :] in ("ok", "wrong", "out of memory")
        for name, error in (("gradient", "1.2e-08"), ("trajectory", "3.4e-11")):
            assert row[: ends[name]].endswith(error) is row.endswith(" ok")
    assert lines.count(LONG) == 2 * 6  # whole, to be copied
    assert any(line.startswith("numpy@.venv-of-last-year  cpu ") for line in rows)


def test_what_is_not_trained_has_no_trajectory_and_keeps_its_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    arms = plan_arms(["numpy"], ["cpu"], ["float64"])
    row = {"backend": "numpy", "device": "cpu", "dtype": "float64", "status": "ok"}
    with check_rows(as_json=False, arms=arms) as show_row:
        show_row(row | {"gradient_error": 1e-16, "trajectory_error": None, "reason": None})
    head, line, _ = capsys.readouterr().out.splitlines()
    assert line.index("ok") == head.index("status")
    assert line.split() == ["numpy", "cpu", "float64", "1.0e-16", "ok"]
