"""Processes that died: after a whole record a remark, before it the line at fault and the log."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console

from reports.findings.findings import findings
from reports.outputs.page import page
from reports.outputs.tables import markdown, print_summary
from reports.text.headline import brief, sentences
from runfiles.load import load_run

CRASH = "RuntimeError in epoch: " + "x" * 240 + " (my_backend.py:41: " + "y" * 80 + ")"
LINE = f"{CRASH}; log: logs/000-01.txt"
WriteRun = Callable[..., Path]
TOLD = "a process came to a bad end (killed by SIGSEGV \\u001b[1m); its results stand."


def test_a_bad_end_is_told_on_page_terminal_and_table_and_costs_no_number(
    write_run: WriteRun,
) -> None:
    folder = write_run(n_blocks=3, facts={"bad_end": "killed by SIGSEGV \x1b[1m"})
    found = findings(load_run(folder))
    plain = findings(load_run(write_run(n_blocks=3, name="plain")))
    assert [cell.seconds for cell in found.cells] == [cell.seconds for cell in plain.cells]
    for told in (sentences(found), brief(found)):
        assert [text for text in told if text == f"jax: {TOLD}"] == [f"jax: {TOLD}"]
    assert "came to a bad end" in page(found)
    assert "came to a bad end" not in page(plain)


def test_the_line_at_fault_and_the_log_are_told_wherever_the_reason_is(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("again", null_of=0), bench("bad", status="crashed", reason=LINE))
    found = findings(load_run(write_run(n_blocks=2, arms=arms)))
    console = Console(file=io.StringIO(), width=80)
    print_summary(found, console)
    assert isinstance(console.file, io.StringIO)
    folded = "".join(console.file.getvalue().split())
    for text in (folded, "".join(page(found).split()), "".join(markdown(found).split())):
        for part in ("(my_backend.py:41:", "log:logs/000-01.txt"):
            assert part in text.replace("\\", "")
