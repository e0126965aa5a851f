"""A file of the user's: loss and start are enough, and what is wrong is told with its line."""

from __future__ import annotations

import json
import re
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from problems import registry, user_file, user_module
from problems.errors import BadInput, BadObjective, UnknownName
from problems.oracle import gradient
from problems.problem import make_problem
from problems.rate import settled
from problems.room import cases_of
from problems.source import Source
from problems.spec import ProblemSpec
from problems.store import load, save
from problems.user_module import require_no_sibling
from tests.bench.test_cli import ROOT
from tests.problems.files import LOGISTIC, WHOLE, data_in, problem_of, with_loss, written


def test_loss_and_start_are_enough_beside_a_file_of_data(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path, LOGISTIC), data_in(tmp_path))
    assert problem.objective.name == "my_loss"
    assert problem.objective.params == ("p0", "p1")
    assert problem.objective.data == ("X", "y")
    assert [p.shape for p in problem.start] == [(3,), ()]
    assert set(cases_of(problem, ["float32"])) == {"float32", "float64"}


def test_a_file_that_makes_its_data_needs_no_other(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path))
    assert problem.objective.data == ("d0", "d1")
    assert problem.objective.gradient is not None
    cases_of(problem, ["float64"])


def test_the_gradient_by_hand_of_a_file_is_the_derivative_of_its_loss(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path))
    bare = replace(problem.objective, gradient=None)
    for by_hand, exact in zip(
        gradient(problem.objective, problem.start, problem.data),
        gradient(bare, problem.start, problem.data),
        strict=True,
    ):
        assert by_hand == pytest.approx(exact, rel=1e-12)


def test_names_are_the_files_own_where_it_gives_them(tmp_path: Path) -> None:
    names = '\nPARAMS = ("weights", "bias")\nDATA = ["features", "labels"]\n'
    objective = problem_of(written(tmp_path, WHOLE + names)).objective
    assert (objective.params, objective.data) == (("weights", "bias"), ("features", "labels"))


def test_its_own_sizes_cost_and_rate_are_used(tmp_path: Path) -> None:
    more = """
def sizes(): return {"n_hidden": 5, "noise": 0.5}
def cost(sizes): return 7 * sizes["n_hidden"] * sizes["n_visited"], sizes["n_visited"]
def stable_rate(sizes): return 0.01
"""
    problem = problem_of(written(tmp_path, WHOLE + more), sizes={"n_hidden": 2})
    assert problem.spec.sizes == {"n_hidden": 2, "noise": 0.5}
    assert problem.spec.with_stable_rate().lr == 0.01
    cost = problem.objective.cost
    assert cost is not None
    assert cost(problem.spec.all_sizes).flop == 14 * 60


def test_a_name_in_the_file_is_an_objective_or_a_loss(tmp_path: Path) -> None:
    more = """
from problems.objective import Objective

def squares(xp, params, batch):
    (w, b), (X, y) = params, batch
    return xp.sum((X @ w + b - y) ** 2)

whole = Objective("logit", ("w", "b"), ("X", "y"), loss, start, make=make)
"""
    path = written(tmp_path, WHOLE + more)
    whole, other = problem_of(f"{path}:whole"), problem_of(f"{path}:squares")
    assert (whole.objective.name, whole.objective.params) == ("logit", ("w", "b"))
    assert other.objective.name == "my_loss-squares"
    assert other.objective.gradient is None  # that of the file is of its loss
    for problem in (whole, other):
        cases_of(problem, ["float64"])


@pytest.mark.parametrize(
    ("file", "name"),
    [("my loss (2).py", "my-loss-2"), ("-.py", "problem"), ("Größe.py", "Gr-e"), ("a.b.py", "a.b")],
)
def test_the_name_is_made_of_the_files(file: str, name: str, tmp_path: Path) -> None:
    assert registry.asked(str(written(tmp_path, name=file)))[0] == name


