"""What ``compare`` promises: changes of ratios, refusals that say why, and honest verdicts."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console
from scipy.stats import t

from reports.compare.comparison import compare_runs
from reports.compare.comparison_tables import (
    comparison_json,
    comparison_markdown,
    print_comparison,
)
from reports.compare.comparison_text import headline, how_to_read
from reports.findings.comparison import Change, Comparison
from reports.findings.findings import Findings, findings
from reports.findings.intervals import Bar, detectable, verdict
from reports.text.numbers import difference, shown_ratio
from runfiles.errors import BadRun
from runfiles.load import load_run
from tests.reports.many_arms import many_arms

WriteRun = Callable[..., Path]
Runs = Callable[..., tuple[Findings, Findings]]
HOSTILE = "<script>alert('x')</script> [red]|`$\x1b[31m \u202e =1+1 😀"


@pytest.fixture
def runs(write_run: WriteRun, bench: Callable[..., Any]) -> Runs:
    """Two runs of one problem, 12 blocks each, that differ only as asked."""
    arms = (bench("base"), bench("again", null_of=0), bench("same", 5e-3), bench("other", 2e-3))

    def write(
        old: dict[str, Any] | None = None, new: dict[str, Any] | None = None
    ) -> tuple[Findings, Findings]:
        first: dict[str, Any] = {"name": "first", "arms": arms, "seed": 1} | (old or {})
        second: dict[str, Any] = {"name": "second", "arms": arms, "seed": 2} | (new or {})
        return findings(load_run(write_run(**first))), findings(load_run(write_run(**second)))

    return write


def change_in(comparison: Comparison, arm: str, phase: str = "epoch") -> Change:
    return next(c for c in comparison.changes if (c.arm, c.phase) == (arm, phase))


def printed(comparison: Comparison) -> str:
    out = io.StringIO()
    print_comparison(comparison, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def test_every_shared_arm_is_compared_in_every_repeated_phase(runs: Runs) -> None:
    found = compare_runs(*runs())
    assert [c.arm for c in found.changes] == ["same"] * 5 + ["other"] * 5
    assert [c.phase for c in found.changes][:5] == [
        "data_iter",
        "gradient",
        "step",
        "epoch",
        "train",
    ]
    assert not found.regressions
    assert headline(found).startswith("No confirmed regression over 10 cells")


def test_one_cell_is_counted_and_held_as_one(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base"), bench("same", 5e-3), bench("base again", null_of=0, backend="base"))
    one = {"arms": arms, "phases": ("epoch",)}
    found = compare_runs(*runs(old=one, new=one))
    assert headline(found).startswith("No confirmed regression over 1 cell:")
    assert "Its interval holds with 95 %;" in how_to_read(found)


def test_a_change_is_found_again_by_hand(runs: Runs) -> None:
    old, new = runs()
    found = change_in(compare_runs(old, new), "same")
    a, b = (s.log_ratios(s.arms[2], s.arms[0], "epoch") for s in (old, new))
    va, vb = a.var(ddof=1) / 12, b.var(ddof=1) / 12
    freedom = (va + vb) ** 2 / (va**2 / 11 + vb**2 / 11)  # Welch and Satterthwaite
    assert 11 <= freedom <= 22
    assert found.change.value == pytest.approx(math.exp(b.mean() - a.mean()))
    assert found.change.value == pytest.approx(found.new.value / found.old.value)
    assert found.change.high is not None
    half = math.log(found.change.high / found.change.value)
    assert 2.0739 <= half / math.sqrt(va + vb) <= 2.2010  # t(0.975) with 22 and 11 degrees
    assert found.gate.high is not None
    assert found.gate.high > found.change.high


def test_a_planted_regression_is_confirmed_and_named(runs: Runs, bench: Callable[..., Any]) -> None:
    slower = (bench("base"), bench("again", null_of=0), bench("same", 5e-3), bench("other", 3e-3))
    found = compare_runs(*runs(new={"arms": slower}))
    assert {c.arm for c in found.regressions} == {"other"}
    assert change_in(found, "other").change.value == pytest.approx(1.5, rel=0.1)
    assert "confirmed regression" in headline(found)
    told = headline(found)
    first = next(c for c in found.regressions if c.phase == "epoch")
    assert {first.gate.value, first.gate.low, first.gate.high} <= set(told.numbers)
    assert told.numbers[:2] == (len(found.regressions), len(found.changes))
    assert "other" in told
    assert "**regression**" in comparison_markdown(found)
    slow, fast = runs(old={"name": "a", "arms": slower}, new={"name": "b"})
    back = compare_runs(slow, fast)
    assert change_in(back, "other").verdict == "improvement"
    assert not back.regressions


def test_a_mood_that_both_arms_share_is_no_change(runs: Runs, bench: Callable[..., Any]) -> None:
    twice = tuple(
        bench(name, seconds, null_of=null)
        for name, seconds, null in (
            ("base", 2e-2, None), ("again", 2e-2, 0), ("same", 1e-2, None), ("other", 4e-3, None),
        )
    )  # fmt: skip
    found = compare_runs(*runs(new={"arms": twice}))
    assert not [c for c in found.changes if c.verdict in ("regression", "improvement")]


def test_the_margin_is_news_unless_given(runs: Runs, bench: Callable[..., Any]) -> None:
    slower = (bench("base"), bench("again", null_of=0), bench("same", 5e-3), bench("other", 3e-3))
    pair = runs(new={"arms": slower})
    assert compare_runs(*pair).margin == 0.03
    assert not compare_runs(*pair, margin=1.0).regressions


@pytest.mark.parametrize("margin", [0.0, -1.0, math.nan, math.inf, 11.0])
def test_a_margin_that_is_none_is_refused(runs: Runs, margin: float) -> None:
    with pytest.raises(BadRun, match=r"margin is .*; expected a number from"):
        compare_runs(*runs(), margin=margin)


def test_quick_runs_are_indicative_and_confirm_nothing(
    runs: Runs, bench: Callable[..., Any]
) -> None:
    slower = (bench("base"), bench("again", null_of=0), bench("same", 5e-3), bench("other", 9e-3))
    found = compare_runs(*runs(old={"profile": "quick"}, new={"arms": slower}))
    assert change_in(found, "other").verdict == "regression"
    assert not found.regressions
    assert headline(found).startswith("Indicative only, nothing is confirmed")
    assert "OLD is a quick run" in printed(found)
    assert "regression?" in printed(found)
    document: Any = comparison_json(found)
    assert (document["gates"], document["n_regressions"]) == (False, 0)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threads": 2}, "threads is 1 in OLD and 2 in NEW; run NEW again with --threads 1"),
        ({"facts": {"cpu": "Another"}}, "processor is A Processor in OLD and A Processor or Anot"),
        ({"facts": {"cpus": 4}}, "number of CPUs is 2 in OLD and 2 or 4 in NEW; measure both on"),
        ({"sha256": "beef"}, "problem is sha256 5ee4.* in OLD and sha256 beef in NEW"),
        ({"n_examples": 500, "sha256": "beef"}, "n_examples 1000 in OLD and n_examples 500 in NEW"),
        (
            {"kept": {"MKL_CBWR": "12ab34cd"}},
            "MKL_CBWR is dropped in OLD and a value like 12ab34cd in NEW; .* without --keep-env",
        ),
        ({"baseline": 2}, "baseline is base in OLD and same in NEW.* --baseline base"),
    ],
)
def test_runs_that_are_unlike_are_refused(runs: Runs, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRun, match=said):
        compare_runs(*runs(new=changes))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"cpu_quota": None}, {"cpu_quota": 1.5}, "quota of CPU time is none in OLD and 1.5 CPUs"),
        ({"cpu_quota": 2.0}, {"cpu_quota": 1.5}, "quota of CPU time is 2 CPUs in OLD and 1.5 CPUs"),
        (
            {"memory_bytes": 8 * 2**30},
            {"memory_bytes": 2 * 2**30},
            "memory is 8.0 GiB in OLD and 2.0 GiB in NEW; measure both under one limit",
        ),
    ],
)
def test_runs_in_unlike_containers_are_refused(
    runs: Runs, old: dict[str, Any], new: dict[str, Any], said: str
) -> None:
    with pytest.raises(BadRun, match=said):
        compare_runs(*runs(old={"facts": old}, new={"facts": new}))


def test_a_reboot_s_memory_and_a_run_that_tells_no_quota_are_no_difference(runs: Runs) -> None:
    new = {"memory_bytes": 8 * 2**30 + 2**20, "cpu_quota": None}
    assert compare_runs(*runs(old={"facts": {"memory_bytes": 8 * 2**30}}, new={"facts": new}))


def test_runs_that_kept_one_variable_with_two_values_are_refused(runs: Runs) -> None:
    kept: list[dict[str, Any]] = [{"kept": {"MKL_CBWR": digits}} for digits in ("aa", "bb")]
    with pytest.raises(BadRun, match=r"a value like aa in OLD and a value like bb .*it had"):
        compare_runs(*runs(old=kept[0], new=kept[1]))
    compare_runs(*runs(old=kept[0], new=kept[0]))


def test_a_machine_that_nobody_named_is_not_taken_for_the_same(runs: Runs) -> None:
    old, new = runs(old={"facts": {"cpu": None}}, new={"facts": {"cpu": None}})
    for found in (old, new):
        found.run.plan.environment.clear()
    with pytest.raises(BadRun, match="processor is not known in OLD and not known in NEW"):
        compare_runs(old, new)


def test_every_difference_is_told_at_once(runs: Runs) -> None:
    with pytest.raises(BadRun, match=r"threads .* problem .*"):
        compare_runs(*runs(new={"threads": 2, "sha256": "beef"}))


def test_another_version_under_the_baseline_is_refused(
    runs: Runs, bench: Callable[..., Any]
) -> None:
    arms = (bench("base", framework="torch 2.14"), bench("same", 5e-3))
    with pytest.raises(BadRun, match=r"torch.*is not known in OLD and 2.14 in NEW; .* --pair"):
        compare_runs(*runs(new={"arms": arms}))


def test_another_version_under_another_arm_is_what_is_compared(
    runs: Runs, bench: Callable[..., Any]
) -> None:
    pairs = [
        (bench("base"), bench("other", 2e-3, framework=f"jax {version}"))
        for version in ("0.9", "0.10")
    ]
    found = compare_runs(*runs(old={"arms": pairs[0]}, new={"arms": pairs[1]}))
    assert "other: jax 0.9, now 0.10." in printed(found)


def test_another_dtype_under_the_same_name_is_refused(
    runs: Runs, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("same", 5e-3, dtype="float64"))
    with pytest.raises(BadRun, match="dtype of same is float32 in OLD and float64 in NEW"):
        compare_runs(*runs(new={"arms": arms}))


def test_unusable_evidence_is_refused(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base"), bench("again", 2e-2, null_of=0), bench("same", 5e-3))
    with pytest.raises(BadRun, match=r"NEW \(second\) is not comparable: unsound evidence"):
        compare_runs(*runs(new={"arms": arms}))


def test_a_baseline_that_failed_is_refused(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base", status="crashed", reason="it fell"), bench("same", 5e-3))
    with pytest.raises(BadRun, match=r"OLD .*baseline base is crashed \(it fell\)"):
        compare_runs(*runs(old={"arms": arms}))


def test_runs_without_a_common_arm_are_refused(runs: Runs, bench: Callable[..., Any]) -> None:
    with pytest.raises(BadRun, match="share no arm beside the baseline: OLD has same, other, NEW"):
        compare_runs(*runs(new={"arms": (bench("base"), bench("stranger"))}))


def test_arms_of_one_run_only_are_listed(runs: Runs, bench: Callable[..., Any]) -> None:
    found = compare_runs(*runs(new={"arms": (bench("base"), bench("same", 5e-3), bench("new"))}))
    text = printed(found)
    assert "other: only in OLD." in text
    assert "new: only in NEW." in text


def test_an_arm_that_fails_now_is_said_plainly_and_is_no_regression(
    runs: Runs, bench: Callable[..., Any]
) -> None:
    arms = (bench("base"), bench("same", 5e-3), bench("other", status="wrong", reason="it is off"))
    found = compare_runs(*runs(new={"arms": arms}))
    assert not found.regressions
    assert {c.arm for c in found.changes} == {"same"}
    said = "other: ok in OLD, wrong in NEW (it is off); not a change of time."
    assert said in " ".join(printed(found).split())
    assert said in comparison_markdown(found)


def test_a_phase_that_is_gone_is_said(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base"), bench("same", 5e-3, stepwise=False))
    found = compare_runs(*runs(new={"arms": arms}))
    text = " ".join(printed(found).split())
    assert "same, gradient: ok in OLD, unsupported in NEW (its epoch is one program)" in text


def test_runs_with_nothing_left_to_compare_say_so(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base"), bench("same", status="timeout"), bench("other", status="timeout"))
    found = compare_runs(*runs(new={"arms": arms}))
    assert found.changes == ()
    assert headline(found) == "Nothing could be compared: no arm has a time in both runs."
    assert "| arm" not in comparison_markdown(found)


def test_one_block_has_no_interval_and_no_verdict(runs: Runs) -> None:
    found = compare_runs(*runs(new={"n_blocks": 1}))
    assert {c.verdict for c in found.changes} == {"inconclusive"}
    assert "one block" not in printed(found)
    assert json.dumps(comparison_json(found), allow_nan=False)


def test_a_baseline_under_another_interpreter_is_a_caveat(runs: Runs) -> None:
    found = compare_runs(*runs(new={"facts": {"python": "3.13.1"}}))
    assert "The baseline's python is 3.11.4 in OLD and 3.13.1 in NEW" in printed(found)


def test_a_run_that_nothing_judged_is_a_caveat(runs: Runs, bench: Callable[..., Any]) -> None:
    found = compare_runs(*runs(old={"arms": (bench("base"), bench("same", 5e-3))}))
    assert "OLD: This run has no null arm" in printed(found)


def test_the_comparison_fits_80_columns_and_names_its_machine(runs: Runs) -> None:
    text = printed(compare_runs(*runs()))
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "Measured on A Processor, 2 CPUs, 1 thread, Python 3.11.4." in text


def test_hostile_names_stay_text(runs: Runs, bench: Callable[..., Any]) -> None:
    arms = (bench("base" + HOSTILE), bench(HOSTILE * 3, 2e-6), bench("n" + HOSTILE, status="wrong"))
    found = compare_runs(*runs(old={"arms": arms}, new={"arms": arms}))
    text = printed(found)
    assert max(cell_len(line) for line in text.splitlines()) <= 80
    assert "\x1b" not in text
    assert "<script>" not in comparison_markdown(found)
    rows = [line for line in comparison_markdown(found).splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in rows} == {8}


def test_json_holds_every_number_and_survives_the_round_trip(runs: Runs) -> None:
    found = compare_runs(*runs())
    document: Any = comparison_json(found)
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    first = document["changes"][0]
    assert first["change"] == found.changes[0].change.value
    assert first["corrected_high"] == found.changes[0].gate.high
    assert (first["n_old"], first["n_new"]) == (12, 12)


def test_both_sides_have_their_intervals_and_every_cell_the_smallest_change_it_could_see(
    runs: Runs,
) -> None:
    old, new = runs()
    found = compare_runs(old, new)
    text, markdown = printed(found), comparison_markdown(found)
    for change in found.changes:
        for one in (change.old, change.new, change.gate):
            assert str(shown_ratio(one).interval) in text
            assert f"{shown_ratio(one).text} {shown_ratio(one).interval}" in markdown
        assert change.smallest is not None
        assert difference(change.smallest) in text
    low, high = (difference(f(c.smallest for c in found.changes if c.smallest)) for f in (min, max))
    assert (
        f"Smallest change these runs would have called, 4 times in 5: {low} to {high}"
        in " ".join(text.split())
    )


def test_the_smallest_change_is_found_again_by_hand(runs: Runs) -> None:
    """The bar, then what 95 % corrected for all cells and 80 % of power take, by Welch."""
    old, new = runs()
    found = compare_runs(old, new)
    one = change_in(found, "same")
    a, b = (s.log_ratios(s.arms[2], s.arms[0], "epoch") for s in (old, new))
    va, vb = a.var(ddof=1) / 12, b.var(ddof=1) / 12
    freedom = (va + vb) ** 2 / (va**2 / 11 + vb**2 / 11)
    bar = max(math.log(1.03), *(s.null_arm.bound("epoch") for s in (old, new)))
    level = 1 - 0.025 / len(found.changes)
    reach = t.ppf(level, freedom) + t.ppf(0.80, freedom)
    assert one.smallest == pytest.approx(math.exp(bar + reach * math.sqrt(va + vb)))


def test_so_large_a_change_is_called_four_times_in_five() -> None:
    """Planted: runs of 12 blocks whose true change is the smallest one that each sees."""
    rng, n_called, n_runs = np.random.default_rng(5), 0, 400
    for _ in range(n_runs):
        old, new = rng.normal(0.0, 0.02, (2, 12))
        smallest = detectable(new, Bar(0.03), old=old)
        assert smallest is not None
        new = rng.normal(math.log(smallest), 0.02, 12)
        n_called += verdict(new, Bar(0.03), old=old) == "slower"
    assert 0.72 <= n_called / n_runs <= 0.90


def test_one_block_sees_no_change_and_says_so(runs: Runs) -> None:
    found = compare_runs(*runs(new={"n_blocks": 1}))
    assert {change.smallest for change in found.changes} == {None}
    assert "No change could have been seen: that takes two blocks" in printed(found)


def test_a_run_compared_with_itself_has_changed_by_nothing(runs: Runs) -> None:
    old, _ = runs()
    found = compare_runs(old, old)
    assert np.allclose([c.change.value for c in found.changes], 1.0)
    assert not found.regressions


def test_the_names_of_a_whole_field_stand_on_one_line(tmp_path: Path) -> None:
    found = findings(load_run(many_arms(tmp_path / "field", n_blocks=3).write()))
    lines = printed(compare_runs(found, found)).splitlines()
    assert max(map(cell_len, lines)) <= 80
    for name in ("torch-compile-epoch", "casadi-codegen float64", "  full_gradient"):
        assert any(line.startswith(name) for line in lines)
