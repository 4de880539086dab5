"""What other ports foresee of ships that come here (N01), and which calls changed there (N02)."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import HOUR, MINUTE, instant
from correlation.picture.entities import Call
from correlation.picture.fact import Fact
from correlation.picture.matching import vessel_id
from correlation.picture.milestones import berth_arrival, said_of
from correlation.picture.onward import Delay
from correlation.picture.port import Fold, Port
from correlation.picture.rotations import LEG_NEAR
from correlation.statements import Statement, of_source

TRAVELLING: Final = frozenset({"PHOT", "ROTC", "SLID"})
"""Statuses upstream that concern the rest of the voyage: out of the service, other ports, later."""


def delay_foreseen(port: Port, fact: Fact) -> bool:
    """N01: a port upstream foresees when a ship will come here, or takes that back.

    A notice that came through more ports than the bound is left aside: none runs in a circle.
    """
    data = fact.data
    refs = data.refs if fact.is_withdrawn else data
    voyage = getattr(refs, "voyage", None)
    ship = vessel_id(refs) or fact.event.subject
    if voyage is None:
        return True
    hops = 0 if fact.is_withdrawn else data.hops
    if hops > int(port.policy.notice_hops_max):
        return True
    delay = _delay_of(port, ship, voyage)
    at = None if fact.is_withdrawn else instant(data.arrival_at.p50)
    detail = {} if fact.is_withdrawn else _detail(data)
    after = fact.put(port, delay.notices, at, detail)
    if after is delay.notices:
        return True
    _keep(port, replace(delay, notices=after))
    return True


def call_changed_upstream(port: Port, fact: Fact) -> bool:
    """N02: a call of a ship upstream was dropped or changed, or that was taken back."""
    data = fact.data
    refs = data.refs if fact.is_withdrawn else data
    voyage = getattr(refs, "voyage", None)
    if voyage is None or (not fact.is_withdrawn and data.hops > int(port.policy.notice_hops_max)):
        return True
    delay = _delay_of(port, vessel_id(refs) or fact.event.subject, voyage)
    status, detail = None, {}
    if not fact.is_withdrawn:
        status, detail = data.status, {"from_port": data.from_port, "cause": data.cause}
        detail |= {"effect_p50": data.effect_min.p50, "hops": data.hops}
    after = fact.put(port, delay.changes, status, detail)
    if after is not delay.changes:
        _keep(port, replace(delay, changes=after))
        _touch_connections(port, delay.ship)
    return True


def _touch_connections(port: Port, ship: str) -> None:
    """Let the connections of a ship be judged again: what she brings may come later."""
    vessel = port.vessels.get(ship)
    for name in vessel.calls if vessel else ():
        for part in port.calls[name].terminal_calls:
            for connection in port.connecting.get(part, ()):
                port.touch("connection", connection)


def _delay_of(port: Port, ship: str, voyage: Any) -> Delay:
    number = voyage.export_no or voyage.import_no or voyage.universal_export or ""
    identity = f"{ship}|{voyage.carrier}:{number}"
    known = port.delays.get(identity)
    return known or Delay(id=identity, ship=ship, carrier=voyage.carrier, number=number)


def _keep(port: Port, delay: Delay) -> None:
    identity, ship = delay.id, delay.ship
    port.delays.put(identity, delay)
    port.delays_of.put(ship, tuple(sorted({*port.delays_of.get(ship, ()), identity})))
    ends = [int(said.get("p90_at") or 0) for said in delay.notices]
    ends += [said.known_at + LEG_NEAR for said in delay.changes]
    kept = int(port.policy.rotation_kept_hours * HOUR)
    port.set_timer(f"V|voyage|{identity}", max(ends, default=port.now) + kept)
    port.touch("voyage", identity)
    vessel = port.vessels.get(ship)
    for name in vessel.calls if vessel else ():
        port.touch("call", name)


def _detail(data: Any) -> dict[str, Any]:
    return {
        "p10_at": data.arrival_at.p10,
        "p90_at": data.arrival_at.p90,
        "late_p10": data.delay_min.p10,
        "late_p50": data.delay_min.p50,
        "late_p90": data.delay_min.p90,
        "hops": data.hops,
        "from_port": data.from_port,
        "to_port": data.to_port,
        "rotation": data.rotation,
        "root_alert": data.root_alert,
        "cause": data.cause,
        "canal_slot_lost": data.canal_slot_lost,
    }


def ruling_notice(delay: Delay) -> Statement | None:
    """Return the notice that rules: of the nearest port upstream, its newest word."""
    sources = sorted({said.source for said in delay.notices})
    newest = [of_source(delay.notices, source)[0] for source in sources]
    return min(newest, key=lambda said: (int(said.get("hops") or 0), -said.known_at), default=None)


def planned_at(notice: Statement) -> int:
    """Return for when a ship was planned, as upstream knows it: as foreseen, less her delay."""
    return int(notice.value or 0) - int(notice.get("late_p50") or 0) * MINUTE


def call_of(port: Port, delay: Delay, notice: Statement) -> Call | None:
    """Return the call here that a notice is about: hers that is nearest to it."""
    vessel, at = port.vessels.get(delay.ship), planned_at(notice)
    found = []
    for name in vessel.calls if vessel else ():
        call = port.calls.get(name)
        if call and (apart := abs(call.opened_for - at)) <= LEG_NEAR:
            found.append((apart, call.id, call))
    return min(found, key=lambda one: one[:2])[2] if found else None


def foretold_keys(port: Port, call: Call) -> tuple[str, ...]:
    """Return the dedup keys of R01 that may stand behind what happens to a call."""
    return tuple(
        f"R01|{identity}|{port.system}" for identity in port.delays_of.get(call.vessel, ())
    )


def notice_about(port: Port, call: Call) -> Statement | None:
    """Return what upstream foresees of a call, or None."""
    for identity in port.delays_of.get(call.vessel, ()):
        delay = port.delays[identity]
        notice = ruling_notice(delay)
        found = call_of(port, delay, notice) if notice else None
        if found and found.id == call.id:
            return notice
    return None


def changed_upstream(port: Port, call: Call) -> Statement | None:
    """Return the newest word on a change upstream after which a call here may be another one.

    It is about the next call of the ship here, and until she or her agent spoke of that one since.
    A call that was omitted or cut there only lets her come earlier here, and that is no change.
    """
    said = [
        change
        for identity in port.delays_of.get(call.vessel, ())
        for change in port.delays[identity].changes
        if change.value in TRAVELLING and not _spoken_of(port, call, change)
    ]
    vessel = port.vessels.get(call.vessel)
    names = vessel.calls if vessel and said else ()
    comes = [(port.calls[name].opened_for, name) for name in names if _is_to_come(port, name)]
    if not comes or min(comes)[1] != call.id:
        return None
    return max(said, key=lambda change: (change.known_at, change.version), default=None)


def _spoken_of(port: Port, call: Call, change: Statement) -> bool:
    """Tell whether somebody spoke of a ship's arrival since; a mere computation is no word."""
    if knows_better(port, call, change):
        return True
    words = said_of(port, call, None, "PILOT_BOARDING_PLACE", "ARRI").values()
    return any(
        said.known_at > change.known_at and said.get("basis") != "AIS_ROUTE" for said in words
    )


def _is_to_come(port: Port, name: str) -> bool:
    arrivals = [
        berth_arrival(port, port.terminal_calls[n]) for n in port.calls[name].terminal_calls
    ]
    return not any(arrival and arrival.classifier == "ACT" for arrival in arrivals)


def knows_better(port: Port, call: Call, notice: Statement) -> bool:
    """Tell whether a ship came, or was spoken of here, since a notice of her was sent."""
    for name in call.terminal_calls:
        arrival = berth_arrival(port, port.terminal_calls[name])
        if arrival and (arrival.classifier == "ACT" or arrival.said.known_at > notice.known_at):
            return True
    return False


def forget_delay(port: Port, identity: str) -> None:
    """Let go of what was foreseen of a voyage that is over."""
    delay = port.delays.get(identity)
    if delay is None:
        return
    port.delays.drop(identity)
    left = tuple(name for name in port.delays_of.get(delay.ship, ()) if name != identity)
    if left:
        port.delays_of.put(delay.ship, left)
    else:
        port.delays_of.drop(delay.ship)


FOLDS: Final[dict[str, Fold]] = {
    "rada.network.delay-foreseen": delay_foreseen,
    "rada.network.call-changed-upstream": call_changed_upstream,
}
