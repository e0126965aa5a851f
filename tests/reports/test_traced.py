"""Every number of the page is in cells.json, and every number there comes from the run's files.

The second half is computed again by ``tests.reports.recomputed``, which shares no code with
``reports``. A key that nobody recomputes fails, so that no number can be added without.
"""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import reports.findings.break_even
import reports.findings.cells
import reports.findings.throughput
import reports.findings.totals
from reports.findings.findings import findings
from reports.findings.intervals import Bar, Estimate, verdict
from reports.outputs.cells import cells_json
from reports.outputs.page import page
from runfiles.load import load_run
from tests.reports import recomputed
from tests.reports.cased import write_cases
from tests.reports.conftest import LESSON, Bench, Writer
from tests.reports.many_arms import EVERY, many_arms
from tests.reports.pool import known
from tests.reports.recomputed.document import differences, document
from tests.reports.test_page import Reader
from tests.reports.test_sizes import arms_at, at
from tests.reports.versions import arms, versions

GOLDEN = Path(__file__).parents[1] / "data"
GPU = {
    "framework": {"gpu": "A Card", "device_peak_bytes": 12_300_000},
    "gpu": {"gpu": "Card by its driver", "sm_clock_mhz": 1410.0},
}
DISCARDS = ((0, ("000-02 epoch: steal_share 0.04 above 0.02",)),)


def whole_field(folder: Path) -> Path:
    """Failures, yardsticks, ceilings, memory, two dtypes, another interpreter."""
    return many_arms(folder, n_more=3, n_blocks=4).write()


def lesson(folder: Path) -> Path:
    """An arm without parts, failures in some blocks, discards, processes that are missing."""
    crashes = replace(LESSON[3], name="shaky", status="crashed", bad_blocks=frozenset({1}))
    arms = (*LESSON, crashes)
    missing = frozenset({(3, 2), (2, 7)})
    writer = Writer(folder, arms, n_blocks=5, missing=missing, discards=DISCARDS, phases=EVERY)
    return writer.write()


def devices(folder: Path) -> Path:
    """Arms on a card, whose processes tell its clock and memory."""
    arms = (Bench("base"), Bench("far", 1e-3, device="cuda"), Bench("farther", device="cuda"))
    return Writer(folder, arms, n_blocks=3, facts=GPU, ceilings=True, memory=True).write()


def sizes(folder: Path) -> Path:
    """Three axes, a planted crossover, a prefix, a failure, an unusable size, one off the axes."""
    odd = at(1000, 3000)["arms"]
    failed = (*odd[:2], replace(odd[2], status="timeout", reason="too long"))
    biased = (odd[0], replace(odd[1], seconds=9.0), odd[2])
    other = {
        "b100": at(100),
        "b1": at(1, steps=200, recovers=False),
        "b1000": at(1000, recovers=False),
        "n3000": at(10, 3000),
        "n4000": at(10, 4000, steps=100),
        "d5": at(10, n_features=5, arms=arms_at(900)),
        "b1000-n3000": {**at(1000, 3000), "arms": failed},
        "b500": {**at(500), "arms": biased},
    }
    writer = Writer(folder, arms_at(10), n_blocks=4, sizes=other, ceilings=True, memory=True)
    return writer.write()


def unusable(folder: Path) -> Path:
    """A null arm that differs from what it repeats."""
    arms = (Bench("base"), Bench("base again", 2e-2, null_of=0), Bench("other", 3e-3))
    return Writer(folder, arms, n_blocks=4).write()


def disturbed(folder: Path) -> Path:
    """Phases disturbed and kept, in one arm few and in another too many, under a quota."""
    struck = frozenset({(0, 1), (0, 2), (1, 2), (2, 2)})
    told = {"cpu_quota": 0.3, "memory_bytes": 3 * 2**29}
    writer = Writer(folder, LESSON, n_blocks=5, disturbed=struck, facts=told)
    return writer.write()


def one_block(folder: Path) -> Path:
    """No spread, so no interval."""
    return Writer(folder, LESSON, n_blocks=1, overhead=None).write()


def never(folder: Path) -> Path:
    """Break-evens of every kind: never, from the first epoch on, without an upper bound."""
    arms = (
        Bench("base", 1e-2),
        Bench("dear and slow", 2e-2, cold=(9, 9, 9)),
        Bench("cheap and fast", 1e-3, cold=(0.1, 0, 0.002)),
        Bench("dear and alike", 0.9e-2, cold=(9, 9, 9)),
    )
    return Writer(folder, arms, n_blocks=6, between=0.1).write()


