"""What a report promises of the variables that a run's processes were given and were not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports.findings.findings import findings
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from reports.text.headline import brief, sentences
from reports.text.machine import MOST_VARIABLES, sealing_sentences
from runfiles.load import load_run
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]


def test_dropped_switches_and_kept_variables_are_told_in_table_page_and_cells(
    write_run: WriteRun,
) -> None:
    facts = {"dropped_switches": ["PYTHONTRACEMALLOC", "LD_PRELOAD"]}
    summary = findings(load_run(write_run(n_blocks=2, facts=facts, kept={"MKL_CBWR": "12ab34cd"})))
    told = (
        "Passed on to every process as asked for: MKL_CBWR.",
        "Set, and not passed on to any process: LD_PRELOAD, PYTHONTRACEMALLOC.",
    )
    assert set(told) <= set(sentences(summary))
    assert set(told) <= set(brief(summary))
    assert all(text in as_read(page(summary)) for text in told)
    cells = cells_json(summary)
    assert cells["dropped_switches"] == ["LD_PRELOAD", "PYTHONTRACEMALLOC"]
    assert cells["kept_variables"] == {"MKL_CBWR": "12ab34cd"}


def test_where_nothing_was_set_nothing_is_said(write_run: WriteRun) -> None:
    assert sealing_sentences(findings(load_run(write_run(n_blocks=2)))) == ()


def test_many_names_are_counted_and_a_hostile_one_is_shown_and_not_obeyed(
    write_run: WriteRun,
) -> None:
    names = [f"MKL_{number:02d}" for number in range(MOST_VARIABLES + 3)]
    (text,) = sealing_sentences(findings(load_run(write_run(facts={"dropped_switches": names}))))
    assert text.endswith(" and 3 more.")
    (text,) = sealing_sentences(
        findings(load_run(write_run(name="b", facts={"dropped_switches": ["A\nB"]})))
    )
    assert "\n" not in text


def test_facts_of_another_form_are_passed_over(write_run: WriteRun) -> None:
    for number, found in enumerate((None, "PYTHONPATH", 3, [1, None])):
        run = load_run(write_run(name=f"r{number}", facts={"dropped_switches": found}))
        assert sealing_sentences(findings(run)) == ()
