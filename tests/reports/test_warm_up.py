"""What the warm-up figure promises: each call against the steady time of its own process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.figures.warm_up import warm_up
from reports.findings.findings import findings
from runfiles.load import load_run

WriteRun = Callable[..., Path]


def test_a_call_is_the_median_over_blocks_of_its_ratio_to_the_steady_time(
    write_run: WriteRun,
) -> None:
    run = load_run(write_run(n_blocks=5))
    found = {
        one.arm.index: {call.round: call.ratio for call in one.calls}
        for one in findings(run).first_calls
    }
    mine = [process for process in run.processes if process.arm == 3]
    for i in (1, 3):
        told = [
            process.phases["epoch"].warmup_seconds[i - 1]
            / np.median(process.phases["epoch"].seconds)
            for process in mine
        ]
        assert found[3][i] == pytest.approx(float(np.median(told)))
    cold = [p.cold["first_epoch"] / np.median(p.phases["epoch"].seconds) for p in mine]
    assert found[3][0] == pytest.approx(float(np.median(cold)))


def test_arms_stand_from_the_slowest_start_to_the_quickest(write_run: WriteRun) -> None:
    firsts = [one.first for one in findings(load_run(write_run(n_blocks=2))).first_calls]
    assert len(firsts) == 5  # neither the null arm nor what failed
    assert firsts == sorted(firsts, reverse=True)


def test_without_epochs_there_is_no_cold_call(write_run: WriteRun) -> None:
    found = findings(load_run(write_run(n_blocks=2, phases=("step",))))
    assert {one.calls[0].round for one in found.first_calls} == {1}


def test_the_alternative_has_every_arm_and_its_first_call(
    write_run: WriteRun, bench: Callable[..., Any]
) -> None:
    found = findings(load_run(write_run(arms=(bench("a"), bench("b", 1e-3)), n_blocks=2)))
    drawing = warm_up(found)
    assert drawing is not None
    assert "; a " in drawing.alternative or ": a " in drawing.alternative
    assert "b " in drawing.alternative
