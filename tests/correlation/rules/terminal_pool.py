"""What a terminal may say of its work at an instant: events for the laws of the fold."""

from correlation.instants import HOUR, written
from tests.correlation.given import CARRIER, TOS, Event, a_milestone, an_event, withdrawn
from tests.correlation.rules.at_the_quay import a_crane, a_forecast, a_lift, progress

PART = "COCTG/9999993/20261107/SPRC/1"
LISTED = ("RDAU2000016", "RDAU7654323", "RDAU3102075")


def a_load_list(version: int, *, at: int, parts: tuple[int, int] = (1, 1)) -> Event:
    """Return a Y01 of the ship of the laws, in one part or two."""
    boxes = LISTED if parts[1] == 1 else LISTED[parts[0] - 1 :: 2]
    data = {
        "list_id": "coprar-1",
        "list_version": version,
        "part": parts[0],
        "parts": parts[1],
        "kind": "LOAD",
        "entries": [{"box": box, "listed_at": written(at)} for box in boxes],
    }
    return an_event("yard.work-list-set", PART, data, at=at, source=CARRIER)


def terminal_pool(at: int, n: int) -> list[Event]:
    """Return events of the ship of the laws; `n` varies their content."""
    fast = a_milestone("ACT", at, at=at, service="ALL_FAST", point="CMPL", source=TOS)
    fast["data"]["refs"]["terminal_call"] = PART  # by the call's id: she is far from her hour here
    figures = progress(30 * n, 150 - 30 * n, at=at, part=PART)
    broken = a_crane("BROKEN", at=at, part=PART, delay_reasons=["CRN"])
    forecast = a_forecast(100 + n, at=at, part=PART)
    lift = a_lift(n, at=at, part=PART)
    listed = a_load_list(n % 2, at=at)
    return [
        fast,
        figures,
        broken,
        a_crane("BREAK", at=at, part=PART, classifier="PLN"),
        forecast,
        lift,
        withdrawn(figures, at=at + HOUR // 60),
        withdrawn(lift, at=at + 1),
        withdrawn(forecast, at=at + 1),
        withdrawn(broken, at=at + 1),
        listed,
        a_load_list(2, at=at, parts=(1, 2)),
        a_load_list(2, at=at, parts=(2, 2)),
        withdrawn(listed, at=at + 1),
    ]
