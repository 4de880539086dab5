"""What is said of boxes: booked, weighed, documented, cleared, in the yard, on and off ships."""

from collections.abc import Iterable, Iterator
from typing import Final

from simulator.world.boxes import Booking, Box
from simulator.world.calls import Call
from simulator.world.instants import written
from simulator.world.telling.handover import Event
from simulator.world.telling.of_ships import carrier, terminal
from simulator.world.telling.parts import parts_of
from simulator.world.telling.voices import Chorus, Voice

GOODS: Final = {"un_no": "1993", "imdg_class": "3"}
"""Flammable liquids, the most common class."""


def customs(voices: Chorus) -> Voice:
    """Return the voice of the port's customs."""
    return voices.of("AUT", "clearance", named="customs")


def described(box: Box) -> Event:
    """Return a box as a terminal describes it."""
    data: Event = {
        "box": box.number,
        "iso_type": box.iso,
        "is_empty": box.is_empty,
        "category": box.kind,
    }
    if box.cargo == "REEFER":
        data["set_point_c"] = set_point(box)
    if box.cargo == "DG":
        data["dg"] = [GOODS]
    return data


def booked(voices: Chorus, booking: Booking, now: int, status: str = "CONFIRMED") -> int:
    """Let the carrier say a booking; at first also who acts for it and which papers it owes."""
    voice, booking.said_at = carrier(voices, booking.call, "clearance"), now
    at = voice.say(now, "clearance.booking-changed", booking.id, booking_data(booking, status))
    _named(voice, booking.boxes, now)
    if status == "CONFIRMED":
        who = nomination(booking.id, booking.forwarder)
        subject = f"nom:{booking.forwarder}:{booking.id}:FWD"
        voice.say(now, "clearance.nomination-changed", subject, who)
        papers(voices, booking, now)
    return at


def _named(voice: Voice, boxes: Iterable[Box], now: int) -> None:
    """Let boxes of which this is the first word get the id of their stay, by its source's clock."""
    if voice.is_heard:
        for box in boxes:
            box.name_it(voice.reads(now))


def booking_data(booking: Booking, status: str) -> Event:
    """Return the data of a booking."""
    return {
        "status": status,
        "carrier": booking.call.carrier,
        "terminal_call": booking.call.part,
        "boxes": [box.number for box in booking.boxes],
        "load_port": booking.call.terminal.code[:5],
        "cargo": booking.cargo,
        "refs": {"terminal_call": booking.call.part},
    }


def nomination(name: str, organisation: str) -> Event:
    """Return the data of a forwarder's nomination."""
    return {"object": name, "organisation": organisation, "role": "FWD", "status": "GIVEN"}


def papers(voices: Chorus, booking: Booking, now: int) -> int:
    """Let the carrier say where the shipping instructions stand: pending, or approved."""
    voice = carrier(voices, booking.call, "clearance")
    status = "APPR" if booking.papers_done else "PENA"
    data: Event = {"document": "SI", "status": status, "due_code": "DCO"}
    data["refs"] = {"booking": booking.id}
    return voice.say(now, "clearance.document-changed", booking.id, data)


def weighed(voices: Chorus, box: Box, now: int) -> int:
    """Say the verified gross mass of an export box."""
    assert box.booking is not None, "only exports are weighed"
    data: Event = {"kind": "VGM", "gross_kg": box.kg, "method": 1}
    data |= {"refs": {"booking": box.booking.id, "box": box.number}}
    voice = carrier(voices, box.booking.call, "clearance")
    return voice.say(now, "clearance.weight-stated", box.number, data)


def consigned(voices: Chorus, call: Call, boxes: list[Box], now: int) -> int:
    """Let the carrier say which boxes come under a bill of lading, and who acts for it."""
    voice, bill = carrier(voices, call, "clearance"), boxes[0].bill
    data = consignment(call, boxes)
    at = voice.say(now, "clearance.consignment-stated", bill, data)
    _named(voice, boxes, now)
    who = boxes[0].forwarder
    subject = f"nom:{who}:{bill}:FWD"
    voice.say(now, "clearance.nomination-changed", subject, nomination(bill, who))
    return at


