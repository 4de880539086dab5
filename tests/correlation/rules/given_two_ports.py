"""Cartagena on Thursday morning and Callao where the ship goes next, with everyone by name.

RADA EXAMPLE is agreed for Friday 13:00 at the pilot station and 15:00 at the berth; RADA THIRD
follows her there on Saturday at 19:00, and RADA SECOND lies at the next metres until Friday 12:00.
A truck collects a box of RADA EXAMPLE's on Friday at 23:00; its free days end on Sunday at 19:00.
"""

from typing import Any

from contracts.journal import Frame
from correlation.instants import DAY, HOUR, written
from correlation.state import Said
from tests.correlation.given import (
    CARRIER,
    NOON,
    OTHER_SHIP,
    SHIP,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    a_profile,
    alerts,
    an_appointment,
    an_event,
    free_until,
    profile_changed,
)
from tests.correlation.rules.at_the_quay import progress
from tests.correlation.rules.given_ship import a_rotation, notices

CALL, PART = "COCTG/9999993/20261106", "COCTG/9999993/20261106/SPRC/1"
SECOND_PART = "COCTG/9999981/20261105/SPRC/1"
SECOND, THIRD = OTHER_SHIP, {"imo": "9074729", "name": "RADA THIRD"}
BOX, BILL = "RDAU2000016", "bl:RDA:BL1"
PILOT, BERTH, LEAVES = NOON + 30 * HOUR, NOON + 32 * HOUR, NOON + 56 * HOUR
SECOND_LEAVES = NOON + 29 * HOUR
SLOT, LAST_FREE = NOON + 40 * HOUR, NOON + 84 * HOUR
AT_CALLAO = NOON + 150 * HOUR
CALLAO = "PECLL:SMDG:APMCLL"
EVERYONE = {
    "ter": "TER",
    "car-rda": "CAR",
    "agt-rda": "AGT",
    "pa": "PA",
    "nau": "NAU",
    "trk-017": "TRK",
    "fwd-011": "FWD",
    "aut": "AUT",
}
Heard = dict[str, set[str]]


def _community(system: str, name: str, terminal: str, zone: str) -> dict[str, Any]:
    """Return the profile of a port where each role has one name."""
    people = [
        {
            "code": code,
            "name": code,
            "roles": [role],
            "families": ["vessel", "gate", "yard", "clearance"],
            **({"operates": [terminal]} if role == "TER" else {}),
        }
        for code, role in EVERYONE.items()
    ]
    return a_profile(
        system=system,
        name=name,
        locodes=[system],
        timezone=zone,
        organisations=people,
        sources=[],
        facilities=[{"code": terminal, "name": name}],
    )


def said_by(code: str, *events: Event) -> list[Event]:
    """Let an organisation of these profiles have said it."""
    return [{**event, "organisation": code, "publisher": code} for event in events]


