"""Notices to other ports: how late a ship will be there, and what became of her call here.

A delay (N01) and a call that was dropped or changed (N02) are said when they change, and withdrawn.
They are worked out on ticks of what this port itself knows of a ship, so no notice is ever passed
on and none can run in a circle. They are keyed by the next port, whose core reads them like any
fact: the same bytes again are harmless there, and the highest version rules.
"""

from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec.structs import replace

from contracts.identifiers import system_of
from correlation.instants import HOUR, MINUTE, written
from correlation.lifecycle import Judge
from correlation.picture.delays import knows_better, notice_about
from correlation.picture.dependants import UNSETTLING, changed_status
from correlation.picture.entities import Call
from correlation.picture.milestones import (
    GONE,
    agreed_departure,
    berth_arrival,
    berth_departure,
    is_dropped,
    projected_departure,
)
from correlation.picture.onward import Notice, Rotation
from correlation.picture.port import Port
from correlation.picture.rotations import Foresight, Leg, leg_here, minutes, travelled
from correlation.state import Said
from correlation.statements import Statement

NOTICE_SPACE: Final = uuid5(NAMESPACE_URL, "urn:rada:notice")
ROOT_AWAITED: Final = 30 * MINUTE
"""A notice is looked at again so long after it was said: the alert behind it may be held still."""
REF_MAX, CODE_MAX = 100, 60
"""How long a reference and a code may be in a notice (contracts/fields.py)."""
CALL: Final = "CALL"
"""In the key of a notice about a call, and not about a delay."""
_encode: Final = msgspec.json.Encoder().encode


def tell_ports(judge: Judge) -> None:
    """Tell the ports downstream of every ship whose delay here changed since the last tick."""
    port = judge.port
    if not port.untold:
        return
    for identity in sorted(name for name, due in port.untold.items() if due <= judge.now):
        port.untold.drop(identity)
        if call := port.calls.get(identity):
            _tell_of(judge, call)


def _tell_of(judge: Judge, call: Call) -> None:
    port = judge.port
    found = leg_here(port, call)
    if found is None:
        return
    rotation, legs, index = found
    _tell_change(judge, call, rotation, (legs, index))
    late, is_own = _late_here(port, call, legs[index])
    told: set[str] = set()
    for foresight in travelled(port, legs, index, max(0, late)):
        system = system_of(foresight.leg.port)
        if system is None or system == port.system or system in told:
            continue
        told.add(system)
        _consider(judge, call, rotation, foresight, is_own=is_own)


def _late_here(port: Port, call: Call, leg: Leg) -> tuple[int, bool]:
    """Return by how many ms a ship leaves behind her rotation, and whether that must be told.

    It must where a port upstream foresaw a delay and this port knows better by now.
    """
    if is_dropped(port, call):
        return 0, False
    part = port.terminal_calls[call.terminal_calls[-1]] if call.terminal_calls else None
    late = 0
    if part:
        left = berth_departure(port, part)
        if left and left.classifier == "ACT":
            return left.at - leg.departure_at, notice_about(port, call) is not None
        agreed = agreed_departure(port, part)
        if agreed:
            late = projected_departure(port, part, agreed).at - leg.departure_at
        elif left:
            late = left.at - leg.departure_at
        arrival = berth_arrival(port, part)
        if arrival and arrival.classifier != "ACT":
            late = max(late, arrival.at - leg.arrival_at)
    notice = notice_about(port, call)
    if notice is None:
        return late, False
    if knows_better(port, call, notice):
        return late, True
    foreseen = int(notice.get("late_p50") or 0) * MINUTE
    return (late if late > foreseen else 0), False


def _consider(
    judge: Judge, call: Call, rotation: Rotation, foresight: Foresight, *, is_own: bool
) -> None:
    """Say, change, leave or withdraw what a port downstream is told of a ship."""
    port, policy = judge.port, judge.port.policy
    system = str(system_of(foresight.leg.port))
    key = f"{rotation.id}|{system}"
    held = port.notices.get(key)
    least = int(policy.notice_hours * HOUR)
    live = held if held and held.is_live else None
    keeps = live is not None and foresight.late.p50 > policy.hysteresis * least
    if foresight.late.p50 >= least or keeps or is_own:
        root = _root_of(port, call)
        said = minutes(foresight.late)
        step = int(policy.notice_step_minutes)
        if live and live.root == root and _near(live.minutes, said, step):
            return
        began, version = (live.began_at, live.version + 1) if live else (judge.now, 1)
        notice = Notice(began_at=began, version=version, minutes=said, root=root, is_live=True)
        port.notices.put(key, notice)
        _send(judge, rotation, foresight, notice, _body(judge, call, rotation, foresight, notice))
        if root is None and said[1]:
            port.untold.put(call.id, judge.now + ROOT_AWAITED)
    elif live:
        notice = replace(live, version=live.version + 1, is_live=False)
        port.notices.put(key, notice)
        refs = {"vessel": _vessel(rotation), "voyage": _voyage(rotation)}
        _send(judge, rotation, foresight, notice, {"reason": "made up", "refs": refs})


