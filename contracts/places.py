"""The places of a port community: facilities with their berths, gates and yard blocks."""

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from contracts.fields import Amount, Number, Text, Whole, refusal
from contracts.identifiers import Facility

PlaceId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,19}$")]
Hours = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$")
]
"""From and to on the port's own clock: `06:00-22:00`; past midnight when to is the smaller."""


class ProfilePart(BaseModel):
    """A part of a profile. Unlike an event, a profile with an unknown field is a typing error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Berth(ProfilePart):
    """A stretch of quay, in metres from its beginning."""

    id: PlaceId
    name: Text | None = None
    from_m: Number
    to_m: Number
    depth_m: Amount | None = None

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if self.to_m <= self.from_m:
            raise refusal(f"more than from_m {self.from_m:g}", field="to_m")
        return self


class OpenHours(ProfilePart):
    """When a gate is open; a day left out is a day on which it is closed."""

    mon: tuple[Hours, ...] = ()
    tue: tuple[Hours, ...] = ()
    wed: tuple[Hours, ...] = ()
    thu: tuple[Hours, ...] = ()
    fri: tuple[Hours, ...] = ()
    sat: tuple[Hours, ...] = ()
    sun: tuple[Hours, ...] = ()


class Gate(ProfilePart):
    """A gate: trucks an hour, and its hours. Without hours it is open round the clock."""

    id: PlaceId
    name: Text | None = None
    capacity_per_hour: Annotated[int, Field(ge=1, le=10_000)]
    hours: OpenHours | None = None


class YardBlock(ProfilePart):
    """A block of the yard: what it holds, and its plugs for reefers."""

    id: PlaceId
    name: Text | None = None
    capacity_teu: Whole
    plugs: Whole = 0


class FacilityProfile(ProfilePart):
    """A terminal or depot: its id is UN/LOCODE, code list and code."""

    code: Facility
    name: Text
    quay_metres: Amount | None = None
    berths: tuple[Berth, ...] = ()
    gates: tuple[Gate, ...] = ()
    blocks: tuple[YardBlock, ...] = ()

    @model_validator(mode="after")
    def _places_are_distinct(self) -> Self:
        for field, places in (
            ("berths", self.berths),
            ("gates", self.gates),
            ("blocks", self.blocks),
        ):
            refuse_repeats(field, [place.id for place in places])
        return self

    @model_validator(mode="after")
    def _berths_fit_the_quay(self) -> Self:
        in_order = sorted(self.berths, key=lambda berth: (berth.from_m, berth.id))
        for before, after in pairwise(in_order):
            if after.from_m < before.to_m:
                allowed = (
                    f"berths that do not overlap; berth {after.id} begins at {after.from_m:g} m,"
                    f" berth {before.id} ends at {before.to_m:g} m"
                )
                raise refusal(allowed, field="berths")
        if self.quay_metres is not None and in_order and in_order[-1].to_m > self.quay_metres:
            allowed = (
                f"berths within quay_metres {self.quay_metres:g};"
                f" berth {in_order[-1].id} ends at {in_order[-1].to_m:g} m"
            )
            raise refusal(allowed, field="berths")
        return self


def refuse_repeats(field: str, codes: list[str]) -> None:
    """Raise if a code stands twice in a field of a profile."""
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise refusal(f"each code once; twice there is {', '.join(repeated)}", field=field)
