"""T03: a ship's times changed and trucks are still booked on the old ones.

Within three days of the opening of the window the change is frozen: the terminal decides first,
to honour the old slots or to move them, and hauliers are told what it decided. They are told all
the same when it is red: then nobody else can turn the trucks.
"""

from msgspec.structs import replace

from correlation.evidence import call_label, evidence_of, parties, vessel_name
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.conditions import kept_off
from correlation.picture.delays import foretold_keys
from correlation.picture.entities import Shift, TerminalCall
from correlation.picture.milestones import berth_arrival, is_dropped, window_statement
from correlation.picture.port import Port, Stranded
from correlation.picture.settling import ARRIVAL
from correlation.picture.stranding import decision_on
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement


def find(port: Port, part_id: str, now: int) -> Verdict:
    """Find the live appointments that a counted change of times left outside the window."""
    part = port.terminal_calls.get(part_id)
    if part is None or part.shift is None:
        return NOTHING
    stranded = port.stranded.get(part_id, ())
    if not stranded or is_dropped(port, port.calls[part.call], part):
        return NOTHING
    first = stranded[0][0]
    policy = port.policy
    orange = first - int(policy.shift_orange_hours * HOUR)
    red = first - int(policy.shift_red_hours * HOUR)
    severity = _severity(port, stranded, now)
    told_at = _hauliers_told_at(port, part, part.shift)
    frozen = severity != "RED" and (told_at is None or now < told_at)
    proposal = _proposal(port, part, part.shift, now)
    wake = next_of(now, orange, red, first, told_at, proposal[2] if proposal else None)
    finding = _finding(port, part, part.shift, stranded, severity)
    finding = replace(finding, proposal=proposal)
    return Verdict((_for_the_terminal(finding) if frozen else finding,), wake)


def _hauliers_told_at(port: Port, part: TerminalCall, shift: Shift) -> int | None:
    """Return from when hauliers may be told; None while the terminal has to decide first."""
    opens = [at for at in (shift.before_all.get("EFC"), part.told.get("EFC")) if at is not None]
    freeze = int(port.policy.freeze_hours * HOUR)
    if not opens or min(opens) - shift.counted_at > freeze:
        return 0
    proposal = port.proposals.get(part.id)
    if proposal and proposal.seq == shift.seq and proposal.accepted:
        return 0
    said = decision_on(port, part)
    if said is None:
        return None
    published = said.get("publish_at")
    return published if isinstance(published, int) else 0


def _proposal(
    port: Port, part: TerminalCall, shift: Shift, now: int
) -> tuple[int, int, int] | None:
    """Return which proposal stands, how many of its items nobody answered, and until when."""
    proposal = port.proposals.get(part.id)
    if proposal is None or proposal.seq != shift.seq or now >= proposal.expires_at:
        return None
    answered = {*proposal.accepted, *proposal.declined}
    left = sum(item.appointment not in answered for item in proposal.items)
    return (proposal.revision, left, proposal.expires_at) if left else None


def _for_the_terminal(finding: Finding) -> Finding:
    """Return a finding as it is said while a change is frozen: the road does not hear of it yet."""
    return replace(
        finding,
        audience=tuple(party for party in finding.audience if party.role not in ("TRK", "FWD")),
        template=f"{finding.template}_frozen",
    )


def _severity(port: Port, stranded: tuple[Stranded, ...], now: int) -> Severity:
    policy = port.policy
    left = stranded[0][0] - now
    moving = any(truck[3] for truck in stranded)
    if moving or left <= int(policy.shift_red_hours * HOUR):
        return "RED"
    many = len(stranded) >= policy.shift_orange_appointments
    return "ORANGE" if many or left <= int(policy.shift_orange_hours * HOUR) else "YELLOW"


def _deciding(port: Port, part: TerminalCall, shift: Shift) -> list[Statement | None]:
    arrival = berth_arrival(port, part)
    ship = arrival.said if arrival else None
    if shift.name == ARRIVAL:
        return [ship]
    return [window_statement(port, part, shift.name), ship]


def _causes(port: Port, part: TerminalCall, shift: Shift) -> tuple[str, ...]:
    before = shift.before_all.get(ARRIVAL, shift.before)
    after = part.told.get(ARRIVAL, shift.after)
    return (
        f"B01|{port.system}|{part.call}",
        *kept_off(port, part.call, before, after),
        *foretold_keys(port, port.calls[part.call]),
    )


def _finding(
    port: Port,
    part: TerminalCall,
    shift: Shift,
    stranded: tuple[Stranded, ...],
    severity: Severity,
) -> Finding:
    policy, call, count = port.policy, port.calls[part.call], len(stranded)
    first = stranded[0][0]
    hauliers = dict.fromkeys(truck[2] for truck in stranded)
    forwarders = sorted({each for truck in stranded for each in truck[4]})
    moved = round((shift.after - shift.before) / HOUR, 1)
    return Finding(
        code="T03",
        key=f"T03|{part.id}|{shift.seq}",
        status="TRUE",
        subjects=(("terminal_call", part.id),),
        severity=severity,
        hold=int(policy.shift_hold_minutes * MINUTE),
        port=call.port,
        impact_at=first,
        act_by_at=first - int(policy.truck_travel_hours * HOUR),
        delta=(f"{shift.name.lower()}_shift", moved, "h"),
        thresholds=(
            ("arrival_shift_h", policy.arrival_shift_hours),
            ("window_shift_h", policy.window_shift_hours),
            ("orange_appointments", policy.shift_orange_appointments),
        ),
        objects=(
            ("terminal_call", part.id, call_label(port, call, part)),
            ("call", call.id, call_label(port, call)),
            *(("appointment", name, name.rpartition(":")[2]) for _, name, *_ in stranded[:20]),
        ),
        evidence=evidence_of(_deciding(port, part, shift)),
        causes=_causes(port, part, shift),
        supersedes=(f"T03|{part.id}|{shift.seq - 1}",) if shift.seq > 1 else (),
        batch=count,
        audience=parties(
            port,
            ("TER", "TRK", "FWD"),
            facility=part.facility,
            nominated=(
                *((haulier, "TRK") for haulier in hauliers if haulier),
                *forwarders,
            ),
        ),
        actions=(Action("MOVE_BATCH", (("count", count),)),),
        template="t03.ship_moved" if shift.name == ARRIVAL else "t03.window_moved",
        params=(
            ("vessel", vessel_name(port, call)),
            ("before_at", shift.before),
            ("after_at", shift.after),
            ("first_at", first),
            ("count", count),
        ),
    )


RULE = Rule("T03", "terminal_call", find, also=("batch",))