def consignment(call: Call, boxes: list[Box]) -> Event:
    """Return the data of a bill of lading."""
    return {
        "carrier": call.carrier,
        "boxes": [box.number for box in boxes],
        "terminal_call": call.part,
        "refs": {"bl": boxes[0].bill},
    }


def customs_said(voices: Chorus, box: Box, now: int, status: str) -> int:
    """Let customs say where a box stands; a released import also gets its release."""
    if not voices.is_heard:
        return voices.hand.begins
    voice, data = customs(voices), customs_data(box, status)
    at = voice.say(now, "clearance.customs-changed", box.number, data)
    if status == "RELEASED" and box.kind == "IMPORT":
        at = max(at, release(voice, box, now, ("release-granted", "CUSTOMS")))
    return at


def customs_data(box: Box, status: str) -> Event:
    """Return the data of where a box stands with customs."""
    refs = {"box": box.number, "bl": box.bill} if box.bill else {"box": box.number}
    if box.booking:
        refs["booking"] = box.booking.id
    direction = "EXPORT" if box.kind == "EXPORT" else "IMPORT"
    data: Event = {"status": status, "direction": direction, "refs": refs}
    if status == "SELECTED":
        data["channel"] = box.channel
    return data


def release(voice: Voice, box: Box, now: int, what: tuple[str, str]) -> int:
    """Say that a release is granted or revoked; `what` is the fact and the kind of release."""
    fact, kind = what
    data = {"kind": kind, "visit": box.number, "refs": {"bl": box.bill}}
    subject = f"rel:{voice.organisation}:{box.number}-{kind}"
    return voice.say(now, f"clearance.{fact}", subject, data)


def held(voices: Chorus, box: Box, now: int, kind: str, *, is_lifted: bool = False) -> int:
    """Let an authority or the carrier place a hold on a box, or lift it."""
    if kind == "CARRIER_FREIGHT":
        assert box.inbound is not None, "imports are held"
        voice = carrier(voices, box.inbound, "clearance")
    else:
        voice = customs(voices)
    data: Event = {"kind": kind, "authority": voice.organisation, "visit": box.number}
    data["refs"] = {"bl": box.bill}
    fact = "hold-lifted" if is_lifted else "hold-placed"
    subject = f"hold:{voice.organisation}:{box.number}-{kind}"
    return voice.say(now, f"clearance.{fact}", subject, data)


def discharged(voices: Chorus, box: Box, now: int) -> int:
    """Say that a box came off its ship and stands in the yard."""
    call = box.inbound
    assert call is not None, "it came with a ship"
    voice = terminal(voices, call, "yard")
    at = voice.say(now, "yard.container-discharged", box.number, discharge(box))
    _named(voice, [box], now)
    voice.told("discharged", (box.visit, call.terminal.operator), (now, at))
    box.told["placed"] = placed(voice, box, now + 240_000, "IN")
    return at


def discharge(box: Box) -> Event:
    """Return the data of a discharge."""
    assert box.inbound is not None, "it came with a ship"
    data: Event = {"box": described(box), "terminal_call": box.inbound.part}
    data["refs"] = {"facility": box.inbound.terminal.code}
    if box.bill:
        data["refs"]["bl"] = box.bill
    return data


def loaded(voices: Chorus, box: Box, now: int) -> int:
    """Say that a box went on board."""
    call = box.outbound
    assert call is not None, "it leaves with a ship"
    voice = terminal(voices, call, "yard")
    if box.kind == "TRANSSHIP":
        placed(voice, box, now, "OUT")
        _named(voice, [box], now)  # of some this is the first word
    data = {"box": described(box), "terminal_call": call.part}
    data["refs"] = {"facility": call.terminal.code}
    at = voice.say(now, "yard.container-loaded", box.number, data)
    return voice.told("loaded", (box.visit, call.terminal.operator), (now, at))


def placed(voice: Voice, box: Box, now: int, kind: str) -> int:
    """Say that a box was put into its block, moved in it, or taken out."""
    if not voice.is_heard:
        return voice.begins
    data = {"block": box.block, "kind": kind, "refs": {"facility": box.block.partition("/")[0]}}
    if box.beside and kind != "OUT":
        data["dg_conflict_with"] = box.beside
    return voice.say(now, "yard.container-placed", box.number, data)


