"""A double of an arm's process: it sleeps, leaves a record, and tells of itself in a log.

It needs nothing but Python. That no two measure at one time is proved by a lock of its own, which
the kernel frees whatever ends it.
"""

import fcntl
import json
import os
import sys
import time
from pathlib import Path


def main() -> None:
    words = dict(word.lstrip("-").split("=", 1) for word in sys.argv[1:] if "=" in word)
    told = json.loads((Path(words["problem"]) / "sham.json").read_text())

    def note(what: str) -> None:
        with Path(told["log"]).open("a") as log:  # one write, appended whole
            log.write(f"{what} {Path(words['raw']).stem.lstrip('.')} {os.getpid()}\n")

    with Path(told["lock"]).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            note("overlap")
        note("began")
        time.sleep(told["seconds"])
        own = {key: words[key] for key in ("backend", "device", "dtype")}
        record = {**told["record"], **own, "facts": {"pid": os.getpid(), "began": time.time()}}
        name = Path(words["raw"]).stem.lstrip(".")
        if name[-2:] in told["refuses"]:  # which arms
            record |= {"status": "unsupported", "reason": "not on a Tuesday", "checks": []}
        if name in told["disturbed"] and f"ended {name}" not in Path(told["log"]).read_text():
            noise = {"steal_share": 0.5}  # the first time
            record["phases"] = {"epoch": {"seconds": [0.1], "iterations": 1, "noise": noise}}
        Path(words["raw"]).write_text(json.dumps(record))
        note("ended")


if __name__ == "__main__":
    main()
