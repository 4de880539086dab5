"""A rule that does not read an aspect of a box must not answer otherwise because of it."""

from pathlib import Path
from typing import Final

import pytest
from msgspec.structs import replace

from bench.busy_port import SYSTEM, frames
from contracts.journal import decode_frame
from correlation.engine import apply_frame, new_state
from correlation.instants import HOUR
from correlation.picture import aspects
from correlation.picture.entities import Visit
from correlation.picture.port import Port
from correlation.rules import RULES, Rule
from plumbing.communities import load

COMMUNITIES = Path(__file__).parents[2] / "communities"
EVENTS = 2500
FIELDS: Final[dict[int, tuple[str, ...]]] = {
    aspects.GATE: ("gate_in", "gate_out"),
    aspects.QUAY: ("discharged", "loaded"),
    aspects.PLACED: ("placed", "stocked"),
    aspects.CUSTOMS: ("customs",),
    aspects.HELD: ("holds", "releases", "available"),
    aspects.WEIGHED: ("weighed", "weights"),
    aspects.DOCUMENTS: ("papers",),
    aspects.TRUCK: ("appointments",),
}
"""What of a visit is meant by each aspect."""
CHOOSY = [rule for rule in RULES if rule.reads != aspects.ALL]


@pytest.fixture(scope="module")
def busy() -> Port:
    """Return a port in which boxes of every kind are at every point of their lives."""
    state = new_state(0, 1)
    for offset, (frame, _) in enumerate(frames(load(COMMUNITIES)[SYSTEM], EVENTS, rate=0.2)):
        apply_frame(state, offset, decode_frame(frame))
    return state.ports[SYSTEM]


def answers(port: Port, rule: Rule, identities: list[str]) -> list[tuple[bool, int | None]]:
    """Return of each subject whether something is found, and when to ask again: now and later."""
    found = []
    for now in (port.now, port.now + 20 * HOUR):
        for identity in identities:
            verdict = rule.find(port, identity, now)
            found.append((bool(verdict.findings), verdict.wake_at))
    return found


def exchanged(visits: list[Visit], names: tuple[str, ...]) -> list[Visit]:
    """Return the visits, each with what these fields are of the one before it."""
    others = visits[-1:] + visits[:-1]
    return [
        replace(visit, **{name: getattr(other, name) for name in names})
        for visit, other in zip(visits, others, strict=True)
    ]


def differs(port: Port, rule: Rule, names: tuple[str, ...]) -> bool:
    """Tell whether a rule answers otherwise when the boxes exchange these fields."""
    visits = [port.visits[name] for name in port.visits]
    subjects = list(port.appointments if rule.subject == "appointment" else port.visits)
    before = answers(port, rule, subjects)
    for visit in exchanged(visits, names):
        port.visits.put(visit.id, visit)
    after = answers(port, rule, subjects)
    for visit in visits:
        port.visits.put(visit.id, visit)
    return after != before


@pytest.mark.parametrize("rule", CHOOSY, ids=lambda rule: f"{rule.code}-{rule.subject}")
def test_what_a_rule_does_not_read_makes_no_difference_to_it(rule: Rule, busy: Port) -> None:
    """Boxes that exchange an aspect that a rule does not read: it answers the same."""
    for aspect, names in FIELDS.items():
        if not rule.reads & aspect:
            assert not differs(busy, rule, names), names


def test_what_a_rule_reads_makes_a_difference_to_it(busy: Port) -> None:
    """The test above looks at something: a rule that forgot an aspect would be seen."""
    rule = next(rule for rule in CHOOSY if rule.code == "T01")

    assert differs(busy, rule, FIELDS[aspects.WEIGHED])
    assert differs(busy, rule, FIELDS[aspects.QUAY])
    assert differs(busy, rule, FIELDS[aspects.TRUCK])
