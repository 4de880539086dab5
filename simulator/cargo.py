"""Boxes and the trucks that bring or fetch them: papers, appointments, gate and quay."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from simulator.cast import Cast
from simulator.moments import END, START, Event, Moment, Pen, span, written
from simulator.ships import HOUR, MINUTE, PortCall

BOOKED, PAPERS, APPOINTED = START + 4 * MINUTE, START + 6 * MINUTE, START + 8 * MINUTE


@dataclass(frozen=True)
class Trip:
    """One truck with one box, and the slots it was given, the last of which it keeps.

    `moved` are later slots as (instant of the change, new start). `is_told` is False where the
    story itself tells the truck's journey.
    """

    call: PortCall
    box: str
    number: int
    haulier: str
    slot_at: datetime
    moved: tuple[tuple[datetime, datetime], ...] = ()
    appointed_at: datetime = APPOINTED
    is_told: bool = True

    @property
    def appointment(self) -> str:
        """Return the id of the appointment."""
        return f"apt:{self.call.facility.rpartition(':')[2]}:{self.number}"

    @property
    def truck(self) -> str:
        """Return the id of the truck's visit."""
        return f"trk:{self.call.facility.rpartition(':')[2]}:{self.number}"

    @property
    def paper(self) -> str:
        """Return the number under which the cargo is booked or consigned."""
        return f"RD{self.number:06d}"

    @property
    def booking(self) -> str:
        """Return the booking of an export box."""
        return f"bkg:{self.call.carrier}:{self.paper}"

    @property
    def bill(self) -> str:
        """Return the bill of lading of an import box."""
        return f"bl:{self.call.carrier}:{self.paper}"

    @property
    def comes_for(self) -> datetime:
        """Return the start of the slot that the truck keeps in the end."""
        return self.moved[-1][1] if self.moved else self.slot_at

    @property
    def gate(self) -> str:
        """Return the gate it uses."""
        return f"{self.call.facility}/gate/1"


def export_story(trip: Trip, cast: Cast, chance: Random) -> Iterator[Moment]:
    """Yield an export box: booked, weighed, documented, brought, stacked and loaded."""
    carrier, call = cast.pen("CAR", "clearance"), trip.call
    named = {"booking": trip.booking, "box": trip.box}
    yield carrier.write(
        BOOKED,
        "clearance.booking-changed",
        trip.booking,
        booking_data(trip, call, "CONFIRMED"),
        occurred_at=START - 48 * HOUR,
    )
    weight = {
        "kind": "VGM",
        "gross_kg": chance.randint(9_000, 27_500),
        "method": 1,
        "refs": named,
    }
    yield carrier.write(
        PAPERS, "clearance.weight-stated", trip.box, weight, occurred_at=START - 24 * HOUR
    )
    paper = {"document": "SI", "status": "APPR", "due_code": "DCO"}
    yield carrier.write(
        PAPERS + MINUTE,
        "clearance.document-changed",
        trip.booking,
        {**paper, "refs": {"booking": trip.booking}},
        occurred_at=START - 24 * HOUR,
    )
    yield from appointed(trip, cast, "DELIVER")
    if not trip.is_told:
        return
    came_at = trip.comes_for + chance.randint(5, 50) * MINUTE
    yield from brought(trip, cast, came_at)
    yield from loaded(trip, cast, chance)


def booking_data(trip: Trip, call: PortCall, status: str) -> Event:
    """Return the data of a booking of the trip's box on a ship."""
    return {
        "status": status,
        "carrier": call.carrier,
        "terminal_call": call.terminal_call,
        "boxes": [trip.box],
        "load_port": trip.call.system,
        "cargo": "DRY",
        "refs": {"terminal_call": call.terminal_call},
    }


def appointed(trip: Trip, cast: Cast, direction: str) -> Iterator[Moment]:
    """Yield the appointment as booked and as moved."""
    said = [(trip.appointed_at, trip.slot_at, "BOOKED")]
    said += [(at, slot_at, "CHANGED") for at, slot_at in trip.moved]
    for at, slot_at, status in said:
        yield appointment(trip, cast, at, (status, direction), slot_at)


