"""Builds what a test needs in port words: events, frames, and a port that listens to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.journal import FRAME_VERSION, TICK, Frame, JournalRecord, Origin
from contracts.topics import partition_of
from correlation.engine import Said, State, apply_frame, new_state
from correlation.instants import HOUR, MINUTE, written

SYSTEM = "COCTG"
PARTITIONS = 6
NOON = 1_793_880_000_000  # 2026-11-05T12:00:00Z
TERMINAL = "COCTG:SMDG:SPRC"
SHIP = {"imo": "9999993", "name": "RADA EXAMPLE"}
OTHER_SHIP = {"imo": "9999981", "name": "RADA SECOND"}
TOS = "/COCTG/ter-ctg-1/tos"
GATE = "/COCTG/ter-ctg-1/gate"
GATE_1 = f"{TERMINAL}/gate/1"
CARRIER = "/COCTG/car-rda/schedule"
CUSTOMS = "/COCTG/aut-co-customs/vuce"
Event = dict[str, Any]


def an_event(
    kind: str, subject: str, data: dict[str, Any], *, at: int, source: str = TOS, **attributes: Any
) -> Event:
    """Return a CloudEvents dict of `rada.<kind>`; the id follows from the content."""
    event = {
        "specversion": "1.0",
        "source": source,
        "type": f"rada.{kind}",
        "subject": subject,
        "time": written(at),
        "recordedtime": written(at),
        "partitionkey": SYSTEM,
        "datacontenttype": "application/json",
        "organisation": source.split("/")[2],
        "publisher": source.split("/")[2],
        "data": {"refs": {"port": SYSTEM}, **data},
    }
    event.update({name: value for name, value in attributes.items() if value is not None})
    content = json.dumps(data, sort_keys=True)
    event.setdefault(
        "id", f"{kind.rpartition('.')[2]}-{uuid5(NAMESPACE_URL, f'{kind}{subject}{at}{content}')}"
    )
    return event


def withdrawn(event: Event, *, at: int, **data: Any) -> Event:
    """Return the event that takes another one back."""
    kept = {name: value for name, value in event.items() if name not in ("data", "id")}
    return {
        **kept,
        "id": f"w-{event['id']}"[:128],
        "factid": event.get("factid", event["id"]),
        "updatedtime": written(at),
        "recordedtime": written(at),
        "retracted": True,
        "data": {"reason": "typed wrong", **data},
    }


def a_milestone(
    classifier: str,
    milestone_at: int,
    *,
    at: int,
    service: str = "PILOT_BOARDING_PLACE",
    point: str = "ARRI",
    ship: dict[str, str] = SHIP,
    source: str = CARRIER,
    facility: str = TERMINAL,
    **attributes: Any,
) -> Event:
    """Return a V03 of a ship at the terminal."""
    data = {
        "service": service,
        "point": point,
        "classifier": classifier,
        "milestone_at": written(milestone_at),
        "refs": {"port": SYSTEM, "vessel": ship, "facility": facility},
    }
    subject = f"imo:{ship['imo']}"
    return an_event("vessel.milestone-stated", subject, data, at=at, source=source, **attributes)


def at_berth(point: str, milestone_at: int, *, at: int, **attributes: Any) -> Event:
    """Return V03 of the terminal: the ship was alongside (ARRI), or left (DEPA)."""
    return a_milestone(
        "ACT", milestone_at, at=at, service="BERTH", point=point, source=TOS, **attributes
    )


def a_berth_plan(
    arrival: int,
    departure: int,
    *,
    at: int,
    ship: dict[str, str] = SHIP,
    bow_m: float = 100,
    **attributes: Any,
) -> Event:
    """Return a V09: a ship's plan at berth 1."""
    data = {
        "classifier": "PLN",
        "berth": f"{TERMINAL}/berth/1",
        "arrival_at": written(arrival),
        "departure_at": written(departure),
        "bow_m": bow_m,
        "refs": {"port": SYSTEM, "vessel": ship, "facility": TERMINAL},
    }
    return an_event("vessel.berth-plan-set", f"imo:{ship['imo']}", data, at=at, **attributes)


def a_length(metres: float, *, at: int, ship: dict[str, str] = SHIP) -> Event:
    """Return a V08: a ship's length."""
    data = {"loa_m": metres, "refs": {"port": SYSTEM, "vessel": ship}}
    return an_event("vessel.particulars-declared", f"imo:{ship['imo']}", data, at=at)


def windows(part: str, *, at: int, **codes: int) -> Event:
    """Return a V10 with the instants of these window codes."""
    said = [{"code": code, "at": written(instant)} for code, instant in codes.items()]
    return an_event("vessel.window-set", part, {"windows": said}, at=at)


