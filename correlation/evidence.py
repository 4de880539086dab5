"""What rules share in saying why and to whom: evidence, parties, labels."""

from collections.abc import Iterable
from typing import Any

from correlation.findings import Evidence, Party
from correlation.instants import written
from correlation.picture.entities import Call, TerminalCall
from correlation.picture.port import Port
from correlation.statements import Statement

EVIDENCE_MAX = 32
AUTHORITIES = ("PA", "NAU", "AUT", "OPS")


def evidence_of(statements: Iterable[Statement | None]) -> tuple[Evidence, ...]:
    """Return statements as evidence, strongest first as given, each once."""
    found: dict[tuple[str, str], Evidence] = {}
    for said in statements:
        if said is not None and (said.source, said.event_id) not in found:
            found[said.source, said.event_id] = Evidence(
                source=said.source,
                event_id=said.event_id,
                fact_id=said.fact_id,
                type=said.type,
                journal_pos=said.journal_pos,
                says=_says(said),
                occurred_at=said.occurred_at,
                recorded_at=said.recorded_at,
                received_at=said.received_at,
            )
    return tuple(found.values())[:EVIDENCE_MAX]


def _says(said: Statement) -> str:
    value = said.value
    instant = isinstance(value, int) and not isinstance(value, bool) and value > 10**11
    return written(value) if instant else str(value)


def parties(
    port: Port,
    roles: tuple[str, ...],
    *,
    facility: str = "",
    carriers: tuple[str, ...] = (),
    nominated: tuple[tuple[str, str], ...] = (),
) -> tuple[Party, ...]:
    """Return who is told: the terminal that operates, the carriers of the call, authorities.

    `nominated` are (organisation, role) with a duty in this very case, such as the haulier of an
    appointment. Carriers are matched by their code inside the organisation's code (`car-rda`).
    """
    asked = roles, facility, carriers, nominated
    if (known := port.parties.get(asked)) is not None:
        return known
    return port.parties.keep(asked, _parties(port, roles, facility, carriers, nominated))


def _parties(
    port: Port,
    roles: tuple[str, ...],
    facility: str,
    carriers: tuple[str, ...],
    nominated: tuple[tuple[str, str], ...],
) -> tuple[Party, ...]:
    found: dict[tuple[str, str], Party] = {}

    def add(organisation: str, role: str, why: Any) -> None:
        found.setdefault((organisation, role), Party(organisation, role, why))

    for organisation, role in nominated:
        if organisation and role in roles:
            add(organisation, role, "NOMINATED")
    community = port.community
    for member in community.organisations if community else ():
        for role in member.roles:
            if role not in roles:
                continue
            if role == "TER" and facility in member.operates:
                add(member.code, role, "OPERATES")
            elif role in ("CAR", "AGT") and _serves(member.code, carriers):
                add(member.code, role, "CALLS")
            elif role in AUTHORITIES:
                add(member.code, role, "AUTHORITY")
    return tuple(found.values())


def _serves(code: str, carriers: tuple[str, ...]) -> bool:
    return any(carrier and carrier.lower() in code.split("-") for carrier in carriers)


def agents_of(port: Port, call: Call) -> tuple[tuple[str, str], ...]:
    """Return the ship agent that was announced for a call, as one with a duty in it."""
    announced = port.ruling(call.announced)
    agent = announced.get("agent") if announced else None
    return ((str(agent), "AGT"),) if agent else ()


def vessel_name(port: Port, call: Call) -> str:
    """Return a ship's name as registered, or her number while no one has named her."""
    vessel = port.vessels.get(call.vessel)
    said = port.ruling(vessel.name) if vessel else None
    return str(said.value) if said else call.vessel.replace(":", " ").upper()


def call_label(port: Port, call: Call, part: TerminalCall | None = None) -> str:
    """Return a call as people name it: ship, voyage, terminal."""
    terminal = part.facility.rpartition(":")[2] if part else ""
    voyage = part.voyage if part else ""
    return ", ".join(
        text for text in (f"{vessel_name(port, call)} {voyage}".strip(), terminal) if text
    )


def berth_label(berth: object) -> str:
    """Return a berth, block or gate as people name it: its last part."""
    return str(berth).rpartition("/")[2]