def test_an_installed_package_registers_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "their_problems-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: their-problems\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        f"[{registry.ENTRY_POINT_GROUP}]\ntheirs = tests.problems.three:three\n"
        "linreg = tests.problems.three:three\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    registry.entry_points.cache_clear()
    try:
        assert registry.asked("theirs") == ("theirs", None)
        assert make_problem(ProblemSpec(objective="theirs")).objective.name == "three"
        assert registry.find("linreg").name == "linreg"  # ours keep their names
        with pytest.raises(UnknownName, match="Did you mean 'theirs'"):
            registry.asked("their")
    finally:
        registry.entry_points.cache_clear()


def test_what_is_stored_is_the_same_problem_without_the_file(tmp_path: Path) -> None:
    path, folder = written(tmp_path), tmp_path / "problem"
    problem = problem_of(path)
    save(folder, problem)
    path.unlink()
    user_file.objective_of.cache_clear()
    again = load(folder)
    assert again.sha256() == problem.sha256()
    assert again.objective.loss.__code__.co_filename == str(folder / "objective.py")
    told = json.loads((folder / "spec.json").read_text())["source"]
    assert told["file"] == "my_loss.py"
    assert told["params"] == ["p0", "p1"]
    assert "text" not in told


def test_another_text_is_another_problem_and_a_changed_copy_is_refused(tmp_path: Path) -> None:
    problem = problem_of(written(tmp_path))
    other = problem_of(written(tmp_path, WHOLE + "\n# one more line\n"))
    assert other.sha256() != problem.sha256()
    save(tmp_path / "problem", problem)
    (tmp_path / "problem" / "objective.py").write_text(WHOLE.replace("2.0", "3.0", 1))
    with pytest.raises(BadInput, match=r"objective\.py, the copy of my_loss\.py, has changed"):
        load(tmp_path / "problem")


def test_a_spec_of_before_is_read(tmp_path: Path) -> None:
    problem = make_problem(ProblemSpec(n_examples=20))
    save(tmp_path, problem)
    told = json.loads((tmp_path / "spec.json").read_text())
    assert "source" not in told
    assert "data" not in told
    assert load(tmp_path).spec == problem.spec