def a_booking(part: str, *boxes: str, at: int, name: str = "bkg:RDA:BK1", **data: Any) -> Event:
    """Return a C10: a booking confirmed on a terminal call."""
    body = {
        "status": "CONFIRMED",
        "carrier": "RDA",
        "boxes": list(boxes),
        "refs": {"port": SYSTEM, "terminal_call": part},
        **data,
    }
    return an_event("clearance.booking-changed", name, body, at=at, source=CARRIER)


def an_appointment(
    name: str,
    slot: int,
    *,
    at: int,
    direction: str = "DELIVER",
    box: str | None = None,
    booking: str | None = None,
    status: str = "BOOKED",
    **attributes: Any,
) -> Event:
    """Return a G02: a truck's hour at the gate."""
    data = {
        "status": status,
        "facility": TERMINAL,
        "slot": {"from_at": written(slot), "to_at": written(slot + HOUR)},
        "direction": direction,
        "haulier": "trk-017",
        "tasks": [{"box": box, "booking": booking, "direction": direction}]
        if box or booking
        else [],
    }
    event = an_event("gate.appointment-changed", f"apt:SPRC:{name}", data, at=at, source=GATE)
    return {**event, **attributes, "id": f"{name}-{status}-{at}-{slot}"}


def a_gate_in(box: str, *, at: int, booking: str | None = None, **attributes: Any) -> Event:
    """Return a G07: a container came in."""
    data = {
        "box": {"box": box, "category": "EXPORT"},
        "facility": TERMINAL,
        "mode": "TRUCK",
        "booking": booking,
    }
    return an_event("gate.container-gated-in", box, data, at=at, source=GATE, **attributes)


def a_gate_out(box: str, *, at: int, **data: Any) -> Event:
    """Return G08: a container left by a gate."""
    body = {"box": {"box": box}, "facility": TERMINAL, "mode": "TRUCK", **data}
    return an_event("gate.container-gated-out", box, body, at=at, source=GATE)


def a_discharge(box: str, part: str, *, at: int, **attributes: Any) -> Event:
    """Return a Y02: a container came off the ship."""
    data = {"box": {"box": box, "category": "IMPORT"}, "terminal_call": part}
    return an_event("yard.container-discharged", box, data, at=at, **attributes)


def a_release(box: str, *, at: int, number: str = "rel:aut:1", revoked: bool = False) -> Event:
    """Return a C05 or C06: customs releases a container, or takes the release back."""
    kind = "clearance.release-revoked" if revoked else "clearance.release-granted"
    data = {"kind": "CUSTOMS", "visit": box}
    return an_event(kind, number, data, at=at, source=CUSTOMS)


def a_hold(box: str, *, at: int, number: str = "hold:aut:1", lifted: bool = False) -> Event:
    """Return a C03 or C04: an authority stops a container, or lets it go."""
    kind = "clearance.hold-lifted" if lifted else "clearance.hold-placed"
    data = {"kind": "SANITARY", "visit": box, "authority": "aut-co-ica"}
    return an_event(kind, number, data, at=at, source=CUSTOMS)


def a_queue(wait: float | None, *, at: int, **data: Any) -> Event:
    """Return G09: how long trucks wait at gate 1."""
    body = {"as_of": written(at), "direction": "BOTH", "trucks": 20, "wait_mean_min": wait, **data}
    return an_event("gate.queue-reported", GATE_1, body, at=at, source=GATE)


def a_lane(number: int, state: str, *, at: int, **data: Any) -> Event:
    """Return G10: a lane opens or closes."""
    body = {"state": state, "direction": "BOTH", **data}
    return an_event("gate.lane-changed", f"{GATE_1}/lane/{number}", body, at=at, source=GATE)


def a_step(step: str, appointment: str, *, at: int) -> Event:
    """Return G06: a truck with an appointment passes gate 1."""
    data = {"step": step, "appointment": appointment, "gate": GATE_1}
    truck = appointment.replace("apt:", "trk:")
    return an_event("gate.truck-progressed", truck, data, at=at, source=GATE)


def an_offer(
    start: int, *, at: int, direction: str = "DELIVER", offered: int = 5, booked: int = 0
) -> Event:
    """Return G01: an hour of gate 1 and how many trucks it still takes."""
    slot = {
        "from_at": written(start),
        "to_at": written(start + HOUR),
        "direction": direction,
        "offered": offered,
        "booked": booked,
    }
    return an_event("gate.slots-offered", GATE_1, {"slots": [slot]}, at=at, source=GATE)


def free_until(last: int, box: str, *, at: int, clock: str = "STORAGE", **attributes: Any) -> Event:
    """Return Y13: until when a box is free of charge."""
    data = {"clock": clock, "starts_at": written(NOON), "last_free_at": written(last)}
    return an_event("yard.free-time-set", box, data, at=at, **attributes)


