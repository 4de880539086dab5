"""`rada.network.v1`: notices from port to port (N01, N02)."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.blocks import Block, Data, VesselRef, VoyageRef
from contracts.fields import Code, Flag, Instant, Known, Ref, Remark, Signed, Whole, refusal
from contracts.identifiers import Locode


class InstantRange(Block):
    """An instant as a range: 10th, 50th and 90th percentile."""

    p10: Instant
    p50: Instant
    p90: Instant

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.p10 <= self.p50 <= self.p90:
            raise refusal("p10 <= p50 <= p90", field="p50")
        return self


class MinutesRange(Block):
    """Minutes as a range: 10th, 50th and 90th percentile; negative is early."""

    p10: Signed
    p50: Signed
    p90: Signed

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if not self.p10 <= self.p50 <= self.p90:
            raise refusal("p10 <= p50 <= p90", field="p50")
        return self


class DelayForeseen(Data):
    """N01: a ship will be late at the next port of its rotation."""

    vessel: VesselRef
    voyage: VoyageRef
    rotation: Ref
    from_port: Locode
    to_port: Locode
    leg: Whole
    arrival_at: InstantRange
    delay_min: MinutesRange
    notice_version: Whole
    root_alert: Ref | None = None
    cause: Remark | None = None
    canal_slot_lost: Flag | None = None
    hops: Annotated[int, Field(strict=True, ge=0, le=64)] = 0
    """How many ports this notice has passed through; bounded, so that none runs in a circle."""


class CallChangedUpstream(Data):
    """N02: a call before this one was omitted, swapped or cut."""

    vessel: VesselRef
    voyage: VoyageRef
    from_port: Locode
    status: Annotated[
        str, Known("OMIT", "BLNK", "ADHO", "PHOT", "PHIN", "ROTC", "SLID", "CUTR", "ACTIVE")
    ]
    effect_min: MinutesRange
    to_port: Locode | None = None
    notice_version: Whole = 0
    cause: Code | None = None
    hops: Annotated[int, Field(strict=True, ge=0, le=64)] = 0
