"""The pytest side of a process: options, the order of things, and where results go.

One process measures one arm. NumPy and the framework are imported only after the thread
variables and the CPU affinity are set, which is why imports stand inside functions here.
"""

from __future__ import annotations

import faulthandler
import io
import json
import sys
import warnings
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from backends.base import DEVICES, DTYPES
from backends.errors import BadInput, UnknownName
from bench import machine
from bench.worker.measure import Pace
from bench.worker.process import ArmProcess
from bench.worker.record import process_record
from bench.worker.request import Request
from bench.worker.standing import Failed
from runfiles.phases import OPERATORS, REPEATED

PROCESS = pytest.StashKey[ArmProcess]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("autograd-bench", "one arm a process")
    group.addoption("--backend", default="numpy", help="name or module:Class (default: numpy)")
    group.addoption("--device", default="cpu", help="cpu, cuda or metal (default: cpu)")
    group.addoption("--dtype", default="float32", help="float32 or float64 (default: float32)")
    group.addoption("--threads", type=int, default=1, help="threads of every pool (default: 1)")
    group.addoption("--phase", action="append", help="only this phase; may be repeated")
    group.addoption("--rounds", type=int, default=Pace.rounds, help="rounds a phase")
    group.addoption("--problem", type=Path, help="folder of a stored problem (default: the lesson)")
    group.addoption("--raw", type=Path, help="write what was found to a file, as plain data")


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment, then import the arm's framework before anything else loads."""
    if config.option.help or config.option.collectonly:
        return
    require_one_process(config)
    loosen()
    faulthandler.enable(2)  # a signal that kills the process leaves its stack in the log
    without_core()
    config.option.benchmark_disable_gc = True
    request = request_of(config)
    process = config.stash[PROCESS] = ArmProcess(request)
    try:
        process.restrict()
        with warnings.catch_warnings():
            warnings.simplefilter("default")  # a framework's warning is no failure here
            process.load()
    except Failed as error:
        write_record(config)
        raise pytest.UsageError(str(error)) from error


def without_core() -> None:
    """Let a signal that ends the process write no core file."""
    import resource  # native Windows, which has none, is told so by a sentence elsewhere

    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def require_one_process(config: pytest.Config) -> None:
    """Raise pytest.UsageError where this process is not to time everything itself."""
    option = config.option
    if not hasattr(option, "benchmark_disable"):
        raise pytest.UsageError(
            "this suite is timed by pytest-benchmark, which is not loaded; leave out "
            "-p no:benchmark, or where plugins are not loaded by themselves add "
            "-p pytest_benchmark.plugin."
        )
    in_others = getattr(option, "dist", "no") != "no" or getattr(option, "forked", False)
    if in_others or hasattr(config, "workerinput"):
        raise pytest.UsageError(
            "tests are to run in several processes; expected one process an arm, which times "
            "everything alone. Leave out -n, --dist and --forked, or add -p no:xdist."
        )


def request_of(config: pytest.Config) -> Request:
    """The options as a Request. Raises pytest.UsageError, naming what is unknown."""
    option = config.option
    try:
        for kind, got, known in (
            ("device", [option.device], DEVICES),
            ("dtype", [option.dtype], DTYPES),
            ("phase", option.phase or [], REPEATED),
        ):
            for name in got:
                if name not in known:
                    raise UnknownName(kind, name, known)
        if not 1 <= option.threads <= machine.n_cpus():
            raise BadInput(
                f"threads is {option.threads}; expected 1 to {machine.n_cpus()}, the CPUs here."
            )
        pace = Pace(rounds=option.rounds)
        return Request(
            option.backend, option.device, option.dtype, option.threads, option.problem, pace
        )
    except BadInput as error:
        raise pytest.UsageError(str(error)) from error


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test a phase, in the design's order, those asked for with --phase only."""
    if "phase" in metafunc.fixturenames:
        asked = metafunc.config.option.phase or {*REPEATED} - {*OPERATORS}
        metafunc.parametrize("phase", [phase for phase in REPEATED if phase in asked])


@pytest.fixture(scope="session")
def process(request: pytest.FixtureRequest) -> ArmProcess:
    """This process's arm, its framework loaded."""
    return request.config.stash[PROCESS]


@pytest.hookimpl(optionalhook=True)  # without the plugin there is a sentence, not a traceback
def pytest_benchmark_generate_machine_info(config: pytest.Config) -> dict[str, Any]:
    """The facts of the machine, without the host name and without a second of CPU detection."""
    return config.stash[PROCESS].machine


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_benchmark_group_stats(config: pytest.Config) -> Any:
    """No table unless every check passed."""
    groups = yield
    return groups if config.stash[PROCESS].is_checked else []


@pytest.hookimpl(optionalhook=True)
def pytest_benchmark_update_json(config: pytest.Config, output_json: dict[str, Any]) -> None:
    """No numbers in the JSON unless every check passed."""
    process = config.stash[PROCESS]
    output_json["autograd_bench"] = dict(zip(("status", "reason"), process.outcome, strict=True))
    if not process.is_checked:
        output_json["benchmarks"] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Whatever was selected, the verdict is given before any plugin writes or shows a number."""
    process = session.config.stash.get(PROCESS, None)
    try:
        return (yield)
    finally:
        if process is not None:
            if process.phases and process.status == "ok":
                report_verdict(session.config, process)
            write_record(session.config)


def report_verdict(config: pytest.Config, process: ArmProcess) -> None:
    """Judge what was timed; a failure is reported like a test's, to every plugin that listens."""
    try:
        process.judge()
    except Failed as failed:
        node = "bench/test_phases.py::verdict"
        report = pytest.TestReport(
            nodeid=node,
            location=("bench/test_phases.py", None, "verdict"),
            keywords={},
            outcome="failed",
            longrepr=str(failed),
            when="call",
        )
        config.hook.pytest_runtest_logreport(report=report)


def write_record(config: pytest.Config) -> None:
    """Make the process's record; write it where the runner asked."""
    record = process_record(config.stash[PROCESS])
    if config.option.raw is not None:
        text = json.dumps(record, allow_nan=False, default=str)
        try:
            config.option.raw.parent.mkdir(parents=True, exist_ok=True)
            config.option.raw.write_text(text, encoding="utf-8")
        except OSError as error:
            raise pytest.UsageError(
                f"cannot write {config.option.raw}: {error.strerror}"
            ) from error


def loosen() -> None:
    """Let a measured process print whatever it likes: what an encoding lacks is escaped."""
    for one in (sys.stdout, sys.stderr):
        if isinstance(one, io.TextIOWrapper):
            one.reconfigure(errors="backslashreplace")
