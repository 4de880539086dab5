"""Where a ship says she is bound, and how deep she lies: what AIS and carriers declare (V06)."""

from typing import Final

from msgspec.structs import replace

from correlation.picture.fact import Fact
from correlation.picture.matching import vessel_id
from correlation.picture.port import Fold, Port


def voyage_declared(port: Port, fact: Fact) -> bool:
    """V06: destination, ETA and draught as the ship sends them; no call is opened by it."""
    ship = vessel_id(getattr(fact.data, "refs", None)) or fact.event.subject
    vessel = port.vessels.get(ship)
    if vessel is None:
        return False
    if fact.is_withdrawn:
        destination = fact.put(port, vessel.destination, None)
        draught = fact.put(port, vessel.draught_m, None)
    else:
        data = fact.data
        detail = {"eta_at": data.eta_at, "previous": data.previous}
        if len(data.candidates) > 1:
            detail["candidates"] = ",".join(data.candidates)
        destination, draught = vessel.destination, vessel.draught_m
        if data.destination:
            destination = fact.put(port, destination, data.destination, detail)
        if data.draught_m is not None:
            draught = fact.put(port, draught, data.draught_m)
    if destination is vessel.destination and draught is vessel.draught_m:
        return True
    port.vessels.put(ship, replace(vessel, destination=destination, draught_m=draught))
    for identity in vessel.calls:
        port.touch("call", identity)
    return True


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.voyage-declared": voyage_declared}
