"""Ports for servers: ours alone, also beside another run of Rada on the same machine."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from stack import ports
from stack.ports import FIRST, HOST, LAST, NoFreePort, free_port

OTHER_RUN = "from stack.ports import free_port; print(free_port()); input()"


def test_a_port_is_not_given_twice_although_no_server_listens_yet() -> None:
    """A server takes a second to listen; meanwhile nobody else may be sent there."""
    given = [free_port() for _ in range(5)]

    assert len(set(given)) == 5


def test_another_run_on_the_machine_is_given_other_ports() -> None:
    """Two runs side by side must not meet at one address: a client would talk to the wrong one."""
    ours = {free_port() for _ in range(3)}
    root = Path(ports.__file__).parent.parent
    with subprocess.Popen(
        [sys.executable, "-c", OTHER_RUN],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        theirs = int(other.stdout.readline())
        ours |= {free_port() for _ in range(3)}
        other.communicate("\n", timeout=10)

    assert theirs not in ours


def test_ports_are_below_those_of_outgoing_connections() -> None:
    """A connection that the system numbers must not sit where a server is about to listen."""
    assert FIRST <= free_port() <= LAST < 32_768


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not ours keeps its port."""
    with socket.socket() as theirs:
        theirs.bind((HOST, 0))
        theirs.listen()
        taken = theirs.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", taken)
        monkeypatch.setattr(ports, "LAST", 65_535)

        assert free_port() > taken


def test_no_port_left_is_an_error_that_names_the_range(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator reads which numbers were tried."""
    with socket.socket() as theirs:
        theirs.bind((HOST, 0))
        theirs.listen()
        taken = theirs.getsockname()[1]
        monkeypatch.setattr(ports, "FIRST", taken)
        monkeypatch.setattr(ports, "LAST", taken)

        with pytest.raises(NoFreePort, match=f"between {taken} and {taken}"):
            free_port()
