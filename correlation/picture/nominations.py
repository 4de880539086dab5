"""Who was nominated for a bill of lading or a booking (C11), and may act on its boxes."""

from correlation.picture.entities import Appointment, BillOfLading, Booking
from correlation.picture.matching import booking_of, open_visit_of
from correlation.picture.port import Port

Nominated = tuple[str, str]
"""An organisation and its role."""


def nominated_in(port: Port, papers: BillOfLading | Booking | None) -> tuple[Nominated, ...]:
    """Return who is nominated for a bill of lading or a booking, and in which role."""
    return tuple(
        (organisation, str(said.value))
        for organisation, slot in sorted(papers.nominated.items() if papers else ())
        if (said := port.ruling(slot)) and said.value
    )


def nominated_aboard(port: Port, appointment: Appointment) -> tuple[Nominated, ...]:
    """Return who is nominated for what a truck brings and collects."""
    found: dict[Nominated, None] = {}
    for task in appointment.tasks:
        visit = open_visit_of(port, task.box) if task.box else None
        bill = port.bills.get(visit.bl) if visit and task.direction == "COLLECT" else None
        papers = bill or (booking_of(port, task) if task.direction == "DELIVER" else None)
        found |= dict.fromkeys(nominated_in(port, papers))
    return tuple(found)
