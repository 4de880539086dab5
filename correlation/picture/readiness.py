"""What an export box still lacks before it can be loaded."""

from correlation.picture.availability import DONE, blocked_by
from correlation.picture.entities import Visit
from correlation.picture.matching import box_of
from correlation.picture.port import Port
from correlation.picture.worklists import ListedBox

YARD, WEIGHT, RELEASE, DOCUMENTS = "YARD", "WEIGHT", "RELEASE", "DOCUMENTS"
OWNERS = {YARD: "FWD", WEIGHT: "FWD", RELEASE: "AUT", DOCUMENTS: "FWD"}
"""Whose move it is; a haulier only comes when its forwarder lets it."""


def lacking(port: Port, part_id: str, listed: ListedBox) -> str:
    """Return what a listed box lacks for its ship, joined by `+`; nothing when it is ready.

    It is ready when it is on the yard, weighed, released and documented. A box that is on board
    lacks nothing; a transhipped one was weighed and cleared where it was loaded first.
    """
    visit = _stay(port, listed.box)
    if visit is None:
        return YARD
    if visit.closed_at is not None:
        return "" if visit.loaded and visit.outbound == part_id else YARD
    found = []
    if not (visit.gate_in or visit.placed or visit.discharged or visit.stocked):
        found.append(YARD)
    if visit.category != "TRANSSHIP" and not visit.is_empty:
        if not visit.weighed:
            found.append(WEIGHT)
        customs = port.ruling(visit.customs)
        if (customs and customs.value != "RELEASED") or blocked_by(port, visit):
            found.append(RELEASE)
        if not _is_documented(port, visit):
            found.append(DOCUMENTS)
    elif blocked_by(port, visit):
        found.append(RELEASE)
    return "+".join(found)


def _stay(port: Port, number: str) -> Visit | None:
    visits = [port.visits[name] for name in box_of(port, number).visits]
    for visit in reversed(visits):
        if visit.closed_at is None:
            return visit
    return visits[-1] if visits else None


def _is_documented(port: Port, visit: Visit) -> bool:
    booking = port.bookings.get(visit.booking) if visit.booking else None
    papers = {**booking.papers, **visit.papers} if booking else visit.papers
    for slot in papers.values():
        said = port.ruling(slot)
        if said and said.get("due_code") and said.value not in DONE:
            return False
    return True
