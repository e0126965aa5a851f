"""What the headline promises: one sentence that claims no more than the run shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.estimates.ratios import Summary, summarize
from reports.page import page
from reports.result.load import load_run
from reports.tables import markdown
from reports.words.evidence import verdict_counts
from reports.words.headline import brief, headline, sentences

WriteRun = Callable[..., Path]
Bench = Callable[..., Any]
HAND = "hand-written"


@pytest.fixture
def run_of(write_run: WriteRun) -> Callable[..., Summary]:
    """Summarizes a synthetic run of the given arms, quiet enough for verdicts."""

    def summarized(*arms: Any, **options: Any) -> Summary:
        options = {"n_blocks": 6, "between": 0.005} | options
        return summarize(load_run(write_run(arms=arms, **options)))

    return summarized


def test_it_says_what_the_fastest_autodiff_arm_is_and_what_autodiff_costs_it(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    epoch = {"framework": "jax 0.1", "execution": "compiled epoch"}
    arms = (
        bench("torch-lesson"),
        bench("jax-scan", 1.2e-5, **epoch),
        bench("jax-scan-manual", 1e-5, differentiation=HAND, **epoch),
        bench("numba", 3e-6, "numba", differentiation=HAND),
    )
    assert re.fullmatch(
        r"Compiled whole-epoch JAX \(jax-scan\) runs an epoch of the lesson 8\d\d times as fast as "
        r"eager torch \(torch-lesson\); autodiff itself costs (19|20|21)(\.\d)? % over gradients "
        r"written by hand in the same library\.",
        headline(run_of(*arms)),
    )


def test_a_cost_that_may_be_nothing_is_only_an_interval(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    arms = (bench("base"), bench("jax", 1e-3, "jax"),
            bench("jax-manual", 1e-3, "jax", differentiation=HAND))  # fmt: skip
    said = headline(run_of(*arms, between=0.05))
    assert "; autodiff itself is not shown to cost anything over gradients written by" in said
    assert re.search(r"library \(\u2212[\d.]+ % to [\d.]+ %\)\.$", said)


def test_a_large_cost_is_a_factor(run_of: Callable[..., Summary], bench: Bench) -> None:
    arms = (bench("base"), bench("torch", 8e-3), bench("by-hand", 2e-3, differentiation=HAND))
    assert re.search(
        r"; with autodiff it takes [34]\.\d+ times as long as with", headline(run_of(*arms))
    )


def test_what_is_not_shown_faster_is_not_called_faster(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    said = headline(run_of(bench("base"), bench("torch", 0.98e-2), between=0.2, seed=3))
    assert "times as fast" not in said
    assert "not shown" in said or "itself, the baseline" in said


def test_an_autodiff_arm_slower_than_a_baseline_by_hand_is_said_to_be_slower(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    arms = (bench("numpy", 1e-3, "numpy", differentiation=HAND), bench("jax", 2e-3, "jax"))
    said = headline(run_of(*arms))
    assert said.startswith("Eager JAX (jax), the quickest automatic derivative, takes ")
    assert " times as long over an epoch of the lesson as eager NumPy by hand (numpy)" in said


def test_one_block_is_said_to_be_one(run_of: Callable[..., Summary], bench: Bench) -> None:
    said = headline(run_of(bench("base"), bench("jax", 1e-3, "jax"), n_blocks=1))
    assert said.startswith("In the one block it has, eager JAX (jax) runs an epoch")
    assert "(" not in said.partition("times")[2].partition("as fast")[0]  # no interval


def test_without_autodiff_the_fastest_of_all_is_named(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    arms = (bench("base", differentiation=HAND), bench("np", 1e-3, "numpy", differentiation=HAND))
    assert headline(run_of(*arms)).startswith("Eager NumPy by hand (np) runs an epoch")


def test_a_baseline_nobody_beats_is_said_to_be_first(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    said = headline(run_of(bench("base", 1e-3), bench("torch", 2e-3)))
    assert said == (
        "The quickest automatic derivative at an epoch of the lesson is eager torch (base) itself, "
        "the baseline."
    )


def test_an_arm_in_another_dtype_is_not_hidden_behind_the_baseline(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    said = headline(run_of(bench("base"), bench("double", 1e-3, dtype="float64")))
    assert said.startswith("In float64, eager torch (double) runs")


@pytest.mark.parametrize(
    ("phase", "words"),
    [("gradient", "runs the gradients of an epoch"), ("train", "runs the whole lesson")],
)
def test_without_an_epoch_the_phase_that_was_timed_is_named(
    run_of: Callable[..., Summary], bench: Bench, phase: str, words: str
) -> None:
    said = headline(run_of(bench("base"), bench("jax", 1e-3, "jax"), phases=(phase,)))
    assert words in said


def test_a_cut_epoch_is_labelled_wherever_its_time_is_told(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    run = run_of(bench("base"), bench("jax", 1e-3, "jax")).run
    cut = replace(run.plan, problem=replace(run.plan.problem, steps=50))
    summary = summarize(replace(run, plan=cut))
    label = "the first 50 minibatches of an epoch"
    assert label in headline(summary)
    assert label in page(summary)
    assert label in markdown(summary)
    assert any("its times are of 500 of 1000 examples" in text for text in brief(summary))


def test_an_unusable_run_claims_nothing(run_of: Callable[..., Summary], bench: Bench) -> None:
    arms = (bench("base"), bench("again", 1.3e-2, null_of=0), bench("jax", 1e-3, "jax"))
    summary = run_of(*arms)
    assert headline(summary).startswith("This run's evidence is unusable")
    assert verdict_counts(summary) is None
    assert not any("times as fast" in text for text in sentences(summary))


@pytest.mark.parametrize("name", ["framework", "execution"])
def test_words_from_outside_stay_what_they_are(
    run_of: Callable[..., Summary], bench: Bench, name: str
) -> None:
    arms = (bench("base"), bench("odd", 1e-3, **{name: "<b>{0}\x1b[31m"}))
    said = headline(run_of(*arms))
    assert "\x1b" not in said
    assert "(odd) runs an epoch" in said


def test_the_terminal_is_told_a_part_of_what_the_page_says(
    run_of: Callable[..., Summary], bench: Bench
) -> None:
    summary = run_of(bench("base"), bench("again", null_of=0), bench("jax", 1e-3, "jax"))
    assert set(brief(summary)) < set(sentences(summary))
    assert len(brief(summary)) <= 6
