"""A machine is known by a hash, which outlives a reboot and tells nothing else."""

from __future__ import annotations

import re

import pytest

from bench import identity
from bench.identity import GIVEN, OF_THE_BOOT, OF_THE_SYSTEM, boot_identity, machine_identity

FILES = {OF_THE_SYSTEM: "0123456789abcdef0123456789abcdef", OF_THE_BOOT: "11111111-2222"}


@pytest.fixture(autouse=True)
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the system tells, to be changed by a test."""
    told = dict(FILES)
    monkeypatch.setattr(identity, "read_text", lambda path: told.get(str(path)))
    monkeypatch.delenv(GIVEN, raising=False)
    return told


def test_it_is_a_hash_that_does_not_show_what_it_is_made_of() -> None:
    assert re.fullmatch(r"[0-9a-f]{16}", machine_identity())
    assert machine_identity() not in FILES[OF_THE_SYSTEM]


def test_a_reboot_changes_the_boot_and_not_the_machine(files: dict[str, str]) -> None:
    before = machine_identity(), boot_identity()
    files[OF_THE_BOOT] = "33333333-4444"
    assert machine_identity() == before[0]
    assert boot_identity() != before[1]


@pytest.mark.parametrize("lacking", [[OF_THE_SYSTEM], [OF_THE_SYSTEM, OF_THE_BOOT]])
def test_what_the_system_does_not_tell_is_found_elsewhere(
    lacking: list[str], files: dict[str, str]
) -> None:
    whole = machine_identity()
    for path in lacking:
        files[path] = ""  # as in an image that gets its own when it is started
    assert re.fullmatch(r"[0-9a-f]{16}", machine_identity())
    assert machine_identity() != whole
    assert machine_identity() == machine_identity()


def test_a_name_that_was_given_counts_before_all_else(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(GIVEN, "node17")
    named = machine_identity()
    files.clear()
    assert machine_identity() == named
    assert boot_identity() is None
    monkeypatch.setenv(GIVEN, "")
    assert machine_identity() != named


def test_an_address_that_is_made_up_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python makes one up, another in every process, where no network card has one."""
    monkeypatch.setattr("platform.node", lambda: "host")
    monkeypatch.setattr("uuid.getnode", lambda: 0x010000000007)
    assert identity.address() == "host 0"
    monkeypatch.setattr("uuid.getnode", lambda: 0x000000000007)
    assert identity.address() == "host 7"
