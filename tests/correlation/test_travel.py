"""How long the way to the gate takes is learned from the journal: once a truck, hour by hour."""

import json

import pytest

from correlation.instants import HOUR, MINUTE, WEEK, hour_of_week
from correlation.picture.journeys import OBSERVED_MOST, PRIOR, Travel, learned, usual
from correlation.snapshot import encode, freeze, thaw
from tests.correlation.given import NOON, TERMINAL, APort, a_step, an_appointment, withdrawn
from tests.correlation.rules.given_road import WEIGHBRIDGE, a_road, a_sighting

APPOINTMENT = "apt:SPRC:1"
WAY = f"{WEIGHBRIDGE}|{TERMINAL}|{hour_of_week(NOON)}"
DAYS_4 = 96 * HOUR
USUAL = usual(60, 10)


def a_trip(port: APort, *, took: int, at: int = NOON, number: str = "1") -> None:
    """Let a truck pass the weighbridge and come to the queue of the gate so much later."""
    name, truck = f"apt:SPRC:{number}", f"trk:SPRC:{number}"
    port.hear(an_appointment(number, at + HOUR, at=at), at=at)
    port.hear(a_sighting(WEIGHBRIDGE, at=at, appointment=name, truck=truck), at=at)
    port.hear(a_step("QUEUE_IN", name, at=at + took), at=at + took)


def travel(port: APort) -> dict[str, Travel]:
    """Return what the port has learned."""
    return dict(port.state.ports["COCTG"].travel)


def test_a_truck_is_learned_from_when_its_journey_is_over() -> None:
    """It needed 90 minutes and not 60: four days later the mean moves by a fifth of that."""
    port = a_road()
    a_trip(port, took=90 * MINUTE)

    early = port.wait(NOON + DAYS_4 - HOUR, step=HOUR) and travel(port)
    port.wait(NOON + DAYS_4, step=HOUR)

    assert not early
    assert travel(port) == {WAY: Travel(PRIOR + 1, 66 * MINUTE, 14 * MINUTE)}
    assert not port.state.ports["COCTG"].journeys
    assert not port.state.ports["COCTG"].journeys_of


def test_what_is_said_twice_late_or_again_is_learned_once() -> None:
    """Repeats within the four days, and after them, change nothing."""
    port = a_road()
    seen = a_sighting(WEIGHBRIDGE, at=NOON, appointment=APPOINTMENT)
    came = a_step("QUEUE_IN", APPOINTMENT, at=NOON + 90 * MINUTE)
    port.hear(an_appointment("1", NOON + HOUR, at=NOON), came, at=NOON + 2 * HOUR)
    for later in (2 * HOUR, 3 * HOUR, DAYS_4 - HOUR):
        port.hear(seen, came, at=NOON + later)
    port.wait(NOON + DAYS_4, step=HOUR)
    once = travel(port)

    port.hear(seen, came, at=NOON + DAYS_4)
    port.wait(NOON + 3 * DAYS_4, step=2 * HOUR)

    assert once == {WAY: Travel(PRIOR + 1, 66 * MINUTE, 14 * MINUTE)}
    assert travel(port) == once


def test_a_corrected_sighting_is_learned_as_corrected() -> None:
    """The clerk mends the place and the minute: only the last version of the fact counts."""
    port = a_road()
    port.hear(an_appointment("1", NOON + HOUR, at=NOON), at=NOON)
    wrong = a_sighting("AP-1", at=NOON, appointment=APPOINTMENT, factid="p1")
    right = a_sighting(
        WEIGHBRIDGE,
        at=NOON + MINUTE,
        appointment=APPOINTMENT,
        factid="p1",
        updatedtime="2026-11-05T12:05:00Z",
    )
    port.hear(wrong, right, wrong, at=NOON + 5 * MINUTE)
    came = NOON + 91 * MINUTE
    port.hear(a_step("QUEUE_IN", APPOINTMENT, at=came), at=came)

    port.wait(NOON + DAYS_4 + MINUTE, step=HOUR)

    assert travel(port) == {WAY: Travel(PRIOR + 1, 66 * MINUTE, 14 * MINUTE)}


