"""What a ship that cuts and runs leaves behind: booked boxes that are not, and will not be, loaded.

She comes, is discharged, and sails before all that was booked is on board (DCSA status CUTR). Until
a carrier lists anew what is still loaded, each of his boxes that is not on board is in doubt.
"""

from typing import Final

from correlation.picture.entities import Booking, TerminalCall
from correlation.picture.lists import lists_of
from correlation.picture.port import Port
from correlation.statements import Statement

CUT: Final = "CUTR"
"""The status of a call that ends before all is loaded."""


def stays(port: Port, booking: Booking, listed: frozenset[str]) -> bool:
    """Tell whether a ship leaves boxes of a booking behind; `listed` are those she still loads.

    A booking of which no box is named yet waits for her as a whole.
    """
    return not booking.boxes or _ashore(port, booking, listed) > 0


def listed_since(port: Port, part: TerminalCall, status: Statement) -> frozenset[str]:
    """Return the boxes that were listed to be loaded after a ship was said to cut and run."""
    return frozenset(
        box.box
        for one in lists_of(port, part.id, "LOAD")
        if one.said and one.said.known_at > status.known_at
        for box in one.boxes
    )


def counted(port: Port, part: TerminalCall, status: Statement) -> tuple[int, int]:
    """Return how many boxes are booked on a ship, and how many of them she leaves behind."""
    listed = listed_since(port, part, status)
    live = [booking for name in part.bookings if (booking := _live(port, name))]
    booked = sum(len(booking.boxes) for booking in live)
    return booked, sum(_ashore(port, booking, listed) for booking in live)


def _live(port: Port, name: str) -> Booking | None:
    booking = port.bookings.get(name)
    said = port.ruling(booking.status) if booking else None
    return booking if said and said.value != "CANCELLED" else None


def _ashore(port: Port, booking: Booking, listed: frozenset[str]) -> int:
    visits = [port.visits[name] for name in booking.visits if name in port.visits]
    aboard = {visit.box for visit in visits if port.ruling(visit.loaded)}
    return sum(1 for box in booking.boxes if box not in aboard and box not in listed)
