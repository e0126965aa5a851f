"""A run stores the code that it measures, found without importing it, and goes on with no other."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from backends.errors import BadInput
from backends.module_file import module_file
from backends.registry import BUILT_IN
from bench.runner import code
from bench.runner.code import code_of
from bench.runner.plan import PROFILES
from bench.runner.request import Planned, RunRequest, make_plan
from bench.runner.run_folder import require_unchanged
from problems.case import Case
from problems.linreg import linreg
from problems.mlp import mlp
from problems.problem import make_problem
from problems.spec import ProblemSpec
from runfiles.code import Code, CodeFile, Place
from runfiles.errors import BadRun
from runfiles.load import load_run
from runfiles.records import Arm, Limits, Plan, Source
from runfiles.store import read, write
from tests.bench.begun import begin
from tests.problems.files import LOGISTIC

ROOT = Path(__file__).resolve().parents[2]
OWN = """\
class Mine:
    name = "mine"

    def prepare(self, problem, device, dtype): ...
"""
Plans = Callable[..., Plan]


@pytest.fixture
def plan_of() -> Plans:
    """Makes the plan of arms, of the lesson or of another problem."""

    def make(*arms: Arm, spec: ProblemSpec | None = None) -> Plan:
        case = Case(make_problem(spec or ProblemSpec(n_examples=40, epochs=1)))
        return make_plan(RunRequest(PROFILES["quick"], Limits()), Planned(arms), case)

    return make


@pytest.fixture
def begun(tmp_path: Path, plan_of: Plans) -> Path:
    """A run of numpy and its null arm, of which nothing is measured."""
    arms = Arm("numpy", "numpy", "cpu", "float32"), Arm("again", "numpy", "cpu", "float32")
    problem = make_problem(ProblemSpec(n_examples=40, epochs=1))
    begin(tmp_path / "run", plan_of(*arms), problem)
    return tmp_path / "run"


def own_package(folder: Path, text: str = OWN, first: str = "") -> None:
    """A package ``theirs`` in ``folder`` whose file ``own`` is ``text``."""
    (folder / "theirs").mkdir()
    (folder / "theirs" / "__init__.py").write_text(first)
    (folder / "theirs" / "own.py").write_text(text)


def test_a_run_has_each_file_once_with_its_hash_and_what_every_arm_is_called_there(
    begun: Path,
) -> None:
    found = read(begun / "code.json", Code)
    assert {place.module for place in found.arms} == {"backends.engines.numpy_manual"}
    assert [place.names for place in found.arms] == [("numpy_manual",)] * 2
    modules = [file.module for file in found.files]
    assert len(modules) == len(set(modules))
    for file in found.files:
        path = ROOT / f"{file.module.replace('.', '/')}.py"
        assert file.text == path.read_text(encoding="utf-8")
        assert file.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert found.objective == Place(module="problems.linreg", names=("loss", "start", "gradient"))
    assert found.loop == Place(module="backends.engines.torch_lesson", names=("torch_lesson",))
    assert load_run(begun).code == found


def test_every_engine_of_ours_is_found_and_no_framework_imported() -> None:
    script = """if True:
        import sys
        from backends.module_file import module_file
        from backends.registry import BUILT_IN
        found = [module_file(one.target.partition(":")[0]) for one in BUILT_IN]
        print(all(path.is_file() for path in found), *sys.modules)
    """
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    whole, *modules = done.stdout.split()
    assert whole == "True"
    assert not {one.framework for one in BUILT_IN} & set(modules)


def test_what_a_package_does_when_it_is_imported_is_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_package(tmp_path, first="raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    assert module_file("theirs.own") == tmp_path / "theirs" / "own.py"
    for module in ("theirs.gone", "theirs.own.within", "gone", "sys", "theirs.own.json"):
        assert module_file(module) is None


def test_a_backend_of_ones_own_is_stored_by_its_text_without_where_it_lies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan_of: Plans
) -> None:
    own_package(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    own = Arm("mine", "theirs.own:Mine", "cpu", "float32")
    found = code_of(plan_of(own), linreg)
    assert found.arms == (Place(module="theirs.own", names=("Mine",)),)
    assert {file.module: file.text for file in found.files}["theirs.own"] == OWN
    write(tmp_path / "code.json", found)
    assert str(tmp_path) not in (tmp_path / "code.json").read_text()


def test_of_another_interpreter_only_engines_of_ours_are_known(plan_of: Plans) -> None:
    arms = (
        Arm("ours", "numpy", "cpu", "float32", python="old"),
        Arm("theirs", "theirs.own:Mine", "cpu", "float32", python="old"),
    )
    ours, theirs = code_of(plan_of(*arms), linreg).arms
    assert ours.module == "backends.engines.numpy_manual"
    assert theirs == Place(reason="it is old's, an interpreter that is not asked")


def test_what_is_no_text_or_not_there_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan_of: Plans
) -> None:
    own_package(tmp_path)
    (tmp_path / "theirs" / "own.py").write_bytes(b"x = '\xff'\n")
    monkeypatch.syspath_prepend(tmp_path)
    names = ("theirs.own:Mine", "theirs.gone:Mine")
    arms = [Arm(name, name, "cpu", "float32") for name in names]
    reasons = [place.reason for place in code_of(plan_of(*arms), linreg).arms]
    assert reasons == [
        "the file of theirs.own is no text in UTF-8",
        "no file of theirs.gone is found without importing it",
    ]


def test_a_file_of_the_users_is_in_the_plan_alone_and_another_problem_has_no_lesson(
    plan_of: Plans,
) -> None:
    plan = plan_of(Arm("numpy", "numpy", "cpu", "float32"))
    of_network = code_of(plan, mlp)
    assert of_network.loop is None
    assert of_network.objective == Place(
        module="problems.mlp", names=("relu_loss", "start", "relu_gradient")
    )
    source = Source(file="own.py", text=LOGISTIC, sha256="5ee4" * 16)
    own = structs.replace(plan, problem=structs.replace(plan.problem, source=source))
    assert code_of(own, replace(mlp, name="own")).objective is None


def test_a_run_is_not_resumed_with_a_changed_engine(
    begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = read(begun / "plan.json", Plan)
    require_unchanged(begun, plan)
    real = code.file_of

    def changed(module: str) -> CodeFile | str:
        found = real(module)
        assert isinstance(found, CodeFile)
        is_engine = module == "backends.engines.numpy_host"
        return CodeFile.of(module, f"{found.text}# more\n") if is_engine else found

    monkeypatch.setattr(code, "file_of", changed)
    with pytest.raises(BadInput, match=r"of backends\.engines\.numpy_host has changed .* Restore"):
        require_unchanged(begun, plan)
    monkeypatch.setattr(code, "file_of", lambda module: "gone")
    require_unchanged(begun, plan)


def test_a_run_of_before_is_read_and_resumed(begun: Path) -> None:
    (begun / "code.json").unlink()
    require_unchanged(begun, read(begun / "plan.json", Plan))
    assert load_run(begun).code is None


FILE = CodeFile.of("a", "x = 1\n")
BROKEN = {
    "that of its text": {"files": [{"module": "a", "text": "x = 2\n", "sha256": FILE.sha256}]},
    "one that no other file has": {
        "files": [{"module": "a", "text": "x = 1\n", "sha256": FILE.sha256}] * 2
    },
    "that of a file": {"arms": [{"module": "b"}]},
    "of arms it has 1, and plan.json 2; expected one entry": {"arms": [{"reason": "no"}]},
}


@pytest.mark.parametrize("told", BROKEN)
def test_code_that_contradicts_itself_or_the_plan_is_refused(told: str, begun: Path) -> None:
    record = {"format": "autograd-bench code", "version": 3, **BROKEN[told]}
    (begun / "code.json").write_text(json.dumps(record))
    with pytest.raises(BadRun, match=told):
        load_run(begun)