@pytest.mark.parametrize("what", ["sighting", "arrival"])
def test_what_was_taken_back_is_not_learned(what: str) -> None:
    """Neither a sighting nor an arrival that was never true says how long the way is."""
    port = a_road()
    port.hear(an_appointment("1", NOON + HOUR, at=NOON), at=NOON)
    seen = a_sighting(WEIGHBRIDGE, at=NOON, appointment=APPOINTMENT)
    came = a_step("QUEUE_IN", APPOINTMENT, at=NOON + 90 * MINUTE)
    port.hear(seen, came, at=NOON + 2 * HOUR)
    wrong = seen if what == "sighting" else came
    port.hear(withdrawn(wrong, at=NOON + 3 * HOUR), at=NOON + 3 * HOUR)

    port.wait(NOON + DAYS_4, step=HOUR)

    assert travel(port) == {}
    assert port.rejections() == []


def test_a_truck_that_slept_on_the_way_is_an_odd_one() -> None:
    """Nine hours late count as four spreads."""
    assert learned(USUAL, 10 * HOUR) == Travel(5, 68 * MINUTE, 16 * MINUTE)
    assert learned(USUAL, MINUTE) == Travel(5, 52 * MINUTE, 16 * MINUTE)


def test_the_mean_settles_where_the_trucks_are() -> None:
    """A road under repair: after 200 trucks of 80 minutes the profile's 60 is forgotten."""
    known = USUAL
    for n in range(200):
        known = learned(known, (80 + (n % 2) * 4 - 2) * MINUTE)

    assert known.seen == OBSERVED_MOST
    assert abs(known.mean - 80 * MINUTE) < MINUTE
    assert abs(known.spread - 2 * MINUTE) < 2 * MINUTE


def test_each_hour_of_the_week_has_its_own_time_and_the_next_week_knows_it() -> None:
    """What Thursday noon taught is expected on Thursday noon, and not at three."""
    port = a_road()
    for number in range(20):
        a_trip(port, took=2 * HOUR, at=NOON, number=str(number))
    port.wait(NOON + WEEK - HOUR, step=HOUR)
    expected = {}
    for name, at in (("90", NOON + WEEK), ("91", NOON + WEEK + 3 * HOUR)):
        port.hear(an_appointment(name, at + HOUR, at=at, box="RDAU2000016"), at=at)
        port.hear(a_sighting(WEIGHBRIDGE, at=at, appointment=f"apt:SPRC:{name}"), at=at)
        buckets = port.state.ports["COCTG"].on_road
        (bucket,) = list(buckets)
        expected[name] = int(bucket.rpartition("|")[2]) * 30 * MINUTE - at
        port.hear(a_step("QUEUE_IN", f"apt:SPRC:{name}", at=at + HOUR), at=at + HOUR)

    assert expected == {"90": 90 * MINUTE, "91": 60 * MINUTE}


def test_a_restart_in_the_midst_of_it_learns_the_same() -> None:
    """Journeys and what was learned are part of a snapshot, to the byte."""
    port = a_road()
    for number in range(3):
        a_trip(port, took=(80 + number) * MINUTE, at=NOON + number * MINUTE, number=str(number))
    other = APort()
    other.inputs, other.offset = dict(port.inputs), port.offset
    other.state = thaw(list(encode(freeze(port.state))))

    port.wait(NOON + DAYS_4 + HOUR, step=HOUR)
    other.wait(NOON + DAYS_4 + HOUR, step=HOUR)

    assert travel(other) == travel(port)
    assert len(travel(port)) == 1
    assert list(encode(freeze(other.state))) == list(encode(freeze(port.state)))


def test_what_is_kept_is_bounded_by_places_terminals_and_hours() -> None:
    """Places that no profile names, and plans of a passage, leave no trace at all."""
    port = a_road()
    unknown = a_sighting("NOWHERE", at=NOON)
    plan = a_sighting(WEIGHBRIDGE, at=NOON, classifier="PLN")

    port.hear(unknown, plan, at=NOON)

    known = port.state.ports["COCTG"]
    assert not known.journeys
    assert not known.journeys_of
    assert json.dumps(list(known.shelf)) == "[]"
