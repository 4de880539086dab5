"""Facts wait for what they are about: each once, under every name that may bring it home."""

import json
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from correlation.instants import HOUR, MINUTE, written
from correlation.picture.disputes import Shelved
from correlation.picture.port import Alarm, Port
from correlation.picture.shelf import give_up, shelve, taken_off
from tests.correlation.given import NOON, APort, a_booking, a_gate_in, an_event

BOX: Final = "RDAU2000016"
PART: Final = "COCTG/9999993/20261105/SPRC/1"


def a_reading(hour: int) -> dict[str, Any]:
    """Return what a reefer's air was in an hour after noon."""
    at = NOON + hour * HOUR
    data = {"as_of": written(at), "set_point_c": -18.0, "return_c": -17.0 - hour / 10}
    return an_event("yard.reefer-measured", BOX, data, at=at)


def the_port(port: APort) -> Port:
    """Return the picture of the port."""
    return port.state.ports["COCTG"]


def is_whole(port: Port) -> bool:
    """Tell whether every waiting fact stands under its names, and every name has its facts."""
    stands = {(ref, name) for ref, names in port.shelf.items() for name in names}
    waits = {(ref, name) for name, fact in port.waiting.items() for ref in fact.refs}
    timers = {name for name in port.timers if name.startswith("S|")}
    return stands == waits and timers == {f"S|{ref}" for ref in port.shelf}


def test_readings_wait_for_their_box_and_apply_in_the_order_in_which_they_came() -> None:
    """A terminal reads a reefer whose arrival nobody reported; the report comes five hours late."""
    port = APort()
    for hour in range(1, 6):
        port.hear(a_reading(hour), at=NOON + hour * HOUR)
    known = the_port(port)
    assert len(known.waiting) == 5
    assert is_whole(known)

    port.hear(a_gate_in(BOX, at=NOON), at=NOON + 5 * HOUR + MINUTE)

    (reefer,) = known.reefers.values()
    assert [round(sample.value, 1) for sample in reefer.air] == [-17.1, -17.2, -17.3, -17.4, -17.5]
    assert not known.waiting
    assert not known.shelf


def test_a_fact_that_may_be_about_several_things_waits_once_and_comes_home_once() -> None:
    """A reading names box, booking and bill. The booking does not bring it home, the box does."""
    port = APort()
    reading = a_reading(1)
    reading["data"]["refs"] |= {"booking": "bkg:RDA:BK1", "bl": "bl:RDA:RD1"}
    port.hear(reading, at=NOON + HOUR)
    known = the_port(port)
    assert set(known.shelf) >= {BOX, "bkg:RDA:BK1", "bl:RDA:RD1"}

    port.hear(a_booking(PART, at=NOON), at=NOON + HOUR + MINUTE)
    waiting = [fact for fact in known.waiting.values() if BOX in fact.refs]
    assert len(waiting) == 1
    assert is_whole(known)

    port.hear(a_gate_in(BOX, at=NOON), at=NOON + HOUR + 2 * MINUTE)
    assert [len(reefer.air) for reefer in known.reefers.values()] == [1]
    assert BOX not in known.shelf
    assert is_whole(known)
    assert port.rejections() == []


def test_a_fact_that_nobody_asks_for_is_given_up() -> None:
    """Two days after the last reading of a box that never came, nothing of it is left."""
    port = APort()
    for hour in (1, 2):
        port.hear(a_reading(hour), at=NOON + hour * HOUR)

    port.wait(NOON + 49 * HOUR)
    assert len(the_port(port).waiting) == 2

    port.wait(NOON + 51 * HOUR)
    assert not the_port(port).waiting
    assert not the_port(port).shelf


def a_waiting_fact(number: int, refs: list[str]) -> Shelved:
    """Return a reading as it waits for these names; its position is its number."""
    return Shelved(
        value=json.dumps(a_reading(number)).encode(),
        headers=(),
        publisher="ter-ctg-1",
        at=NOON,
        received_at=NOON,
        position=number,
        until=NOON + HOUR,
        refs=tuple(refs),
    )


steps = st.lists(
    st.tuples(st.sampled_from(("wait", "wait", "wait", "come", "give up")), st.integers(0, 9)),
    max_size=30,
)


@settings(max_examples=150)
@given(steps, st.lists(st.lists(st.sampled_from("abcd"), min_size=1, unique=True), min_size=10))
def test_whatever_comes_and_goes_no_fact_is_left_without_a_name(
    done: list[tuple[str, int]], refs: list[list[str]]
) -> None:
    """A fact waits as long as one of its names is waited for, and no longer; it comes home once."""
    known = Port("COCTG", [], Alarm())
    expected: dict[str, list[int]] = {ref: [] for ref in "abcd"}
    for what, number in done:
        ref = "abcd"[number % 4]
        if what == "wait":
            shelve(known, a_waiting_fact(number, refs[number]))
            for name in refs[number]:
                if number not in expected[name]:
                    expected[name].append(number)
        elif what == "come":
            came = [fact.position for fact in taken_off(known, ref)]
            assert came == expected[ref]
            for waiting in expected.values():
                waiting[:] = [held for held in waiting if held not in came]
        else:
            give_up(known, ref)
            known.set_timer(f"S|{ref}", None)  # it has fired
            expected[ref].clear()
        assert is_whole(known)
        left = {name: known.shelf.get(name) or () for name in "abcd"}
        assert {
            name: [known.waiting[held].position for held in left[name]] for name in left
        } == expected
