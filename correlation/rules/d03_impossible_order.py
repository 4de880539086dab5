"""D03: an actual that cannot be so, came too late, or was taken back after it had been used."""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from correlation.evidence import call_label, evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE, SECOND
from correlation.picture.aspects import GATE, OWN, QUAY
from correlation.picture.disorder import alert_on
from correlation.picture.port import Port
from correlation.picture.rulings import is_settled
from correlation.picture.wrong_clocks import seen_at
from correlation.rules.rule import Rule, next_of
from correlation.statements import Slot, Statement

ARRIVED: Final = "BERTH/ARRI/ACT"
SHIP_ORDER: Final = (
    (ARRIVED, "BERTH/DEPA/ACT"),
    (ARRIVED, "CARGO_OPERATIONS/STRT/ACT"),
    ("CARGO_OPERATIONS/STRT/ACT", "CARGO_OPERATIONS/CMPL/ACT"),
)
"""What must come first, and what only after it."""
BOX_ORDER: Final = (
    ("discharged", "gate_out"),
    ("gate_in", "gate_out"),
    ("gate_in", "loaded"),
)
BOX_FACTS: Final = ("gate_in", "gate_out", "discharged", "loaded")


class Disorder(Struct, frozen=True, gc=False):
    """One thing that is wrong: of which milestone, what kind, and the facts that show it."""

    milestone: str
    kind: str
    said: tuple[Statement, ...]
    known_at: int
    off: int = 0


class Object(Struct, frozen=True, gc=False):
    """What is wrong is said of this: its kind, id, name and terminal."""

    kind: str
    id: str
    label: str
    facility: str = ""
    subject: tuple[str, str] | None = None


def find(port: Port, call_id: str, now: int) -> Verdict:
    """Look at the actuals of a call as a whole."""
    call = port.calls.get(call_id)
    if call is None:
        return NOTHING
    parts = [port.terminal_calls[name] for name in call.terminal_calls]
    facility = parts[0].facility if parts else ""
    about = Object("call", call.id, call_label(port, call), facility)
    return _verdict(port, about, _of_milestones(port, call.milestones), now)


def find_at_terminal(port: Port, part_id: str, now: int) -> Verdict:
    """Look at the actuals of a call at one terminal, and their order."""
    part = port.terminal_calls.get(part_id)
    if part is None:
        return NOTHING
    label = call_label(port, port.calls[part.call], part)
    about = Object("terminal_call", part.id, label, part.facility)
    found = _of_milestones(port, part.milestones)
    ruled = {name: port.ruling(part.milestones.get(name, ())) for name in _names(SHIP_ORDER)}
    found += _in_order(ruled, SHIP_ORDER)
    return _verdict(port, about, found, now)


def find_of_box(port: Port, visit_id: str, now: int) -> Verdict:
    """Look at when a box was seen at gate and quay."""
    visit = port.visits.get(visit_id)
    if visit is None or not (visit.gate_in or visit.gate_out or visit.discharged or visit.loaded):
        return NOTHING
    ruled = {name: port.ruling(slot) for name in BOX_FACTS if (slot := getattr(visit, name))}
    found = _in_order(ruled, BOX_ORDER) if len(ruled) > 1 else []
    for name, said in ruled.items():
        if said:
            found += _of_one(port, name, said)
    if not found:
        return NOTHING
    return _verdict(port, Object("visit", visit.id, visit.box, visit.facility), found, now)


def find_taken_back(port: Port, name: str, now: int) -> Verdict:
    """Tell that a fact on which an alert stood was corrected or withdrawn."""
    entry = port.taken_back.get(name)
    if entry is None:
        return NOTHING
    about = Object(entry.kind, entry.object, entry.object, "", ("taken_back", name))
    one = Disorder(entry.milestone, entry.word, entry.was, entry.at)
    return _verdict(port, about, [one], now, stood=entry.stood)


def find_orphan(port: Port, name: str, now: int) -> Verdict:
    """Tell of an actual that has matched nothing for hours."""
    orphan = port.orphans.get(name)
    if orphan is None:
        return NOTHING
    told_at = orphan.at + int(port.policy.orphan_hours * HOUR)
    if now < told_at:
        return Verdict((), told_at)
    said = orphan.said[0]
    milestone = said.type.rpartition(".")[2]
    about = Object("fact", str(said.value), str(said.value), "", ("orphan", name))
    return _verdict(port, about, [Disorder(milestone, "orphan", orphan.said, told_at)], now)