R = "(X @ w + b - y)"
AT = r"\(my_loss\.py:\d+: return .*\)"
OF_THE_ORACLE = {
    "a mean": (f"return xp.mean({R} ** 2)", f"{AT}: the loss of a batch is .* a mean; sum"),
    "a penalty": (f"return xp.sum({R} ** 2) + xp.sum(w ** 2) + 1", f"{AT}: .*add up to .* grow"),
    "coupled": (f"return xp.sum({R}) ** 2", f"{AT}: .* examples depend on each other"),
    "random": (
        f"return xp.sum({R} ** 2) * rng.uniform()",
        f"{AT}: two calls gave .* a pure function",
    ),
    "stateful": (
        f"calls.append(1); return len(calls) * xp.sum({R} ** 2)",
        r"\(my_loss\.py:3: calls.*\): two calls gave",
    ),
    "no scalar": (f"return {R} ** 2", rf"{AT}: the loss has shape \(24,\); expected a scalar"),
    "not finite": (f"return xp.sum(xp.log(0 * {R}))", f"{AT}: the loss at these .* is -inf"),
    "not differentiable": (
        "return xp.sum(xp.maximum(b - 0.5 + 0 * y, 0.0))",
        f"{AT}: not differentiable at these parameters",
    ),
    "nothing": (
        f"xp.sum({R} ** 2)",
        r"my_loss\.py:.*: .*loss returns None; .* its return",
    ),
    "it raises": ("return xp.sum(X @ nobody)", rf"NameError: .*nobody.* {AT}"),
    "shapes that do not fit": ("return xp.sum(w @ X.T @ X.T)", f"ValueError: .* {AT}"),
}
OF_THE_VOCABULARY = {
    "a name outside": (f"return xp.sum(xp.square({R}))", f"xp.square is not .* a product {AT}"),
    "NumPy's function": (f"return xp.sum(np.exp({R}))", f"np.exp knows NumPy's .* of xp {AT}"),
    "NumPy's sum": (f"return np.sum({R} ** 2)", f"np.sum knows NumPy's arrays only.* {AT}"),
    "a method": (f"return ({R} ** 2).sum()", f".sum is not in the .*; write xp.sum.* {AT}"),
    "a dtype": ("return xp.sum(X.astype(float))", f"an array's .astype is not in .* {AT}"),
    "float": (f"return float(xp.sum({R} ** 2))", f"no float.., which loses the derivative.* {AT}"),
    "a branch": (f"return xp.sum({R} ** 2) if b > 0 else xp.sum(X)", f"branch on a value.* {AT}"),
    "Python's abs": (f"return xp.sum(abs({R}))", f"write xp.abs {AT}"),
    "a loop": (f"return sum(r * r for r in {R})", f"loop over an array; write xp.sum.* {AT}"),
    "len": (f"return xp.sum({R} ** 2) / len(X)", rf"write X.shape\[0\] {AT}"),
    "a number of NumPy's": (f"return np.float64(2.0) * xp.sum({R} ** 2)", f"write float.* {AT}"),
    "an array of NumPy's": (f"return xp.sum({R} * np.ones(1))", f"an array of NumPy's.* {AT}"),
    "a mask": (f"return xp.sum((y > 0) * {R} ** 2)", f"xp.where.mask, x, 0.0. {AT}"),
    "an index": (f"return xp.sum({R}[y > 0])", f"indexing by an array .* xp.take {AT}"),
    "three dimensions": ("return xp.sum(X[:, 0, 0])", f"more than two dimensions .* {AT}"),
    "& of masks": (
        f"return xp.sum(xp.where((y > 0) & (y < 9), {R}, 0.0))",
        f"no & of masks.* {AT}",
    ),
    "~ of a mask": (f"return xp.sum(xp.where(~(y > 0), {R}, 0.0))", f"no ~ of a mask.* {AT}"),
    "+ before": (f"return xp.sum(+{R} ** 2)", f"no [+] before an array.* {AT}"),
    "%": (f"return xp.sum({R} % 2)", f"no %, .* {AT}"),
    "an axis by its place": ("return xp.sum(xp.sum(X, 1) ** 2)", f"write axis=1 {AT}"),
    "an option of NumPy's": (f"return xp.sum({R} ** 2, dtype=float)", f"takes no dtype .* {AT}"),
    "a plain number": (f"return xp.sqrt(2.0) * xp.sum({R} ** 2)", f"xp.sqrt is given no .* {AT}"),
}


@pytest.mark.parametrize("name", [*OF_THE_ORACLE, *OF_THE_VOCABULARY])
def test_a_loss_that_is_none_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    line, told = (OF_THE_ORACLE | OF_THE_VOCABULARY)[name]
    more = "import numpy as np\n\ncalls, rng = [], np.random.default_rng()\n"
    path = written(tmp_path, with_loss(line) + more)
    with pytest.raises(BadObjective, match=f"problem my_loss.*{told}"):
        cases_of(problem_of(path), ["float32"])


def test_an_assignment_is_told_what_to_write(tmp_path: Path) -> None:
    text = with_loss("return xp.sum(X)", before="    X[0, 0] = 1.0\n")
    with pytest.raises(BadObjective, match=r"no assignment; write xp.where .*my_loss.py:3: X\[0"):
        cases_of(problem_of(written(tmp_path, text)), ["float64"])


