"""T03 in full: the proposal for all stranded trucks, the freeze, and the honour list."""

import json
from typing import Any

from contracts.picture import ProposalPicture
from correlation.instants import HOUR, MINUTE, written
from services.gate_events.reslot import changes
from tests.correlation.given import (
    CARRIER,
    NOON,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_command,
    a_profile,
    an_appointment,
    an_event,
    an_offer,
    of,
    profile_changed,
    told,
    windows,
    withdrawn,
)

CALL = "COCTG/9999993/20261111"
PART = f"{CALL}/SPRC/1"
OPENS = NOON + 5 * 24 * HOUR
"""The window opens in five days: outside of the freeze."""
KEY = f"T03|{PART}|1"


def a_port(capacity: int = 4, hours: dict[str, list[str]] | None = None) -> APort:
    """Return a port with one gate of this many trucks an hour, and a ship in six days."""
    gate: dict[str, Any] = {"id": "1", "capacity_per_hour": capacity}
    if hours:
        gate["hours"] = hours
    place = {"code": TERMINAL, "name": "SPRC", "quay_metres": 700, "gates": [gate]}
    document = a_profile(facilities=[place])
    document["organisations"][1]["families"] = ["vessel", "clearance"]
    document["organisations"].append({"code": "trk-017", "name": "Dique", "roles": ["TRK"]})
    document["sources"] = []
    port = APort()
    port.hear(profile_changed(document, at=NOON), at=NOON)
    port.hear(
        a_berth_plan(NOON + 144 * HOUR, NOON + 168 * HOUR, at=NOON),
        windows(PART, at=NOON, EFC=OPENS, FCO=NOON + 140 * HOUR),
        a_booking(PART, at=NOON),
        at=NOON,
    )
    return port


def trucks(port: APort, count: int, first: int = OPENS) -> None:
    """Book trucks from the opening of the window on, all in its first hour."""
    for n in range(count):
        port.hear(an_appointment(str(n), first, at=NOON, booking="bkg:RDA:BK1"), at=NOON)


def the_window_moves(port: APort, by: int = 10 * HOUR, at: int = NOON + HOUR) -> Event:
    """Let the window open later; return the alert after its hold."""
    port.hear(windows(PART, at=at, EFC=OPENS + by, FCO=NOON + 140 * HOUR + by), at=at)
    port.wait(at + 25 * MINUTE, step=MINUTE)
    return port.open_alerts()[KEY]


def the_proposal(port: APort) -> Event:
    """Return the proposal as the picture shows it."""
    spoken = port.state.spoken["picture", f"proposal:{PART}"]
    record: Event = json.loads(spoken.value)["data"]
    ProposalPicture.model_validate_json(json.dumps(record))
    return record


def an_answer(alert: Event, *, at: int, accepts: bool = True, **data: Any) -> Event:
    """Return M05 or M06 of the terminal, or of whoever is named."""
    who = data.pop("who", "ter-ctg-1")
    kind = "proposal-accepted" if accepts else "proposal-declined"
    identity = alert["proposal"]["proposal_id"]
    command = a_command(kind, at=at, alert_id=alert["alert_id"], proposal_id=identity, **data)
    return {**command, "id": f"{command['id']}-{who}", "organisation": who, "publisher": who}


def published(port: APort, *, at: int) -> list[Event]:
    """Let the gate edge publish what was accepted; return the alert records that it brings."""
    spoken = port.state.spoken["picture", f"proposal:{PART}"]
    moved = list(changes(spoken.value))
    return port.hear(*moved, at=at)


def test_all_stranded_trucks_get_one_proposal_within_gate_capacity() -> None:
    """Ten trucks of one hour move by ten hours; four fit into an hour, so they take three."""
    port = a_port(capacity=4)
    trucks(port, 10)

    alert = the_window_moves(port)
    items = the_proposal(port)["items"]

    assert alert["proposal"]["items"] == 10
    assert alert["proposal"]["proposal_id"] == f"{alert['alert_id']}.p1"
    assert alert["action"][0]["params"]["proposal_id"] == f"{alert['alert_id']}.p1"
    hours = [item["from_at"] for item in items]
    assert max(hours.count(hour) for hour in hours) == 4
    assert min(hours) == written(OPENS + 10 * HOUR)
    assert max(hours) == written(OPENS + 12 * HOUR)


