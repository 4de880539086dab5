"""The blocks that event families share: references, raw codes, boxes, spans, lists."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from contracts.fields import (
    Amount,
    Code,
    Flag,
    Instant,
    Known,
    Number,
    Ref,
    Remark,
    Text,
    Whole,
    refusal,
)
from contracts.identifiers import (
    BOX_ALLOWED,
    BoxNumber,
    Facility,
    ImoNumber,
    Locode,
    Mmsi,
    WrittenBoxNumber,
    box_check_digit,
)

RAW_BYTES_MAX: Final = 4096
LIST_ENTRIES_MAX: Final = 500
REPORTS_OF_FACT: Final = ("CODECO", "COARRI")
"""Messages that say what happened to a box under whatever number the clerk typed."""


class Block(BaseModel):
    """A part of an event: frozen, and blind to fields that a newer sender may know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class VesselRef(Block):
    """A ship by any of its numbers; a name alone never matches."""

    imo: ImoNumber | None = None
    mmsi: Mmsi | None = None
    name: Code | None = None
    call_sign: Annotated[str, Field(min_length=1, max_length=10)] | None = None


class VoyageRef(Block):
    """A voyage, which always goes with its carrier: partners number one ship differently."""

    carrier: Code
    carrier_list: Code | None = None
    import_no: Code | None = None
    export_no: Code | None = None
    universal_import: Code | None = None
    universal_export: Code | None = None
    service_code: Code | None = None
    universal_service: Code | None = None


class Refs(Block):
    """What else names the object of an event; each is our id or a natural key."""

    port: Locode | None = None
    facility: Facility | None = None
    call: Ref | None = None
    terminal_call: Ref | None = None
    service: Ref | None = None
    vessel: VesselRef | None = None
    voyage: VoyageRef | None = None
    visit_ref: Ref | None = None
    port_call_id: Ref | None = None
    terminal_call_id: Ref | None = None
    carrier_call_ref: Ref | None = None
    port_call_service_id: Ref | None = None
    booking: Ref | None = None
    bl: Ref | None = None
    declaration: Ref | None = None
    box: WrittenBoxNumber | None = None
    appointment: Ref | None = None
    truck_visit: Ref | None = None
    train_visit: Ref | None = None


def _small(codes: tuple[str, ...]) -> tuple[str, ...]:
    written = "".join(codes)
    if len(written) * 4 > RAW_BYTES_MAX and len(written.encode(errors="replace")) > RAW_BYTES_MAX:
        raise refusal(f"at most {RAW_BYTES_MAX} bytes of source codes")
    return codes


class Raw(Block):
    """The source's own words, kept beside ours: message system and codes, 4 KiB at most."""

    system: Ref | None = None
    codes: Annotated[tuple[str, ...], Field(max_length=200), AfterValidator(_small)] = ()


class Data(Block):
    """What every event's `data` may carry beside its own fields."""

    refs: Refs | None = None
    raw: Raw | None = None
    remark: Remark | None = None


class Span(Block):
    """From an instant to another; `to_at` null is open."""

    from_at: Instant
    to_at: Instant | None = None

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if self.to_at is not None and self.to_at < self.from_at:
            raise refusal(f"an instant not before from_at {self.from_at:%FT%TZ}", field="to_at")
        return self


class ClosedSpan(Span):
    """From an instant to another, both known."""

    to_at: Instant


class ListPart(Data):
    """One message of a list; the list counts when its last part is in.

    A `list_id` marked `baseline` is the stock with which a source begins.
    """

    list_id: Ref
    list_version: Whole
    part: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1
    parts: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1

    @model_validator(mode="after")
    def _is_a_part(self) -> Self:
        if self.part > self.parts:
            raise refusal(f"1 to {self.parts}, the number of parts", field="part")
        return self


BoxCategory = Annotated[str, Known("EXPORT", "IMPORT", "TRANSSHIP", "DOMESTIC", "STORAGE")]


class Seal(Block):
    """A seal and who set it."""

    no: Code
    by: Code | None = None


class DangerousGoods(Block):
    """One dangerous substance: UN number, IMDG class, packing group."""

    un_no: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    imdg_class: Annotated[str, Field(pattern=r"^[1-9](\.[1-6][A-S]?)?$")] | None = None
    packing_group: Literal["I", "II", "III"] | None = None


class OverDimensions(Block):
    """By how many centimetres cargo stands out of its container, or overall sizes."""

    front: Amount | None = None
    back: Amount | None = None
    left: Amount | None = None
    right: Amount | None = None
    height: Amount | None = None


class Box(Block):
    """A container and what is in it. `box` has a right check digit, or `Reported` decides."""

    box: WrittenBoxNumber
    iso_type: Annotated[str, Field(pattern=r"^[A-Z0-9]{4}$")] | None = None
    is_empty: Flag | None = None
    category: BoxCategory | None = None
    gross_kg: Whole | None = None
    seals: Annotated[tuple[Seal, ...], Field(max_length=20)] = ()
    set_point_c: Number | None = None
    dg: Annotated[tuple[DangerousGoods, ...], Field(max_length=50)] = ()
    oog_cm: OverDimensions | None = None
    load_port: Locode | None = None
    discharge_port: Locode | None = None


class BoxEvent(Data):
    """An event about one container.

    A wrong check digit is refused, except in a report of fact (CODECO, COARRI): such an event
    happened under the number that was typed, and the core looks for the box that was meant.
    """

    box: Box

    @model_validator(mode="after")
    def _has_check_digit(self) -> Self:
        number = self.box.box
        if box_check_digit(number[:10]) != number[10] and not is_report_of_fact(self.raw):
            raise refusal(BOX_ALLOWED, field="box.box")
        return self


def is_report_of_fact(raw: Raw | None) -> bool:
    """Say whether the source codes name a message that reports what happened to a box."""
    return raw is not None and raw.system is not None and raw.system.startswith(REPORTS_OF_FACT)


Boxes = Annotated[tuple[BoxNumber, ...], Field(max_length=LIST_ENTRIES_MAX)]


class Withdrawal(Block):
    """The data of a retracted event: why, and the key of the slot that it leaves."""

    reason: Text | None = None
    refs: Refs | None = None
    service: Code | None = None
    point: Code | None = None
    classifier: Code | None = None
    phase: Code | None = None


class SourceBeat(Data):
    """S00: a source says that it lives, how much it has sent, and when it will be quiet."""

    as_of: Instant
    sent_total: Whole | None = None
    last_sequence: Annotated[str, Field(max_length=20)] | None = None
    quiet_until_at: Instant | None = None
    state: Annotated[str, Known("UP", "DEGRADED", "STOPPING")] | None = None
    detail: Remark | None = None


Params = dict[str, Any]
