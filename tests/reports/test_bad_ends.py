"""A process that died after its record was whole: told once an arm, and nothing is taken away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports.estimates.ratios import summarize
from reports.page import page
from reports.result.load import load_run
from reports.words.headline import brief, sentences

WriteRun = Callable[..., Path]
TOLD = "a process came to a bad end (killed by SIGSEGV \\u001b[1m); its results stand."


def test_a_bad_end_is_told_on_page_terminal_and_table_and_costs_no_number(
    write_run: WriteRun,
) -> None:
    folder = write_run(n_blocks=3, facts={"bad_end": "killed by SIGSEGV \x1b[1m"})
    summary = summarize(load_run(folder))
    plain = summarize(load_run(write_run(n_blocks=3, name="plain")))
    assert [cell.seconds for cell in summary.cells] == [cell.seconds for cell in plain.cells]
    for told in (sentences(summary), brief(summary)):
        assert [text for text in told if text == f"jax: {TOLD}"] == [f"jax: {TOLD}"]
    assert "came to a bad end" in page(summary)
    assert "came to a bad end" not in page(plain)
