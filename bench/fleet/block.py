"""One block of every case of a run, measured on this machine: ``python -m bench.fleet.block HOME``.

The first line of standard input is the order; when that stream ends, so does the block. Its
answer is JSON on standard output, what it says besides is on standard error.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct, json, structs

from backends.errors import BadInput
from bench.fleet.machine_lock import NoTurn, machine_held
from bench.runner import import_path
from bench.runner.conditions import require_conditions
from bench.runner.run_folder import interpreters_of, require_same_problem
from bench.runner.runner import Runner
from bench.runner.supervisor import TOKEN, Supervisor
from runfiles.errors import BadRun
from runfiles.load import case_folders
from runfiles.records import Plan, Process
from runfiles.statuses import LOGGED
from runfiles.store import read

MEASURED = ("raw", "ceilings", "discarded", "logs")  # folders of what a block leaves
LOG_BYTES = 2**18  # the end of a log that travels
REFUSED, NO_TURN = 2, 75  # exit codes: not on this machine; not now (sysexits.h: EX_TEMPFAIL)


class Order(Struct, frozen=True):
    """What is to be measured."""

    block: int
    given: dict[str, str]  # files of the block that are there already, by their paths
    discards: dict[str, int]  # how often each case, by its folder, may be measured again
    seconds: float  # that a turn on the machine may be waited for


class Answer(Struct, frozen=True):
    """What was measured: the text of each file by its path within the run's folder."""

    files: dict[str, str]


@dataclass
class BlockRunner(Runner):
    """A runner whose processes bear the mark of the block that starts them."""

    @property
    def token(self) -> str:
        return os.environ[TOKEN]


def main(home: Path, runner: type[Runner] = BlockRunner) -> int:
    """The exit code, after the answer was printed or why there is none was said."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    order = json.decode(sys.stdin.readline(), type=Order)
    supervisor = Supervisor()
    threading.Thread(target=end_with_input, args=(supervisor.stop,), daemon=True).start()
    try:
        with machine_held(order.seconds) as held:
            supervisor.kept = (held,)
            measure(home, order, supervisor, runner)
        sys.stdout.buffer.write(json.encode(Answer(dict(files_of(home, order.block)))))
    except (BadInput, BadRun) as error:
        print(error, file=sys.stderr)
        return REFUSED
    except NoTurn as error:
        print(error, file=sys.stderr)
        return NO_TURN
    return 0


def end_with_input(stop: threading.Event) -> None:
    """Interrupt the main thread, whatever it waits for, when whoever started this is gone.

    Python may lose the signal, where it comes while an object is removed: ``stop`` stays set.
    """
    sys.stdin.read()
    stop.set()
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def measure(home: Path, order: Order, supervisor: Supervisor, runner: type[Runner]) -> None:
    """Measure the block in every case of the run in ``home``, given what is there of it.

    Raises BadInput where this machine is not one to measure it on.
    """
    lay_out(home, order.given)
    runners = [
        runner(folder, plan, interpreters_of(folder).paths, supervisor=supervisor)
        for folder, plan in planned(home, order)
    ]
    for one in runners:
        one.run_whole_block(order.block)


def lay_out(home: Path, given: Mapping[str, str]) -> None:
    """Leave of a block nothing in ``home`` but the files ``given``."""
    for folder in case_folders(home):
        for name in MEASURED:
            shutil.rmtree(folder / name, ignore_errors=True)
    for name, text in given.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def planned(home: Path, order: Order) -> Iterator[tuple[Path, Plan]]:
    """Folder and plan of every case that has the block, with the discards that it is granted.

    Raises BadInput where the machine or the suite is not what the run was begun with.
    """
    for folder in case_folders(home):
        plan = read(folder / "plan.json", Plan)
        require_same_problem(folder, plan)
        require_conditions(plan)
        if order.block < len(plan.blocks):
            allowed = order.discards.get(folder.relative_to(home).as_posix(), 0)
            yield folder, structs.replace(plan, max_discards=allowed)


def files_of(home: Path, block: int) -> Iterator[tuple[str, str]]:
    """Path and text of every file that the block has left, logs only of what went wrong."""
    for folder in case_folders(home):
        kept = [folder / name for name in MEASURED[:-1]]
        found = [path for one in kept for path in sorted(one.rglob("*.json"))]
        for path in (*found, *logs_of(folder, block)):
            text = path.read_bytes()[-LOG_BYTES if path.suffix == ".txt" else 0 :]
            yield path.relative_to(home).as_posix(), text.decode("utf-8", "replace")


def logs_of(folder: Path, block: int) -> Iterator[Path]:
    """The logs that a record names."""
    for path in sorted((folder / "raw").glob(f"{block:03d}-*.json")):
        record = read(path, Process)
        if record.status in LOGGED or "bad_end" in record.facts:
            yield from (folder / "logs").glob(f"{path.stem}.txt")


if __name__ == "__main__":
    import_path.seal()
    sys.exit(main(Path(sys.argv[1])))
