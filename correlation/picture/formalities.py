"""The papers of a call: which are owed to come in and to leave, and how each stands."""

from typing import Final

from msgspec.structs import replace

from correlation.picture.entities import Call
from correlation.picture.fact import Fact
from correlation.picture.matching import also_named, find_call
from correlation.picture.port import Fold, Port
from correlation.statements import Slot, Statement

OUTWARD: Final = frozenset({"CUSTOMS_OUTWARD", "DEPARTURE_CLEARANCE"})
"""Formalities of departure; a profile names formalities without their direction."""
DONE: Final = frozenset({"GRANTED", "WAIVED"})
REFUSED: Final = frozenset({"REJECTED", "REVOKED", "DETAINED"})


def formality_changed(port: Port, fact: Fact) -> bool:
    """C01: a formality of a call is required, filed, looked at, granted, waived or refused."""
    subject = fact.event.subject
    parts = subject.rsplit("/", 2)
    call = find_call(port, fact, parts[0] if len(parts) > 1 else subject, fact.occurred_at)
    call = call or find_call(port, fact, subject, None)
    if call is None:
        return False
    if fact.is_withdrawn:
        for key, slot in call.formalities.items():
            _keep(port, call.id, key, fact.put(port, slot, None))
        return True
    data = fact.data
    if not subject.startswith(call.id):
        also_named(port, call.id, subject)
    key = f"{data.direction}/{data.formality}"
    detail = {
        "authority": data.authority,
        "valid_until_at": data.valid_until_at,
        "missing": ", ".join(data.missing_documents or ()) or None,
    }
    _keep(port, call.id, key, fact.put(port, call.formalities.get(key, ()), data.status, detail))
    _hear(port, key, data.formality)
    return True


def _keep(port: Port, call_id: str, key: str, slot: Slot) -> None:
    call = port.calls[call_id]
    if slot is call.formalities.get(key, ()):
        return
    formalities = {**call.formalities, key: slot}
    if not slot:
        formalities.pop(key)
    port.calls.put(call.id, replace(call, formalities=formalities))
    port.touch("call", call.id)
    for name in call.terminal_calls:
        port.touch("quay", name)


def _hear(port: Port, key: str, formality: str) -> None:
    """Note that this port reports a formality: from now on its lack says something of a ship."""
    if key in port.reported or formality not in _named(port):
        return
    port.reported.put(key, value=True)
    for identity in port.calls:  # once in the life of a port for each formality of its profile
        port.touch("call", identity)


def _named(port: Port) -> tuple[str, ...]:
    return port.community.mandatory_formalities if port.community else ()


def owed(port: Port, call: Call) -> dict[str, Statement | None]:
    """Return what is asked of a call, by `INBD/PRATIQUE`, with what was last said of it.

    Named by the profile and reported in this port at all, or said to be required of this call.
    """
    found: dict[str, Statement | None] = {}
    for formality in _named(port):
        key = f"{'OUTB' if formality in OUTWARD else 'INBD'}/{formality}"
        if key in port.reported:
            found[key] = None
    for key, slot in call.formalities.items():
        found[key] = port.ruling(slot)
    return dict(sorted(found.items()))


def answering(port: Port, key: str) -> str | None:
    """Return the source that answers for a formality, as its newest grant for any ship shows."""
    found = [
        said
        for call in port.calls.values()
        if (said := port.ruling(call.formalities.get(key, ()))) and said.value in DONE
    ]
    newest = max(found, key=lambda said: (said.received_at, said.position), default=None)
    return newest.source if newest else None


FOLDS: Final[dict[str, Fold]] = {"rada.clearance.formality-changed": formality_changed}
