"""A proposal of new slots as the picture shows it, and as the gate edge reads what was accepted."""

from collections.abc import Callable
from typing import Any

from correlation.instants import written
from correlation.lifecycle import Judge
from correlation.picture.entities import Appointment
from correlation.picture.port import Port
from correlation.picture.proposals import Move, Proposal
from correlation.picture.reslotting import direction_of, proposal_id

Say = Callable[[Judge, str, str, dict[str, Any]], None]


def say_proposal(judge: Judge, part_id: str, say: Say) -> None:
    """Say a proposal once its alert is said; say that it is gone when its ship is forgotten."""
    port = judge.port
    proposal = port.proposals.get(part_id)
    if proposal is None:
        if ("picture", f"proposal:{part_id}") in judge.state.spoken:
            judge.tombstone("picture", f"proposal:{part_id}")
            port.said.drop(f"proposal:{part_id}")
        return
    alert_id = port.latest.get(f"T03|{part_id}|{proposal.seq}")
    if alert_id is not None:
        say(judge, "proposal", part_id, _data(port, proposal, alert_id))


def _data(port: Port, proposal: Proposal, alert_id: str) -> dict[str, Any]:
    return {
        "proposal_id": proposal_id(alert_id, proposal.revision),
        "alert_id": alert_id,
        "terminal_call": proposal.part,
        "system": port.system,
        "made_at": written(proposal.made_at),
        "expires_at": written(proposal.expires_at),
        "items": [
            _item(port, proposal, item, known)
            for item in proposal.items
            if (known := port.appointments.get(item.appointment))
        ],
    }


def _item(port: Port, proposal: Proposal, item: Move, appointment: Appointment) -> dict[str, Any]:
    said = port.ruling(appointment.status)
    accepted = proposal.accepted.get(item.appointment)
    declined = item.appointment in proposal.declined
    return {
        "appointment": item.appointment,
        "answer": "ACCEPTED" if accepted else "DECLINED" if declined else "OPEN",
        "command": accepted.command if accepted else None,
        "accepted_at": written(accepted.at) if accepted else None,
        "source": said.source if said else None,
        "organisation": port.owner_of(said.source) if said else None,
        "facility": appointment.facility,
        "gate": item.gate,
        "haulier": appointment.haulier or None,
        "direction": direction_of(appointment),
        "from_at": written(item.from_at),
        "to_at": written(item.to_at),
        "tasks": [
            {
                "direction": task.direction,
                "box": task.box or None,
                "booking": task.booking or None,
            }
            for task in appointment.tasks
        ],
    }
