"""What the environment promises: one line for what all share, the rest by arm."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.findings.findings import findings
from reports.text.environment import environment, environment_in_words
from reports.text.facts import fact_name, number_of
from runfiles.load import load_run
from tests.conftest import ROOT

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


KEY = re.compile(r"[a-z0-9]+_[a-z0-9_]+|\b[a-z_]+\.[a-z_]")  # such as n_bytes or pools.openblas
GALLERY = sorted((ROOT / "docs" / "gallery").glob("*/cells.json"))


def test_people_read_names_and_units_and_programs_keys(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=2)
    for path in sorted((folder / "raw").glob("*.json")):
        raw = json.loads(path.read_text())
        raw["facts"] |= {
            "memory_bytes": 25276514304,
            "pools": {"openblas 0.3.31.188.0": 1},
            "framework_after_first_epoch": {
                "compile_seconds": 9.386,
                "device_peak_bytes": 67129344,
            },
            "gpu": {"memory_mib": 143800, "watts": 123.8, "sm_clock_mhz": 1980},
            "call_overhead_seconds": 8.313e-8,
            "odd_bytes": 10**400,
        }
        path.write_text(json.dumps(raw))
    run = load_run(folder)
    assert environment(findings(run)).common["memory_bytes"] == "25276514304"
    told = environment_in_words(findings(run)).common
    assert told["memory"] == "23.5 GiB"
    assert told["threads of openblas 0.3.31.188.0"] == "1"
    assert told["framework, after the first epoch: time compiling"] == "9.39 s"
    assert told["framework, after the first epoch: most memory taken on the device"] == "64.0 MiB"
    assert told["GPU: memory"] == "140 GiB"
    assert told["GPU: power"] == "124 W"
    assert told["what the harness adds to a call"] == "83.1 ns"
    assert told["odd"].endswith(" GiB")


@pytest.mark.parametrize("cells", GALLERY, ids=lambda path: path.parent.name)
def test_no_fact_of_a_real_run_is_told_by_its_key(cells: Path) -> None:
    told = json.loads(cells.read_text())["environment"]
    keys = {key for facts in (told["common"], *told["arms"].values()) for key in facts}
    for key in keys:
        name = fact_name(key)
        theirs = key.partition(".")[2]  # a name of somebody else's
        assert not KEY.search(name.replace(theirs, "") if theirs else name), (key, name)


def test_two_facts_of_one_name_are_both_told(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    path = folder / "raw/000-00.json"
    raw = json.loads(path.read_text())
    raw["facts"] = {"a_b": 1, "a b": 2}
    path.write_text(json.dumps(raw))
    assert environment_in_words(findings(load_run(folder))).arms["torch-lesson"] == {
        "a b": "1",
        "a b (a b)": "2",
    }


SCALES = {
    "GiB": 2**30,
    "MiB": 2**20,
    "KiB": 2**10,
    "bytes": 1,
    "s": 1,
    "ms": 1e-3,
    "µs": 1e-6,
    "ns": 1e-9,
}


def numbers(text: str, scale: float = 1.0) -> list[float]:
    """The numbers of a fact, in the unit that stands behind each, else times ``scale``."""
    found = re.findall(r"(\d+(?:\.\d+)?(?:e-?\d+)?)(?: ([a-zA-Zµ]+))?", text)
    return [float(digits) * SCALES.get(unit, scale) for digits, unit in found]


@pytest.mark.parametrize("name", ["run-version-1", "run-version-1-sizes", "run-version-2"])
def test_every_number_with_a_unit_is_a_rounding_of_the_one_under_its_key(name: str) -> None:
    run = load_run(ROOT / "tests" / "data" / name)
    raw, told = environment(findings(run)), environment_in_words(findings(run))
    n_told = 0
    for arm in raw.arms:
        keys = {**raw.common, **raw.arms[arm]}
        texts = {**told.common, **told.arms[arm]}
        for key, text in keys.items():
            shown = texts[fact_name(key)]
            if number_of(key) is None or "known" in text:
                assert shown == text
                continue
            ends = numbers(text, 2**20 if key.endswith("_mib") else 1)
            low, high = min(numbers(shown)), max(numbers(shown))
            assert (low, high) == pytest.approx((min(ends), max(ends)), rel=6e-3), (key, shown)
            n_told += 1
    assert n_told >= 2 * len(raw.arms)
