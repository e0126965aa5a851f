"""How long functions and files of reports are: short, so that each is read at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).resolve().parent.parent
FILES = sorted((ROOT / "reports").rglob("*.py"))
MEDIAN, LONGEST, LONGEST_FILE = 8, 40, 300  # lines


def functions(source: str) -> Iterator[tuple[str, int]]:
    """(name, lines) of every function in ``source``, also of those within others."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_half_of_the_functions_have_few_lines() -> None:
    lengths = [n for path in FILES for _, n in functions(path.read_text())]
    assert len(lengths) > 500
    assert median(lengths) <= MEDIAN


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_function_and_no_file_is_long(path: Path) -> None:
    source = path.read_text()
    assert [name for name, n in functions(source) if n > LONGEST] == []
    assert len(source.splitlines()) <= LONGEST_FILE


def test_a_long_function_would_be_found() -> None:
    source = "class A:\n    def f():\n" + "        pass\n" * LONGEST
    assert list(functions(source)) == [("f", LONGEST + 1)]
