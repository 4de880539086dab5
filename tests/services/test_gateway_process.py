"""The gateway as a process of its own: refusals, readiness, and how it stops."""

import os
import subprocess
import sys
import time

import httpx
import pytest

from stack.ports import free_port
from stack.running import Stores, environment_of, services_on
from tests.services.given_gateway import SYSTEM, listening

COMMAND = [sys.executable, "-m", "services.alert_gateway"]


def test_it_refuses_a_public_address_and_says_how_to_mend_it() -> None:
    """Exit code 64 and one sentence: what was found, what is allowed, why."""
    environment = {**os.environ, "RADA_HTTP__HOST": "10.0.0.7"}

    ended = subprocess.run(
        COMMAND, env=environment, capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 64
    assert "10.0.0.7" in ended.stderr
    assert "RADA_GATEWAY__NETWORK=container" in ended.stderr


@pytest.mark.kafka
async def test_a_stop_ends_open_streams_by_name_and_at_once(
    kafka_stack: Stores, namespace: str
) -> None:
    """SIGTERM is obeyed in seconds although a reader listens; the reader hears `shutdown`."""
    with services_on(kafka_stack, (), namespace=namespace) as rada:
        port = free_port()
        environment = {
            **os.environ,
            **environment_of(rada.settings),
            "RADA_HTTP__PORT": str(port),
            "RADA_GATEWAY__NETWORK": "loopback",
        }
        # A plain child: what is tested is the signal, not how this test waits.
        with subprocess.Popen(COMMAND, env=environment, stderr=subprocess.PIPE) as process:  # noqa: ASYNC220
            base = f"http://127.0.0.1:{port}"
            until_ready(base, process)
            async with (
                httpx.AsyncClient(base_url=base, timeout=10) as client,
                listening(client) as reader,
            ):
                await reader.next("hello")
                began = time.monotonic()
                process.terminate()
                ended = await reader.next("close")
            code = process.wait(10)
            took = time.monotonic() - began

    assert ended.body == {"reason": "shutdown"}
    assert code == 0
    assert took < 5


def until_ready(base: str, process: "subprocess.Popen[bytes]") -> None:
    """Wait until /readyz says yes."""
    until_at = time.monotonic() + 30
    while time.monotonic() < until_at:
        assert process.poll() is None, process.stderr and process.stderr.read().decode()
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                assert httpx.get(f"{base}/v1/ports/{SYSTEM}/alerts").json()["total"] == 0
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it was not ready within 30 s")
