"""Signs that two things go by one name: plates, mistyped boxes, ships in two places."""

from math import asin, cos, radians, sin, sqrt
from typing import Any, Final

from msgspec.structs import replace

from contracts.identifiers import box_check_digit
from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port
from correlation.statements import Slot, Statement

EARTH_NM: Final = 3440.065
"""Mean radius of the earth in nautical miles (6,371 km)."""
MILES_A_DEGREE: Final = 60.05
"""No degree of latitude or longitude is longer than this (3440.065 nm x pi / 180 = 60.04)."""
PLATE_KEPT: Final = 4 * HOUR
BOX_KEPT: Final = 2 * DAY
AT_GATE: Final = ("QUEUE_IN", "LANE_IN", "LEFT")
BOX_LENGTH: Final = 11
CHECKED: Final = 10


def plate_seen(port: Port, fact: Fact, facility: str) -> None:
    """Note at which terminal's gate a plate stands (G06), or that it left."""
    token = getattr(fact.data, "plate_token", None)
    if fact.is_withdrawn or not token or not facility or fact.data.step not in AT_GATE:
        return
    seen = port.plates.get(token, {})
    after = fact.put(port, seen.get(facility, ()), fact.occurred_at, {"step": fact.data.step})
    if after is not seen.get(facility):
        port.plates.put(token, dict(sorted({**seen, facility: after}.items())))
        port.set_timer(f"V|plate|{token}", fact.at + PLATE_KEPT)
        if len(seen) > 1 or facility not in seen:
            port.touch("plate", token)


def nearest_box(port: Port, number: str) -> str:
    """Return the expected box whose number is one transposition away from a wrong one, or ''."""
    if len(number) != BOX_LENGTH or box_check_digit(number[:CHECKED]) == number[CHECKED]:
        return ""
    swapped = (
        number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(CHECKED)
    )
    fitting = [
        name
        for name in swapped
        if name in port.boxes and box_check_digit(name[:CHECKED]) == name[CHECKED]
    ]
    return min(fitting, default="")


def mistyped(port: Port, fact: Fact, number: str) -> bool:
    """Note a box number that was typed wrong, or its withdrawal; tell whether it is one."""
    held = port.mistyped.get(number, ())
    nearest = "" if fact.is_withdrawn else nearest_box(port, number)
    if not nearest and not held:
        return False
    after = fact.put(port, held, None if fact.is_withdrawn else nearest)
    if after is not held:
        if after:
            port.mistyped.put(number, after)
            port.set_timer(f"V|box|{number}", fact.at + BOX_KEPT)
        else:
            port.mistyped.drop(number)
        port.touch("box", number)
    return True


def position_disputed(port: Port, fact: Fact) -> bool:
    """V07: what a receiver network finds odd about a ship's position."""
    refs = getattr(fact.data, "refs", None)
    ship = getattr(refs, "vessel", None)
    name = f"imo:{ship.imo}" if ship and ship.imo else fact.event.subject
    vessel = port.vessels.get(port.aliases.get(name, name))
    if vessel is None:
        return True  # a ship that has no call here is nobody's business yet
    if fact.is_withdrawn:
        after = fact.put(port, vessel.disputed, None)
    else:
        detail = {"distance_nm": fact.data.distance_nm}
        after = fact.put(port, vessel.disputed, fact.data.kind, detail)
    if after is not vessel.disputed:
        port.vessels.put(vessel.id, replace(vessel, disputed=after))
        port.touch("vessel", vessel.id)
    return True


def miles_between(one: Statement, other: Statement) -> float:
    """Return the great-circle distance of two reported positions, in nautical miles."""
    lat1, lon1, lat2, lon2 = (
        radians(float(said.get(name) or 0)) for said in (one, other) for name in ("lat", "lon")
    )
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_NM * asin(sqrt(min(1.0, half)))


def _may_be_far(one: Statement, other: Statement, miles: float) -> bool:
    """Tell whether it is worth measuring: the way along the degrees is never the shorter one."""
    here: dict[str, Any] = dict(one.detail)
    there: dict[str, Any] = dict(other.detail)
    degrees: float = abs(here["lat"] - there["lat"]) + abs(here["lon"] - there["lon"])
    return MILES_A_DEGREE * degrees > miles


def twins(port: Port, positions: Slot) -> tuple[Statement, Statement] | None:
    """Return two positions of one ship that are too far apart for the time between them."""
    policy, miles = port.policy, port.policy.twin_miles
    if len(positions) == 1:
        return None
    for index, one in enumerate(positions):
        for other in positions[index + 1 :]:
            if one.value is None or other.value is None:
                continue
            near = abs(int(one.value) - int(other.value)) <= int(policy.twin_minutes * MINUTE)
            if near and _may_be_far(one, other, miles) and miles_between(one, other) > miles:
                return one, other
    return None


FOLDS: Final[dict[str, Fold]] = {"rada.vessel.position-disputed": position_disputed}
