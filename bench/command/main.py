"""The command as a process: its streams, its signals, and the code it ends with."""

from __future__ import annotations

import signal
import sys
import traceback
from contextlib import suppress

from backends.errors import BadInput
from bench.command import streams
from bench.command.cli import app
from bench.command.completion import keep_to_a_line
from bench.command.exits import Exit
from reports.findings.names import visible
from reports.text.names import SENTENCE
from reports.text.spelling import SPELLED
from runfiles.errors import BadRun


def main() -> None:
    """Run the command and exit with its code; nothing it prints ends in a traceback."""
    streams.take_over(SPELLED)
    keep_to_a_line()
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, signal.default_int_handler)
    try:
        code = answered()
    except streams.ClosedPipe:
        code = Exit.CLOSED_PIPE
    streams.silence()
    sys.exit(code)


def answered() -> int:
    """The exit code: bad input is a message and 2, a bug has a code of its own."""
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    except SystemExit as ended:
        return int(ended.code or 0)
    except (BadInput, BadRun) as error:
        return complain(str(error))
    except MemoryError as error:
        return complain(f"out of memory: {error}. Ask for a smaller size.")
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except streams.ClosedPipe:
        raise
    except Exception:
        with suppress(BadInput):
            traceback.print_exc()
        return Exit.INTERNAL
    return Exit.COMPLETE


def complain(text: str) -> int:
    """Say on standard error, in one line, what was wrong with the input; its exit code."""
    with suppress(BadInput):  # no room there either
        print(f"autograd-bench: {visible(text, SENTENCE)}", file=sys.stderr, flush=True)
    return Exit.UNUSABLE
