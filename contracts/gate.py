"""`rada.gate.v1`: appointments, trucks and trains, boxes through the gate (G01-G13)."""

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from contracts.blocks import Block, Boxes, BoxEvent, ClosedSpan, Data, Span
from contracts.fields import (
    INSTEAD_OF_CLEAR_TEXT,
    Amount,
    Classifier,
    Code,
    Flag,
    GateDirection,
    Instant,
    Known,
    Latitude,
    Longitude,
    Mode,
    Organisation,
    Percent,
    Ref,
    Remark,
    RoadDirection,
    Signed,
    Whole,
    refusal,
)
from contracts.identifiers import BoxNumber, Facility

APPOINTMENT_STATUS = Known(
    "REQUESTED", "BOOKED", "CHANGED", "CONFIRMED", "CANCELLED", "SERVED", "MISSED"
)
TRUCK_STEP = Known(
    "QUEUE_IN",
    "LANE_IN",
    "LANE_OUT",
    "TURNED_AWAY",
    "YARD_IN",
    "SERVED",
    "CUSTOMS_IN",
    "CUSTOMS_OUT",
    "EXIT_LANE_IN",
    "LEFT",
    "TROUBLE",
    "TROUBLE_CLEARED",
)
WAYPOINT_KIND = Known(
    "ANTE_PORT", "DRY_PORT", "WEIGHBRIDGE", "BORDER", "RAIL_RAMP", "DEPOT", "PARKING", "CUSTOMS"
)
PLACES_MAX: Final = 500
Sealed = Annotated[str, Field(min_length=1, max_length=2000)]
"""Personal particulars, AES-GCM under a key of the organisation that can be destroyed."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9_:=.+/-]{16,128}\Z")


def _checked_token(value: str) -> str:
    # What is too short for an HMAC is a plate that somebody typed.
    if _TOKEN.match(value) is None:
        raise refusal(INSTEAD_OF_CLEAR_TEXT, reason="PLAIN_PLATE")
    return value


Token = Annotated[
    str,
    AfterValidator(_checked_token),
    WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_:=.+/-]{16,128}$"}),
]
"""HMAC of a plate or of a driver's number; clear text never crosses a topic."""


class Slot(ClosedSpan):
    """A span of a gate in one direction, what it offers and what is booked."""

    direction: GateDirection
    offered: Whole
    booked: Whole


class SlotsOffered(Data):
    """G01: the slots of a gate."""

    slots: Annotated[tuple[Slot, ...], Field(min_length=1, max_length=500)]
    kind: Code | None = None
    closes_at: Instant | None = None


class Task(Block):
    """One box, or one box of a booking, that a truck brings or takes."""

    direction: GateDirection
    box: BoxNumber | None = None
    booking: Ref | None = None

    @model_validator(mode="after")
    def _names_its_cargo(self) -> Self:
        if self.box is None and self.booking is None:
            raise refusal("box or booking", field="box")
        return self


Tasks = Annotated[tuple[Task, ...], Field(max_length=20)]


class TripOrigin(Block):
    """Where a truck comes from: corridor and place of the profile."""

    corridor: Code | None = None
    place: Code | None = None


class AppointmentChanged(Data):
    """G02: an appointment at its newest."""

    status: Annotated[str, APPOINTMENT_STATUS]
    facility: Facility
    slot: ClosedSpan
    direction: GateDirection
    gate: Ref | None = None
    haulier: Organisation | None = None
    tasks: Tasks = ()
    plate_token: Token | None = None
    early_min: Whole | None = None
    late_min: Whole | None = None
    moves_proposal: Ref | None = None
    expects_departure_at: Instant | None = None
    origin: TripOrigin | None = None


class ProposedSlot(Block):
    """An appointment and the slot that it should move to."""

    appointment: Ref
    to: ClosedSpan