TAKE = """
def loss(xp, params, batch):
    (table,), (codes, y) = params, batch
    return xp.sum((xp.take(table, codes, axis=0) - y) ** 2)

def start(rng, data, sizes):
    return (rng.normal(size=5),)

def make(rng, sizes):
    n = sizes["n_examples"]
    return CODES[:n], rng.normal(size=n)

import numpy as np
DATA = ("codes", "y")
CODES = np.arange(60) % 5
"""


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("CODES[50] = 5", r"codes\[50\] is 5, and 1 such in all; .* from 5 rows: expected 0 to 4"),
        ("CODES[7:9] = -1", r"codes\[7\] is -1, and 2 such in all"),
        ("CODES = CODES + 0.5", "codes holds floats, which are neither"),
        ("CODES = CODES.astype(complex)", "codes is complex"),
        ("CODES = CODES == 2", r"codes holds true and false; .* codes\.astype\(float\)"),
        ("CODES = CODES.astype(str)", "codes holds text"),
        ("CODES = CODES[:59]", r"codes has shape \(59,\); expected 60 examples"),
    ],
)
def test_labels_are_rows_of_what_is_taken_from(change: str, told: str, tmp_path: Path) -> None:
    """Also where only an example that no proof looks at is at fault."""
    cases_of(problem_of(written(tmp_path, TAKE)), ["float64"])
    with pytest.raises(BadInput, match=told):
        cases_of(problem_of(written(tmp_path, TAKE + change)), ["float64"])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("- y)", "- y * codes)", r"codes holds integers, which are indices of xp\.take; give it"),
        ("axis=0", "axis=None", r"xp\.take along axis None is not .*; expected axis=0 \(my_loss"),
        (", codes, axis", ", indices=codes, axis", r"xp\.take is given an array by name"),
    ],
)
def test_indices_are_for_take_alone(old: str, new: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadObjective, match=told):
        cases_of(problem_of(written(tmp_path, TAKE.replace(old, new))), ["float64"])


BAD_FILES = {
    "no loss": (WHOLE.replace("def loss", "def lose"), "my_loss.py has no loss; expected one"),
    "no start": (WHOLE.replace("def start", "def begin"), "my_loss.py has no start; expected one"),
    "empty": ("", "my_loss.py has no loss; expected one Python file with loss"),
    "an Objective alone": (
        "from problems.linreg import linreg as mine",
        "has no loss; .* It has an Objective: write my_loss.py:mine",
    ),
    "a loss that is a number": (f"{WHOLE}\nloss = 3", r"loss is of type int; .* loss\(xp, params"),
    "other arguments": (
        WHOLE.replace("def loss(xp, params, batch)", "def loss(params, batch)"),
        r"loss\(params, batch\) cannot be called so .*; expected loss\(xp, params, batch\)",
    ),
    "names that are none": (f'{WHOLE}\nPARAMS = "w"', "PARAMS is 'w'; expected plain names"),
    "names alike": (f'{WHOLE}\nDATA = ("X", "X")', "all unlike"),
    "names too few": (f'{WHOLE}\nPARAMS = ("w",)', "start gave 2 arrays; expected .* of w"),
    "names of files of ours": (f'{WHOLE}\nDATA = ("X", "orders")', "which are files of ours"),
    "sizes of text": (
        f"{WHOLE}\ndef sizes(): return {{'n_hidden': 'many'}}",
        r"sizes of the problem: TypeError: got 'n_hidden': 'many'; expected numbers by name",
    ),
    "sizes that raise": (
        f"{WHOLE}\ndef sizes():\n    return 1 / 0",
        r"ZeroDivisionError: .*\(my_loss.py:\d+: return 1 / 0\)",
    ),
    "it raises": (f"{WHOLE}\nnobody + 1", r"NameError: .*\(my_loss.py:\d+: nobody \+ 1\)"),
    "it is no Python": (f"{WHOLE}\ndef (:", r"SyntaxError: .*\(my_loss.py:\d+: def \(:\)"),
    "it exits": ("import sys\nsys.exit(3)", r"SystemExit: 3 \(my_loss.py:2: sys.exit\(3\)\)"),
    "an import that is missing": (
        "import nobody_has_this_one",
        r"ModuleNotFoundError: .*\(my_loss.py:1: .* may import what is installed",
    ),
    "integer parameters": (WHOLE.replace("0.5\n", "0\n"), "p1 starts as int64; expected real"),
    "complex parameters": (WHOLE.replace("0.5\n", "0.5j\n"), "p1 starts as complex128; expected"),
    "parameters of text": (WHOLE.replace("0.5\n", "'b'\n"), "p1 starts as <U1; expected"),
    "one array for a tuple": (
        WHOLE.replace("0.1, data[0].shape[1]), 0.5", "0.1, 3)"),
        r"start gave an object of type ndarray; expected a flat tuple .* such as",
    ),
    "nested parameters": (
        WHOLE.replace("return rng", "return (rng").replace("), 0.5", "), rng.normal(size=2)), 0.5"),
        "start gave a nested tuple in place 0; expected a flat tuple",
    ),
    "parameters by name": (WHOLE.replace("), 0.5", "), {'b': 0.5}"), "a nested dict in place 1"),
    "no parameters": (WHOLE.replace("data[0].shape[1]", "0"), r"p0 starts with shape \(0,\)"),
    "a start that raises": (
        WHOLE.replace("data[0].shape[1]", 'sizes["n_features"]'),
        r"start raises KeyError: 'n_features' \(my_loss.py:\d+: .*where sizes has n_examples",
    ),
    "a make that raises": (
        WHOLE.replace("standard_normal((", "nobody(("),
        r"make raises AttributeError: .*\(my_loss.py:\d+: X = rng.nobody",
    ),
    "data of other lengths": (
        WHOLE.replace("return X, ", "return X[:50], "),
        r"d0 has shape \(50, 3\); expected 60 examples along its first axis",
    ),
    "data that are not finite": (
        WHOLE.replace("return X, ", "return X / 0.0, "),
        "problem array d0 holds .*inf.*; expected finite numbers only",
    ),
    "no data": (LOGISTIC, r"my_loss draws no data of its own; .*--data FILE, or a function make"),
    "a wrong gradient": (
        WHOLE.replace("X.T @ d,", "1.001 * (X.T @ d),"),
        r"\(my_loss.py:\d+: return 1.001.*along a direction the gradient by hand is",
    ),
}


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_objective_is_refused(name: str, tmp_path: Path) -> None:
    text, told = BAD_FILES[name]
    assert text != WHOLE
    with pytest.raises(BadInput, match=told):
        cases_of(problem_of(written(tmp_path, text)), ["float64"])