def appointment(
    trip: Trip, cast: Cast, at: datetime, what: tuple[str, str], slot_at: datetime
) -> Moment:
    """Return one state of the appointment; `what` is status and direction."""
    status, direction = what
    task = {"direction": direction, "box": trip.box}
    if direction == "DELIVER":
        task["booking"] = trip.booking
    data = {
        "status": status,
        "facility": trip.call.facility,
        "slot": span(slot_at, slot_at + HOUR),
        "direction": direction,
        "gate": trip.gate,
        "haulier": trip.haulier,
        "tasks": [task],
    }
    pen = cast.pen("TER", "gate", trip.call.facility)
    return pen.write(at, "gate.appointment-changed", trip.appointment, data)


def truck_eta(
    trip: Trip, cast: Cast, at: datetime, eta_at: datetime, state: str = "MOVING"
) -> Moment:
    """Return what the haulier says of its truck."""
    data = {
        "eta_at": written(eta_at),
        "state": state,
        "basis": "GPS",
        "refs": {"facility": trip.call.facility, "appointment": trip.appointment},
    }
    pen = cast.pen("TRK", "gate", named=trip.haulier)
    return pen.write(at, "gate.truck-eta-stated", trip.appointment, data)


def step(trip: Trip, pen: Pen, at: datetime, name: str) -> Moment:
    """Return one step of the truck at the gate."""
    data = {
        "step": name,
        "gate": trip.gate,
        "appointment": trip.appointment,
        "refs": {"facility": trip.call.facility},
    }
    return pen.write(at, "gate.truck-progressed", trip.truck, data)


def brought(trip: Trip, cast: Cast, came_at: datetime) -> Iterator[Moment]:
    """Yield a truck that brings its box: the box is in before the appointment is served."""
    pen = cast.pen("TER", "gate", trip.call.facility)
    yield truck_eta(trip, cast, came_at - 50 * MINUTE, came_at)
    yield step(trip, pen, came_at, "QUEUE_IN")
    yield step(trip, pen, came_at + 8 * MINUTE, "LANE_IN")
    yield gated_in(trip, pen, came_at + 10 * MINUTE, trip.box)
    yield appointment(trip, cast, came_at + 30 * MINUTE, ("SERVED", "DELIVER"), trip.comes_for)
    yield step(trip, pen, came_at + 36 * MINUTE, "LEFT")


def gated_in(trip: Trip, pen: Pen, at: datetime, number: str, **more: Any) -> Moment:
    """Return the gate-in of a box, under the number that the clerk typed."""
    data = {
        "box": {"box": number, "iso_type": "45G1", "is_empty": False, "category": "EXPORT"},
        "facility": trip.call.facility,
        "gate": trip.gate,
        "mode": "TRUCK",
        "truck_visit": trip.truck,
        "appointment": trip.appointment,
        "refs": {"facility": trip.call.facility},
    }
    if number == trip.box:
        data["booking"] = trip.booking
    return pen.write(at, "gate.container-gated-in", number, data, **more)


def loaded(trip: Trip, cast: Cast, chance: Random) -> Iterator[Moment]:
    """Yield the box going on board while its ship is worked."""
    call = trip.call
    begins, ends = call.alongside_at + 5 * HOUR, call.sails_at - HOUR
    at = begins + chance.random() * (ends - begins)
    if at >= END:
        return
    pen = cast.pen("TER", "yard", call.facility)
    data = {
        "box": {"box": trip.box, "iso_type": "45G1", "is_empty": False, "category": "EXPORT"},
        "terminal_call": call.terminal_call,
        "refs": {"facility": call.facility},
    }
    yield pen.write(at.replace(second=0, microsecond=0), "yard.container-loaded", trip.box, data)


