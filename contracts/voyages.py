"""`rada.vessel.v1`: what is said of the ship and its voyage (V05-V08, V13-V15)."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from contracts.blocks import Block, ClosedSpan, Data, ListPart
from contracts.fields import (
    Amount,
    Classifier,
    Code,
    Flag,
    Instant,
    Known,
    Latitude,
    Longitude,
    Organisation,
    Ref,
    Whole,
    refusal,
)
from contracts.identifiers import Locode, Mmsi
from contracts.vessel import ConnectionGroup, ServiceUnit

Degrees = Annotated[float, Field(strict=True, ge=0, le=360, allow_inf_nan=False)]


class PositionReported(Data):
    """V05: where a ship is, from AIS or from people afloat."""

    lat: Latitude
    lon: Longitude
    speed_kn: Amount | None = None
    course_deg: Degrees | None = None
    heading_deg: Degrees | None = None
    nav_status: Annotated[int, Field(strict=True, ge=0, le=15)] | None = None
    accuracy_m: Amount | None = None
    receiver: Code | None = None


class VoyageDeclared(Data):
    """V06: the destination, ETA or draught that the ship itself sends."""

    destination_raw: Annotated[str, Field(max_length=100)] | None = None
    eta_at: Instant | None = None
    draught_m: Amount | None = None
    destination: Locode | None = None
    resolved_by: Annotated[str, Known("EXACT", "BLANKED", "ALIAS", "NAME", "NONE")] | None = None
    candidates: Annotated[tuple[Locode, ...], Field(max_length=20)] = ()
    previous: Locode | None = None

    @model_validator(mode="after")
    def _declares_something(self) -> Self:
        if self.destination_raw is None and self.eta_at is None and self.draught_m is None:
            raise refusal("at least one of destination_raw, eta_at, draught_m")
        return self


class Fix(Block):
    """A position and its instant."""

    lat: Latitude
    lon: Longitude
    at: Instant


class PositionDisputed(Data):
    """V07: two positions of one ship that cannot both be true."""

    kind: Annotated[str, Known("TWIN", "JUMP", "SPEED", "FROZEN", "ON_LAND")]
    a: Fix
    b: Fix | None = None
    distance_nm: Amount | None = None
    implied_kn: Amount | None = None
    receivers: Annotated[tuple[Code, ...], Field(max_length=20)] = ()


PARTICULARS: Final = (
    "name",
    "call_sign",
    "mmsi",
    "loa_m",
    "beam_m",
    "draught_max_m",
    "air_draught_m",
    "ship_type",
    "teu",
    "reefer_plugs",
    "flag",
)


class ParticularsDeclared(Data):
    """V08: names, numbers and sizes of a ship."""

    name: Code | None = None
    call_sign: Annotated[str, Field(min_length=1, max_length=10)] | None = None
    mmsi: Mmsi | None = None
    loa_m: Amount | None = None
    beam_m: Amount | None = None
    draught_max_m: Amount | None = None
    air_draught_m: Amount | None = None
    ship_type: Code | None = None
    teu: Whole | None = None
    reefer_plugs: Whole | None = None
    flag: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None

    @model_validator(mode="after")
    def _declares_something(self) -> Self:
        if all(getattr(self, name) is None for name in PARTICULARS):
            raise refusal("at least one of " + ", ".join(PARTICULARS))
        return self


class CanalSlot(Block):
    """A booked transit of a canal."""

    slot_at: Instant
    slot_no: Code | None = None


class RotationLeg(Block):
    """One port of a rotation."""

    sequence: Whole
    port: Locode
    arrival_at: Instant
    departure_at: Instant
    terminal: Ref | None = None
    carrier_call_ref: Ref | None = None
    sailing_h: Amount | None = None
    buffer_h: Amount | None = None
    canal: CanalSlot | None = None
    classifier: Classifier | None = None
    status: Code | None = None


class RotationSet(ListPart):
    """V13: the ports of a rotation, in order; one copy goes to each port system."""

    legs: Annotated[tuple[RotationLeg, ...], Field(min_length=1, max_length=500)]


class ConnectionsSet(ListPart):
    """V14: the boxes that must reach another ship here."""

    inbound: Ref
    outbound: Ref
    groups: Annotated[tuple[ConnectionGroup, ...], Field(max_length=500)]
    transfer_min_minutes: Whole | None = None
    same_terminal: Flag | None = None
    next_sailing_at: Instant | None = None
    reassigned_to: Ref | None = None


class RosterSet(Data):
    """V15: how many pilots, tugs or line boats are on duty in a span."""

    kind: Annotated[str, Known("PILOT", "TUG", "LINE_BOAT")]
    span: ClosedSpan
    units_available: Whole
    units: Annotated[tuple[ServiceUnit, ...], Field(max_length=200)] = ()
    provider: Organisation | None = None
