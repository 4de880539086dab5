"""What stands between a box and the truck that comes for it, or the ship that it must make."""

from typing import Final

from msgspec import Struct

from correlation.picture.entities import BillOfLading, Booking, Visit
from correlation.picture.port import Port
from correlation.statements import Slot, Statement

DONE: Final = frozenset({"APPR", "CONF", "ISSU", "RELS", "SURR", "ACCEPTED", "APPROVED"})
"""Document statuses after which nothing is owed (DCSA shipment event status codes)."""


class Blocker(Struct, frozen=True, gc=False):
    """One thing that is missing: what, whose move it is, and who said so."""

    kind: str
    owner: str
    said: Statement | None
    revoked: bool = False
    expected_at: int | None = None


def blockers_of(port: Port, visit: Visit | None) -> tuple[Blocker, ...]:
    """Return what keeps an import box from being collected; nothing when it is available.

    A box is available only when it is discharged, every release is given and no stop exists.
    """
    if visit is None or not visit.discharged:
        return (Blocker("NOT_DISCHARGED", "TER", None),)
    bill = port.bills.get(visit.bl)
    found = [*_customs(port, visit, bill), *_holds(visit, bill), *_revoked(visit, bill)]
    claim = port.ruling(visit.available)
    if claim and claim.value is False:
        expected = claim.get("expected_at")
        until = expected if isinstance(expected, int) else None
        found.append(Blocker("TERMINAL", "TER", claim, expected_at=until))
    return tuple(found)


def blocked_by(port: Port, visit: Visit) -> tuple[Blocker, ...]:
    """Return the holds on a box and the releases of it that were taken back."""
    bill = port.bills.get(visit.bl) if visit.bl else None
    return (*_holds(visit, bill), *_revoked(visit, bill))


def _latest(slot: Slot) -> Statement | None:
    """Return what was done last; at the same instant a revocation or a hold wins."""
    strict = ("REVOKED", "PLACED")
    return max(slot, key=lambda s: (s.happened_at, s.value in strict, s.version), default=None)


def _granted(visit: Visit, bill: BillOfLading | None, kind: str) -> Statement | None:
    for holder in (visit, bill):
        for slot in holder.releases.values() if holder else ():
            last = _latest(slot)
            if last and last.value == "GRANTED" and last.get("kind") == kind:
                return last
    return None


def customs_release(port: Port, visit: Visit) -> Statement | None:
    """Return the first word by which customs lets a box go, as it stands now."""
    bill = port.bills.get(visit.bl) if visit.bl else None
    said = port.ruling(visit.customs) or (port.ruling(bill.customs) if bill else None)
    if said and said.value == "HELD":
        return None
    granted = _granted(visit, bill, "CUSTOMS")
    found = [one for one in (granted, said if said and said.value == "RELEASED" else None) if one]
    return min(found, key=lambda one: (one.happened_at, one.event_id), default=None)


def _customs(port: Port, visit: Visit, bill: BillOfLading | None) -> list[Blocker]:
    if visit.is_empty or visit.category in ("TRANSSHIP", "DOMESTIC"):
        return []
    said = port.ruling(visit.customs) or (port.ruling(bill.customs) if bill else None)
    if said and said.value == "RELEASED":
        return []
    if _granted(visit, bill, "CUSTOMS") and not (said and said.value == "HELD"):
        return []
    if any(b.kind == "CUSTOMS" for b in _revoked(visit, bill)):
        return []  # named there, with the revocation as evidence
    ready = said.get("ready_at") if said else None
    return [Blocker("CUSTOMS", "AUT", said, expected_at=ready if isinstance(ready, int) else None)]


def _holds(visit: Visit, bill: BillOfLading | None) -> list[Blocker]:
    found = []
    for holder in (visit, bill):
        for slot in holder.holds.values() if holder else ():
            last = _latest(slot)
            if last and last.value == "PLACED":
                kind = str(last.get("kind"))
                expected = last.get("expected_at")
                owner = "TER" if kind in ("TERMINAL_CHARGES", "DAMAGE") else "AUT"
                owner = "CAR" if kind == "CARRIER_FREIGHT" else owner
                until = expected if isinstance(expected, int) else None
                found.append(Blocker(f"HOLD_{kind}", owner, last, expected_at=until))
    return found


def _revoked(visit: Visit, bill: BillOfLading | None) -> list[Blocker]:
    found = []
    for holder in (visit, bill):
        for slot in holder.releases.values() if holder else ():
            last = _latest(slot)
            if last and last.value == "REVOKED":
                kind = str(last.get("kind"))
                if _granted(visit, bill, kind) is None:
                    owner = {"CARRIER": "CAR", "TERMINAL": "TER"}.get(kind, "AUT")
                    found.append(Blocker(kind, owner, last, revoked=True))
    return found


def is_documented(
    port: Port, visit: Visit, booking: Booking, code: str
) -> tuple[bool, Statement | None]:
    """Tell whether every document due by a cut-off is in order, and which one is not."""
    for name in sorted({*booking.papers, *visit.papers}):
        said = port.ruling(visit.papers.get(name) or booking.papers[name])
        if said and said.get("due_code") == code and said.value not in DONE:
            return False, said
    return True, None