def _tell_change(judge: Judge, call: Call, rotation: Rotation, way: tuple[list[Leg], int]) -> None:
    """Say to each port downstream, once, what became of a ship's call here; take it back with it.

    A ship that skips a port may be early at the next one by up to her stay; of any other change
    no more is known here than how late she is.
    """
    port, (legs, index) = judge.port, way
    said = call_change(port, call)
    status = str(said.value) if said else ""
    keys = (f"{rotation.id}|{system_of(leg.port)}|{CALL}" for leg in legs[index + 1 :])
    if not status and not any(key in port.notices for key in keys):
        return  # as nearly always
    told: set[str] = set()
    for foresight in travelled(port, legs, index, 0):
        system = system_of(foresight.leg.port)
        if system is None or system == port.system or system in told:
            continue
        told.add(system)
        held = port.notices.get(f"{rotation.id}|{system}|{CALL}")
        live = held if held and held.is_live else None
        if status == (live.status if live else ""):
            continue
        stay = max(0, legs[index].departure_at - legs[index].arrival_at) // MINUTE
        notice = Notice(
            began_at=live.began_at if live else judge.now,
            version=live.version + 1 if live else 1,
            minutes=(-stay, 0, 0) if status in GONE else (0, 0, 0),
            root=None,
            is_live=bool(status),
            status=status or (live.status if live else ""),
        )
        port.notices.put(f"{rotation.id}|{system}|{CALL}", notice)
        _send(
            judge, rotation, foresight, notice, _changed(judge, call, foresight, notice, rotation)
        )


def call_change(port: Port, call: Call) -> Statement | None:
    """Return the word by which a call is dropped or changed, and not one of its terminals alone."""
    if len(call.terminal_calls) == 1:
        return changed_status(port, port.terminal_calls[call.terminal_calls[0]])
    said = port.ruling(call.status)
    return said if said and said.value in UNSETTLING else None


def _near(before: tuple[int, int, int], after: tuple[int, int, int], step: int) -> bool:
    return all(abs(old - new) < step for old, new in zip(before, after, strict=True))


def _root_of(port: Port, call: Call) -> str | None:
    """Return the alert or condition that is behind a ship's delay here, if one is open."""
    for name in call.terminal_calls:
        part = port.terminal_calls[name]
        for key in (
            f"P03|{name}",
            f"P02|{name}",
            f"B04|{part.facility}|{call.id}",
            f"B01|{port.system}|{call.id}",
        ):
            instance = port.alerts.get(port.latest.get(key, ""))
            if instance and instance.state == "OPEN":
                root = instance.root or instance.alert_id
                return root if len(root) <= REF_MAX else instance.alert_id
    return None


def _vessel(rotation: Rotation) -> dict[str, str]:
    kind, _, number = rotation.ship.partition(":")
    return {kind: number}


def _voyage(rotation: Rotation) -> dict[str, str]:
    """Return carrier and voyage as the rotation's id names them: `rot:<imo>:<carrier>:<no>`."""
    named = rotation.id.split(":")
    carrier, number = (named[2], named[3]) if len(named) > 3 else ("UNKNOWN", rotation.id)
    return {"carrier": carrier[:CODE_MAX], "export_no": number[:CODE_MAX]}


def _body(
    judge: Judge, call: Call, rotation: Rotation, foresight: Foresight, notice: Notice
) -> dict[str, Any]:
    leg, late = foresight.leg, foresight.late
    vessel = judge.port.vessels.get(call.vessel)
    name = judge.port.ruling(vessel.name) if vessel else None
    return {
        "vessel": {**_vessel(rotation), **({"name": str(name.value)} if name else {})},
        "voyage": _voyage(rotation),
        "rotation": rotation.id[:REF_MAX],
        "from_port": call.port,
        "to_port": leg.port,
        "leg": leg.sequence,
        "arrival_at": {
            "p10": written(leg.arrival_at + late.p10),
            "p50": written(leg.arrival_at + late.p50),
            "p90": written(leg.arrival_at + late.p90),
        },
        "delay_min": dict(zip(("p10", "p50", "p90"), notice.minutes, strict=True)),
        "notice_version": notice.version,
        "root_alert": notice.root,
        "canal_slot_lost": foresight.canal_slot_lost,
        "hops": foresight.hops,
    }


def _changed(
    judge: Judge, call: Call, foresight: Foresight, notice: Notice, rotation: Rotation
) -> dict[str, Any]:
    if not notice.is_live:
        refs = {"vessel": _vessel(rotation), "voyage": _voyage(rotation)}
        return {"reason": "taken back", "refs": refs}
    vessel = judge.port.vessels.get(call.vessel)
    name = judge.port.ruling(vessel.name) if vessel else None
    return {
        "vessel": {**_vessel(rotation), **({"name": str(name.value)} if name else {})},
        "voyage": _voyage(rotation),
        "from_port": call.port,
        "to_port": foresight.leg.port,
        "status": notice.status,
        "effect_min": dict(zip(("p10", "p50", "p90"), notice.minutes, strict=True)),
        "notice_version": notice.version,
        "hops": foresight.hops,
    }


def _send(
    judge: Judge, rotation: Rotation, foresight: Foresight, notice: Notice, data: dict[str, Any]
) -> None:
    """Append a notice to what is said; the owner of the partition says it again after a restore."""
    port, target = judge.port, str(system_of(foresight.leg.port))
    kind = "call-changed-upstream" if notice.status else "delay-foreseen"
    about = f"{rotation.id}|{CALL}" if notice.status else rotation.id
    begun = f"{port.system}|{about}|{target}@{written(notice.began_at)}"
    fact, at = str(uuid5(NOTICE_SPACE, begun)), written(judge.now)
    event = {
        "specversion": "1.0",
        "id": f"{fact}.{notice.version}",
        "source": f"/rada/coordinator/{port.system}",
        "type": f"rada.network.{kind}",
        "subject": rotation.ship,
        "time": at,
        "recordedtime": at,
        "receivedtime": at,
        "partitionkey": target,
        "datacontenttype": "application/json",
        "dataschema": f"urn:rada:schema:network.{kind}:1.0",
        "factid": fact,
        "updatedtime": at,
        "retracted": not notice.is_live,
        "organisation": "rada",
        "publisher": "rada",
        "sequence": f"{notice.version:020d}",
        "data": data,
    }
    judge.said.append(Said("network", fact, notice.version, _encode(event), target))
