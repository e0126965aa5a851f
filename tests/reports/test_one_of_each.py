"""One of each: no text of a report counts one thing in the plural, or several in the singular."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reports.findings.findings import findings
from reports.outputs.files import write_reports
from runfiles.load import load_run
from tests.reports.texts import Texts, blocks

WriteRun = Callable[..., Path]
NOUNS = (
    *("arm", "block", "case", "cell", "CPU", "epoch", "example", "feature", "minibatch", "pair"),
    *("phase", "problem", "process", "reason", "round", "size", "step", "thread", "file"),
)
NOT_PLURAL = re.compile(rf"(?<![\d.,\w-])1 (?:[a-z]+ )?(?:{'|'.join(NOUNS)})(?:e?s)\b")
NOT_SINGULAR = re.compile(rf"(?<![\d.,\w-])(?:[2-9]|\d{{2,}}) (?:{'|'.join(NOUNS)})\b(?! of|'s|-)")


def told(folder: Path) -> list[str]:
    """Every text of the page of the run in ``folder``, its table of Markdown, and its figures'."""
    page = write_reports(findings(load_run(folder)), None)
    html = page.read_text(encoding="utf-8")
    attributes = [" ".join(one.text.split()) for one in Texts(html).said if one.is_attribute]
    return [*attributes, *blocks(html), *page.with_name("table.md").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("n", [1, 2])
def test_every_text_of_a_report_is_in_the_grammar_of_its_numbers(
    n: int, write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", null_of=0), bench("other", 2e-3))
    sized = {"n_examples": 40 * n, "n_features": n, "batch_size": 20}
    folder = write_run(arms=arms[: n + 1], n_blocks=n, threads=n, profile="quick", **sized)
    plan = json.loads((folder / "plan.json").read_text())
    plan["problem"] |= {"epochs": n, "steps": n}
    plan["reference"]["losses"] = [0.0361, 0.000131][:n]
    (folder / "plan.json").write_text(json.dumps(plan))
    texts = told(folder)
    assert [text for text in texts if NOT_PLURAL.search(text)] == []
    assert [text for text in texts if NOT_SINGULAR.search(text)] == []
    assert any(re.search(rf"\b{n} (block|thread|epoch)", text) for text in texts)


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("in 1 blocks", True),
        ("1 more arms have", True),
        ("the first 1 minibatches", True),
        ("in 2 block", True),
        ("1 block, 21 arms, 1.1 threads", False),
        ("Python 3.11 threads, 0.1 CPUs", False),
    ],
)
def test_a_slip_would_be_found(text: str, is_wrong: bool) -> None:
    assert bool(NOT_PLURAL.search(text) or NOT_SINGULAR.search(text)) is is_wrong