BAD_NAMES = {
    "a file that is missing": ("no_such.py", r"no_such\.py: there is no such file; expected one"),
    "a folder": ("folder", "is a folder; expected one Python file with loss"),
    "a folder called so": ("folder.py", r"folder\.py is a folder; expected one Python file"),
    "another kind of file": ("my_loss.txt", r"whose name does not end in \.py; expected one"),
    "no end": ("my_loss", r"no problem is called .*; of the file, write --problem .*my_loss\.py"),
    "no UTF-8": ("latin.py", r"latin\.py is no text in UTF-8"),
    "no such name in it": ("my_loss.py:los", "unknown name in my_loss.py 'los'; .*mean 'loss'"),
    "a name of no function": ("my_loss.py:SCALE", "SCALE is of type float; expected an Objective"),
    "a name of ours": ("linreg.py", "is called 'linreg' as one of ours is; rename it"),
}


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_names_no_objective_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder.py").mkdir()
    for file in ("my_loss.py", "my_loss.txt", "linreg.py"):
        written(tmp_path, name=file)
    (tmp_path / "latin.py").write_bytes("# Größe".encode("latin-1"))
    asked, told = BAD_NAMES[name]
    with pytest.raises(BadInput, match=told):
        registry.asked(str(tmp_path / asked))


