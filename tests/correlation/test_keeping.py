"""What is forgotten leaves nothing behind that a later fact could stumble over."""

from correlation.instants import DAY, HOUR
from tests.correlation.given import (
    NOON,
    APort,
    a_berth_plan,
    a_discharge,
    a_milestone,
    a_release,
    an_appointment,
)

BOX = "RDAU2000016"
PART = "COCTG/9999993/20261105/SPRC/1"


def test_a_truck_may_come_for_a_box_long_after_its_ship_is_forgotten() -> None:
    """The box waits in the yard; her call is let go 72 hours after she left."""
    port = APort()
    slot = NOON + 6 * DAY
    port.hear(
        a_berth_plan(NOON, NOON + 20 * HOUR, at=NOON),
        a_milestone("ACT", NOON, at=NOON, service="BERTH"),
        a_discharge(BOX, PART, at=NOON),
        a_release(BOX, at=NOON),
        an_appointment("1", slot, at=NOON, direction="COLLECT", box=BOX),
        at=NOON,
    )
    left = NOON + 20 * HOUR
    port.hear(a_milestone("ACT", left, at=left, service="BERTH", point="DEPA"), at=left)
    port.wait(left + 4 * DAY, step=HOUR)

    for status, at in (("CONFIRMED", slot), ("SERVED", slot + HOUR)):
        told = an_appointment("1", slot, at=at, direction="COLLECT", box=BOX, status=status)
        port.hear(told, at=at)

    assert PART not in port.state.ports["COCTG"].terminal_calls
    assert port.rejections() == []