def plug(box: Box, *, is_on: bool) -> Event:
    """Return the data of a reefer that gets or loses power."""
    facility = box.block.partition("/")[0]
    power = "ON" if is_on else "OFF"
    return {"power": power, "block": box.block, "refs": {"facility": facility}}


def measured(voices: Chorus, box: Box, now: int, read: tuple[str, float]) -> int:
    """Let a terminal say what a reefer's monitor reads: in which terminal, how far too warm."""
    facility, off = read
    point = set_point(box)
    data: Event = {"as_of": written(now), "set_point_c": point}
    data |= {"supply_c": round(point + 0.7 * off, 1), "return_c": round(point + off, 1)}
    data["refs"] = {"facility": facility}
    voice = voices.of("TER", "yard", facility)
    return voice.say(now, "yard.reefer-measured", box.number, data)


def set_point(box: Box) -> float:
    """Return at how many degrees a reefer is to be."""
    return 2.0 if box.is_chilled else -18.0


def to_discharge(voices: Chorus, call: Call, now: int) -> None:
    """Let the carrier list what comes off a ship here."""
    voice, told = carrier(voices, call, "yard"), 0
    for data in work_list(call, "DISCHARGE", call.arrivals):
        told = max(told, voice.say(now, "yard.work-list-set", call.part, data))
    for box in call.arrivals:
        box.told["listed"] = told
    _named(voice, (box for box in call.arrivals if box.cargo == "DG"), now)


def to_load(voices: Chorus, call: Call, now: int) -> int:
    """Let the carrier list what a ship is to load here; return when all of it is received."""
    voice, told = carrier(voices, call, "yard"), 0
    for data in work_list(call, "LOAD", call.load_list, call.load_list_version):
        told = max(told, voice.say(now, "yard.work-list-set", call.part, data))
    return told


def work_list(call: Call, kind: str, boxes: list[Box], version: int = 1) -> Iterator[Event]:
    """Yield the data of each part of a list of what comes off a ship, or goes on."""
    parts = parts_of(boxes) or [[]]
    for number, part in enumerate(parts, 1):
        yield {
            "list_id": f"{kind.lower()}-{call.part}",
            "list_version": version,
            "part": number,
            "parts": len(parts),
            "kind": kind,
            "carrier": call.carrier,
            "entries": [listed(box) for box in part],
            "refs": {"terminal_call": call.part, "facility": call.terminal.code},
        }


def listed(box: Box) -> Event:
    """Return a box as it stands in a list."""
    paper = {"booking": box.booking.id} if box.booking else {"bl": box.bill} if box.bill else {}
    return {**described(box), **paper}


def dangerous(box: Box, status: str, dwell: int) -> Event:
    """Return the data of where dangerous goods stand; leave to stand comes with acceptance."""
    data: Event = {"status": status, "goods": [GOODS], "refs": {}}
    if status == "ACCEPTED":
        data["dwell_max_h"] = dwell // 3_600_000
    if box.booking:
        data["refs"]["booking"] = box.booking.id
    elif box.bill:
        data["refs"]["bl"] = box.bill
    elif box.inbound:
        data["refs"]["terminal_call"] = box.inbound.part
    return data


def freed(voices: Chorus, box: Box, now: int) -> int:
    """Let the terminal say how long an import may stand free of storage."""
    assert box.inbound is not None, "imports have free time"
    voice = terminal(voices, box.inbound, "yard")
    return voice.say(now, "yard.free-time-set", box.number, free_time(box, now))


def free_time(box: Box, begins: int) -> Event:
    """Return the data of the free days of an import."""
    assert box.inbound is not None, "imports have free time"
    assert box.free_until is not None, "they run from its discharge on"
    data: Event = {"clock": "STORAGE", "starts_at": written(begins)}
    data |= {"last_free_at": written(box.free_until), "free_days": box.free_days}
    return data | {"refs": {"facility": box.inbound.terminal.code}}
