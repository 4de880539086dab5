"""`rada.clearance.v1`: papers, permissions, holds and conditions (C01-C14)."""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from contracts.blocks import LIST_ENTRIES_MAX, Block, Boxes, DangerousGoods, Data, Span
from contracts.fields import (
    Amount,
    Classifier,
    Code,
    Flag,
    Instant,
    Known,
    Number,
    Organisation,
    Phase,
    Ref,
    Remark,
    Role,
    Whole,
    refusal,
)
from contracts.gate import Sealed, Token
from contracts.identifiers import BoxNumber, Locode

FORMALITY: Final = Known(
    "GENERAL_DECLARATION",
    "SECURITY",
    "CREW",
    "PASSENGERS",
    "IMMIGRATION",
    "HEALTH_DECLARATION",
    "PRATIQUE",
    "MANIFEST",
    "WASTE",
    "STORES",
    "DANGEROUS_GOODS",
    "BERTH_AUTHORIZATION",
    "CUSTOMS_INWARD",
    "CUSTOMS_OUTWARD",
    "DEPARTURE_CLEARANCE",
)
FORMALITY_STATUS: Final = Known(
    "REQUIRED", "SUBMITTED", "REVIEW", "GRANTED", "WAIVED", "REJECTED", "REVOKED", "DETAINED"
)
CUSTOMS_STATUS: Final = Known(
    "NOT_DECLARED", "DECLARED", "SELECTED", "INSPECTED", "HELD", "RELEASED", "CANCELLED"
)
CHANNEL: Final = Known("AUTO", "DOC", "PHYS", "SPECIAL")
HOLD_KIND: Final = Known(
    "CUSTOMS",
    "SANITARY",
    "PHYTOSANITARY",
    "VETERINARY",
    "SECURITY",
    "CARRIER_FREIGHT",
    "TERMINAL_CHARGES",
    "DAMAGE",
    "DANGEROUS_GOODS",
)
RELEASE_KIND: Final = Known("CUSTOMS", "CARRIER", "TERMINAL", "HEALTH", "AGRICULTURE", "PORT")
CONDITION_KIND: Final = Known(
    "CLOSURE",
    "SWELL",
    "WIND",
    "VISIBILITY",
    "TIDE",
    "DRAUGHT",
    "CURRENT",
    "CANAL",
    "STRIKE",
    "ROAD_BLOCK",
    "GATE_CLOSURE",
    "SYSTEM_DOWN",
)


class FormalityChanged(Data):
    """C01: a formality of a call is required, submitted, granted, refused."""

    formality: Annotated[str, FORMALITY]
    direction: Phase
    status: Annotated[str, FORMALITY_STATUS]
    authority: Organisation | None = None
    due_at: Instant | None = None
    missing_documents: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    by_radio: Flag | None = None
    valid_until_at: Instant | None = None


class CustomsChanged(Data):
    """C02: where a box or a declaration stands with customs."""

    status: Annotated[str, CUSTOMS_STATUS]
    channel: Annotated[str, CHANNEL] | None = None
    channel_raw: Code | None = None
    declaration: Ref | None = None
    direction: Annotated[str, Known("IMPORT", "EXPORT", "TRANSIT", "TRANSSHIP")] | None = None
    ready_at: Instant | None = None

    @model_validator(mode="after")
    def _selected_into_a_channel(self) -> Self:
        if self.status == "SELECTED" and self.channel is None:
            allowed = "one of " + ", ".join(CHANNEL.values) + " when status is SELECTED"
            raise refusal(allowed, field="channel")
        return self


class CargoPaper(Data):
    """A paper about one container visit or one bill of lading, whichever is named."""

    visit: Ref | None = None
    bl: Ref | None = None

    @model_validator(mode="after")
    def _names_its_cargo(self) -> Self:
        if self.visit is None and self.bl is None and not _named_in(self):
            raise refusal("visit or bl, here or in refs", field="visit")
        return self


def _named_in(paper: Data) -> bool:
    return paper.refs is not None and (paper.refs.bl is not None or paper.refs.box is not None)


class Hold(CargoPaper):
    """What placing and lifting a hold have in common."""

    kind: Annotated[str, HOLD_KIND]
    authority: Organisation
    reason: Remark | None = None
    expected_at: Instant | None = None


class HoldPlaced(Hold):
    """C03: cargo is stopped."""


class HoldLifted(Hold):
    """C04: a hold is lifted; it may arrive before its hold."""


class Release(CargoPaper):
    """What granting and revoking a release have in common."""

    kind: Annotated[str, RELEASE_KIND]
    valid_until_at: Instant | None = None
    haulier: Organisation | None = None
    reason: Remark | None = None


class ReleaseGranted(Release):
    """C05: cargo may go."""


