"""Timers: what was put off happens then and once, and what is due is not held twice."""

from correlation.engine import new_state
from correlation.instants import HOUR
from correlation.picture.port import Port
from tests.correlation.given import NOON, APort

TRUCK = "apt:SPRC:1"


def a_port() -> tuple[APort, Port]:
    """Return a port that listens, and its picture."""
    port = APort()
    port.hear(at=NOON)
    return port, port.state.port("COCTG")


def test_a_timer_put_off_goes_off_at_its_new_instant_and_once() -> None:
    """It is found at its old place, and entered where it belongs."""
    port, picture = a_port()
    picture.grace.put("late", NOON)
    picture.set_timer("G|late", NOON + HOUR)
    picture.set_timer("G|late", NOON + 3 * HOUR)

    port.wait(NOON + 2 * HOUR)
    assert "late" in picture.grace
    port.wait(NOON + 3 * HOUR)
    assert "late" not in picture.grace
    assert "G|late" not in picture.timers


def test_a_timer_set_earlier_goes_off_earlier_and_once() -> None:
    """The later place is passed over."""
    port, picture = a_port()
    picture.grace.put("soon", NOON)
    picture.set_timer("G|soon", NOON + 3 * HOUR)
    picture.set_timer("G|soon", NOON + HOUR)

    port.wait(NOON + HOUR)
    assert "soon" not in picture.grace
    picture.grace.put("soon", NOON)
    port.wait(NOON + 3 * HOUR)
    assert "soon" in picture.grace


def test_a_timer_called_off_and_set_again_goes_off_once() -> None:
    """Whatever lies about from before."""
    port, picture = a_port()
    picture.grace.put("again", NOON)
    picture.set_timer("G|again", NOON + HOUR)
    picture.set_timer("G|again", None)
    picture.set_timer("G|again", NOON + 2 * HOUR)

    port.wait(NOON + HOUR)
    assert "again" in picture.grace
    port.wait(NOON + 2 * HOUR)
    assert "again" not in picture.grace
    assert picture.due == []


def test_what_is_put_off_again_and_again_is_held_once() -> None:
    """Each word on a truck puts off its end; a busy port held three places for each timer."""
    picture = Port("COCTG", [], new_state(0, 1).alarm)
    for minute in range(1000):
        picture.set_timer(f"V|appointment|{TRUCK}", NOON + minute)

    assert len(picture.due) == 1
