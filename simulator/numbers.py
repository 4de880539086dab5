"""Invented ships and containers under numbers whose check digits are right."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.identifiers import box_check_digit

OWNER: Final = "RDAU"
"""An owner prefix that no container company has registered."""


@dataclass(frozen=True)
class Ship:
    """A ship as every port knows her."""

    name: str
    imo: str
    mmsi: str
    call_sign: str
    loa_m: float


def imo_of(first_six: int) -> str:
    """Return the IMO number that begins with these six digits: weights 7 to 2, last digit."""
    digits = f"{first_six:06d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1), strict=True))
    return f"{digits}{total % 10}"


def ship(number: int, name: str, loa_m: float) -> Ship:
    """Return the ship of this running number; numbers from 999000 on are given to no real ship."""
    return Ship(name, imo_of(999000 + number), f"3520{number:05d}", f"HP{number:04d}", loa_m)


def boxes(first: int) -> Iterator[str]:
    """Yield container numbers of our own prefix from a serial number on, without end."""
    serial = first
    while True:
        ten = f"{OWNER}{serial:06d}"
        yield ten + box_check_digit(ten)
        serial += 1
