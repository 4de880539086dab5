"""D04: a box, truck or ship is in two places, or a number stands for two things."""

from typing import Final

from msgspec.structs import replace

from correlation.evidence import evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Verdict
from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.aspects import GATE, OWN, PLACED, QUAY
from correlation.picture.clashes import twins
from correlation.picture.entities import Visit
from correlation.picture.port import Port
from correlation.picture.rulings import is_settled
from correlation.picture.speeding import too_fast
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement

PLACE: Final = "PLACE"
"""The field on which a person rules (M10)."""
DISPUTED_KEPT: Final = DAY
Named = tuple[tuple[str, str], str, str]
"""Kind and id of the object, how people call it, and one of its terminals."""


def find_box(port: Port, visit_id: str, now: int) -> Verdict:
    """Find an open visit of a box that was seen in two terminals."""
    visit = port.visits.get(visit_id)
    if visit is None or visit.closed_at is not None:
        return NOTHING
    everywhere = visit.gate_in + visit.discharged + visit.placed + visit.stocked
    if len(everywhere) < 2:
        return NOTHING
    seen: dict[str, Statement] = {}
    for said in everywhere:
        facility = str(said.get("facility") or said.get("block") or "").partition("/")[0]
        if facility and said.value is not None:
            seen.setdefault(facility, said)
    if len(seen) < 2:
        return NOTHING
    risky = _is_risky(port, visit)
    named = (("visit", visit.id), visit.box, next(iter(seen)))
    return Verdict((_finding(port, named, "box", list(seen.values()), now, red=risky),))


def _is_risky(port: Port, visit: Visit) -> bool:
    """Tell whether a box could be handed over to the wrong one, or is dangerous."""
    bill = port.bills.get(visit.bl)
    granted = any(
        said.value == "GRANTED"
        for holder in (visit, bill)
        for slot in (holder.releases.values() if holder else ())
        for said in slot
    )
    is_dangerous = visit.dangerous or any(said.get("dg") for said in visit.gate_in)
    return granted or bool(is_dangerous)


def find_plate(port: Port, token: str, now: int) -> Verdict:
    """Find one plate at the gates of two terminals within a short time."""
    seen = port.plates.get(token, {})
    here = [
        (facility, said)
        for facility, slot in seen.items()
        if (said := port.ruling(slot)) and said.get("step") != "LEFT"
    ]
    here.sort(key=lambda pair: (-int(pair[1].value or 0), pair[0]))
    if len(here) < 2:
        return NOTHING
    apart = int(here[0][1].value or 0) - int(here[1][1].value or 0)
    over_at = int(here[0][1].value or 0) + int(port.policy.plate_kept_hours * HOUR)
    if apart > int(port.policy.plate_minutes * MINUTE) or now >= over_at:
        return NOTHING
    named = (("plate", token), token[:8], here[0][0])
    finding = _finding(port, named, "plate", [said for _, said in here[:2]], now)
    return Verdict((finding,), next_of(now, over_at))


def find_mistyped(port: Port, number: str, now: int) -> Verdict:
    """Find a box number with a wrong check digit, one transposition from an expected box."""
    said = port.ruling(port.mistyped.get(number, ()))
    if said is None:
        return NOTHING
    return Verdict((_finding(port, (("box", number), number, ""), "mistyped", [said], now),))


def find_ship(port: Port, ship: str, now: int) -> Verdict:
    """Find a ship whose transponder is heard in two places, or that a receiver disputes."""
    vessel = port.vessels.get(ship)
    if vessel is None or not vessel.calls:
        return NOTHING
    pair = twins(port, vessel.position)
    fresh = [said for said in vessel.disputed if now < said.known_at + DISPUTED_KEPT]
    if not pair and not fresh:
        return NOTHING
    call = port.calls[vessel.calls[-1]]
    named = (("vessel", ship), vessel_name(port, call), "")
    wake = next_of(now, *(said.known_at + DISPUTED_KEPT for said in fresh))
    return Verdict((_finding(port, named, "ship", [*fresh, *(pair or ())], now),), wake)


def find_journey(port: Port, identity: str, now: int) -> Verdict:
    """Find a truck that was sooner at the next place than anybody can drive."""
    journey = port.journeys.get(identity)
    fast = too_fast(port, journey) if journey else None
    if journey is None or fast is None:
        return NOTHING
    over_at = int(fast.then.value or 0) + int(port.policy.plate_kept_hours * HOUR)
    if now >= over_at:
        return NOTHING
    named = (("journey", identity), identity, journey.facility)
    found = _finding(port, named, "road", [fast.first, fast.then], now)
    spans = (("took_span", fast.took), ("least_span", fast.least))
    more = (("place", fast.place), *spans)
    return Verdict((replace(found, params=(*found.params, *more)),), next_of(now, over_at))


def _finding(
    port: Port,
    named: Named,
    kind: str,
    said: list[Statement],
    now: int,
    *,
    red: bool = False,
) -> Finding:
    policy, (subject, label, facility) = port.policy, named
    known_at = max(one.known_at for one in said)
    owners = [owner for one in said if (owner := port.owner_of(one.source))]
    return Finding(
        code="D04",
        key=f"D04|{subject[1]}",
        status="OVER" if is_settled(port, subject[1], PLACE, known_at, now) else "TRUE",
        subjects=(subject,),
        severity="RED" if red else "ORANGE",
        hold=int(policy.two_places_hold_minutes * MINUTE) if kind == "box" else 0,
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=facility.partition(":")[0] or port.system,
        impact_at=known_at + DAY,
        act_by_at=known_at + int(policy.two_places_act_minutes * MINUTE),
        thresholds=(("hold_min", policy.two_places_hold_minutes),),
        objects=((subject[0], subject[1], label),),
        evidence=evidence_of(said),
        audience=parties(
            port,
            ("OPS", "TER", "AUT"),
            facility=facility,
            nominated=tuple((owner, "OPS") for owner in dict.fromkeys(owners)),
        ),
        actions=(
            Action("CHECK_PHYSICALLY", (("object", subject[1]),)),
            Action("FREEZE_RELEASE"),
        ),
        template=f"d04.{kind}",
        params=(
            ("object", label),
            ("meant", str(said[0].value) if kind == "mistyped" else None),
        ),
    )


RULES: Final = (
    Rule("D04", "visit", find_box, reads=OWN | GATE | QUAY | PLACED),
    Rule("D04", "plate", find_plate),
    Rule("D04", "box", find_mistyped),
    Rule("D04", "vessel", find_ship),
    Rule("D04", "journey", find_journey),
)
