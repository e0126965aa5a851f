"""What the figure of the learned parameters promises: how far all are from the truth."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.figures.learned import learned, parameters
from reports.figures.svg import for_page
from reports.findings.findings import findings
from runfiles.load import load_run

WriteRun = Callable[..., Path]


def test_every_arm_that_passed_is_there_with_its_parameters(write_run: WriteRun) -> None:
    found = parameters(findings(load_run(write_run(n_blocks=2))))
    assert [name for name, _ in found] == ["w1", "w2", "b"]
    assert [one.true for _, one in found] == [2.0, -3.4, 4.2]
    assert [arm.index for arm in found[0][1].by_arm] == [0, 2, 3, 4, 5]
    assert {*found[1][1].by_arm.values()} == {-3.40018}


def test_true_learned_and_the_largest_difference_are_told_in_one_line(write_run: WriteRun) -> None:
    drawing = learned(findings(load_run(write_run(n_blocks=2))))
    assert drawing is not None
    told = re.search(r"w1: true 2\.00, learned (\S+), largest difference from it (\S+) \(",
                     drawing.alternative)  # fmt: skip
    assert told
    value, apart = map(float, told.groups())
    assert value == 1.9996
    assert apart == pytest.approx(1.99961 - 1.9996, rel=0.02)


def test_what_was_learned_is_a_row_a_parameter(write_run: WriteRun) -> None:
    drawing = learned(findings(load_run(write_run(n_blocks=2))))
    assert drawing is not None
    drawn = [text.strip() for text in ET.fromstring(for_page(drawing)).itertext() if text.strip()]
    assert [drawn[drawn.index(name) + 1] for name in ("w1 = 2.00", "b = 4.20")] == [
        *("1.9996, 1.0e-5", "4.1998, 1.0e-5"),
    ]


def test_of_many_parameters_the_first_few_and_the_last_are_drawn(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    many = [[float(i)] for i in range(6)]
    plan["true"]["w"] = plan["reference"]["w"] = many
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    for path in (folder / "raw").iterdir():
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["w"] = many if raw["w"] else None
        path.write_text(json.dumps(raw), encoding="utf-8")
    found = parameters(findings(load_run(folder)))
    assert [name for name, _ in found] == ["w1", "w2", "w3", "b"]


def test_too_few_steps_are_said(write_run: WriteRun) -> None:
    folder = write_run(n_blocks=1)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    plan["reference"]["recovers"] = False
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    drawing = learned(findings(load_run(folder)))
    assert drawing is not None
    assert "So few steps do not come near" in drawing.how_to_read
