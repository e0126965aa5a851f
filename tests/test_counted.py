"""Counted nouns: every text that says how many says it in the number's own grammar."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import problems.counted
import reports.text.counted
from tests.conftest import ROOT

NOUNS = (
    *("arm", "array", "block", "case", "cell", "column", "CPU", "epoch", "example", "feature"),
    *("minibatche", "parameter", "pair", "phase", "problem", "processe", "round", "row", "size"),
    *("step", "thread", "training", "call"),
)
PLURAL = re.compile(rf"^ (?:[a-z]+ )?(?:{'|'.join(NOUNS)})s\b(?! of its own)")
TEMPLATE = re.compile(rf"\{{\}} (?:[a-z]+ )?(?:{'|'.join(NOUNS)})s\b")
PACKAGES = ("backends", "bench", "problems", "runfiles", "reports/text", "reports/compare")
# What stands before a plural and is never 1, by file
NEVER_ONE = {
    "backends/operators.py": ("n_params",),  # more than a Hessian may have
    "bench/fleet/coordinator.py": ("MOST_TRIES",),
    "bench/runner/forecast.py": ("len(plans)",),  # told of several only
    "bench/runner/plan.py": ("MOST_BLOCKS",),
    "bench/worker/environment.py": ("x CPUs",),  # more than one by what it was found for
    "problems/handed.py": ("n_params",),  # that fill the memory
    "problems/linreg.py": ("condition",),  # a magnitude such as 1e+08
    "reports/text/dispatch.py": ("{} arms",),  # told of several only
    "reports/text/evidence.py": ("{} arms", "{} blocks", "{} examples"),  # of several, two at least
    "reports/text/null_arm.py": ("{} cells", "{} blocks"),
    "reports/text/phases.py": ("{} minibatches",),  # where it is not 1
}


@pytest.mark.parametrize("counted", [problems.counted.counted, reports.text.counted.counted])
def test_one_is_one_and_all_others_are_several(counted: Callable[..., str]) -> None:
    assert counted(1, "arm") == "1 arm"
    assert counted(0, "arm") == "0 arms"
    assert counted(2, "process", "processes") == "2 processes"
    assert counted(1000, "thread") == "1,000 threads"


def told(path: Path) -> Iterator[str]:
    """What is filled in before a plural noun, as it stands in the source of ``path``."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from TEMPLATE.findall(node.value)
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for number, text in pairwise(parts):
            if not (isinstance(number, ast.FormattedValue) and isinstance(text, ast.Constant)):
                continue
            if PLURAL.match(str(text.value)):
                yield ast.unparse(number.value) + str(text.value)[:24]


FILES = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_counts_a_noun_that_may_be_one_in_the_plural(path: Path) -> None:
    allowed = NEVER_ONE.get(str(path.relative_to(ROOT)), ())
    assert [one for one in told(path) if not one.startswith(allowed)] == []
