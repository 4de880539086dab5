"""What a terminal may say of its work at an instant: events for the laws of the fold."""

from correlation.instants import HOUR
from tests.correlation.given import TOS, Event, a_milestone, withdrawn
from tests.correlation.rules.at_the_quay import a_crane, a_forecast, a_lift, progress

PART = "COCTG/9999993/20261107/SPRC/1"


def terminal_pool(at: int, n: int) -> list[Event]:
    """Return events of the ship of the laws; `n` varies their content."""
    fast = a_milestone("ACT", at, at=at, service="ALL_FAST", point="CMPL", source=TOS)
    fast["data"]["refs"]["terminal_call"] = PART  # by the call's id: she is far from her hour here
    figures = progress(30 * n, 150 - 30 * n, at=at, part=PART)
    broken = a_crane("BROKEN", at=at, part=PART, delay_reasons=["CRN"])
    forecast = a_forecast(100 + n, at=at, part=PART)
    lift = a_lift(n, at=at, part=PART)
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
    ]
