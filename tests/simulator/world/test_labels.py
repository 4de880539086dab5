"""Labels: what lasts is one, what comes back is the same, and no rule has a say in it."""

import ast
from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from simulator.truth import Label
from simulator.world import labels, trucks
from simulator.world.boxes import Appointment
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.thresholds import tolerance
from simulator.world.port import Port
from simulator.world.scenario import KINDS, SCENARIOS
from tests.simulator.world.conftest import Told, told

BEGINS = 1_793_577_600_000


def truth(**changes: object) -> Truth:
    so = Truth(
        key="B01|COCTG|COCTG/9990014/20261103",
        severity="YELLOW",
        known_at=BEGINS,
        impact_at=BEGINS + 20 * HOUR,
        act_by_at=BEGINS + 14 * HOUR,
        audience=("ter-ctg-1",),
        root="eta-drift",
        hold=10 * MINUTE,
    )
    return so._replace(**changes)  # type: ignore[arg-type]


@pytest.fixture
def written() -> list[Label]:
    """Return what the ledger has written."""
    return []


@pytest.fixture
def ledger(written: list[Label]) -> Ledger:
    """Return an open ledger."""
    made = Ledger("COCTG", written.append)
    made.is_open = True
    return made


def test_what_does_not_last_for_its_hold_is_no_incident(
    ledger: Ledger, written: list[Label]
) -> None:
    """Nine minutes of ten."""
    ledger.so(truth(), BEGINS)
    ledger.over(truth().key, BEGINS + 9 * MINUTE)
    ledger.close(BEGINS + 2 * HOUR)

    assert written == []


def test_what_comes_back_within_the_hour_is_the_same_incident(
    ledger: Ledger, written: list[Label]
) -> None:
    """One label from the first to the last of it, with how bad it was in between."""
    ledger.so(truth(), BEGINS)
    ledger.over(truth().key, BEGINS + HOUR)
    ledger.settle(BEGINS + 2 * HOUR)
    ledger.so(truth(severity="RED"), BEGINS + 2 * HOUR)
    ledger.over(truth().key, BEGINS + 3 * HOUR)
    ledger.settle(BEGINS + 4 * HOUR + MINUTE)

    (label,) = written
    assert (label.true_start, label.true_end) == (BEGINS, BEGINS + 3 * HOUR)
    assert label.severity_path == ((BEGINS, "YELLOW"), (BEGINS + 2 * HOUR, "RED"))


def test_what_comes_back_later_is_another_incident(ledger: Ledger, written: list[Label]) -> None:
    """Two labels with one key."""
    for start in (BEGINS, BEGINS + 3 * HOUR):
        ledger.so(truth(known_at=start), start)
        ledger.over(truth().key, start + HOUR)
    ledger.close(BEGINS + 9 * HOUR)

    assert [label.true_start for label in written] == [BEGINS, BEGINS + 3 * HOUR]


def test_what_is_so_at_the_end_has_no_end(ledger: Ledger, written: list[Label]) -> None:
    """The run ended first."""
    ledger.so(truth(), BEGINS)
    ledger.close(BEGINS + HOUR)

    assert [label.true_end for label in written] == [None]


@pytest.mark.parametrize(
    ("known", "knowable"),
    [(None, None), (0, 0), (55 * MINUTE, None), (30 * HOUR, None), (-HOUR, 0)],
)
def test_nobody_owes_what_nobody_could_know_in_time(
    ledger: Ledger, written: list[Label], known: int | None, knowable: int | None
) -> None:
    """Not before its start, not after its impact, and for as long as its hold."""
    received = None if known is None else BEGINS + known
    ledger.so(truth(known_at=received), BEGINS)
    ledger.over(truth().key, BEGINS + HOUR)
    ledger.close(BEGINS + 9 * HOUR)

    expected = None if knowable is None else BEGINS + knowable
    assert [label.knowable_at for label in written] == [expected]