class TwoPorts:
    """Both ports on one clock: what Cartagena sends to Callao is heard there at the same second."""

    def __init__(self) -> None:
        """Agree what is agreed on Thursday morning."""
        self.cartagena, self.callao = APort(), APort("PECLL")
        self.records: list[Event] = []
        self.now = NOON
        zone = "America/Bogota"
        first = profile_changed(_community("COCTG", "Cartagena", TERMINAL, zone), at=NOON)
        self.tell(self.cartagena, first)
        there = profile_changed(_community("PECLL", "Callao", CALLAO, "America/Lima"), at=NOON)
        self.tell(self.callao, {**there, "partitionkey": "PECLL", "source": "/PECLL/rada/ops"})
        self.tell(self.cartagena, *_ships(), *_box())
        self.tell(self.callao, *_in_callao())
        assert self.records == []

    def tell(self, port: APort, *events: Event) -> list[Event]:
        """Let a port hear events now; return the alerts that both bring."""
        return self._apply(port, port.frame(events, self.now))

    def wait(self, until: int, step: int = HOUR // 6) -> list[Event]:
        """Let time pass in both ports; return the alerts that it brings."""
        found: list[Event] = []
        while self.now < until:
            self.now = min(until, self.now + step)
            for port in (self.cartagena, self.callao):
                found += self._apply(port, port.frame([], self.now))
        return found

    def _apply(self, port: APort, frame: Frame) -> list[Event]:
        said: list[Said] = port.apply(frame)
        found = alerts(said)
        self.records += found
        for notice in notices(said):
            found += self.tell(self.callao, notice)
        assert port.rejections() == []
        return found

    def open(self) -> dict[str, Event]:
        """Return what is open in both ports, by dedup key."""
        return self.cartagena.open_alerts() | self.callao.open_alerts()


def heard(records: list[Event]) -> Heard:
    """Return, by alert, who was told something of it."""
    found: Heard = {}
    for one in records:
        parties = {party["organisation"] for party in one["audience"]}
        found[one["alert_id"]] = found.get(one["alert_id"], set()) | parties
    return found


def estimate(off: int, *, at: int) -> list[Event]:
    """Let the carrier expect RADA EXAMPLE so much behind her agreed times."""
    boarding = a_milestone("EST", PILOT + off, at=at)
    alongside = a_milestone("EST", BERTH + off, at=at, service="BERTH")
    return said_by("car-rda", boarding, alongside)


def lifted(done: int, *, at: int) -> Event:
    """Let so many of the 400 boxes of RADA SECOND be lifted by now."""
    begins = written(NOON - 3 * HOUR)
    figures = progress(done, 400 - done, at=at, part=SECOND_PART, first_lift_at=begins)
    return said_by("ter", figures)[0]


def in_callao(classifier: str, milestone_at: int, *, at: int) -> Event:
    """Return a V03 of the pilot station of Callao."""
    event = a_milestone(
        classifier,
        milestone_at,
        at=at,
        facility=CALLAO,
        source="/PECLL/car-rda/schedule",
        partitionkey="PECLL",
    )
    return said_by("car-rda", event)[0]


def _ships() -> list[Event]:
    announced = {
        "vessel": SHIP,
        "arrival_at": written(BERTH),
        "terminal_calls": [{"facility": TERMINAL, "carrier": "RDA"}],
        "agent": "agt-rda",
        "refs": {"port": "COCTG", "vessel": SHIP},
    }
    began = NOON - 4 * HOUR
    return [
        *said_by(
            "car-rda",
            a_rotation(("COCTG", BERTH, LEAVES), ("PECLL", AT_CALLAO, AT_CALLAO + DAY), at=NOON),
            an_event("vessel.call-announced", CALL, announced, at=NOON, source=CARRIER),
            a_milestone("PLN", PILOT, at=NOON),
            a_milestone("PLN", NOON + 58 * HOUR, at=NOON, ship=THIRD),
        ),
        *said_by(
            "ter",
            a_berth_plan(BERTH, LEAVES, at=NOON),
            a_berth_plan(NOON + 60 * HOUR, NOON + 80 * HOUR, at=NOON, ship=THIRD),
            a_berth_plan(began, SECOND_LEAVES, at=NOON, ship=SECOND, bow_m=400),
            lifted(60, at=NOON),
            a_milestone("ACT", began, at=NOON, service="ALL_FAST", point="CMPL", ship=SECOND),
            a_milestone("ACT", began, at=NOON, service="BERTH", ship=SECOND),
        ),
    ]


def _box() -> list[Event]:
    named = {"port": "COCTG", "terminal_call": PART}
    bill = {"carrier": "RDA", "boxes": [BOX], "terminal_call": PART, "refs": named}
    nominated = {"object": BILL, "organisation": "fwd-011", "role": "FWD", "status": "GIVEN"}
    return [
        *said_by(
            "car-rda",
            an_event("clearance.consignment-stated", BILL, bill, at=NOON, source=CARRIER),
            an_event("clearance.nomination-changed", "nom:1", nominated, at=NOON, source=CARRIER),
        ),
        *said_by(
            "ter",
            free_until(LAST_FREE, BOX, at=NOON),
            an_appointment("9", SLOT, at=NOON, direction="COLLECT", box=BOX),
        ),
    ]


def _in_callao() -> list[Event]:
    announced = {
        "vessel": SHIP,
        "arrival_at": written(AT_CALLAO),
        "terminal_calls": [{"facility": CALLAO, "carrier": "RDA"}],
        "refs": {"port": "PECLL", "vessel": SHIP},
    }
    there = {"source": "/PECLL/car-rda/schedule", "partitionkey": "PECLL"}
    return [
        *said_by("car-rda", an_event("vessel.call-announced", "pc-1", announced, at=NOON, **there)),
        in_callao("PLN", AT_CALLAO, at=NOON),
    ]
