"""Children start, come back, are refused, and stop; nothing outlives its parent."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from stack import pids
from stack.processes import Child, Phase, StartFailed, Supervisor

ROOT = Path(__file__).parents[2]


def a_child(name: str, program: str, **more: object) -> Child:
    return Child(name, [sys.executable, "-c", program], lambda: True, **more)  # type: ignore[arg-type]


def eventually(is_so: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, cwd=ROOT, say=said.append)
    yield made
    made.stop()


def test_a_killed_child_comes_back_and_that_is_said(
    supervisor: Supervisor, said: list[str]
) -> None:
    """After SIGKILL a child runs again under another pid, with a message that names its log."""
    supervisor.start(a_child("clerk", "import time; time.sleep(60)"))
    supervisor.await_ready("clerk")
    before = supervisor.pid("clerk")

    supervisor.kill("clerk")

    assert eventually(lambda: supervisor.pid("clerk") not in (None, before))
    assert "clerk ended (signal SIGKILL)" in said[0]
    assert "clerk.log" in said[0]


def test_a_child_killed_when_it_was_well_never_waits_longer(
    supervisor: Supervisor, said: list[str]
) -> None:
    """Who is ready and killed from outside has not failed: each time it starts again at once."""
    supervisor.start(a_child("clerk", "import time; time.sleep(60)"))
    for number in range(3):
        supervisor.await_ready("clerk")
        supervisor.kill("clerk")
        assert eventually(lambda number=number: len(said) > number)  # type: ignore[misc]

    assert all("started again in 0.2 s" in line for line in said)


def test_a_child_that_refuses_is_not_started_again(supervisor: Supervisor, said: list[str]) -> None:
    """Exit code 64 is final: its last words are shown and nothing is tried again."""
    supervisor.start(a_child("clerk", "import sys; print('9 found, 6 wanted'); sys.exit(64)"))
    assert eventually(lambda: supervisor.phase("clerk") is Phase.REFUSED)

    with pytest.raises(StartFailed, match="9 found, 6 wanted"):
        supervisor.await_ready("clerk")

    time.sleep(0.5)
    assert supervisor.pid("clerk") is None
    assert len(said) == 1


def test_a_child_that_ignores_the_wish_is_killed_within_its_budget(
    supervisor: Supervisor,
) -> None:
    """SIGTERM is a wish; after the budget SIGKILL is not."""
    deaf = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    supervisor.start(a_child("deaf", deaf, stop_seconds=0.5))
    supervisor.await_ready("deaf")
    pid = supervisor.pid("deaf")
    assert pid is not None
    time.sleep(0.3)  # until it is deaf

    began = time.monotonic()
    supervisor.stop_these("deaf")

    assert time.monotonic() - began < 3
    assert not psutil.pid_exists(pid)


def test_higher_stages_stop_first(supervisor: Supervisor, tmp_path: Path) -> None:
    """An edge is gone before the Kafka that it writes to is asked to stop."""
    note = tmp_path / "order"
    program = textwrap.dedent("""
        import signal, sys, time
        def stop(*_):
            open({note!r}, "a").write({name!r} + " ")
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        print("up", flush=True)
        time.sleep(60)
    """)
    for name, stage in (("kafka", 0), ("edge", 2), ("sequencer", 1)):
        supervisor.start(a_child(name, program.format(note=str(note), name=name), stage=stage))
    names = ("kafka", "edge", "sequencer")
    assert eventually(lambda: all("up" in supervisor.last_words(name) for name in names))

    supervisor.stop_these(*names)

    assert note.read_text().split() == ["edge", "sequencer", "kafka"]


def test_nothing_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    """SIGKILL of the keeper takes every child with it."""
    program = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from stack.processes import Child, Supervisor
        keeper = Supervisor(Path(sys.argv[1]), cwd=Path.cwd())
        for name in ("one", "two"):
            program = "import time; print('up', flush=True); time.sleep(60)"
            keeper.start(Child(name, [sys.executable, "-c", program],
                               lambda name=name: "up" in keeper.last_words(name)))
        keeper.await_ready("one", "two")
        print(keeper.pid("one"), keeper.pid("two"), flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2

        parent.send_signal(signal.SIGKILL)
        parent.wait()

    assert eventually(lambda: not any(psutil.pid_exists(pid) for pid in children), 5)


def test_a_recycled_pid_is_a_stranger(tmp_path: Path) -> None:
    """A pid file counts only while the process of that start time lives."""
    file = tmp_path / "clerk.pid"
    pids.write(file, os.getpid())
    assert pids.living(file) == os.getpid()

    started = psutil.Process().create_time()
    file.write_text(f'{{"pid": {os.getpid()}, "started": {started - 100}}}')

    assert pids.living(file) is None


def test_a_torn_pid_file_names_nobody(tmp_path: Path) -> None:
    """A file that a crash cut short is no reason to kill anybody, nor to fail."""
    file = tmp_path / "clerk.pid"
    file.write_text('{"pid": 12')

    assert pids.living(file) is None
