"""The slots that a terminal itself proposes for appointments that no longer fit (G03)."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from correlation.instants import instant
from correlation.picture.entities import Appointment
from correlation.picture.fact import Fact
from correlation.picture.port import Fold, Port
from correlation.statements import Statement


class TerminalSlot(Struct, frozen=True, gc=False):
    """A slot that a terminal would give an appointment, and until when that can be answered."""

    from_at: int
    to_at: int
    answer_by_at: int
    said: Statement


def slot_proposed(port: Port, fact: Fact) -> bool:
    """G03: new slots for appointments, each by its newest proposal."""
    if fact.is_withdrawn:
        for held in list(port.appointments.values()):  # rare, and it names none of them
            _keep(port, held, _with_slot(port, fact, held, None))
        return True
    is_known = False
    for item in fact.data.items:
        if appointment := port.appointments.get(item.appointment):
            is_known = True
            span = instant(item.to.from_at), instant(item.to.to_at)
            _keep(port, appointment, _with_slot(port, fact, appointment, span))
    return is_known


def _with_slot(
    port: Port, fact: Fact, appointment: Appointment, span: tuple[int, int] | None
) -> Appointment:
    """Return an appointment with one more proposal for it, or (None) without it."""
    if span is None:
        return replace(appointment, proposed=fact.put(port, appointment.proposed, None))
    detail = {"to_at": span[1], "answer_by_at": fact.data.answer_by_at}
    return replace(appointment, proposed=fact.put(port, appointment.proposed, span[0], detail))


def _keep(port: Port, before: Appointment, after: Appointment) -> None:
    if after.proposed is before.proposed:
        return
    port.appointments.put(after.id, after)
    port.touch("appointment", after.id)
    for name in after.terminal_calls:
        port.touch("terminal_call", name)


def proposed_by_terminal(port: Port, appointment: Appointment, now: int) -> TerminalSlot | None:
    """Return the slot that the terminal proposes, while it may be answered and nothing is newer."""
    said, booked = port.ruling(appointment.proposed), port.ruling(appointment.status)
    if said is None or said.value is None or not appointment.is_live:
        return None
    by = said.get("answer_by_at")
    if not isinstance(by, int) or now >= by:
        return None
    if booked is not None and booked.known_at > said.known_at:
        return None  # it was booked anew since
    return TerminalSlot(int(said.value), int(said.get("to_at") or 0), by, said)


FOLDS: Final[dict[str, Fold]] = {"rada.gate.slot-proposed": slot_proposed}
