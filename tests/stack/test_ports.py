"""Ports for servers: ours alone, also beside another run of Rada on the same machine."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stack import ports
from stack.ports import FIRST, HOST, LAST, NoFreePort, free_port, port_or_free

OTHER_RUN = "from stack.ports import {0}; print({0}({1})); input()"


def test_a_port_is_not_given_twice_although_no_server_listens_yet() -> None:
    """A server takes a second to listen; meanwhile nobody else may be sent there."""
    given = [free_port() for _ in range(5)]

    assert len(set(given)) == 5


@contextmanager
def another_run(function: str, argument: str = "") -> Iterator[int]:
    """Let another process take a port, as a second Rada would, and keep it meanwhile."""
    root = Path(ports.__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN.format(function, argument)],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        yield int(other.stdout.readline())
        other.communicate("\n", timeout=10)


def test_another_run_on_the_machine_is_given_other_ports() -> None:
    """Two runs side by side must not meet at one address: a client would talk to the wrong one."""
    ours = {free_port() for _ in range(3)}

    with another_run("free_port") as theirs:
        ours |= {free_port() for _ in range(3)}

    assert theirs not in ours


def test_the_usual_port_goes_to_the_first_run_also_before_it_listens() -> None:
    """The second `./rada up` on a machine gets free ports, and the table says which."""
    usual = free_port() + 500

    with another_run("port_or_free", str(usual)) as theirs:
        ours = port_or_free(usual)

    assert (theirs == usual, ours == usual) == (True, False)


def test_a_run_has_its_usual_port_again_after_a_restart() -> None:
    """What was ours and is not listened on any more is ours still."""
    usual = free_port()

    assert port_or_free(usual) == usual


def test_ports_are_below_those_of_outgoing_connections() -> None:
    """A connection that the system numbers must not sit where a server is about to listen."""
    assert FIRST <= free_port() <= LAST < 32_768


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Let somebody else listen on the first port of the range."""
    with socket.socket() as theirs:
        theirs.bind((HOST, 0))
        theirs.listen()
        port = int(theirs.getsockname()[1])
        monkeypatch.setattr(ports, "FIRST", port)
        yield port


def test_a_port_on_which_somebody_listens_is_passed_over(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is not ours keeps its port."""
    monkeypatch.setattr(ports, "LAST", 65_535)

    assert free_port() > taken


def test_no_port_left_is_an_error_that_names_the_range(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The operator reads which numbers were tried."""
    monkeypatch.setattr(ports, "LAST", taken)

    with pytest.raises(NoFreePort, match=f"between {taken} and {taken}"):
        free_port()