@pytest.mark.parametrize(
    "text",
    [
        "import time\ntime.sleep(60)",
        "while True:\n    try:\n        1 / 0\n    except Exception: 0",
    ],
)
def test_a_file_that_takes_too_long_to_import_is_refused_with_its_line(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(user_module, "LONGEST_IMPORT", 0.2)
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(BadObjective, match=r"takes longer than 0\.2 s to import \(my_loss.py:\d"):
        registry.asked(str(written(tmp_path, text)))
    assert signal.getsignal(signal.SIGALRM) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_file_beside_it_is_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "beside_the_loss.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    path = written(tmp_path, "import beside_the_loss\n" + WHOLE)
    told = r"imports beside_the_loss from beside it \(my_loss.py:1: .*Write what it needs into it"
    with pytest.raises(BadObjective, match=told):
        registry.asked(str(path))


@pytest.mark.parametrize(
    ("array", "told"),
    [
        ("np.broadcast_to(0.0, (10**9,))", r"1,000,000,001 parameters, .* expected at most 1\.0 G"),
        ("np.empty(10**17)", "start takes more memory than there is"),
    ],
)
def test_more_parameters_than_memory_are_refused(array: str, told: str, tmp_path: Path) -> None:
    text = WHOLE.replace("rng.normal(0.0, 0.1, data[0].shape[1])", array)
    path = written(tmp_path, f"import numpy as np\n{text}")
    name, source = registry.asked(str(path))
    spec = ProblemSpec(n_examples=60, objective=name, source=source)
    with pytest.raises(BadInput, match=told):
        make_problem(spec, most_bytes=2**30)


def test_a_rate_at_which_a_loss_rises_is_lowered_where_none_is_named(tmp_path: Path) -> None:
    gentle, steep = (
        problem_of(
            written(tmp_path, with_loss(f"return xp.sum(({factor} * {R}) ** 2)")), n_examples=600
        )
        for factor in (1.0, 1000.0)
    )
    assert settled(gentle) is not gentle
    assert settled(gentle).spec.lr == 0.03
    assert settled(steep).spec.lr < 1e-5
    with pytest.raises(BadInput, match=r"lr is 0\.03; my_loss on 600 examples .* diverges"):
        cases_of(steep, ["float64"])
    cases_of(settled(steep), ["float64"])


def test_a_rate_is_lowered_until_single_examples_do_not_make_it_diverge(tmp_path: Path) -> None:
    """A Michaelis-Menten curve whose rates are a thousand times too large for its start."""
    curve = """
def loss(xp, params, batch):
    (vmax, km), (X, y) = params, batch
    s = X[:, 0]
    return xp.sum((y - xp.exp(vmax) * s / (xp.exp(km) + s)) ** 2)


def start(rng, data, sizes):
    return rng.normal(0, 0.1, 1), rng.normal(0, 0.1, 1)


def make(rng, sizes):
    s = rng.uniform(0.1, 10, sizes["n_examples"])
    return 1000 * s[:, None], 1000 * (3 * s / (2 + s) + rng.normal(0, 0.05, len(s)))


DATA = ("X", "y")
"""
    problem = settled(problem_of(written(tmp_path, curve), n_examples=400))
    cases = cases_of(problem, ["float32", "float64"])
    assert {*cases} == {"float32", "float64"}


def test_a_class_and_future_annotations_in_a_file_do_no_harm(tmp_path: Path) -> None:
    head = """\
from __future__ import annotations
from dataclasses import dataclass

@dataclass
class Link:
    scale: float = 1.0
"""
    cases = cases_of(problem_of(written(tmp_path, head + WHOLE)), ["float64"])
    assert [case.problem.objective.name for case in cases.values()] == ["my_loss"]


def test_two_files_of_one_name_are_two_problems(tmp_path: Path) -> None:
    first = problem_of(written(tmp_path))
    second = problem_of(written(tmp_path, WHOLE.replace("2.0)", "3.0)", 1)))
    values = [p.objective.loss(np, p.start, p.data) for p in (first, second)]
    assert values[0] != values[1]
    assert re.match("autograd_bench_file_", first.objective.loss.__module__)


def test_a_file_in_a_clone_may_import_what_is_ours(tmp_path: Path) -> None:
    """A clone that is installed as it lies has our packages beside the file."""
    text = "from problems.objective import Made\n" + WHOLE
    source = Source("my_loss.py", text, path=ROOT / "my_loss.py")
    require_no_sibling(source)
    with pytest.raises(BadObjective, match="imports tests from beside it"):
        require_no_sibling(replace(source, text="import tests\n"))
