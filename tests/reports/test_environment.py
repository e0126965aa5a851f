"""What the environment promises: one line for what all share, the rest by arm."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from reports.findings.findings import findings
from reports.words.environment import environment
from runfiles.load import load_run

WriteRun = Callable[..., Path]


def test_facts_all_processes_share_are_told_once(write_run: WriteRun) -> None:
    found = environment(findings(load_run(write_run(n_blocks=2))))
    assert found.common["threads.asked"] == "1"
    assert all("threads.asked" not in facts for facts in found.arms.values())


def test_a_number_that_varies_is_given_as_its_range(write_run: WriteRun) -> None:
    found = environment(findings(load_run(write_run(n_blocks=3))))
    low, _, high = found.arms["torch"]["peak_memory_bytes"].partition(" to ")
    assert int(low) < int(high)


def test_facts_of_any_shape_are_told(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    path = folder / "raw/000-00.json"
    raw = json.loads(path.read_text())
    deep: object = 1
    for _ in range(300):
        deep = [deep]
    raw["facts"] = {"deep": deep, "none": None, "flag": True, "list": [1, "a", None], "big": 10**30}
    path.write_text(json.dumps(raw))
    facts = environment(findings(load_run(folder))).arms["torch-lesson"]
    assert facts["deep"].startswith("[[[")
    assert (facts["none"], facts["flag"], facts["list"]) == ("not known", "yes", "1, a, not known")