def test_tolerance_narrows_as_the_agreed_time_comes_nearer() -> None:
    """12 h beyond three days, then 4, 2 and 1."""
    agreed = BEGINS + 100 * HOUR
    found = [tolerance(agreed, agreed - left * HOUR)[0] // HOUR for left in (73, 72, 24, 6, 0)]

    assert found == [12, 4, 2, 1, 1]


def test_truth_asks_no_rule() -> None:
    """The labels know no picture and no rule: they share words with the core, not judgement."""
    folder = Path(labels.__file__).parent
    for file in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            assert not (module or "").startswith(("correlation.rules", "correlation.picture"))


def test_every_label_is_sound(everything: Told) -> None:
    """Known no earlier than true, ended after it began, told to members of the port."""
    for label in everything.labels:
        members = everything.world.ports[label.system].community.members
        end = label.true_end or everything.world.ends
        assert label.true_start <= end
        assert label.knowable_at is None or label.true_start <= label.knowable_at <= label.impact_at
        assert label.audience
        assert set(label.audience) <= set(members), label
        assert label.severity_path[0][0] == label.true_start
        assert label.code == label.dedup_key.partition("|")[0]


def test_no_key_is_true_twice_at_once(everything: Told) -> None:
    """An incident has one label at a time."""
    spans: dict[str, list[tuple[int, int]]] = {}
    for label in everything.labels:
        end = label.true_end or everything.world.ends
        spans.setdefault(label.dedup_key, []).append((label.true_start, end))
    for each in spans.values():
        each.sort()
        assert all(first[1] <= second[0] for first, second in pairwise(each))


def test_everything_holds_the_six_alerts_that_speak(everything: Told) -> None:
    """Where all goes wrong, each of them is owed at least once."""
    codes = Counter(label.code for label in everything.labels)

    assert {"B01", "B03", "T01", "T03", "T05", "D01"} <= set(codes)


def test_what_must_last_to_be_cleared_ends_when_it_has(
    ledger: Ledger, written: list[Label]
) -> None:
    """Half an hour of quiet ends it; of one that the run breaks off nobody knows the end."""
    for minutes in (60, 100):
        ledger.so(truth(), BEGINS)
        ledger.over(truth().key, BEGINS + minutes * MINUTE, 30 * MINUTE)
        ledger.close(BEGINS + 2 * HOUR)

    assert [label.true_end for label in written] == [BEGINS + 90 * MINUTE, None]


def test_trucks_are_left_behind_until_the_last_of_them_is_answered_for(
    communities: Mapping[str, Community], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever answers, and not only when the ship's times are looked at for another reason."""
    answered = []
    change = trucks.change

    def looked_at(port: Port, made: Appointment, state: str, slot_at: int | None = None) -> None:
        change(port, made, state, slot_at)
        call = made.boxes[0].outbound or made.boxes[0].inbound
        if call and call.is_open and port.watch.ledger.is_open:
            key = port.watch.key_of_left(call)
            is_so = key is not None and port.watch.ledger.is_so(key)
            assert is_so is bool(port.watch.left_behind(call))
            answered.append(is_so)

    monkeypatch.setattr(trucks, "change", looked_at)
    told(communities, "swell-week", systems=("PECLL",), days=2, density=0.05)

    assert len(set(answered)) == 2


def test_swell_closes_the_ports_of_the_pacific_only(communities: Mapping[str, Community]) -> None:
    """Its movements are barred in Callao, and in Cartagena they are not."""
    swell = told(
        communities, "swell-week", systems=("COCTG", "PECLL"), days=1.5, density=0.002
    ).labels
    barred = Counter(
        label.system
        for label in swell
        if label.code == "B07" and label.root_kind == "swell-closure"
    )

    assert barred["PECLL"] > 3
    assert barred["COCTG"] == 0


def test_every_forced_disruption_is_of_a_known_kind() -> None:
    """A scenario names nothing that the world does not know."""
    for scenario in SCENARIOS.values():
        assert {each.kind for each in scenario.forced} | set(scenario.rates) <= set(KINDS)
