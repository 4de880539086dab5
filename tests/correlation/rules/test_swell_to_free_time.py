"""One incident from swell to free time, across two ports, as the clerks of both would tell it.

The plans of Thursday morning are those of `given_two_ports`. At 08:00 the harbour master forecasts
swell: the port will be closed from Friday 10:00 to Saturday 03:00. What that does to ships, berths,
trucks, yard and free days is one incident, and its root is the swell.
"""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import NOON, Event, told, withdrawn
from tests.correlation.rules.given_ship import SWELL, a_condition
from tests.correlation.rules.given_two_ports import (
    AT_CALLAO,
    BOX,
    CALL,
    PART,
    SECOND_PART,
    TwoPorts,
    estimate,
    heard,
    in_callao,
    lifted,
    said_by,
)

SECOND_CALL = SECOND_PART.partition("/SPRC")[0]
B07 = f"B07|COCTG|{SWELL}|{CALL}"
B01 = f"B01|COCTG|{CALL}"
T03 = f"T03|{PART}|1"
R01 = "R01|imo:9999993|RDA:015W|PECLL"
BERTHS = f"B03|COCTG:SMDG:SPRC|COCTG/9074729/20261107/SPRC/1|{PART}"


def closed(*, at: int) -> Event:
    """Return the forecast: the whole port is closed from Friday 10:00 to Saturday 03:00."""
    return said_by("pa", a_condition(NOON + 27 * HOUR, NOON + 44 * HOUR, at=at))[0]


def the_closure(ports: TwoPorts) -> Event:
    """At 08:00 the port says that it will close; at 09:00 the carrier expects 15 hours more."""
    ports.now = NOON + HOUR
    closure = closed(at=ports.now)
    ports.tell(ports.cartagena, closure)
    ports.now = NOON + 2 * HOUR
    ports.tell(ports.cartagena, *estimate(15 * HOUR, at=ports.now))
    return closure


def test_swell_is_the_root_of_late_ships_full_berths_lost_trucks_and_lost_free_days() -> None:
    """Eleven alerts in two ports, one root, and each party told what it can do something about."""
    ports = TwoPorts()
    the_closure(ports)
    ports.wait(NOON + 22 * HOUR)
    # In the first swell RADA SECOND rolls: 15 boxes an hour, and 100 of hers are left.
    ports.tell(ports.cartagena, lifted(270, at=ports.now))
    ports.wait(NOON + 24 * HOUR)
    ports.tell(ports.cartagena, lifted(300, at=ports.now))
    ports.tell(ports.callao, in_callao("EST", AT_CALLAO + 13 * HOUR, at=ports.now))

    ports.wait(NOON + 39 * HOUR)

    now = ports.open()
    who = {key: {party["organisation"] for party in one["audience"]} for key, one in now.items()}
    assert who == {
        # the port: two ships cannot move
        B07: {"pa", "nau", "ter", "agt-rda"},
        f"B07|COCTG|{SWELL}|{SECOND_CALL}": {"pa", "nau", "ter"},
        # ships and berths: one comes late, onto the next one's metres; one cannot leave
        B01: {"ter", "car-rda", "agt-rda", "pa", "nau"},
        BERTHS: {"ter", "car-rda", "agt-rda", "pa"},
        f"B04|COCTG:SMDG:SPRC|{SECOND_CALL}": {"ter", "pa", "nau"},
        # the yard: her cargo will not be finished
        f"P03|{SECOND_PART}": {"ter", "nau"},
        # the land: the truck, the box that is still aboard, its free days
        T03: {"ter", "trk-017", "fwd-011"},
        f"T05|{BOX}|apt:SPRC:9": {"ter", "trk-017", "fwd-011", "aut"},
        f"T06|{BOX}/20261105|STORAGE": {"fwd-011", "car-rda"},
        # the next port, told before the ship said anything there
        R01: {"ter", "car-rda", "agt-rda", "pa"},
        "B01|PECLL|PECLL/9999993/20261111": {"ter", "car-rda", "agt-rda", "pa", "nau"},
    }
    assert {one["root_cause"] for one in now.values()} == {SWELL}
    assert {one["incident_id"] for one in now.values()} == {SWELL}
    raised = [one["dedup_key"] for one in ports.records if one["change"] == "RAISED"]
    assert sorted(raised) == sorted(now)


def test_the_next_port_hears_of_the_delay_at_the_second_in_which_it_is_known() -> None:
    """Callao opens R01 on the notice alone, and learns half an hour later what is behind it."""
    ports = TwoPorts()
    the_closure(ports)
    at_once = dict(ports.callao.open_alerts())

    later = ports.wait(NOON + 3 * HOUR)

    assert list(at_once) == [R01]
    assert "viene atrasada desde Cartagena" in at_once[R01]["text"]["es"]["fact"]
    assert at_once[R01]["raised_at"] == "2026-11-05T14:00:00Z"
    updated = [one for one in later if one["code"] == "R01"]
    assert [(one["change"], one["root_cause"]) for one in updated] == [("UPDATED", SWELL)]


def test_a_closure_that_was_never_true_is_taken_back_once_and_everyone_hears_it() -> None:
    """At 12:00 the harbour master takes it back: one retraction a ship, at the root.

    What stood under it loses its cause in the same second: whoever was told of the incident hears.
    """
    ports = TwoPorts()
    closure = the_closure(ports)
    ports.wait(NOON + 5 * HOUR)
    before = heard(ports.records)
    everyone = set().union(*before.values())

    said = ports.tell(ports.cartagena, withdrawn(closure, at=ports.now))

    retracted = [one["dedup_key"] for one in said if one["change"] == "RETRACTED"]
    assert retracted == [f"B07|COCTG|{SWELL}|{SECOND_CALL}", B07]
    assert everyone == {party for parties in heard(said).values() for party in parties}
    assert set(before) <= {one["alert_id"] for one in said}
    assert SWELL not in {one["root_cause"] for one in ports.open().values()}
    late = ports.open()[B01]["alert_id"]
    assert {one["root_cause"] for one in ports.open().values() if one["code"] != "D03"} == {
        None,
        late,
    }


def test_a_delay_that_is_made_up_ends_the_incident_in_both_ports() -> None:
    """The port is open and the ship keeps her time after all: nothing stays, nothing is doubled."""
    ports = TwoPorts()
    closure = the_closure(ports)
    ports.wait(NOON + 5 * HOUR)
    ports.tell(ports.cartagena, withdrawn(closure, at=ports.now))
    ports.wait(NOON + 6 * HOUR)

    said = ports.tell(ports.cartagena, *estimate(0, at=ports.now))
    said += ports.wait(NOON + 7 * HOUR, step=10 * MINUTE)

    assert ("R01", "RETRACTED", "YELLOW") in told(said)
    ended = [one["dedup_key"] for one in said if one["change"] in ("CLEARED", "RETRACTED")]
    assert sorted(ended) == sorted([B01, BERTHS, T03, R01])
    assert {one["code"] for one in ports.open().values()} <= {"D03"}


def test_the_story_said_again_is_the_same_to_the_byte() -> None:
    """Two ports that hear the same say the same: the log of the incident is one."""
    logs = []
    for _ in range(2):
        ports = TwoPorts()
        the_closure(ports)
        ports.wait(NOON + 39 * HOUR, step=HOUR)
        logs.append([one.value for port in (ports.cartagena, ports.callao) for one in port.said])

    assert logs[0] == logs[1]