def pairs(folder: Path) -> Path:
    """Two versions of one framework, one slower, at two sizes of which one has no judge."""
    sizes = {"b100": {"batch_size": 100, "arms": arms(slower=0.1)[:1] + arms(slower=0.1)[2:]}}
    sizes["b100"]["pairs"] = ((0, 1),)
    return versions(folder, slower=0.1, phases=EVERY, sizes=sizes, ceilings=True).write()


def cases(folder: Path) -> Path:
    """Three problems, one at two sizes: an arm that lacks one, an unusable one, others alike."""
    arms: tuple[Bench, ...] = (
        *(Bench("base"), Bench("base again", null_of=0, backend="base"), Bench("near", 1.01e-2)),
        *(Bench("fast", 1e-3), Bench("absent", status="unavailable", reason="not here")),
    )
    lacking = (*arms[:3], replace(arms[3], status="unsupported", reason="no kernels"), arms[4])
    biased = (arms[0], replace(arms[1], seconds=9.0), *arms[2:])
    problems: dict[str, dict[str, Any]] = {
        "softmax": {"arms": lacking, "sizes": {"b1": {"batch_size": 1, "steps": 50}}},
        "mlp": {"arms": biased},
    }
    return write_cases(folder, problems, arms=arms, n_blocks=4, missing=frozenset({(2, 2)}))


RUNS = (
    *(whole_field, lesson, devices, sizes, unusable, disturbed, one_block, never, pairs),
    cases,
)


@pytest.fixture(scope="module", params=RUNS, ids=lambda make: make.__name__)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made: Path = request.param(tmp_path_factory.mktemp("traced") / "run")
    return made


def stored(folder: Path) -> Any:
    """cells.json of the run in ``folder``, as a program reads it."""
    return json.loads(json.dumps(cells_json(findings(load_run(folder)))))


def test_every_number_of_the_page_is_one_of_cells_json_to_its_last_digit(folder: Path) -> None:
    summary = findings(load_run(folder))
    shown = [float(value) for value, _ in Reader(page(summary)).values]
    found = known(stored(folder))
    assert len(shown) > 20
    assert [value for value in shown if value not in found] == []


def test_every_number_of_cells_json_is_found_again_from_the_files_alone(folder: Path) -> None:
    assert differences(stored(folder), document(folder)) == []


@pytest.mark.parametrize("run", sorted(path.name for path in GOLDEN.glob("run-*")))
def test_so_it_is_for_stored_runs(run: str) -> None:
    assert differences(stored(GOLDEN / run), document(GOLDEN / run)) == []


def test_the_recomputation_shares_no_code_with_what_it_checks() -> None:
    for path in Path(recomputed.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in getattr(node, "names", ()) if alias.name]
            modules = [getattr(node, "module", None) or "", *names]
            assert not any(str(name).split(".")[0] in ("reports", "numpy") for name in modules)


def wrong_estimate(right: Any) -> Any:
    """``right`` with its interval a part in a million too wide."""

    def estimate(*given: Any) -> Any:
        found = right(*given)
        if found is None or found.high is None:
            return found
        return Estimate(found.value, found.low, found.high * (1 + 1e-6), found.n)

    return estimate


@pytest.mark.parametrize(
    ("module", "statistic", "where"),
    [
        (reports.findings.cells, "log_estimate", ".cells"),
        (reports.findings.cells, "linear_estimate", ".cells"),
        (reports.findings.break_even, "quotient", ".break_even.epochs_high"),
        (reports.findings.totals, "quotient", ".crossing_epochs_high"),
        (reports.findings.throughput, "log_estimate", ".yardsticks.throughput"),
    ],
)
def test_a_statistic_that_is_off_by_a_millionth_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, statistic: str, where: str
) -> None:
    run = Writer(tmp_path / "run", LESSON, n_blocks=3).write()
    monkeypatch.setattr(module, statistic, wrong_estimate(getattr(module, statistic)))
    found = differences(stored(run), document(run))
    assert found
    assert any(where in text for text in found)
    assert all(where in text or text.startswith(".headline: ") for text in found)


def test_a_verdict_at_another_margin_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    arms = (Bench("base"), Bench("near", 1.06e-2))
    run = Writer(tmp_path / "run", arms, n_blocks=8, between=0.005).write()
    monkeypatch.setattr(reports.findings.cells, "verdict", lambda logs, _: verdict(logs, Bar(0.27)))
    assert any("verdict" in text for text in differences(stored(run), document(run)))


class Wider(reports.findings.cells.Cell, frozen=True, eq=False, kw_only=True):
    """A cell with one key more."""

    new: float = 1.0


def test_a_number_that_nobody_recomputes_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Writer(tmp_path / "run", LESSON, n_blocks=2).write()
    monkeypatch.setattr(reports.findings.cells, "Cell", Wider)
    found = differences(stored(run), document(run))
    assert found
    assert all(text.endswith(".new is not recomputed") for text in found)
