"""The identity of a machine, hashed: it tells whether two processes ran on one machine."""

from __future__ import annotations

import hashlib
import os
import platform
import uuid

from bench.container import read_text

GIVEN = "AUTOGRAD_BENCH_MACHINE"  # a variable that tells machines apart whose files do not
DIGITS = 16
OF_THE_SYSTEM = "/etc/machine-id"
OF_THE_BOOT = "/proc/sys/kernel/random/boot_id"


def machine_identity() -> str:
    """What tells this machine from others; it outlives a reboot wherever the system has a name.

    machine-id(5) asks that its content be kept private and hashed with something of one's own.
    """
    told = (os.environ.get(GIVEN), read_text(OF_THE_SYSTEM), read_text(OF_THE_BOOT), address())
    return hashed("machine", next(text for text in told if text))


def boot_identity() -> str | None:
    """What tells this start of the kernel from others, None where the system does not tell."""
    boot = read_text(OF_THE_BOOT)
    return hashed("boot", boot) if boot else None


def address() -> str:
    """The host's name, with the address of its network card where it has one."""
    node = uuid.getnode()
    is_made_up = node >> 40 & 1  # another one in every process
    return f"{platform.node()} {0 if is_made_up else node}"


def hashed(kind: str, text: str) -> str:
    """The first digits of a hash that no other program makes of ``text``."""
    return hashlib.sha256(f"autograd-bench {kind} {text}".encode()).hexdigest()[:DIGITS]
