"""A case: its variants, and references that are stored, hashed and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from problems import case as cases
from problems.case import VARIANTS, Case
from problems.errors import BadInput, UnknownName
from problems.problem import make_problem
from problems.registry import find
from problems.spec import ProblemSpec
from problems.store import load, load_case, save
from tests.problems.three import NAME

SPECS = {"linreg": ProblemSpec(n_examples=45), "three": ProblemSpec(n_examples=45, objective=NAME)}


@pytest.mark.parametrize("name", SPECS)
def test_references_come_back_from_a_folder_as_they_were(name: str, tmp_path: Path) -> None:
    problem = make_problem(SPECS[name])
    case = Case(problem.astype("float32"))
    save(tmp_path, problem, [case])
    again = load_case(tmp_path, load(tmp_path).astype("float32"))
    assert set(again.stored) == set(VARIANTS)
    for variant in VARIANTS:
        (one, right), (other, found) = case.of(variant), again.of(variant)
        assert one.sha256() == other.sha256()
        assert found is again.stored[variant]
        for (_, a), (_, b) in zip(right.arrays(), found.arrays(), strict=True):
            assert np.array_equal(a, b)


def test_without_stored_references_they_are_computed(tmp_path: Path) -> None:
    problem = make_problem(SPECS["linreg"])
    save(tmp_path, problem)
    case = load_case(tmp_path, load(tmp_path).astype("float64"))
    assert case.stored == {}
    assert case.of("itself")[1].epochs.numbers.tolist() == [1, 2, 3]


def test_references_that_have_changed_are_refused(tmp_path: Path) -> None:
    problem = make_problem(SPECS["linreg"])
    save(tmp_path, problem, [Case(problem)])
    with np.load(tmp_path / "references-float64.npz") as file:
        arrays = {name: file[name].copy() for name in file.files}
    arrays["itself.epochs.values"][0, 0] += 1e-9
    np.savez(tmp_path / "references-float64.npz", **arrays)
    with pytest.raises(BadInput, match=r"the references in .* have changed"):
        load_case(tmp_path, problem)


@pytest.mark.parametrize("harm", ["missing", "empty", "foreign", "lacking"])
def test_damaged_references_are_refused_with_their_folder(harm: str, tmp_path: Path) -> None:
    problem = make_problem(SPECS["linreg"])
    save(tmp_path, problem, [Case(problem)])
    file = tmp_path / "references-float64.npz"
    if harm == "missing":
        file.unlink()
    elif harm == "lacking":
        arrays: dict[str, Any] = {"itself.epochs.values": np.zeros(1)}
        np.savez(file, **arrays)
    else:
        file.write_bytes(b"" if harm == "empty" else b"no archive of arrays")
    with pytest.raises(BadInput, match=r"cannot read the references in .* Start a new run"):
        load_case(tmp_path, problem)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_probe_grows_by_what_its_dtype_holds_and_the_next_lower_one_does_not(
    dtype: str,
) -> None:
    lower = {"float32": "float16", "float64": "float32"}[dtype]
    (X, y), size = Case(make_problem(ProblemSpec()).astype(dtype)).of("probe")[0].data, 10
    assert X.dtype == dtype
    for array in (X, y):
        assert (array[:size] != array[size:]).all()
        assert (array[:size].astype(lower) == array[size:].astype(lower)).all()


def test_a_short_batch_is_half_of_one_and_another_seed_gives_other_data() -> None:
    case = Case(make_problem(ProblemSpec(n_examples=200)))
    assert case.of("ragged")[0].n_visited == 35
    assert not np.array_equal(case.of("other_data")[0].data[0], case.problem.data[0])
    assert len(case.of("unseen")[0].orders) == 3
    assert not np.array_equal(case.of("moved")[0].start[0], case.problem.start[0])


def test_a_hash_tells_variants_and_tables_apart() -> None:
    first, second = (
        Case(make_problem(ProblemSpec(n_examples=45, seed=seed))).references() for seed in (0, 1)
    )
    assert cases.sha256(first) == cases.sha256(dict(reversed(first.items())))
    assert cases.sha256(first) != cases.sha256(second)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "linrec",
            "unknown problem 'linrec'; expected one of: gmm, linreg, .*Did you mean 'linreg'",
        ),
        ("tests.problems.three:gone", "expected an importable module:name"),
        ("no.such.module:x", "No module named 'no'"),
        ("tests.problems.impostor:linreg", "is called 'linreg' as one of ours is"),
        ("tests.problems.test_case:1", "expected an importable module:name"),
        ("tests.problems.three:loss", "is an object of type function; expected an Objective"),
    ],
)
def test_an_objective_that_is_not_there_is_told(name: str, told: str) -> None:
    with pytest.raises(BadInput, match=told):
        find(name)


def test_a_size_that_the_objective_does_not_have_is_told_with_the_nearest() -> None:
    with pytest.raises(
        UnknownName, match=r"unknown size of linreg 'n_feature'.*Did you mean 'n_features'"
    ):
        ProblemSpec(sizes={"n_feature": 3})
