"""`./rada up` as an operator uses it: ready, seen by `status`, gone at Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack.services import BY_NAME, ROOT

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]
READY_SECONDS = 120


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("RADA_")}
    return {**inherited, "RADA_DIRECTORY": str(tmp_path), "RADA_KAFKA__PARTITIONS": "1"}


@pytest.fixture
def up(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Return `./rada up`, ready."""
    log = Path(environment["RADA_DIRECTORY"]) / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up"], env=environment, cwd=ROOT,
            stdout=output, stderr=output, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    until = time.monotonic() + READY_SECONDS
    while b"rada: ready" not in log.read_bytes():
        assert process.poll() is None, log.read_text("utf-8")
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.1)
    yield process
    process.kill()
    process.wait()


def rada(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_one_stack_a_folder_from_ready_to_ctrl_c(
    up: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    """All is ready and named; a second one is refused; Ctrl-C leaves nothing and is exit 0."""
    shown = rada(environment, "status", "--json")
    assert shown.returncode == 0, shown.stderr
    processes = json.loads(shown.stdout)["processes"]
    assert set(processes) == {"kafka", "valkey", *BY_NAME}
    assert {process["phase"] for process in processes.values()} == {"ready"}
    children = [process["pid"] for process in processes.values()]

    second = rada(environment, "up")
    assert second.returncode == 1
    assert "runs already in this folder" in second.stderr
    assert rada(environment, "topics", "check").stdout.strip() == "all topics are as wanted"
    assert "partition is live" in rada(environment, "logs", "coordinator").stdout
    assert rada(environment, "profiles", "publish").stdout.strip() == "nothing changed"

    up.send_signal(signal.SIGINT)
    assert up.wait(60) == 0
    assert not any(psutil.pid_exists(pid) for pid in children)
    assert rada(environment, "status").returncode == 1
    assert rada(environment, "down").stdout.strip() == "rada: nothing runs in this folder"