def test_offered_slots_rule_over_the_capacity_of_the_profile() -> None:
    """The terminal offers two places at the hour after the new opening: two trucks, no more."""
    port = a_port(capacity=90)
    trucks(port, 3)
    start = OPENS + 11 * HOUR
    port.hear(an_offer(start, at=NOON, offered=5, booked=3), at=NOON)

    the_window_moves(port)

    assert [item["from_at"] for item in the_proposal(port)["items"]] == [written(start)] * 2


def test_no_truck_is_moved_into_a_closed_gate() -> None:
    """The gate is open from 06:00 to 22:00 local; the opening moves to 23:00 on Tuesday."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    port = a_port(capacity=4, hours={day: ["06:00-22:00"] for day in days})
    trucks(port, 2)

    the_window_moves(port, by=16 * HOUR)
    items = the_proposal(port)["items"]

    # 06:00 in Cartagena is 11:00 UTC.
    assert {item["from_at"][11:16] for item in items} == {"11:00"}


def test_accepting_moves_every_truck_and_ends_the_alert() -> None:
    """One command; the edge publishes ten changed appointments; nobody is left behind."""
    port = a_port()
    trucks(port, 10)
    alert = the_window_moves(port)
    now = NOON + 2 * HOUR

    said = port.hear(an_answer(alert, at=now), at=now)
    end = published(port, at=now + MINUTE)

    assert ("T03", "RESPONDED", "YELLOW") in told(said)
    assert told(of("T03", end))[-1] == ("T03", "CLEARED", "YELLOW")
    assert of("T03", end)[-1]["resolved_by"].startswith("ACTION")
    assert port.rejections() == []
    slots = {a.slot_from for a in port.state.ports["COCTG"].appointments.values()}
    assert min(slots) == OPENS + 10 * HOUR


def test_accepting_twice_or_publishing_twice_changes_nothing() -> None:
    """The id of each change follows from command and appointment."""
    port = a_port()
    trucks(port, 3)
    alert = the_window_moves(port)
    now = NOON + 2 * HOUR
    port.hear(an_answer(alert, at=now), at=now)
    published(port, at=now + MINUTE)

    again = published(port, at=now + 2 * MINUTE)

    assert again == []
    assert KEY not in port.open_alerts()


def test_a_part_may_be_accepted_and_a_part_declined() -> None:
    """`only`: one truck moves, one does not want to; two are still open."""
    port = a_port()
    trucks(port, 4)
    alert = the_window_moves(port)
    now = NOON + 2 * HOUR

    port.hear(an_answer(alert, at=now, only=["apt:SPRC:0"]), at=now)
    port.hear(an_answer(alert, at=now, accepts=False, only=["apt:SPRC:1"]), at=now)

    answers = {item["appointment"]: item["answer"] for item in the_proposal(port)["items"]}
    assert answers["apt:SPRC:0"] == "ACCEPTED"
    assert answers["apt:SPRC:1"] == "DECLINED"
    assert port.open_alerts()[KEY]["proposal"]["items"] == 2
    assert len(list(changes(port.state.spoken["picture", f"proposal:{PART}"].value))) == 1


def test_a_haulier_answers_for_its_own_trucks_only() -> None:
    """And who has none there may not answer at all."""
    port = a_port()
    trucks(port, 2)
    stranger = an_appointment("9", OPENS, at=NOON, booking="bkg:RDA:BK1")
    stranger["data"]["haulier"] = "trk-018"
    port.hear(stranger, at=NOON)
    alert = the_window_moves(port)
    now = NOON + 2 * HOUR

    port.hear(an_answer(alert, at=now, who="trk-017"), at=now)
    port.hear(an_answer(alert, at=now, who="car-rda"), at=now)

    answers = {item["appointment"]: item["answer"] for item in the_proposal(port)["items"]}
    assert answers["apt:SPRC:9"] == "OPEN"
    assert answers["apt:SPRC:0"] == "ACCEPTED"
    assert [one["reason"] for one in port.rejections()] == ["NOT_ALLOWED"]


def test_a_proposal_lapses_after_a_day_and_a_stale_one_is_refused() -> None:
    """Whoever answers late is told; the next word on the ship brings a new proposal."""
    port = a_port()
    trucks(port, 2)
    alert = the_window_moves(port)
    late = NOON + 27 * HOUR
    port.wait(late, step=HOUR)

    port.hear(an_answer(alert, at=late), at=late)
    again = windows(PART, at=late, EFC=OPENS + 11 * HOUR)
    port.hear(again, at=late)
    port.hear(at=late + 1)

    assert "lapsed" in port.rejections()[0]["allowed"]
    assert port.open_alerts()[KEY]["proposal"]["proposal_id"].endswith(".p2")


def test_inside_three_days_the_terminal_decides_before_hauliers_are_told() -> None:
    """Freeze: the terminal alone hears of it; its decision to move tells the hauliers."""
    port = a_port()
    trucks(port, 2)
    now = OPENS - 60 * HOUR
    port.wait(now, step=6 * HOUR)
    frozen = the_window_moves(port, at=now)
    decided = an_event("gate.change-decided", PART, {"decision": "MOVE"}, at=now + HOUR, source=TOS)

    said = port.hear(decided, at=now + HOUR)

    assert {party["role"] for party in frozen["audience"]} == {"TER"}
    assert frozen["told"] == ["ter-ctg-1"]
    assert "decida" in frozen["text"]["es"]["duty"]
    assert {party["role"] for party in said[-1]["audience"]} == {"TER", "TRK"}


def test_hauliers_are_told_all_the_same_when_it_turns_red() -> None:
    """Six hours before the first slot nobody else can turn the trucks."""
    port = a_port()
    trucks(port, 2)
    now = OPENS - 60 * HOUR
    port.wait(now, step=6 * HOUR)
    the_window_moves(port, at=now)

    red = of("T03", port.wait(OPENS - 5 * HOUR, step=HOUR))[-1]

    assert red["severity"] == "RED"
    assert {party["role"] for party in red["audience"]} == {"TER", "TRK"}


def test_trucks_that_the_terminal_honours_are_not_stranded() -> None:
    """MIX: the list is honoured, the rest moves; neither T03 nor T02 speaks of the list."""
    port = a_port()
    trucks(port, 3)
    the_window_moves(port)
    now = NOON + 2 * HOUR
    honoured = ["apt:SPRC:0", "apt:SPRC:1"]
    decision = {"decision": "MIX", "honoured": honoured}
    port.hear(an_event("gate.change-decided", PART, decision, at=now, source=TOS), at=now)
    port.wait(now + HOUR)

    alerts = port.open_alerts()

    assert alerts[KEY]["params"]["count"] == 1
    assert [key for key in alerts if key.startswith("T02")] == []


def test_honouring_all_old_slots_ends_it() -> None:
    """HONOUR: every truck may come as booked."""
    port = a_port()
    trucks(port, 3)
    the_window_moves(port)
    now = NOON + 2 * HOUR
    decision = an_event("gate.change-decided", PART, {"decision": "HONOUR"}, at=now, source=TOS)

    said = port.hear(decision, at=now)

    assert told(of("T03", said)) == [("T03", "CLEARED", "YELLOW")]


def test_a_forgotten_ship_takes_her_proposal_along() -> None:
    """Nothing is kept of it: the picture ends with a tombstone."""
    port = a_port()
    trucks(port, 1)
    alert = the_window_moves(port)
    now = NOON + 2 * HOUR
    port.hear(an_answer(alert, at=now), at=now)
    published(port, at=now)
    port.wait(NOON + 30 * 24 * HOUR, step=6 * HOUR)

    assert not port.state.ports["COCTG"].proposals
    assert ("picture", f"proposal:{PART}") not in port.state.spoken


def test_a_stranded_truck_that_nobody_knows_any_more_is_no_error() -> None:
    """Days after its slot it is forgotten; its booking, said again, is forgotten in that second."""
    port = a_port()
    trucks(port, 1)
    the_window_moves(port)
    later = OPENS + 4 * 24 * HOUR
    port.wait(later, step=6 * HOUR)
    assert not port.state.ports["COCTG"].appointments

    again = an_appointment("0", OPENS, at=NOON, booking="bkg:RDA:BK1")
    port.hear(windows(PART, at=later, EFC=OPENS + 11 * HOUR), at=later)
    port.hear(again, at=later + MINUTE)

    assert port.rejections() == []


def test_forwarders_hear_with_the_hauliers_and_not_before() -> None:
    """The booking's forwarder is told as the haulier is: in the freeze neither of them."""
    given = {"object": "bkg:RDA:BK1", "organisation": "fwd-011", "role": "FWD", "status": "GIVEN"}
    for opens, expected in ((OPENS, {"fwd-011", "trk-017"}), (NOON + 48 * HOUR, set())):
        port = a_port()
        port.hear(windows(PART, at=NOON, EFC=opens), at=NOON)
        nominated = an_event(
            "clearance.nomination-changed", "nom:1", given, at=NOON, source=CARRIER
        )
        port.hear(nominated, at=NOON)
        trucks(port, 1, first=opens)
        now = NOON + HOUR
        port.hear(windows(PART, at=now, EFC=opens + 10 * HOUR), at=now)

        (said,) = of("T03", port.wait(now + 30 * MINUTE))

        told_too = {one["organisation"] for one in said["audience"]} - {"ter-ctg-1"}
        assert told_too == expected


