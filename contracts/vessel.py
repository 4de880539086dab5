"""`rada.vessel.v1`: what is said of a port call and its services (V01-V04, V09-V12)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.blocks import Block, Boxes, Data, VesselRef, VoyageRef
from contracts.fields import (
    Amount,
    Classifier,
    Code,
    DelayReasons,
    Flag,
    Instant,
    Known,
    Number,
    Organisation,
    Ref,
    Remark,
    Whole,
    refusal,
)
from contracts.identifiers import Facility, Locode

CALL_STATUS = Known("OMIT", "BLNK", "ADHO", "PHOT", "PHIN", "ROTC", "SLID", "CUTR", "ACTIVE")
SERVICE = Known(
    "BERTH",
    "PILOT_BOARDING_PLACE",
    "PILOTAGE",
    "TOWAGE",
    "MOORING",
    "CARGO_OPERATIONS",
    "BUNKERING",
    "SLUDGE",
    "ANCHORAGE",
    "SEA_PASSAGE",
    "ALL_FAST",
    "GANGWAY_DOWN_AND_SECURE",
    "VESSEL_READY_FOR_CARGO_OPERATIONS",
    "DISCHARGE_CARGO_OPERATIONS",
    "LOADING_CARGO_OPERATIONS",
    "LASHING",
    "SHORE_POWER",
    "ANCHORAGE_OPERATIONS",
    "SAFETY",
    "VESSEL_READY_TO_SAIL",
    "PORT_LIMIT",
)
"""Services of DCSA Port Call 2.0, and our own PORT_LIMIT."""
POINT = Known("ARRI", "DEPA", "STRT", "CMPL")
PHASE = Known("INBD", "ALGS", "SHIF", "OUTB")
SERVICE_STATUS = Known("REQUIRED", "ORDERED", "CONFIRMED", "CANCELLED", "DECLINED", "REPLACED")
WINDOW_CODE = Known(
    "DCO",
    "VCO",
    "FCO",
    "LCO",
    "PCO",
    "ECP",
    "EFC",
    "RCO",
    "DGC",
    "OBC",
    "TCO",
    "STA",
    "SPA",
    "CUA",
    "AFC",
)
CARGO = Known("DRY", "REEFER", "DG", "OOG", "EMPTY")


class TerminalCall(Block):
    """One terminal of a port call, in the order of the call."""

    facility: Facility
    sequence: Whole = 1
    carrier: Code | None = None
    service_code: Code | None = None
    voyage: VoyageRef | None = None
    carrier_call_ref: Ref | None = None


class CallAnnounced(Data):
    """V01: a ship is to call."""

    vessel: VesselRef
    arrival_at: Instant | None = None
    departure_at: Instant | None = None
    terminal_calls: Annotated[tuple[TerminalCall, ...], Field(max_length=20)] = ()
    previous_ports: Annotated[tuple[Locode, ...], Field(max_length=50)] = ()
    next_ports: Annotated[tuple[Locode, ...], Field(max_length=50)] = ()
    purpose: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    agent: Organisation | None = None
    is_transit: Flag | None = None


class CallStatusChanged(Data):
    """V02: a call is omitted, slid, cut short, or lives again."""

    status: Annotated[str, CALL_STATUS]
    reason: Remark | None = None
    delay_reasons: DelayReasons = ()
    new_sequence: Whole | None = None
    replaced_by: Ref | None = None


class MilestoneStated(Data):
    """V03: an estimate, request, plan or actual of one point of one service."""

    service: Annotated[str, SERVICE]
    point: Annotated[str, POINT]
    classifier: Classifier
    milestone_at: Instant
    phase: Annotated[str, PHASE] | None = None
    place: Annotated[str, Known("PBPL", "BRTH", "ANCH", "PORT")] | None = None
    location: Ref | None = None
    reply_to: Annotated[str, Field(min_length=1, max_length=128)] | None = None
    is_fyi: Flag = False
    """A copy for information is never a second source."""
    early_at: Instant | None = None
    late_at: Instant | None = None
    basis: Annotated[str, Known("SAID", "AIS_ROUTE", "PROFORMA")] | None = None
    delay_reasons: DelayReasons = ()


class ServiceUnit(Block):
    """A pilot, tug, line boat or gang that is to serve, and when."""

    unit: Code
    kind: Annotated[str, Known("PILOT", "TUG", "LINE_BOAT", "GANG")]
    from_at: Instant | None = None
    to_at: Instant | None = None


class ServiceChanged(Data):
    """V04: a nautical service is ordered, confirmed, declined, cancelled."""

    status: Annotated[str, SERVICE_STATUS]
    units_required: Whole | None = None
    units: Annotated[tuple[ServiceUnit, ...], Field(max_length=50)] = ()
    provider: Organisation | None = None
    replaced_by: Ref | None = None
    reply_due_at: Instant | None = None


class BerthPlanSet(Data):
    """V09: where a ship is to lie, from when to when."""

    classifier: Classifier
    berth: Ref
    arrival_at: Instant
    departure_at: Instant
    bow_m: Number | None = None
    stern_m: Number | None = None
    bow_bollard: Code | None = None
    stern_bollard: Code | None = None
    alongside: Annotated[str, Known("PORT", "STARBOARD")] | None = None
    cranes: Whole | None = None
    ops_start_at: Instant | None = None
    ops_end_at: Instant | None = None
    pbp_order_at: Instant | None = None
    firm: Flag | None = None

    @model_validator(mode="after")
    def _leaves_after_it_comes(self) -> Self:
        if self.departure_at <= self.arrival_at:
            raise refusal(
                f"an instant after arrival_at {self.arrival_at:%FT%TZ}", field="departure_at"
            )
        return self


class Window(Block):
    """One cut-off or opening. `at: null` lifts it; a code left out is unchanged."""

    code: Annotated[str, WINDOW_CODE]
    at: Instant | None


class WindowSet(Data):
    """V10: receiving windows and cut-offs of a terminal call."""

    windows: Annotated[tuple[Window, ...], Field(min_length=1, max_length=50)]
    carrier: Code | None = None
    cargo: Annotated[str, CARGO] | None = None
    discharge_port: Locode | None = None
    booking: Ref | None = None
    moved_by: Annotated[str, Known("CAR", "TER")] | None = None
    reason: Remark | None = None


class MoveCounts(Block):
    """Containers to move in one direction."""

    total: Whole
    laden: Whole | None = None
    empty: Whole | None = None
    reefer: Whole | None = None
    oog: Whole | None = None
    size20: Whole | None = None
    size40: Whole | None = None
    size45: Whole | None = None


class MovesForecast(Block):
    """What one carrier, or with `carrier: null` the whole call, will move."""

    carrier: Code | None = None
    load: MoveCounts | None = None
    discharge: MoveCounts | None = None
    restow: MoveCounts | None = None


class BlockBoxes(Block):
    """How many boxes a yard block gives or takes."""

    block: Ref
    boxes: Whole


class MovesForecasted(Data):
    """V11: the moves that a terminal call will take."""

    forecasts: Annotated[tuple[MovesForecast, ...], Field(min_length=1, max_length=500)]
    by_block: Annotated[tuple[BlockBoxes, ...], Field(max_length=500)] = ()
    as_of: Instant | None = None


class HatchProgress(Block):
    """Moves done and left at one hatch."""

    hatch: Code
    discharged: Whole | None = None
    loaded: Whole | None = None
    remaining: Whole | None = None


class CargoProgressed(Data):
    """V12: cumulative figures of cargo work."""

    as_of: Instant
    discharged: Whole
    loaded: Whole
    restowed: Whole
    remaining: Whole
    cranes_active: Whole | None = None
    gross_rate_mph: Amount | None = None
    first_lift_at: Instant | None = None
    last_lift_at: Instant | None = None
    expected_end_at: Instant | None = None
    by_hatch: Annotated[tuple[HatchProgress, ...], Field(max_length=100)] = ()


class ConnectionGroup(Block):
    """Boxes that go from one ship to another: named, or counted."""

    count: Whole | None = None
    boxes: Boxes = ()
    reefer: Flag | None = None
    dg: Flag | None = None
    carrier: Code | None = None

    @model_validator(mode="after")
    def _counts_or_names(self) -> Self:
        if self.count is None and not self.boxes:
            raise refusal("count, or boxes with at least one number", field="count")
        return self