def find_clock(port: Port, key: str, now: int) -> Verdict:
    """Tell of a source that writes down what it says with a clock that is ahead."""
    source = port.sources.get(key)
    if source is None or not source.ahead_at or source.ahead_at < source.fine_at:
        return NOTHING
    about = Object("source", source.source, source.source, "", ("source", key))
    one = Disorder("recordedtime", "clock", (), source.ahead_at, source.ahead_by)
    return _verdict(port, about, [one], now)


def _names(order: Iterable[tuple[str, str]]) -> list[str]:
    return list(dict.fromkeys(name for pair in order for name in pair))


def _of_milestones(port: Port, milestones: dict[str, Slot]) -> list[Disorder]:
    found = []
    for name, slot in milestones.items():
        if name.endswith("/ACT") and (said := port.ruling(slot)):
            found += _of_one(port, name, said)
    return found


def _of_one(port: Port, name: str, said: Statement) -> list[Disorder]:
    """Look whether one actual lies ahead of when it came, or far behind."""
    if said.value is None:
        return []
    ahead = int(said.value) - said.received_at
    # A clock that is ahead is told once, not with each fact that it stamped.
    after = int(said.value) - max(said.received_at, said.recorded_at)
    if after > int(port.policy.disorder_future_minutes * MINUTE):
        return [Disorder(name, "future", (said,), said.received_at, ahead)]
    late = said.received_at - (seen_at(said) or 0)
    if late > int(port.policy.disorder_late_hours * HOUR) and not said.get("backlog"):
        return [Disorder(name, "late", (said,), said.received_at, late)]
    return []


def _in_order(
    ruled: dict[str, Statement | None], order: Iterable[tuple[str, str]]
) -> list[Disorder]:
    found = []
    for before, after in order:
        first, then = ruled.get(before), ruled.get(after)
        first_at, then_at = seen_at(first), seen_at(then)
        if first and then and first_at is not None and then_at is not None:
            off = first_at - then_at
            if off > 0:
                known_at = max(first.received_at, then.received_at)
                found.append(Disorder(after, "order", (then, first), known_at, off))
    return found


def _verdict(
    port: Port, about: Object, found: list[Disorder], now: int, *, stood: bool = False
) -> Verdict:
    findings: dict[str, Finding] = {}
    wakes = []
    for one in found:
        lost_at = one.known_at + int(port.policy.disorder_kept_hours * HOUR)
        wakes.append(next_of(now, lost_at))
        made = _finding(port, about, one, now, stood=stood)
        findings.setdefault(made.key, made)
    return Verdict(tuple(findings.values()), next_of(now, *wakes))


def _finding(port: Port, about: Object, one: Disorder, now: int, *, stood: bool) -> Finding:
    policy = port.policy
    kept = one.known_at + int(policy.disorder_kept_hours * HOUR)
    severity: Severity = "YELLOW"
    if stood or any(alert_on(port, said, now) for said in one.said):
        severity = "ORANGE"
    settled = is_settled(port, about.id, one.milestone, one.known_at, now)
    owners = [owner for said in one.said if (owner := port.owner_of(said.source))]
    if about.kind == "source" and (owner := port.owner_of(about.id)):
        owners.append(owner)
    return Finding(
        code="D03",
        key=f"D03|{about.id}|{one.milestone}|{one.kind}",
        status="OVER" if settled or now >= kept else "TRUE",
        outcome="CLEARED" if settled else "EXPIRED",
        subjects=(about.subject or (about.kind, about.id),),
        severity=severity,
        port=about.facility.partition(":")[0] or port.system,
        impact_at=kept,
        act_by_at=one.known_at + int(policy.disorder_late_hours * HOUR),
        delta=("off", round(one.off / MINUTE, 1), "min") if one.off else None,
        thresholds=(
            ("future_min", policy.disorder_future_minutes),
            ("late_h", policy.disorder_late_hours),
        ),
        objects=((about.kind, about.id, about.label),),
        evidence=evidence_of(one.said),
        audience=parties(
            port,
            ("OPS", "TER"),
            facility=about.facility,
            nominated=tuple((owner, "OPS") for owner in dict.fromkeys(owners)),
        ),
        actions=(Action("CONFIRM_VALUE", (("field", one.milestone), ("values", _values(one)))),),
        template=f"d03.{one.kind}",
        params=(("object", about.label), ("off_span", one.off // SECOND * SECOND)),
    )


def _values(one: Disorder) -> str:
    return " | ".join(item.says for item in evidence_of(one.said))


RULES: Final = (
    Rule("D03", "call", find),
    Rule("D03", "terminal_call", find_at_terminal),
    Rule("D03", "visit", find_of_box, reads=OWN | GATE | QUAY),
    Rule("D03", "taken_back", find_taken_back),
    Rule("D03", "orphan", find_orphan),
    Rule("D03", "source", find_clock),
)