def a_terminal_proposal(*numbers: int, slot: int, at: int, name: str = "p-1") -> Event:
    """Return G03: the terminal would take these trucks in one hour, to be answered in a day."""
    span = {"from_at": written(slot), "to_at": written(slot + HOUR)}
    items = [{"appointment": f"apt:SPRC:{n}", "to": span} for n in numbers]
    data = {"proposal_id": name, "items": items, "answer_by_at": written(at + 24 * HOUR)}
    return an_event("gate.slot-proposed", PART, data, at=at, source=TOS)


def test_the_slot_that_the_terminal_proposes_itself_is_proposed() -> None:
    """It keeps hours free for them that no offer shows; the others get the nearest free ones."""
    port = a_port()
    trucks(port, 3)
    slot, at = OPENS + 13 * HOUR, NOON + 30 * MINUTE
    port.hear(a_terminal_proposal(0, 1, slot=slot, at=at), at=at)

    the_window_moves(port)

    items = {one["appointment"]: one["from_at"] for one in the_proposal(port)["items"]}
    assert [items[f"apt:SPRC:{n}"] for n in (0, 1)] == [written(slot)] * 2
    assert items["apt:SPRC:2"] == written(OPENS + 10 * HOUR)


def test_a_slot_that_the_terminal_proposes_later_takes_the_place_of_ours() -> None:
    """As a new proposal; one before the new opening is of no use, one withdrawn no longer so."""
    port = a_port()
    trucks(port, 1)
    the_window_moves(port)
    first = the_proposal(port)
    slot, early, at = OPENS + 13 * HOUR, OPENS + HOUR, NOON + 2 * HOUR

    port.hear(a_terminal_proposal(0, slot=early, at=at), at=at)
    assert the_proposal(port)["items"] == first["items"]
    at += HOUR
    better = a_terminal_proposal(0, slot=slot, at=at, name="p-2")
    port.hear(better, at=at)
    port.wait(at + 30 * MINUTE, step=MINUTE)

    assert the_proposal(port)["items"][0]["from_at"] == written(slot)
    assert the_proposal(port)["proposal_id"] != first["proposal_id"]
    port.hear(withdrawn(better, at=at + HOUR), at=at + HOUR)
    assert port.rejections() == []