class ReleaseRevoked(Release):
    """C06: cargo may no longer go; wins over a grant of the same instant."""


class DocumentChanged(Data):
    """C07: where a document stands."""

    document: Code
    status: Code
    due_code: Code | None = None
    rejected_for: Remark | None = None


class WeightStated(Data):
    """C08: what a box weighs, and how that is known."""

    kind: Annotated[str, Known("VGM", "GATE_SCALE", "DECLARED", "STOW_PLAN")]
    gross_kg: Whole
    method: Annotated[int, Field(strict=True, ge=1, le=2)] | None = None
    by: Code | None = None


class DangerousGoodsChanged(Data):
    """C09: dangerous goods are declared, accepted, rejected."""

    status: Annotated[str, Known("DECLARED", "ACCEPTED", "REJECTED", "REVOKED")]
    goods: Annotated[tuple[DangerousGoods, ...], Field(min_length=1, max_length=50)]
    permit: Code | None = None
    direct_delivery: Flag | None = None
    dwell_max_h: Amount | None = None
    valid_until_at: Instant | None = None
    breach: Annotated[str, Known("SEGREGATION", "QUANTITY")] | None = None


class BookedQuantity(Block):
    """How many boxes of a kind a booking holds."""

    iso_group: Code
    count: Whole


class BookingChanged(Data):
    """C10: a booking at its newest. Its ship is named by `terminal_call`, or in refs."""

    status: Annotated[str, Known("CONFIRMED", "AMENDED", "ROLLED", "CANCELLED")]
    carrier: Code
    terminal_call: Ref | None = None
    quantity: Annotated[tuple[BookedQuantity, ...], Field(max_length=100)] = ()
    boxes: Boxes = ()
    rolled_to: Ref | None = None
    load_port: Locode | None = None
    discharge_port: Locode | None = None
    cargo: Annotated[str, Known("DRY", "REEFER", "DG", "OOG", "EMPTY")] | None = None

    @model_validator(mode="after")
    def _names_its_ship(self) -> Self:
        if self.terminal_call is None and (self.refs is None or not _names_a_call(self)):
            raise refusal(
                "terminal_call, or refs with terminal_call, terminal_call_id, carrier_call_ref,"
                " call, port_call_id, visit_ref or voyage",
                field="terminal_call",
            )
        return self


def _names_a_call(booking: Data) -> bool:
    refs = booking.refs
    return refs is not None and any(
        value is not None
        for value in (
            refs.terminal_call,
            refs.terminal_call_id,
            refs.carrier_call_ref,
            refs.call,
            refs.port_call_id,
            refs.visit_ref,
            refs.voyage,
        )
    )


class NominationChanged(Data):
    """C11: who acts for a consignment: the only source of cargo visibility."""

    object: Ref
    organisation: Organisation
    role: Role
    status: Annotated[str, Known("GIVEN", "ACCEPTED", "WITHDRAWN")]
    until_at: Instant | None = None


class InspectionChanged(Data):
    """C12: a step of an inspection, foreseen or done."""

    classifier: Classifier
    at: Instant
    step: Annotated[str, Known("CALLED", "POSITIONED", "STARTED", "DONE", "FAILED")]
    place: Ref | None = None
    authority: Organisation | None = None
    result: Code | None = None


class ConditionScope(Block):
    """What a condition closes or restricts; `system` alone is the whole port."""

    system: Code | None = None
    channel: Code | None = None
    facility: Ref | None = None
    berth: Ref | None = None
    gate: Ref | None = None
    road: Code | None = None


class ConditionValue(Block):
    """The measure behind a condition."""

    wave_m: Amount | None = None
    wind_kn: Amount | None = None
    visibility_m: Amount | None = None
    depth_m: Number | None = None


class ConditionLimits(Block):
    """Up to which size ships may still move."""

    draught_m: Amount | None = None
    loa_m: Amount | None = None


class ConditionStated(Data):
    """C13: weather, closure, strike, a road block: the root of many alerts."""

    kind: Annotated[str, CONDITION_KIND]
    scope: ConditionScope
    effect: Annotated[str, Known("CLOSED", "RESTRICTED", "INFO")]
    classifier: Classifier
    span: Span
    value: ConditionValue | None = None
    limits: ConditionLimits | None = None
    authority: Organisation | None = None
    lifted_at: Instant | None = None


class ConsignmentStated(Data):
    """C14: which boxes belong to a bill of lading."""

    carrier: Code
    boxes: Annotated[tuple[BoxNumber, ...], Field(min_length=1, max_length=LIST_ENTRIES_MAX)]
    booking: Ref | None = None
    terminal_call: Ref | None = None
    consignee_token: Token | None = None
    sealed: Sealed | None = None
    delivery_place: Code | None = None
