"""The small types that event fields are made of, and how they refuse a value.

Vocabularies that come from outside are open: a value we do not know is kept as it is and never
rejected (`Known`). Only our own are closed, and those are written as Literal.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from contracts.problems import Reason

EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC)
INSTANT_ALLOWED: Final = "RFC 3339 UTC between 2000 and 2100, such as 2026-10-27T14:00:00Z"
INSTEAD_OF_CLEAR_TEXT: Final = (
    "a token (plate_token, driver_token); clear text is refused and not stored"
)
CLEAR_TEXT: Final = "clear text"
"""What is said of a person's particulars instead of repeating them."""
WHOLE_MAX: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exact."""

KNOWN_WORDS: Final = "rada_known_words"
"""Where the schema of an open vocabulary keeps the words that are known."""

_MOMENT: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
_IN_UTC: Final = _MOMENT + "[Zz]$"
_WITH_OFFSET: Final = _MOMENT + "[+-][0-9]{2}:[0-9]{2}$"


def refusal(allowed: str, *, reason: Reason = "BAD_FIELD", field: str = "") -> PydanticCustomError:
    """Return the error that a validator raises: what is allowed, and where if deeper than here.

    `field` is a dotted path below the place of the validator, such as `box.box`.
    """
    return PydanticCustomError(
        "rada", "allowed is {allowed}", {"allowed": allowed, "reason": reason, "field": field}
    )


def with_allowed(schema: CoreSchema, allowed: str, *, reason: Reason = "BAD_FIELD") -> CoreSchema:
    """Return a validator that refuses like `refusal`, without ever leaving pydantic's own code.

    A validator in Python costs as much as three fields without one.
    """
    return core_schema.custom_error_schema(
        schema,
        custom_error_type="rada",
        custom_error_message="allowed is {allowed}",
        custom_error_context={"allowed": allowed, "reason": reason, "field": ""},
    )


class Form:
    """Text of a fixed form, refused with a sentence instead of its pattern."""

    def __init__(self, pattern: str, allowed: str) -> None:
        """Keep a pattern for the whole text, and what to say of it."""
        self._pattern = f"^{pattern}$"
        self._allowed = allowed

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return with_allowed(core_schema.str_schema(pattern=self._pattern), self._allowed)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": self._pattern}


class _InstantSchema:
    """Builds the validator of `Instant`.

    From JSON only RFC 3339 text with an offset counts: pydantic alone would also read numbers
    and digits as seconds since the epoch. From Python an aware datetime is taken too.
    """

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        aware = core_schema.datetime_schema(tz_constraint="aware", ge=EARLIEST, le=LATEST)
        value = core_schema.datetime_schema(
            tz_constraint="aware", ge=EARLIEST, le=LATEST, strict=True
        )
        in_utc = core_schema.chain_schema([core_schema.str_schema(pattern=_IN_UTC), aware])
        with_offset = core_schema.no_info_after_validator_function(
            _in_utc,
            core_schema.chain_schema([core_schema.str_schema(pattern=_WITH_OFFSET), aware]),
        )
        from_python = core_schema.no_info_after_validator_function(_in_utc, value)
        text = core_schema.union_schema([in_utc, with_offset], mode="left_to_right")
        either = core_schema.json_or_python_schema(
            json_schema=text,
            python_schema=core_schema.union_schema([from_python, text], mode="left_to_right"),
        )
        return with_allowed(either, INSTANT_ALLOWED)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[datetime, _InstantSchema()]
"""An instant: aware, in UTC, between 2000 and 2100."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""Names an object: our id or a natural key."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Remark = Annotated[str, StringConstraints(max_length=500)]
Organisation = Annotated[str, StringConstraints(min_length=1, max_length=40)]
"""The code of an organisation in the profile of a port community."""

Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True, ge=0, le=WHOLE_MAX)]
Signed = Annotated[int, Field(strict=True, ge=-WHOLE_MAX, le=WHOLE_MAX)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Amount = Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100, allow_inf_nan=False)]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False)]

Classifier = Literal["EST", "REQ", "PLN", "ACT"]
Phase = Literal["INBD", "OUTB"]
"""Direction of a formality: for the arrival or for the departure."""
GateDirection = Literal["DELIVER", "COLLECT", "BOTH"]
RoadDirection = Literal["TO_PORT", "FROM_PORT"]
Mode = Literal["TRUCK", "RAIL", "BARGE"]
Role = Literal["TER", "CAR", "AGT", "PA", "NAU", "AUT", "FWD", "TRK", "RAIL", "OPS", "PCS"]


class Known:
    """An open vocabulary: upper-case words, of which these are the ones we know."""

    def __init__(self, *values: str) -> None:
        """Keep the known values, in the order in which they are shown."""
        self.values = values

    def __contains__(self, value: object) -> bool:
        return value in self.values

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.str_schema(
            min_length=1,
            max_length=60,
            to_upper=True,
            strip_whitespace=True,
            metadata={KNOWN_WORDS: self.values},
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "x-known": list(self.values)}


def is_known(vocabulary: Known, value: str) -> bool:
    """Say whether a word belongs to an open vocabulary; readers treat others as OTHER."""
    return value in vocabulary


DelayReason = Annotated[str, StringConstraints(min_length=1, max_length=20)]
DelayReasons = Annotated[tuple[DelayReason, ...], Field(max_length=50)]
"""SMDG delay reason codes."""
