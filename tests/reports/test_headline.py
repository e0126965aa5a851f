"""What the headline promises: clauses that claim no more than the run shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from reports.findings.findings import Findings, findings
from reports.outputs.page import page
from reports.outputs.tables import markdown
from reports.text.clause import Kind
from reports.text.evidence import verdict_counts
from reports.text.headline import brief, headline, sentences
from reports.text.null_arm import judgement_text
from runfiles.load import load_run
from tests.reports.texts import as_read

WriteRun = Callable[..., Path]
Bench = Callable[..., Any]
RunOf = Callable[..., Findings]
HAND = "hand-written"
EPOCH: dict[str, Any] = {"execution": "compiled epoch", "stepwise": False}
STEP = {"execution": "compiled step"}


@pytest.fixture
def run_of(write_run: WriteRun) -> RunOf:
    """Summarizes a synthetic run of the given arms, quiet enough for verdicts."""

    def summarized(*arms: Any, **options: Any) -> Findings:
        options = {"n_blocks": 6, "between": 0.005} | options
        return findings(load_run(write_run(arms=arms, **options)))

    return summarized


def texts(summary: Findings, *kinds: Kind) -> list[str]:
    """The clauses of these kinds."""
    return [clause.text for clause in headline(summary).of_kind(*kinds)]


def test_equals_in_execution_are_compared_from_fast_to_slow(run_of: RunOf, bench: Bench) -> None:
    summary = run_of(
        bench("torch-lesson", 1.4e-2),
        bench("casadi-codegen", 5e-6, "casadi", dtype="float64", **EPOCH),
        bench("jax-scan", 3e-5, "jax", **EPOCH),
        bench("jax", 1e-3, "jax", **STEP),
        bench("torch-compile", 2e-3, **STEP),
        bench("torch", 6e-3),
        bench("torch-func", 2e-2),
        bench("jax-eager", 0.2, "jax"),
        between=0.0,
        drift=0.0,
        within=0.0,
    )
    assert texts(summary, "execution") == [
        "Autodiff, an epoch in one call or a few: CasADi 5.000 µs (float64); JAX 30.00 µs.",
        "Autodiff, a step a call: JAX 1.000 ms; torch 2.000 ms.",
        "Autodiff, eager: torch 6.000 ms; JAX 200.0 ms.",
    ]


def test_the_fastest_autodiff_arm_is_named_whatever_its_dtype(run_of: RunOf, bench: Bench) -> None:
    arms = (
        bench("torch-lesson"),
        bench("casadi-codegen", 5e-6, "casadi", dtype="float64", **EPOCH),
        bench("jax-scan", 3e-5, "jax", **EPOCH),
        bench("numba", 3e-6, "numba", differentiation=HAND, **EPOCH),
    )
    said = headline(run_of(*arms)).first
    name = "Epoch-compiled CasADi (casadi-codegen) in float64"
    assert said.startswith(f"{name} is the fastest automatic derivative: ")


def test_who_is_not_shown_to_be_faster_shares_the_lead(run_of: RunOf, bench: Bench) -> None:
    arms = (bench("base", 1e-2), bench("jax", 1e-3, "jax"), bench("mlx", 1.001e-3, "mlx"))
    said = headline(run_of(*arms)).first
    assert "(jax)" in said
    assert "(mlx)" in said
    assert " share the lead of automatic derivatives: " in said
    assert "fastest" not in said
    assert " times [0.9" in said


def test_within_a_class_arms_that_are_not_told_apart_are_said_to_be(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (bench("base", 1e-2), bench("jax", 2e-2, "jax"), bench("mlx", 2.002e-2, "mlx"))
    (said,) = texts(run_of(*arms), "execution")
    assert said.startswith("Autodiff, eager: torch 10.")
    assert said.count(";") == 1
    assert said.endswith(" (not told apart).")


def test_the_price_of_autodiff_is_told_by_execution(run_of: RunOf, bench: Bench) -> None:
    arms = (
        bench("torch-lesson", 1.1e-2),
        bench("torch-manual", 1.5e-3, differentiation=HAND),
        bench("torch", 6e-3),
        bench("torch-func", 2.2e-2),
        bench("jax-scan", 3e-5, "jax", **EPOCH),
        bench("jax-scan-manual", 3e-5, "jax", differentiation=HAND, **EPOCH),
    )
    free, paid = texts(run_of(*arms), "price")
    told = "The price of autodiff, an epoch in one call or a few, beside jax-scan-manual: jax-scan "
    assert free.startswith(told)
    assert free.endswith("] (no cost is shown).")
    assert paid.startswith("The price of autodiff, eager, beside torch-manual: torch 3.9")
    assert ", torch-lesson 7." in paid
    assert ", torch-func 14." in paid or ", torch-func 15." in paid
    assert "no cost" not in paid


def test_nothing_says_that_autodiff_is_free_where_another_execution_pays(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (
        bench("torch-manual", 1.5e-3, differentiation=HAND),
        bench("torch", 6e-3),
        bench("jax", 1e-3, "jax", **STEP),
        bench("jax-manual", 1e-3, "jax", differentiation=HAND, **STEP),
    )
    told = " ".join(sentences(run_of(*arms)))
    assert "not shown to cost anything" not in told
    assert "autodiff costs it nothing" not in told


@pytest.mark.parametrize(
    ("backend", "words"),
    [("torch-lesson", "the lesson's own loop (mine)"), ("torch", "the baseline mine")],
)
def test_the_baseline_is_called_what_it_is(
    run_of: RunOf, bench: Bench, backend: str, words: str
) -> None:
    (said,) = texts(run_of(bench("mine", backend=backend), bench("jax", 1e-3, "jax")), "baseline")
    assert said.endswith(f" times as fast as {words}.")
    assert said.startswith("It is ")


def test_at_small_sizes_dispatch_is_said_to_be_measured(run_of: RunOf, bench: Bench) -> None:
    arms = (
        bench("base", 1e-2),
        bench("jax", 1e-3, "jax", **STEP),
        bench("jax-scan", 3e-5, "jax", **EPOCH),
        bench("numba", 1e-5, "numba", differentiation=HAND, **EPOCH),
    )
    (said,) = texts(run_of(*arms), "dispatch")
    assert said.startswith("At this size dispatch is measured, not arithmetic: numba does all of ")
    assert said.endswith("µs, under a tenth of the time of 2 of 3 arms.")
    (other,) = texts(run_of(*arms, bench("other", 2e-2, dtype="float64"), name="two"), "dispatch")
    assert other.endswith("µs, under a tenth of the time of 2 of 3 arms in float32.")


def test_without_a_limit_an_engine_is_asked_against_its_own_compiled_epoch(
    run_of: RunOf, bench: Bench
) -> None:
    eager, compiled = bench("jax-eager", 0.2, "jax"), bench("jax-scan", 3e-5, "jax", **EPOCH)
    (said,) = texts(run_of(bench("base", 1e-2), eager, compiled), "dispatch")
    assert said.endswith("under a tenth of the time of jax-eager (by jax-scan).")


def test_at_large_sizes_dispatch_is_not_spoken_of(run_of: RunOf, bench: Bench) -> None:
    arms = (
        bench("base", 1.4e-2),
        bench("jax-scan", 1.2e-2, "jax", **EPOCH),
        bench("numba", 1e-2, "numba", differentiation=HAND, **EPOCH),
    )
    assert texts(run_of(*arms), "dispatch") == []


def test_steps_a_call_are_said_where_the_backend_tells_them(run_of: RunOf, bench: Bench) -> None:
    facts = {"framework": {"steps_a_call": 25}}
    summary = run_of(bench("base"), bench("torch-compile-epoch", 1e-4, **EPOCH), facts=facts)
    assert texts(summary, "execution")[0].endswith(" µs (25 steps a call).")


def test_what_is_not_shown_faster_is_not_called_faster(run_of: RunOf, bench: Bench) -> None:
    summary = run_of(bench("base"), bench("torch", 0.99e-2), between=0.001)
    (said,) = texts(summary, "baseline")
    assert said.endswith(" as long as the baseline base: equivalent.")
    assert "times as fast" not in str(headline(summary))


def test_an_autodiff_arm_slower_than_a_baseline_by_hand_is_said_to_be_slower(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (bench("numpy", 1e-3, "numpy", differentiation=HAND), bench("jax", 2e-3, "jax"))
    summary = run_of(*arms)
    assert headline(summary).first.startswith("Eager JAX (jax) is the one automatic derivative ")
    (said,) = texts(summary, "baseline")
    assert said.startswith("It takes ")
    assert said.endswith(" as long as the baseline numpy.")


def test_too_few_blocks_are_told_once_a_clause(run_of: RunOf, bench: Bench) -> None:
    hands = [bench("torch-manual", 1.5e-3, differentiation=HAND)]
    arms = [bench("base", 1e-2), bench("jax", 9e-3, "jax"), *hands]
    summary = run_of(*arms, n_blocks=3, between=0.6)
    ((alike,), (price,)) = texts(summary, "execution"), texts(summary, "price")
    assert alike.count("about ") == 2
    assert alike.endswith(" (about: too few blocks to say).")
    assert price.endswith("beside torch-manual: too few blocks to say.")


def test_one_block_shows_nothing(run_of: RunOf, bench: Bench) -> None:
    summary = run_of(bench("base"), bench("jax", 1e-3, "jax"), n_blocks=1)
    ending = " times as long; too few blocks to be sure of the order."
    assert headline(summary).first.endswith(ending)
    assert texts(summary, "baseline")[0].endswith("; one block shows nothing.")


def test_an_interval_of_more_than_a_factor_of_three_says_nothing(
    run_of: RunOf, bench: Bench
) -> None:
    summary = run_of(bench("base"), bench("jax", 1e-3, "jax"), n_blocks=3, between=0.6)
    assert any("too few blocks" in text for text in texts(summary, "fastest", "baseline"))
    assert "times as fast" not in str(headline(summary))


def test_arms_hundreds_of_times_apart_are_never_said_to_share_the_lead(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (bench("base", 1e-2), bench("jax", 27e-6, "jax"))
    said = headline(run_of(*arms, n_blocks=2, between=4.0)).first
    assert said.startswith("Eager JAX (jax) took the least time, about ")
    assert "; base, the next, took " in said
    assert said.endswith(" times as long; too few blocks to be sure of the order.")
    assert (said.names[:1] + said.names[-1:], said.numbers[-1] > 100) == (("jax", "base"), True)


def test_without_autodiff_the_fastest_of_all_is_named(run_of: RunOf, bench: Bench) -> None:
    arms = (bench("base", differentiation=HAND), bench("np", 1e-3, "numpy", differentiation=HAND))
    assert headline(run_of(*arms)).first.startswith("Eager NumPy by hand (np) is the fastest arm: ")


def test_a_baseline_nobody_beats_is_set_against_nothing(run_of: RunOf, bench: Bench) -> None:
    summary = run_of(bench("base", 1e-3), bench("torch", 2e-3))
    assert headline(summary).first.startswith("Eager torch (base) is the fastest automatic ")
    assert texts(summary, "baseline") == []


@pytest.mark.parametrize(
    ("phase", "words"),
    [("gradient", " for the gradients of an epoch."), ("train", " for the whole lesson.")],
)
def test_without_an_epoch_the_phase_that_was_timed_is_named(
    run_of: RunOf, bench: Bench, phase: str, words: str
) -> None:
    summary = run_of(bench("base"), bench("jax", 1e-3, "jax"), phases=(phase,))
    assert headline(summary).first.endswith(words)


def test_a_cut_epoch_is_labelled_wherever_its_time_is_told(run_of: RunOf, bench: Bench) -> None:
    run = run_of(bench("base"), bench("jax", 1e-3, "jax")).run
    cut = structs.replace(run.plan, problem=structs.replace(run.plan.problem, steps=50))
    summary = findings(replace(run, plan=cut))
    label = "the first 50 minibatches of an epoch"
    assert label in headline(summary).first
    assert label in as_read(page(summary))
    assert label in markdown(summary)
    assert any("its times are of 500 of 1000 examples" in text for text in brief(summary))


def test_an_unsound_run_claims_nothing(run_of: RunOf, bench: Bench) -> None:
    arms = (bench("base"), bench("again", 1.3e-2, null_of=0), bench("jax", 1e-3, "jax"))
    summary = run_of(*arms)
    assert str(headline(summary)).startswith("This run's evidence is unusable")
    assert len(headline(summary).clauses) == 1
    assert verdict_counts(summary) is None
    assert not any("times as fast" in text for text in sentences(summary))


def test_what_is_smaller_than_identical_arms_may_differ_by_is_said_to_mean_nothing(
    run_of: RunOf, bench: Bench
) -> None:
    arms = (bench("base"), bench("again", null_of=0), bench("jax", 0.9e-2, "jax"))
    summary = run_of(*arms, between=0.04)
    assert summary.null_arm.state == "not shown"
    assert texts(summary, "evidence") == [judgement_text(summary.null_arm)]
    assert " share the lead " in headline(summary).first


@pytest.mark.parametrize("name", ["framework", "execution"])
def test_words_from_outside_stay_what_they_are(run_of: RunOf, bench: Bench, name: str) -> None:
    arms = (bench("base"), bench("odd", 1e-3, **{name: "<b>{0}\x1b[31m"}))
    said = str(headline(run_of(*arms)))
    assert "\x1b" not in said
    assert "(odd) is the fastest" in said


def test_the_terminal_is_told_a_part_of_what_the_page_says(run_of: RunOf, bench: Bench) -> None:
    summary = run_of(bench("base"), bench("again", null_of=0), bench("jax", 1e-3, "jax"))
    assert set(brief(summary)) < set(sentences(summary))
    assert len(brief(summary)) <= 6