class SlotProposed(Data):
    """G03: new slots for appointments that no longer fit."""

    proposal_id: Ref
    items: Annotated[tuple[ProposedSlot, ...], Field(min_length=1, max_length=500)]
    answer_by_at: Instant
    reason: Remark | None = None
    free_of_charge: Flag | None = None


class TruckEtaStated(Data):
    """G04: when a truck will be here."""

    eta_at: Instant
    early_at: Instant | None = None
    late_at: Instant | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    km_left: Amount | None = None
    state: Annotated[str, Known("PARKED", "MOVING", "STOPPED")] | None = None
    basis: Annotated[str, Known("GPS", "DRIVER", "CORRIDOR")] | None = None


class WaypointPassed(Data):
    """G05: a truck or train at a place of a land corridor."""

    place: Code
    kind: Annotated[str, WAYPOINT_KIND]
    direction: RoadDirection
    step: Annotated[str, Known("IN", "OUT", "THROUGH")]
    mode: Mode
    classifier: Classifier
    boxes: Boxes = ()
    appointment: Ref | None = None
    waited_min: Amount | None = None


class TruckProgressed(Data):
    """G06: one step of a truck from queue to exit."""

    step: Annotated[str, TRUCK_STEP]
    gate: Ref | None = None
    lane: Ref | None = None
    appointment: Ref | None = None
    walk_in: Flag | None = None
    plate_token: Token | None = None
    driver_token: Token | None = None
    tasks: Tasks = ()
    code: Code | None = None
    sealed: Sealed | None = None


class ContainerGatedIn(BoxEvent):
    """G07: a box came in by road, rail or barge."""

    facility: Facility
    gate: Ref | None = None
    truck_visit: Ref | None = None
    train_visit: Ref | None = None
    appointment: Ref | None = None
    booking: Ref | None = None
    bl: Ref | None = None
    damage: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    mode: Mode | None = None


class ContainerGatedOut(ContainerGatedIn):
    """G08: a box left by road, rail or barge."""

    release: Ref | None = None
    return_to: Ref | None = None
    return_due_at: Instant | None = None


class QueueReported(Data):
    """G09: trucks that wait at a gate."""

    as_of: Instant
    direction: GateDirection
    trucks: Whole
    wait_mean_min: Amount | None = None
    wait_p90_min: Amount | None = None
    turn_p90_min: Amount | None = None
    beyond_parking: Flag | None = None
    walk_in_share_pct: Percent | None = None
    arrivals_next_2h: Whole | None = None


class LaneChanged(Data):
    """G10: a lane opens, closes or slows."""

    state: Annotated[str, Known("OPEN", "CLOSED", "DEGRADED")]
    direction: GateDirection
    reason: Annotated[str, Known("STAFF", "SCANNER", "SYSTEM", "ACCIDENT", "CUSTOMS")] | None = None
    until_at: Instant | None = None
    rate_per_h: Amount | None = None


class TrainVisitStated(Data):
    """G11: when a train is at a ramp."""

    ramp: Ref
    point: Annotated[str, Known("ARRI", "DEPA")]
    classifier: Classifier
    milestone_at: Instant
    boxes: Boxes = ()
    wagons: Whole | None = None
    cut_off_at: Instant | None = None


class ReturnPlace(Block):
    """Where empties of a kind go back to, and whether they are taken now."""

    facility: Facility
    iso_group: Code
    span: Span
    accepts: Flag


class ReturnPlaceSet(Data):
    """G12: the places to which a carrier's empties return."""

    places: Annotated[tuple[ReturnPlace, ...], Field(max_length=PLACES_MAX)]


class ChangeDecided(Data):
    """G13: what a terminal does with the appointments of a ship that moved."""

    decision: Literal["HONOUR", "MOVE", "MIX"]
    change_seq: Signed | None = None
    grace_until_at: Instant | None = None
    honoured: Annotated[tuple[Ref, ...], Field(max_length=500)] = ()
    publish_at: Instant | None = None
