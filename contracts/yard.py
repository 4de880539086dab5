"""`rada.yard.v1`: work lists, moves, stock, plugs and machines of a terminal (Y01-Y13)."""

from typing import Annotated, Final

from pydantic import ConfigDict, Field

from contracts.blocks import (
    LIST_ENTRIES_MAX,
    Box,
    BoxEvent,
    ClosedSpan,
    Data,
    ListPart,
    Seal,
    Span,
)
from contracts.fields import (
    Classifier,
    Code,
    DelayReasons,
    Flag,
    Instant,
    Known,
    Number,
    Ref,
    Remark,
    Whole,
)

PLACING_KIND: Final = Known("IN", "MOVE", "REHANDLE", "HOUSEKEEPING", "OUT")
EQUIPMENT_KIND: Final = Known(
    "QUAY_CRANE", "YARD_CRANE", "STACKER", "TRACTOR", "PLUG_ROW", "SCANNER"
)
EQUIPMENT_STATE: Final = Known("STARTED", "STOPPED", "BROKEN", "REPAIRED", "BREAK")
SERVICE_KIND: Final = Known(
    "STUFFED", "STRIPPED", "INSPECTED", "RESEALED", "REMOVED", "REPAIRED", "FUMIGATED"
)


class WorkEntry(Box):
    """A box of a work list, and where it is to go."""

    booking: Ref | None = None
    bl: Ref | None = None
    stow: Code | None = None
    block_planned: Ref | None = None
    listed_at: Instant | None = None


class WorkListSet(ListPart):
    """Y01: the boxes to load, discharge or restow at a terminal call."""

    kind: Annotated[str, Known("LOAD", "DISCHARGE", "RESTOW")]
    entries: Annotated[tuple[WorkEntry, ...], Field(max_length=LIST_ENTRIES_MAX)]
    carrier: Code | None = None


class ContainerDischarged(BoxEvent):
    """Y02: a box came off a ship."""

    terminal_call: Ref
    crane: Ref | None = None
    stow: Code | None = None
    lift_at: Instant | None = None
    damage: Annotated[tuple[Code, ...], Field(max_length=50)] = ()
    is_restow: Flag | None = None
    short_or_over: Code | None = None


class ContainerLoaded(BoxEvent):
    """Y03: a box went on board."""

    terminal_call: Ref
    crane: Ref | None = None
    stow: Code | None = None
    is_restow: Flag | None = None


class ContainerPlaced(Data):
    """Y04: a box was put into a block, moved in it, or taken out; the subject names the box."""

    block: Ref
    kind: Annotated[str, PLACING_KIND]
    slot: Code | None = None
    """Bay, row and tier: `12-03-2`."""
    equipment: Ref | None = None
    dg_conflict_with: Ref | None = None


class StockEntry(Box):
    """A box that stands in a block."""

    block: Ref
    since_at: Instant | None = None
    plugged: Flag | None = None


class StockListed(ListPart):
    """Y05: everything that stands in a facility; heals lost moves."""

    entries: Annotated[tuple[StockEntry, ...], Field(max_length=LIST_ENTRIES_MAX)]


class InventoryReported(Data):
    """Y06: how full a block is."""

    as_of: Instant
    boxes: Whole
    teu: Whole
    capacity_teu: Whole | None = None
    reefer_plugs: Whole | None = None
    plugs_used: Whole | None = None
    equipment_up: Whole | None = None


class PlanSet(Data):
    """Y07: what a shift means to move through a block."""

    shift: ClosedSpan
    moves_in: Whole
    moves_out: Whole
    equipment: Whole | None = None
    plugs_planned: Whole | None = None
    block_closed: Flag | None = None


class EquipmentChanged(Data):
    """Y08: a machine starts, stops, breaks, or is to."""

    kind: Annotated[str, EQUIPMENT_KIND]
    state: Annotated[str, EQUIPMENT_STATE]
    classifier: Classifier
    terminal_call: Ref | None = None
    delay_reasons: DelayReasons = ()
    until_at: Instant | None = None


class ReeferPlugChanged(Data):
    """Y09: a reefer gets or loses power."""

    power: Annotated[str, Known("ON", "OFF")]
    block: Ref | None = None
    plug: Code | None = None
    reason: Remark | None = None


class ReeferMeasured(Data):
    """Y10: temperatures and alarms of a reefer."""

    as_of: Instant
    set_point_c: Number | None = None
    supply_c: Number | None = None
    return_c: Number | None = None
    ambient_c: Number | None = None
    power: Annotated[str, Known("ON", "OFF")] | None = None
    alarms: Annotated[tuple[Code, ...], Field(max_length=50)] = ()


class ContainerServiced(Data):
    """Y11: something was done to a box."""

    kind: Annotated[str, SERVICE_KIND]
    seals: Annotated[tuple[Seal, ...], Field(max_length=20)] = ()
    result: Code | None = None


# `for` is the field's name on the wire and a keyword of Python.
class AvailabilityStated(Data):
    """Y12: a terminal or carrier says whether a box can be had."""

    available: Flag
    for_: Annotated[str, Known("COLLECT", "DROP_OFF"), Field(alias="for")]
    reason: Remark | None = None
    expected_at: Instant | None = None

    model_config = ConfigDict(
        validate_by_name=True, validate_by_alias=True, serialize_by_alias=True
    )


class FreeTimeSet(Data):
    """Y13: a clock of storage, demurrage, detention or plug."""

    clock: Annotated[str, Known("STORAGE", "DEMURRAGE", "DETENTION", "PLUG")]
    starts_at: Instant
    last_free_at: Instant
    free_days: Whole | None = None
    stopped: Annotated[tuple[Span, ...], Field(max_length=100)] = ()
    payer: Code | None = None
    tariff: Code | None = None