class APort:
    """A partition that is fed by hand: each call of `hear` is one frame."""

    def __init__(self, system: str = SYSTEM) -> None:
        """Start before the first frame."""
        self.system = system
        self.state: State = new_state(partition_of(system, PARTITIONS), PARTITIONS)
        self.offset = -1
        self.inputs: dict[str, int] = {}
        self.said: list[Said] = []
        self.frames: list[Frame] = []

    def frame(self, events: Sequence[Event], at: int, *, tick: bool = True) -> Frame:
        """Return the frame of these events at one instant, with a tick behind them."""
        origins: list[Origin] = []
        records = []
        for event in events:
            topic = f"rada.{event['type'].split('.')[1]}.v1"
            origin = Origin(topic, f"id-{topic}", self.state.partition)
            if origin not in origins:
                origins.append(origin)
            offset = self.inputs.get(topic, 0)
            self.inputs[topic] = offset + 1
            value = json.dumps(event).encode()
            index = origins.index(origin)
            records.append(JournalRecord(index, at, offset, offset, at, self.system, value))
        if tick:
            records.append(JournalRecord(TICK, at))
        return Frame(FRAME_VERSION, tuple(origins), tuple(records))

    def apply(self, frame: Frame) -> list[Said]:
        """Apply a frame as the next one of the journal."""
        self.offset += 1
        self.frames.append(frame)
        said = apply_frame(self.state, self.offset, frame)
        self.said += said
        return said

    def hear(self, *events: Event, at: int) -> list[Event]:
        """Apply events at an instant; return the alert records that they bring."""
        return alerts(self.apply(self.frame(events, at)))

    def wait(self, until: int, step: int = 10 * MINUTE) -> list[Event]:
        """Let time pass in ticks; return the alert records that it brings."""
        found: list[Event] = []
        now = self.state.now
        while now < until:
            now = min(until, now + step)
            found += self.hear(at=now)
        return found

    def open_alerts(self) -> dict[str, Event]:
        """Return what is open now, by dedup key."""
        spoken = [
            json.loads(spoken.value)["data"]
            for (topic, _), spoken in self.state.spoken.items()
            if topic == "alerts"
        ]
        return {alert["dedup_key"]: alert for alert in spoken if alert["state"] == "OPEN"}

    def rejections(self) -> list[Event]:
        """Return every rejection so far."""
        return [json.loads(said.value or b"") for said in self.said if said.topic == "rejected"]


def alerts(said: Iterable[Said]) -> list[Event]:
    """Return the alert records among what was said, without tombstones."""
    return [json.loads(one.value)["data"] for one in said if one.topic == "alerts" and one.value]


def of(code: str, records: Iterable[Event]) -> list[Event]:
    """Return the records of one alert code."""
    return [record for record in records if record["code"] == code]


def told(records: Iterable[Event], *, of: str = "") -> list[tuple[str, str, str]]:
    """Return (code, change, severity) of alert records, of one code or of all, for comparing."""
    return [
        (one["code"], one["change"], one["severity"]) for one in records if of in ("", one["code"])
    ]


def a_profile(**changes: Any) -> dict[str, Any]:
    """Return a small profile of Cartagena as its document."""
    return {
        "system": SYSTEM,
        "name": "Cartagena",
        "locodes": [SYSTEM],
        "timezone": "America/Bogota",
        "organisations": [
            {
                "code": "ter-ctg-1",
                "name": "Terminal Uno",
                "roles": ["TER"],
                "operates": [TERMINAL],
                "families": ["vessel", "gate", "yard"],
            },
            {"code": "car-rda", "name": "RDA", "roles": ["CAR"], "families": ["vessel"]},
            {"code": "ops-rada", "name": "Red", "roles": ["OPS"]},
        ],
        "sources": [
            {
                "source": GATE,
                "organisation": "ter-ctg-1",
                "families": ["gate"],
                "weight": 70,
                "silence_minutes": {"gate": 15},
            }
        ],
        "facilities": [{"code": TERMINAL, "name": "SPRC", "quay_metres": 700}],
        **changes,
    }


def a_command(kind: str, *, at: int, **data: Any) -> Event:
    """Return a command of an operator."""
    body = {"by": "usr:1", "why": "test", **data}
    return an_event(f"command.{kind}", SYSTEM, body, at=at, source=f"/{SYSTEM}/rada/ops")


def profile_changed(document: dict[str, Any], *, at: int) -> Event:
    """Return M08 with a profile."""
    return a_command(
        "profile-changed", at=at, version="1", document=document, digest="sha256:00000000"
    )