def import_story(
    trip: Trip, cast: Cast, chance: Random, *, discharged_at: datetime
) -> Iterator[Moment]:
    """Yield an import box: consigned, discharged, cleared, and fetched by a truck."""
    carrier, call = cast.pen("CAR", "clearance"), trip.call
    consignment = {
        "carrier": call.carrier,
        "boxes": [trip.box],
        "terminal_call": call.terminal_call,
        "refs": {"bl": trip.bill},
    }
    yield carrier.write(
        BOOKED,
        "clearance.consignment-stated",
        trip.bill,
        consignment,
        occurred_at=START - 48 * HOUR,
    )
    yield discharged(trip, cast, discharged_at)
    yield from cleared(trip, cast, max(PAPERS, discharged_at + 20 * MINUTE))
    yield from appointed(trip, cast, "COLLECT")
    if trip.is_told:
        yield from fetched(trip, cast, trip.comes_for + chance.randint(5, 50) * MINUTE)


def discharged(trip: Trip, cast: Cast, at: datetime) -> Moment:
    """Return the box coming off its ship."""
    pen = cast.pen("TER", "yard", trip.call.facility)
    data = {
        "box": {"box": trip.box, "iso_type": "22G1", "is_empty": False, "category": "IMPORT"},
        "terminal_call": trip.call.terminal_call,
        "refs": {"facility": trip.call.facility, "bl": trip.bill},
    }
    said = max(PAPERS, at)
    return pen.write(said, "yard.container-discharged", trip.box, data, occurred_at=at)


def cleared(trip: Trip, cast: Cast, at: datetime) -> Iterator[Moment]:
    """Yield customs and carrier letting the box go."""
    customs, carrier = customs_of(cast), cast.pen("CAR", "clearance")
    named = {"box": trip.box, "bl": trip.bill}
    status = {"status": "RELEASED", "direction": "IMPORT", "refs": named}
    yield customs.write(at, "clearance.customs-changed", trip.box, status)
    yield release(trip, customs, at, ("release-granted", "CUSTOMS"))
    yield release(trip, carrier, at, ("release-granted", "CARRIER"))


def customs_of(cast: Cast) -> Pen:
    """Return the pen of the port's customs."""
    return cast.pen("AUT", "clearance", named="customs")


def release(
    trip: Trip, pen: Pen, at: datetime, what: tuple[str, str], reason: str | None = None
) -> Moment:
    """Return a release granted or revoked; `what` is the fact and the kind of release."""
    fact, kind = what
    data: Event = {"kind": kind, "visit": trip.box, "refs": {"bl": trip.bill}}
    if reason:
        data["reason"] = reason
    subject = f"rel:{pen.organisation}:{trip.paper}"
    return pen.write(at, f"clearance.{fact}", subject, data)


def fetched(trip: Trip, cast: Cast, came_at: datetime) -> Iterator[Moment]:
    """Yield a truck that fetches its box: the appointment is served before the box is out."""
    pen = cast.pen("TER", "gate", trip.call.facility)
    yield truck_eta(trip, cast, came_at - 50 * MINUTE, came_at)
    yield step(trip, pen, came_at, "QUEUE_IN")
    yield step(trip, pen, came_at + 8 * MINUTE, "LANE_IN")
    yield appointment(trip, cast, came_at + 38 * MINUTE, ("SERVED", "COLLECT"), trip.comes_for)
    box = {"box": trip.box, "iso_type": "22G1", "is_empty": False, "category": "IMPORT"}
    data = {
        "box": box,
        "facility": trip.call.facility,
        "gate": trip.gate,
        "mode": "TRUCK",
        "truck_visit": trip.truck,
        "appointment": trip.appointment,
        "bl": trip.bill,
        "refs": {"facility": trip.call.facility},
    }
    yield pen.write(came_at + 40 * MINUTE, "gate.container-gated-out", trip.box, data)
    yield step(trip, pen, came_at + 41 * MINUTE, "LEFT")


def slots(first: datetime, last: datetime, count: int) -> list[datetime]:
    """Return the starts of `count` hourly slots spread evenly from first to last."""
    hours = int((last - first) / HOUR) + 1
    return [first + (at * hours // count) * HOUR for at in range(count)]
