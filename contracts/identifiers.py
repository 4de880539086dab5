"""Identities: port systems, facilities, ships, containers; their forms and check digits.

The two check digits are computed here, because python-stdnum takes 12 µs for a container, which is
more than a whole event may cost; the tests hold this code against python-stdnum.
"""

import csv
import re
from dataclasses import dataclass
from importlib.resources import files
from string import ascii_uppercase
from typing import Annotated, Any, Final

from pydantic import AfterValidator, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from contracts.fields import Form, refusal, with_allowed

BOX_ALLOWED: Final = (
    "an ISO 6346 number with its right check digit, such as RDAU2000016 (no blanks)"
)
IMO_ALLOWED: Final = "an IMO number of 7 digits with its right check digit, such as 9999993"
LOCODE_ALLOWED: Final = "a UN/LOCODE without blank, such as COCTG"
FACILITY_ALLOWED: Final = "UN/LOCODE:SMDG|BIC|IMO|LOCAL:code, such as COCTG:SMDG:SPRC"

_LOCODE_FORM: Final = "[A-Z]{2}[A-Z2-9]{3}"
_BOX_FORM: Final = "[A-Z]{3}[UJZ][0-9]{7}"
_FACILITY_FORM: Final = f"{_LOCODE_FORM}:(SMDG|BIC|IMO|LOCAL):[A-Z0-9][A-Z0-9_.-]{{0,19}}"
_IMO_FORM: Final = "[0-9]{7}"
_LOCODE: Final = re.compile(_LOCODE_FORM)
_BOX: Final = re.compile(_BOX_FORM)
_FACILITY: Final = re.compile(_FACILITY_FORM)
_IMO: Final = re.compile(_IMO_FORM)
_IMO_WEIGHTS: Final = (7, 6, 5, 4, 3, 2)
_LETTERS: Final = dict(
    # ISO 6346: A is 10, and 11, 22 and 33 are left out.
    zip(ascii_uppercase, (value for value in range(10, 39) if value % 11), strict=True)
)
_THREE_DIGITS: Final = {
    f"{number:03d}": number // 100 + number // 10 % 10 * 2 + number % 10 * 4
    for number in range(1000)
}
"""Each triple of digits, weighted 1, 2, 4: looking up two of them is faster than six steps."""


@dataclass(frozen=True)
class PortSystem:
    """The unit of consistency: one or several UN/LOCODEs that are one port to the world."""

    key: str
    """First LOCODE of its rows, frozen for ever; the key of every record on Kafka."""
    name: str
    country: str
    timezone: str
    latitude: float
    longitude: float
    locodes: tuple[str, ...]


def _read_port_systems() -> dict[str, PortSystem]:
    rows: dict[str, list[dict[str, str]]] = {}
    text = files("contracts").joinpath("ports.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        rows.setdefault(row["system"], []).append(row)
    systems = (
        PortSystem(
            key=members[0]["locode"],
            name=name,
            country=members[0]["country"],
            timezone=members[0]["timezone"],
            latitude=float(members[0]["latitude"]),
            longitude=float(members[0]["longitude"]),
            locodes=tuple(member["locode"] for member in members),
        )
        for name, members in rows.items()
    )
    return {system.key: system for system in systems}


PORT_SYSTEMS: Final = _read_port_systems()
"""The 21 port systems by key LOCODE."""

_ALIASES: Final = {"ARDKS": "ARBUE"}
"""Dock Sud has a LOCODE of its own; the SMDG list puts its terminals under Buenos Aires."""

_SYSTEM_OF: Final = _ALIASES | {
    locode: system.key for system in PORT_SYSTEMS.values() for locode in system.locodes
}
KEYS_ALLOWED: Final = "one of " + ", ".join(sorted(PORT_SYSTEMS))


def system_of(locode: str) -> str | None:
    """Return the key of the port system that a UN/LOCODE belongs to, or None."""
    return _SYSTEM_OF.get(locode)


def is_locode(value: str) -> bool:
    """Say whether a value has the form of a UN/LOCODE (it may name a port we do not serve)."""
    return _LOCODE.fullmatch(value) is not None


def is_imo(value: str) -> bool:
    """Say whether a value is an IMO ship number with its right check digit."""
    if _IMO.fullmatch(value) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(value, _IMO_WEIGHTS, strict=False))
    return total % 10 == int(value[6])


def has_box_form(value: str) -> bool:
    """Say whether a value is written like an ISO 6346 number, whatever its check digit."""
    return _BOX.fullmatch(value) is not None


def box_check_digit(first_ten: str) -> str:
    """Return the check digit of owner, category and serial number; remainder 10 counts as 0."""
    owner = (
        _LETTERS[first_ten[0]]
        + _LETTERS[first_ten[1]] * 2
        + _LETTERS[first_ten[2]] * 4
        + _LETTERS[first_ten[3]] * 8
    )
    serial = _THREE_DIGITS[first_ten[4:7]] * 16 + _THREE_DIGITS[first_ten[7:]] * 128
    return str((owner + serial) % 11 % 10)


def is_box(value: str) -> bool:
    """Say whether a value is an ISO 6346 container number with its right check digit."""
    return has_box_form(value) and box_check_digit(value[:10]) == value[10]


def nearest_boxes(value: str) -> tuple[str, ...]:
    """Return the valid numbers one transposition of neighbours away from a mistyped one."""
    found = []
    for at in range(len(value) - 1):
        swapped = value[:at] + value[at + 1] + value[at] + value[at + 2 :]
        if swapped != value and is_box(swapped):
            found.append(swapped)
    return tuple(sorted(set(found)))


def is_facility(value: str) -> bool:
    """Say whether a value has the form of a facility id: LOCODE, code list, code."""
    return _FACILITY.fullmatch(value) is not None


def facility_of(place: str) -> str | None:
    """Return the facility of a place inside it (`COCTG:SMDG:SPRC/berth/4`), or None."""
    facility = place.split("/", 1)[0]
    return facility if is_facility(facility) else None


def facility_code(facility: str) -> str:
    """Return the bare code of a facility: SPRC of COCTG:SMDG:SPRC."""
    return facility.rsplit(":", 1)[-1]


def _checked_box(value: str) -> str:
    if box_check_digit(value[:10]) != value[10]:
        raise refusal(BOX_ALLOWED)
    return value


def _checked_imo(value: str) -> str:
    if not is_imo(value):
        raise refusal(IMO_ALLOWED)
    return value


class _KeySchema:
    """Builds the validator of `SystemKey`: one of the 21, else UNKNOWN_PORT."""

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        one_of = core_schema.literal_schema(sorted(PORT_SYSTEMS))
        return with_allowed(one_of, KEYS_ALLOWED, reason="UNKNOWN_PORT")


WrittenBoxNumber = Annotated[str, Form(_BOX_FORM, BOX_ALLOWED)]
"""A container number as a report of fact wrote it: the form is checked here, the digit not."""
BoxNumber = Annotated[WrittenBoxNumber, AfterValidator(_checked_box)]
ImoNumber = Annotated[str, Form(_IMO_FORM, IMO_ALLOWED), AfterValidator(_checked_imo)]
Mmsi = Annotated[str, Form("[0-9]{9}", "an MMSI of 9 digits, such as 352000001")]
Locode = Annotated[str, Form(_LOCODE_FORM, LOCODE_ALLOWED)]
Facility = Annotated[str, Form(_FACILITY_FORM, FACILITY_ALLOWED)]
SystemKey = Annotated[str, _KeySchema()]
