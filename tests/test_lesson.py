"""docs/lesson.md, a notebook in text, runs and recovers what its data were made from."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from backends.base import Backend
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "lesson.md"
CELL = re.compile(
    r"^```\{code-cell\} ipython3\n(?::tags: \[(\w+)\]\n\n)?(.*?)^```$", re.MULTILINE | re.DOTALL
)
# The lesson's name of an engine, the tag of its cells, and a backend: who promises it has both
ENGINES = [("NumPy", "numpy", "numpy"), ("torch", "torch", "torch-lesson"), ("JAX", "jax", "jax")]


def run(*tags: str) -> dict[str, Any]:
    """The names that the notebook's cells define, without a tag or with one of ``tags``."""
    scope: dict[str, Any] = {}
    for number, (tag, code) in enumerate(CELL.findall(PAGE.read_text(encoding="utf-8"))):
        if not tag or tag in tags:
            exec(compile(code, f"{PAGE.name}, cell {number}", "exec"), scope)
    return scope


def test_every_cell_is_of_all_engines_or_of_one() -> None:
    text = PAGE.read_text(encoding="utf-8")
    cells = CELL.findall(text)
    assert len(cells) == text.count("```{code-cell}")
    assert {tag for tag, _ in cells} == {"", "torch", "jax"}


@pytest.mark.parametrize(("name", "tag", "backend"), ENGINES)
def test_the_lesson_recovers_the_truth_with_each_engine(
    name: str, tag: str, backend: str, backend_named: Callable[[str], Backend]
) -> None:
    backend_named(backend)
    found = run(tag)
    w, b = found["learned"][name]
    assert w.shape == (2, 1)
    assert b.shape == (1,)
    np.testing.assert_allclose(np.ravel(w), [2.0, -3.4], atol=5e-3)
    np.testing.assert_allclose(b, [4.2], atol=5e-3)
    for mine, by_hand in zip((w, b), found["learned"]["NumPy"], strict=True):
        np.testing.assert_allclose(mine, by_hand, rtol=0, atol=1e-5)
    first, *_, last = (float(loss) for loss in found["losses"][name])
    assert last < 1e-4 < first


def test_a_gradient_twice_too_large_recovers_the_truth_as_the_page_says() -> None:
    w, b = run()["wrong"]
    np.testing.assert_allclose(np.ravel(w), [2.0, -3.4], atol=5e-3)
    np.testing.assert_allclose(b, [4.2], atol=5e-3)
