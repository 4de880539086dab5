"""Which slots the gates offer, and how many of them are still free (G01)."""

from typing import Final

from msgspec import Struct

from correlation.instants import HOUR, instant
from correlation.picture.entities import Gate
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port
from correlation.picture.queues import BUCKET

KEPT_AFTER: Final = 2 * HOUR


class Free(Struct, frozen=True, array_like=True, order=True, gc=False):
    """A slot that can still be had: when, at which gate, and for how many trucks."""

    from_at: int
    to_at: int
    gate: str
    trucks: int


def slots_offered(port: Port, fact: Fact) -> bool:
    """G01: the slots of a gate; each is what its newest statement says."""
    gate = fact.event.subject
    if gate not in port.gates:
        port.gates.put(gate, Gate(id=gate))
    if fact.is_withdrawn:
        return True  # it names no slot; the next offer of each replaces it
    for slot in fact.data.slots:
        from_at, to_at = instant(slot.from_at), instant(slot.to_at)
        key = _key(gate, slot.direction, from_at // BUCKET)
        here = port.offers.get(key, {})
        name = f"{from_at}|{fact.data.kind or ''}"
        detail = {"booked": slot.booked, "to_at": to_at, "closes_at": fact.data.closes_at}
        after = fact.put(port, here.get(name, ()), slot.offered, detail)
        if after is not here.get(name):
            port.offers.put(key, dict(sorted({**here, name: after}.items())))
            port.set_timer(f"V|offer|{key}", to_at + KEPT_AFTER)
    return True


def _key(gate: str, direction: str, bucket: int) -> str:
    return f"{gate}|{direction}|{bucket}"


def gates_of(port: Port, facility: str) -> list[str]:
    """Return the gates of a facility: those of its profile, and those that spoke."""
    place = port.community.places.get(facility) if port.community else None
    named = [f"{facility}/gate/{gate.id}" for gate in place.gates] if place else []
    spoke = [name for name in port.gates if name.startswith(f"{facility}/gate/")]
    return sorted({*named, *spoke})


def free_slots(port: Port, facility: str, direction: str, from_at: int, to_at: int) -> list[Free]:
    """Return the slots of a facility that begin between two instants and are not full."""
    found = []
    for gate in gates_of(port, facility):
        for bucket in range(from_at // BUCKET, (to_at - 1) // BUCKET + 1):
            for way in (direction, "BOTH"):
                for name, slot in port.offers.get(_key(gate, way, bucket), {}).items():
                    said = port.ruling(slot)
                    starts = int(name.partition("|")[0])
                    if said is None or not from_at <= starts < to_at:
                        continue
                    free = int(said.value or 0) - int(said.get("booked") or 0)
                    if free > 0:
                        found.append(Free(starts, int(said.get("to_at") or 0), gate, free))
    return sorted(found)


FOLDS: Final[dict[str, Fold]] = {"rada.gate.slots-offered": slots_offered}
