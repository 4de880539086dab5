"""The parts of the coordinator's shell that need no broker."""

import threading
from pathlib import Path

from plumbing.settings import Settings
from services.coordinator.app import _faust_app
from services.coordinator.standstill import STANDS_STILL, Watchdog
from services.coordinator.version import core_version


def test_the_core_version_follows_its_sources(tmp_path: Path) -> None:
    """A changed rule or text is other code; a changed note beside it is not."""
    (tmp_path / "correlation").mkdir()
    rule = tmp_path / "correlation" / "t03.py"
    rule.write_text("a = 1")
    before = core_version(tmp_path)

    (tmp_path / "correlation" / "notes.md").write_text("b")
    assert core_version(tmp_path) == before

    rule.write_text("a = 2")
    assert core_version(tmp_path) != before


def test_a_partition_that_is_behind_and_stands_still_ends_the_process() -> None:
    """One that moves, or has nothing to do, does not."""
    ended: list[int] = []
    watchdog = Watchdog(lambda code, _why: ended.append(code), behind_seconds=-1)

    watchdog.look(0, 0.0, is_behind=False)
    assert ended == []

    watchdog.look(0, 0.0, is_behind=True)
    assert ended == [STANDS_STILL]


def test_a_blocked_loop_ends_the_process() -> None:
    """The watchdog has a thread of its own, so it sees what the loop cannot."""
    is_ended = threading.Event()
    watchdog = Watchdog(lambda _code, _why: is_ended.set(), loop_seconds=0.1)

    watchdog.start()

    assert is_ended.wait(5)


def test_faust_opens_no_port_and_keeps_no_table() -> None:
    """Ownership, delivery and life cycle are all that is taken from it."""
    conf = _faust_app(Settings()).conf

    assert not conf.web_enabled
    assert conf.topic_disable_leader
    assert conf.processing_guarantee.value == "at_least_once"
    assert conf.stream_buffer_maxsize == 256


def test_faust_leaves_no_folder_behind() -> None:
    """It would make one in each directory that a coordinator is started from, and use none."""
    app = _faust_app(Settings())

    app._create_directories()

    assert not app.conf.datadir.exists()
