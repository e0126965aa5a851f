"""``autograd-bench list``: what is missing, the command that brings it, the programs needed."""

from __future__ import annotations

import shutil

import pytest

from backends import registry
from backends.registry import Entry
from bench.command.listing import listing, split_hint
from bench.command.terminal import check_rows, print_listing


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
    with check_rows(as_json=False) as show_row:
        for backend in ("jax", "jax-scan", "numpy"):
            for device in ("cpu", "cuda"):
                status, reason = "unavailable", f"backend {backend!r} needs. Install: {install}"
                if backend == "numpy":
                    status, reason = "unsupported", "computes on the cpu only"
                row = {"backend": backend, "device": device, "dtype": "float32"}
                errors = {"gradient_error": 0.0, "trajectory_error": 0.0}
                ok = (backend, device) == ("numpy", "cpu")
                show_row(row | errors | {"status": "ok" if ok else status, "reason": reason})
    assert capsys.readouterr().out.splitlines() == [
        "numpy cpu float32  ok  gradient 0.0e+00, trajectory 0.0e+00",
        "unavailable  jax, jax-scan",
        "    needs.",
        f"    Install: {install}",
        "unsupported  numpy cuda",
        "    computes on the cpu only",
        "4 unavailable, 1 ok, 1 unsupported",
    ]
