"""How papers and permissions change the picture: customs, holds, releases, documents, bookings."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.picture import promises
from correlation.picture.aspects import ALL, CUSTOMS, DOCUMENTS, HELD, LINKS, WEIGHED
from correlation.picture.conditions import keep_condition
from correlation.picture.entities import BillOfLading, Condition, Visit
from correlation.picture.fact import Fact
from correlation.picture.gate import join_booking, keep_visit
from correlation.picture.matching import (
    booking_named,
    find_terminal_call,
    open_visit_of,
    touch_visit,
    visit_for,
)
from correlation.picture.port import Fold, Port
from correlation.picture.vessel import touch_booking

CONDITION_SCOPES: Final = ("system", "channel", "facility", "berth", "gate", "road")
"""What a condition may close or restrict, in the order in which it is kept."""


def _target(port: Port, fact: Fact) -> Visit | BillOfLading | None:
    """Return the visit, or else the bill of lading, that a paper is about."""
    data, refs = fact.data, getattr(fact.data, "refs", None)
    name = getattr(data, "visit", None) or getattr(refs, "box", None)
    bill = getattr(data, "bl", None) or getattr(refs, "bl", None)
    booking = getattr(refs, "booking", None)
    if not name and not fact.event.subject.startswith(("dec:", "hold:", "rel:", "bkg:", "bl:")):
        name = fact.event.subject
    if name:
        opens = not fact.is_withdrawn and bool(bill or booking)
        visit = visit_for(port, fact, name, may_open=opens)
        if visit:
            return _related(port, visit, bill or "", booking or "")
    if bill and not name:
        return port.bills.get(bill) or BillOfLading(id=bill)
    return None


def _related(port: Port, visit: Visit, bill: str, booking: str) -> Visit:
    if bill and not visit.bl:
        visit = replace(visit, bl=bill)
        port.visits.put(visit.id, visit)
    if booking and not visit.booking:
        join_booking(port, visit.id, booking)
    return port.visits[visit.id]


def _keep(port: Port, target: Visit | BillOfLading, aspects: int = ALL) -> None:
    """Put back of what these aspects changed; a bill of lading that it just got is HELD, too."""
    if isinstance(target, Visit):
        port.visits.put(target.id, target)
        _judge_box(port, target, aspects)
        return
    port.bills.put(target.id, target)
    port.arrived(target.id)
    for number in target.boxes:
        if visit := open_visit_of(port, number):
            _judge_box(port, visit, aspects)


def _judge_box(port: Port, visit: Visit, aspects: int) -> None:
    touch_visit(port, visit, aspects)
    if visit.discharged:  # its release is measured from there
        promises.mark(port, "box", visit.id)


def customs_changed(port: Port, fact: Fact) -> bool:
    """C02: where a container or declaration stands with customs."""
    target = _target(port, fact)
    if target is None:
        return False
    if fact.is_withdrawn:
        after = fact.put(port, target.customs, None)
    else:
        data = fact.data
        detail = {"channel": data.channel, "ready_at": data.ready_at}
        after = fact.put(port, target.customs, data.status, detail)
    if after is not target.customs:
        _keep(port, replace(target, customs=after), CUSTOMS | HELD)
    return True


def hold_changed(port: Port, fact: Fact) -> bool:
    """C03 and C04: a hold is placed or lifted; a lift is remembered also without its hold."""
    return _by_number(port, fact, "holds", "rada.clearance.hold-lifted", ("PLACED", "LIFTED"))


def release_changed(port: Port, fact: Fact) -> bool:
    """C05 and C06: a release is granted or revoked."""
    words = ("GRANTED", "REVOKED")
    return _by_number(port, fact, "releases", "rada.clearance.release-revoked", words)


def _by_number(port: Port, fact: Fact, table: str, second: str, words: tuple[str, str]) -> bool:
    found = _holder(port, fact, table)
    if found is None:
        return False
    data, held = fact.data, getattr(found, table)
    before = held.get(fact.event.subject, ())
    if fact.is_withdrawn:
        after = fact.put(port, before, None)
    else:
        word = words[fact.event.type == second]
        detail = {"kind": data.kind, "authority": getattr(data, "authority", None)}
        detail |= {"by": fact.event.organisation, "expected_at": getattr(data, "expected_at", None)}
        detail |= {"reason": getattr(data, "reason", None)}
        after = fact.put(port, before, word, detail)
    if after is not before:
        changed = {**held, fact.event.subject: after}
        if not after:
            changed.pop(fact.event.subject)
        _keep(port, replace(found, **{table: changed}), HELD)
    return True


def _holder(port: Port, fact: Fact, table: str) -> Visit | BillOfLading | None:
    """Return who holds a hold or release: as named, or, for a bare number, as remembered."""
    number = fact.event.subject
    target = _target(port, fact)
    if target is not None:
        key = f"{table}:{number}"
        name = target.id
        if port.aliases.get(key) != name and not fact.is_withdrawn:
            port.know(key, name)
        return target
    known = port.aliases.get(f"{table}:{number}", "")
    return port.visits.get(known) or port.bills.get(known)


def document_changed(port: Port, fact: Fact) -> bool:
    """C07: a document of a booking, bill or container is due, received, accepted or refused."""
    data, withdrawn = fact.data, fact.is_withdrawn
    refs = getattr(data, "refs", None)
    name = getattr(refs, "booking", None)
    if fact.event.subject.startswith("bkg:"):
        name = fact.event.subject
    if name and not getattr(refs, "box", None):
        booking = booking_named(port, name)
        papers = _with_paper(port, fact, booking.papers)
        if papers is not booking.papers:
            port.bookings.put(name, replace(booking, papers=papers))
            touch_booking(port, name, DOCUMENTS)
        return True
    visit = visit_for(port, fact, getattr(refs, "box", None) or fact.event.subject, may_open=False)
    if visit is None:
        return not withdrawn and fact.event.subject.startswith("bl:")
    papers = _with_paper(port, fact, visit.papers)
    if papers is not visit.papers:
        _keep(port, replace(visit, papers=papers), DOCUMENTS)
    return True


def _with_paper(port: Port, fact: Fact, papers: dict[str, Any]) -> dict[str, Any]:
    if fact.is_withdrawn:
        after = {name: fact.put(port, slot, None) for name, slot in papers.items()}
        after = {name: slot for name, slot in after.items() if slot}
        return after if after != papers else papers
    name = fact.data.document
    before = papers.get(name, ())
    slot = fact.put(port, before, fact.data.status, {"due_code": fact.data.due_code})
    return papers if slot is before else {**papers, name: slot}


def weight_stated(port: Port, fact: Fact) -> bool:
    """C08: a weight; only a verified gross mass (SOLAS VI/2) counts as weighed for the ship."""
    visit = visit_for(port, fact, fact.event.subject, may_open=False)
    if visit is None:
        return False
    kg = None if fact.is_withdrawn else fact.data.gross_kg
    kind = None if fact.is_withdrawn else fact.data.kind
    weighed, weights = visit.weighed, visit.weights
    if kind in (None, "VGM"):
        weighed = fact.put(port, weighed, kg)
    if kind != "VGM":
        names = weights if kind is None else (kind,)
        changed = {name: fact.put(port, weights.get(name, ()), kg) for name in names}
        weights = {name: slot for name, slot in {**weights, **changed}.items() if slot}
    if weighed is not visit.weighed or weights != visit.weights:
        weights = dict(sorted(weights.items()))
        _keep(port, replace(visit, weighed=weighed, weights=weights), WEIGHED)
    return True


def consignment_stated(port: Port, fact: Fact) -> bool:
    """C14: which boxes travel under a bill of lading, and with which booking."""
    name = fact.event.subject
    bill = port.bills.get(name) or BillOfLading(id=name)
    after = fact.put(port, bill.consignment, None if fact.is_withdrawn else fact.occurred_at)
    if after is bill.consignment:
        return True
    bill = replace(bill, consignment=after)
    if not fact.is_withdrawn:
        terminal_call = find_terminal_call(port, fact, fact.data.terminal_call or "")
        bill = replace(
            bill,
            boxes=tuple(fact.data.boxes),
            booking=fact.data.booking or bill.booking,
            terminal_call=terminal_call.id if terminal_call else bill.terminal_call,
        )
    port.bills.put(name, bill)
    for number in bill.boxes:
        visit = visit_for(port, fact, number, may_open=True)
        if visit:
            inbound = visit.inbound or bill.terminal_call
            keep_visit(port, visit, replace(visit, bl=name, inbound=inbound), LINKS)
    return True


def nomination_changed(port: Port, fact: Fact) -> bool:
    """C11: an organisation is nominated for a booking or bill; it may then see its cargo."""
    if fact.is_withdrawn:
        return True
    data = fact.data
    value = None if data.status == "WITHDRAWN" else data.role
    named = data.object
    if named.startswith("bkg:"):
        booking = booking_named(port, named)
        slot = fact.put(port, booking.nominated.get(data.organisation, ()), value)
        nominated = {**booking.nominated, data.organisation: slot}
        port.bookings.put(named, replace(booking, nominated=nominated))
        touch_booking(port, named)
    elif named.startswith("bl:"):
        bill = port.bills.get(named) or BillOfLading(id=named)
        slot = fact.put(port, bill.nominated.get(data.organisation, ()), value)
        _keep(port, replace(bill, nominated={**bill.nominated, data.organisation: slot}))
    return True


def condition_stated(port: Port, fact: Fact) -> bool:
    """C13: a closure, weather, strike or road block, forecast or in force."""
    identity = fact.event.subject
    condition = port.conditions.get(identity) or Condition(id=identity)
    detail: dict[str, Any] = {}
    if not fact.is_withdrawn:
        data = fact.data
        detail = {name: getattr(data, name) for name in ("effect", "classifier", "lifted_at")}
        detail |= {name: getattr(data.scope, name) for name in CONDITION_SCOPES}
        detail |= {"from_at": data.span.from_at, "to_at": data.span.to_at}
        detail |= {name: getattr(data.limits, name, None) for name in ("draught_m", "loa_m")}
        detail |= {"depth_m": getattr(data.value, "depth_m", None)}
        detail |= {"authority": data.authority}
    value = None if fact.is_withdrawn else fact.data.kind
    after = fact.put(port, condition.state, value, detail)
    if after is not condition.state:
        keep_condition(port, condition, after)
    return True


FOLDS: Final[dict[str, Fold]] = {
    "rada.clearance.customs-changed": customs_changed,
    "rada.clearance.hold-placed": hold_changed,
    "rada.clearance.hold-lifted": hold_changed,
    "rada.clearance.release-granted": release_changed,
    "rada.clearance.release-revoked": release_changed,
    "rada.clearance.document-changed": document_changed,
    "rada.clearance.weight-stated": weight_stated,
    "rada.clearance.consignment-stated": consignment_stated,
    "rada.clearance.nomination-changed": nomination_changed,
    "rada.clearance.condition-stated": condition_stated,
}
