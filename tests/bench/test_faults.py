"""Every fault at once, in one run beside good arms: each costs its own arm and nothing else."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from bench.command.exits import Exit, exit_for
from bench.machine import n_cpus
from bench.runner.run_folder import outcomes
from runfiles.load import load_run
from tests.bench.begun import measure
from tests.bench.test_runner import make_run, records, token_of

FAULTY = "tests.bench.faulty"
GOOD = (
    "numpy",
    *(
        f"{FAULTY}:{name}"
        for name in ("talks", "leaves_a_child", "flees", "says_its_version_oddly")
    ),
)
BAD = {
    "hangs_with_a_child": ("timeout", "no end after 10 s"),
    "is_deaf": ("timeout", "no end after 10 s"),
    "exits": ("crashed", "ended without a result"),
    "segfaults": ("crashed", "killed by SIGSEGV"),
    "eats_memory": ("out of memory", "above the cap of 0.5 GiB"),
    "raises": ("crashed", "RuntimeError in first epoch: the engine is on fire"),
    "turns_to_nan": ("wrong", "finite: 3 entries of an epoch's parameters are NaN"),
}


def test_all_faults_in_one_run_leave_the_good_arms_complete(tmp_path: Path) -> None:
    bad = {f"{FAULTY}:{name}": told for name, told in BAD.items()}
    runner = make_run(tmp_path, *GOOD, *bad, seconds=10)
    measure(runner)
    seen = records(runner)
    for name in GOOD:
        assert (seen[0, name]["status"], seen[0, name]["reason"]) == ("ok", None)
        assert len(seen[0, name]["phases"]["epoch"]["seconds"]) >= 6
    for name, (status, reason) in bad.items():
        assert seen[0, name]["status"] == status
        assert reason in seen[0, name]["reason"]
        assert seen[0, name]["phases"] == {}
    assert [p for p in psutil.process_iter() if token_of(p).startswith(runner.token)] == []
    assert [
        p for p in psutil.process_iter(["cmdline"]) if "601.25" in (p.info["cmdline"] or [])
    ] == []
    assert exit_for(outcomes(load_run(tmp_path))) == Exit.WRONG


@pytest.mark.alone
@pytest.mark.skipif(n_cpus() < 2, reason="needs two CPUs, one of them to leave")
@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("leaves_its_cpus", "a thread may leave the process's CPUs"),
        ("opens_its_pool", "says 2; expected 1 threads throughout"),
    ],
)
def test_an_arm_that_uses_other_threads_than_asked_is_refused(
    fault: str, reason: str, tmp_path: Path
) -> None:
    runner = make_run(tmp_path, f"{FAULTY}:{fault}")
    measure(runner)
    record = records(runner)[0, f"{FAULTY}:{fault}"]
    assert record["status"] == "refused"
    assert reason in record["reason"]
    assert record["phases"] == {}
    assert exit_for(outcomes(load_run(tmp_path))) == Exit.UNUSABLE
