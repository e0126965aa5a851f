"""Data of the user's: read by kind, held against what the objective takes, stored with the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from problems import data_file
from problems.case import Case
from problems.errors import BadInput
from problems.linreg import least_squares, linreg
from problems.problem import make_problem
from problems.rate import require_descent, settled
from problems.reference import recovers
from problems.room import cases_of
from problems.spec import ProblemSpec
from problems.store import load, save
from tests.problems.files import LOGISTIC, data_in, problem_of, spec_of, written
from tests.problems.three import three

DATA = Path(__file__).parents[1] / "data"
# Certified by NIST, Statistical Reference Datasets, linear regression: w, then b
CERTIFIED = {
    "longley.csv": (
        [
            *(15.0618722713733, -0.0358191792925910, -2.02022980381683),
            *(-1.03322686717359, -0.0511041056535807, 1829.15146461355),
        ],
        -3482258.63459582,
    ),
    "norris.csv": ([1.00211681802045], -0.262323073774029),
}
TARGETS = {"longley.csv": "employed", "norris.csv": "y"}


@pytest.mark.parametrize("name", CERTIFIED)
def test_least_squares_are_those_that_nist_has_certified(name: str) -> None:
    """13 of the 15 digits that are certified; the condition number of Longley is 4.9e9."""
    w, b = least_squares(*data_file.read(DATA / name, TARGETS[name]).arrays)
    certified_w, certified_b = CERTIFIED[name]
    assert w == pytest.approx(certified_w, rel=1e-12)
    assert b == pytest.approx(certified_b, rel=1e-12)


@pytest.mark.parametrize("name", CERTIFIED)
def test_linear_regression_of_a_file_has_its_features_and_no_truth(name: str) -> None:
    """And says what least squares are, and how many steps away."""
    problem = settled(problem_of("linreg", DATA / name, target=TARGETS[name], epochs=3))
    n, d = problem.data[0].shape
    assert problem.data[1].shape == (n,)
    assert problem.spec.sizes == {"n_features": d}
    assert problem.truth is None
    assert recovers(problem, problem.start) is None
    assert problem.spec.lr < 0.03
    cases = cases_of(problem, ["float32", "float64"])
    losses = cases["float64"].of("itself")[1].losses.values[:, 0]
    assert losses[-1] < losses[0]


def test_what_sgd_cannot_reach_is_said_with_the_condition_number() -> None:
    file = data_file.read(DATA / "longley.csv", "employed")
    (told,) = data_file.fitted(file, linreg, {}).remarks
    assert "w = 15.0619, -0.0358192" in told
    assert "condition number 4.9e+09, SGD at a stable rate takes about 2e+19 steps" in told
    assert told.endswith("Scale and centre the columns of X for fewer.")


def test_each_kind_of_file_is_read(tmp_path: Path) -> None:
    X, codes = np.arange(6.0).reshape(3, 2), np.array([2, 0, 1], "uint8")
    np.savez(tmp_path / "a.npz", codes=codes, X=X)
    np.save(tmp_path / "a.npy", X)
    (tmp_path / "a.csv").write_text('\ufeffa, "b" ,c\n1,2,3\n\n4,5e1,6\n')
    npz, npy, csv = (data_file.read(tmp_path / f"a.{end}") for end in ("npz", "npy", "csv"))
    assert npz.names == ("codes", "X")
    assert [array.tolist() for array in npz.arrays] == [codes.tolist(), X.tolist()]
    assert npy.arrays[0].tolist() == X.tolist()
    assert csv.arrays[0].tolist() == [[1, 2, 3], [4, 50, 6]]
    X, y = data_file.read(tmp_path / "a.csv", "b").arrays
    assert (X.tolist(), y.tolist()) == ([[1, 3], [4, 6]], [2, 50])


def test_integers_stay_integers_and_names_decide_the_order(tmp_path: Path) -> None:
    """Of more arrays than it takes, an objective is given those of its names."""
    rng = np.random.default_rng(3)
    arrays: dict[str, Any] = {
        "y": rng.random(30),
        "codes": rng.integers(5, size=30),
        "X": rng.random((30, 3)),
    }
    np.savez(tmp_path / "a.npz", **arrays, names=np.array(["a", "b", "c"]), scale=2.0)
    problem = problem_of("tests.problems.three:three", tmp_path / "a.npz")
    assert [array.dtype.kind for array in problem.data] == ["f", "i", "f"]
    assert problem.spec.sizes == {"n_features": 3, "n_codes": 5}
    cases_of(problem, ["float32"])


def test_what_is_stored_needs_no_file_and_says_which_it_was(tmp_path: Path) -> None:
    data, folder = data_in(tmp_path), tmp_path / "problem"
    problem = problem_of(written(tmp_path, LOGISTIC), data)
    digest = problem.spec.data and problem.spec.data.sha256
    save(folder, problem)
    data.unlink()
    again = load(folder)
    assert again.sha256() == problem.sha256()
    told = json.loads((folder / "spec.json").read_text())["data"]
    assert told == {"file": "my_data.npz", "sha256": digest}


def test_every_variant_is_made_of_the_files_examples_here_and_in_a_worker(tmp_path: Path) -> None:
    """Ten batches and a half of six examples: they are repeated."""
    problem = problem_of(written(tmp_path, LOGISTIC), data_in(tmp_path, 12))
    problem = replace(problem, spec=replace(problem.spec, batch_size=8))
    save(tmp_path / "problem", problem)
    rows = {tuple(row) for row in problem.data[0]}
    here, there = Case(problem), Case(load(tmp_path / "problem").astype("float64"))
    for variant in ("other_data", "ragged"):
        made, again = (case.of(variant)[0] for case in (here, there))
        assert made.sha256() == again.sha256()
        assert {tuple(row) for row in made.data[0]} <= rows
    assert here.of("ragged")[0].spec.n_examples == 28
    assert not np.array_equal(here.of("other_data")[0].data[0], problem.data[0])


def test_the_first_examples_are_taken_and_no_more_than_there_are(tmp_path: Path) -> None:
    path = written(tmp_path, LOGISTIC)
    spec = spec_of(path, data_in(tmp_path))
    few = make_problem(replace(spec, n_examples=20))
    assert np.array_equal(few.data[0], make_problem(spec).data[0][:20])
    with pytest.raises(BadInput, match=r"--examples is 61; my_data\.npz has 60 rows"):
        make_problem(replace(spec, n_examples=61))


def npz(**arrays: Any) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        np.savez(folder / "d.npz", **arrays)
        return folder / "d.npz"

    return save


def text(content: str | bytes, name: str = "d.csv") -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def npy(array: Any) -> Callable[[Path], Path]:
    def save(folder: Path) -> Path:
        np.save(folder / "d.npy", array)
        return folder / "d.npy"

    return save


def folder(name: str) -> Callable[[Path], Path]:
    def make(parent: Path) -> Path:
        (parent / name).mkdir()
        return parent / name

    return make


X, Y = np.arange(12.0).reshape(6, 2) % 5, np.arange(6.0)
BAD: dict[str, tuple[Callable[[Path], Path], str | None, str]] = {
    "missing": (lambda folder: folder / "no.npz", None, r"no\.npz is no file that is there; exp"),
    "a folder": (folder("d.npz"), None, "is a folder; expected .npz"),
    "another kind": (text("", "d.parquet"), None, "ends in .parquet; expected .npz"),
    "no suffix": (text("", "data"), None, "ends in nothing; expected"),
    "no archive": (text("hello", "d.npz"), None, r"cannot read .*d\.npz: .*; expected .npz"),
    "a damaged archive": (text(b"PK\x03\x04" + b"x" * 40, "d.npz"), None, "cannot read"),
    "an empty file": (text("", "d.npy"), None, "cannot read"),
    "an empty archive": (npz(), None, "d.npz is empty; expected"),
    "objects": (npz(X=X, y=np.array([{}] * 6)), None, "cannot read .*pickle"),
    "text": (npz(X=X, y=np.array(["a"] * 6)), None, "y holds text; .* Encode it, or leave it"),
    "times": (npz(X=X, y=np.arange(6).astype("M8[D]")), None, "y holds datetime64"),
    "complex": (npz(X=X + 1j, y=Y), None, "X is complex; .* Give its parts as two arrays"),
    "true and false": (npz(X=X, y=Y > 2), None, r"y holds true and false; .*y\.astype\(float\)"),
    "huge integers": (npz(X=X, y=np.full(6, 2**63, "uint64")), None, "more than 64 bits"),
    "NaN": (
        npz(X=np.where(X == 3, np.nan, X), y=Y),
        None,
        r"X holds nan at \[1, 1\], and 2 such in all; .* Fill or drop",
    ),
    "infinite": (npz(X=X, y=np.where(Y == 3, -np.inf, Y)), None, r"y holds -inf at \[3\]"),
    "no rows": (npz(X=X[:0], y=Y[:0]), None, r"X is empty, its shape \(0, 2\)"),
    "no columns": (npz(X=X[:, :0], y=Y), None, r"X is empty, its shape \(6, 0\)"),
    "a single row": (npz(X=X[:1], y=Y[:1]), None, "holds a single row; expected two"),
    "a single number": (npz(X=X, y=Y, c=3.0), None, "c is a single number; expected arrays of"),
    "other lengths": (npz(X=X, y=Y[:5]), None, "X has 6, y has 5; expected arrays of as many"),
    "not per example": (
        npz(X=X, y=Y, P=np.eye(2)),
        None,
        "P has 2; .* If P is the same for all examples, write its numbers into the loss",
    ),
    "other names": (npz(A=X, y=Y), None, r"d\.npz has A, y and no X; .* takes X, y\. Save them"),
    "a matrix of labels": (npz(X=X, y=Y[:, None]), None, r"y has shape \(6, 1\); linreg takes"),
    "features in a row": (npz(X=Y, y=Y), None, r"X has shape \(6,\); linreg takes X \(examples"),
    "one array of two": (npy(X), None, r"d\.npy gives 1 array; problem linreg takes X, y"),
    "no target": (text("a,b\n1,2\n3,4\n"), None, "--target COLUMN makes y of a column"),
    "a target that is none": (
        text("a,label\n1,2\n"),
        "labl",
        "unknown column of .*'labl'.*mean 'label'",
    ),
    "a target of an archive": (npz(X=X, y=Y), "y", "--target y is for a .csv"),
    "the target alone": (text("y\n1\n2\n"), "y", "'y' is its only column"),
    "no header": (text("1,2\n3,4\n"), "y", r"its first line holds numbers \(1, 2\); expected"),
    "nothing": (text(""), "y", "its first line holds nothing"),
    "semicolons": (text("a;y\n1;2\n"), "y", "its cells are parted by ';'; expected commas"),
    "a header alone": (text("a,y\n"), "y", "X is empty"),
    "two columns alike": (text("a,a,y\n1,2,3\n"), "y", "two columns are called 'a'"),
    "text in a column": (
        text("a,y\n1,2\nred,4\n"),
        "y",
        "column 'a' holds 'red' in line 3; expected numbers. Encode the column",
    ),
    "a cell that is empty": (text("a,y\n1,2\n3,\n"), "y", "column 'y' holds '' in line 3"),
    "a row too short": (text("a,y\n1,2\n3\n"), "y", "line 3 has 1 cell; expected 2, as the"),
    "no UTF-8": (text(b"a,y\n\xff,2\n"), "y", "cannot read .*d.csv: .*utf-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_data_that_are_none_are_refused(name: str, tmp_path: Path) -> None:
    make, target, told = BAD[name]
    takes_all = name in ("not per example", "a single number")  # what has names takes no other
    problem = written(tmp_path, LOGISTIC) if takes_all else "linreg"
    path = make(tmp_path)
    with pytest.raises(BadInput, match=told):
        spec_of(problem, path, target=target)


def test_a_size_that_the_data_do_not_decide_is_as_it_was_asked_for(tmp_path: Path) -> None:
    sized = replace(three, data=("X", "y"), sizes=lambda: {"n_features": 9, "n_hidden": 7})
    file = data_file.read(data_in(tmp_path))
    assert data_file.fitted(file, sized, {}).sizes == {"n_features": 3, "n_hidden": 7}
    assert data_file.fitted(file, sized, {"n_hidden": 5}).sizes["n_hidden"] == 5
    with pytest.raises(BadInput, match=r"n_features is 4, and 3 in my_data\.npz; leave it out"):
        data_file.fitted(file, sized, {"n_features": 4})


def test_an_objective_that_has_another_shape_in_mind_is_refused_with_its_line(
    tmp_path: Path,
) -> None:
    np.savez(tmp_path / "d.npz", X=Y, y=Y)
    path = written(tmp_path, LOGISTIC)
    told = r"start raises IndexError: .*\(my_loss\.py:\d+: return rng\.normal"
    with pytest.raises(BadInput, match=told):
        problem_of(path, tmp_path / "d.npz")


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"X": np.column_stack((X, np.ones(6))), "y": Y}, "column 2 of X is constant; nothing can"),
        ({"X": np.zeros((6, 9)), "y": Y}, "column 0, 1, 2, 3, 4 and 4 more of X is constant"),
        ({"X": X, "y": Y * 0}, "d.npz: y is constant"),
    ],
)
def test_a_constant_column_is_told_and_taken(
    arrays: dict[str, Any], told: str, tmp_path: Path
) -> None:
    """A column of ones is how many give a bias: it is no error."""
    np.savez(tmp_path / "d.npz", **arrays)
    first, *_ = data_file.fitted(data_file.read(tmp_path / "d.npz"), linreg, {}).remarks
    assert told in first
    cases_of(settled(problem_of("linreg", tmp_path / "d.npz", epochs=1)), ["float64"])


def test_a_rate_that_diverges_on_the_data_is_refused_where_it_was_named(tmp_path: Path) -> None:
    """An objective that makes its data is left alone: that is for who tries what rates do."""
    problem = problem_of("linreg", DATA / "norris.csv", target="y")
    told = r"lr is 0\.03; linreg on 36 examples .* diverges: the mean loss goes from 1.45e\+05 to"
    with pytest.raises(BadInput, match=told):
        require_descent(problem)
    require_descent(settled(problem))
    require_descent(make_problem(ProblemSpec(lr=2.2)))


def test_names_that_nobody_gives_are_x_and_y(tmp_path: Path) -> None:
    np.save(tmp_path / "d.npy", X)
    objective = replace(three, data=(), fit=None)
    file = data_file.read(tmp_path / "d.npy")
    assert data_file.names_for(file, objective) == ("X",)
