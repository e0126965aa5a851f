"""An address where no scheduler answers is said to be one, in so many seconds."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from backends.errors import BadInput
from bench.fleet import fleet, session
from tests.conftest import Answer
from tests.fleet.cluster import cluster


def test_without_dask_the_command_says_how_to_install_it(
    monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    done: Answer = answer("run", "--fleet", "tcp://127.0.0.1:1")  # type: ignore[operator]
    assert done.code == 2
    assert "pip install 'autograd-bench[fleet]'" in done.err


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "127.0.0.1", "nonsense://a:1", "tcp://", "tls://127.0.0.1:1"]
)
def test_an_address_without_a_scheduler_is_named(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(fleet, "ANSWER_SECONDS", 0.5)
    with pytest.raises(BadInput, match=r"--fleet is '.*': no scheduler of Dask answers there"):
        session.first_machine(address, print)


@pytest.mark.parametrize(
    ("address", "configured"),
    [
        ("tcp://127.0.0.1:1", {"distributed.comm.require-encryption": True}),
        ("tls://127.0.0.1:1", {"distributed.comm.tls.ca-file": "not-there.pem"}),
    ],
)
def test_a_configuration_that_does_not_fit_the_address_is_told(
    address: str, configured: dict[str, object]
) -> None:
    dask = pytest.importorskip("dask")
    told = r"answers there \(.+\).*for tls:// the certificates"
    with dask.config.set(configured), pytest.raises(BadInput, match=told):
        session.first_machine(address, print)


def test_what_accepts_and_never_answers_is_no_scheduler(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(fleet, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(BadInput, match="no scheduler of Dask answers there"):
            session.first_machine(address, print)


def test_a_scheduler_without_workers_is_waited_for_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(session, "FIRST_SECONDS", 0.3)
    told = r"no worker was there for 0\.3 s.*: dask worker tcp://"
    with cluster(tmp_path, {}) as hosts, pytest.raises(BadInput, match=told):
        session.first_machine(hosts.address, print)
