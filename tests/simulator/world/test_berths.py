"""P02 and P03 as they truly are: her cranes stand, or she cannot be done by her departure."""

from typing import Final

import pytest

from correlation.instants import HOUR, MINUTE
from simulator.numbers import ship as numbered
from simulator.truth import Label
from simulator.world.calls import Call, Plan, Said
from simulator.world.clockwork import Clockwork
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_berths import at_berth
from simulator.world.labels.of_conditions import Barrier
from simulator.world.labels.watch import Watch
from simulator.world.network import PASSAGE
from simulator.world.port import Port
from tests.simulator.world.a_ship import a_call

BERTHS: Final = 1_794_000_000_000


@pytest.fixture
def call(port: Port) -> Call:
    """Return a ship that came alongside when it was planned; her work takes all her stay."""
    made = a_call(port, BERTHS)
    made.plan = Plan("1", 0.0, BERTHS, BERTHS + made.stays, BERTHS - HOUR, BERTHS - HOUR)
    made.stage, made.alongside_told_at = "ALONGSIDE", BERTHS + MINUTE
    made.happened["alongside"] = BERTHS
    made.ends_at = BERTHS + made.stays - HOUR
    return made


def is_late(port: Port, ledger: Ledger, call: Call, now: int) -> bool:
    """Tell whether it is true at an instant that her cargo will not be done."""
    at_berth(ledger, port.voices, [], call, now)
    return ledger.is_so(f"P03|{call.part}")


def test_a_ship_that_is_not_begun_cannot_be_done_in_time(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """The work is planned from an hour after berthing on: half an hour later it is too late."""
    assert not is_late(port, ledger, call, BERTHS + 80 * MINUTE)
    assert is_late(port, ledger, call, BERTHS + 91 * MINUTE)


def test_it_is_looked_at_again_when_it_becomes_too_late(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """Nothing happens at the quay meanwhile: time alone makes it true."""
    now = BERTHS + 61 * MINUTE

    wake = at_berth(ledger, port.voices, [], call, now)
    while wake is not None and wake < BERTHS + 2 * HOUR and not ledger.is_so(f"P03|{call.part}"):
        assert wake > now
        now = wake
        wake = at_berth(ledger, port.voices, [], call, now)

    assert BERTHS + 90 * MINUTE <= now <= BERTHS + 91 * MINUTE


def test_it_can_be_known_before_the_first_figures(port: Port, call: Call) -> None:
    """Plan, forecast and the hour are enough once she is said to be alongside."""
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open = True
    assert is_late(port, ledger, call, BERTHS + 91 * MINUTE)

    ledger.close(BERTHS + 3 * HOUR)

    label = next(one for one in written if one.code == "P03")
    assert label.knowable_at == label.true_start == BERTHS + 91 * MINUTE


def test_it_is_judged_to_the_second_and_not_as_the_terminal_says_it(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """She will sail 32 minutes late, as the terminal says it 30."""
    assert call.plan is not None
    call.happened["first_lift"] = BERTHS + 30 * MINUTE
    call.progress_told_at = BERTHS + 90 * MINUTE
    call.done_at = call.plan.leaves_at - 28 * MINUTE
    call.ends_at = call.plan.leaves_at - 30 * MINUTE

    assert is_late(port, ledger, call, BERTHS + 90 * MINUTE)


def test_that_she_is_alongside_is_known_from_the_first_word_of_it(port: Port, call: Call) -> None:
    """That she is fast comes late; that she is at her berth was heard before."""
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open = True
    call.berthed_told_at, call.alongside_told_at = BERTHS + MINUTE, BERTHS + 4 * HOUR
    is_late(port, ledger, call, BERTHS + 91 * MINUTE)

    ledger.close(BERTHS + 3 * HOUR)

    assert [one.knowable_at for one in written if one.code == "P03"] == [BERTHS + 91 * MINUTE]


def test_what_was_counted_says_better_than_the_plan_when_she_will_be_done(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """A ship that began late and is worked fast is late by the plan only until she is counted."""
    assert is_late(port, ledger, call, BERTHS + 100 * MINUTE)
    call.happened["first_lift"] = BERTHS + 100 * MINUTE

    assert is_late(port, ledger, call, BERTHS + 130 * MINUTE)
    call.progress_told_at = BERTHS + 160 * MINUTE
    call.done_at = BERTHS + call.stays - 2 * HOUR

    assert not is_late(port, ledger, call, BERTHS + 160 * MINUTE)


@pytest.mark.parametrize(("minutes", "so"), [(19, True), (21, False)])
def test_a_new_departure_that_holds_for_minutes_only_ends_nothing(
    port: Port, ledger: Ledger, call: Call, minutes: int, so: bool
) -> None:
    """P03: agreed anew while cranes stand, and a quarter late again by the next figures."""
    assert call.plan is not None
    call.happened["first_lift"] = BERTHS + 30 * MINUTE
    call.progress_told_at = BERTHS + 90 * MINUTE
    call.done_at = call.plan.leaves_at
    agreed, figures = BERTHS + 2 * HOUR, BERTHS + 2 * HOUR + minutes * MINUTE
    assert is_late(port, ledger, call, BERTHS + 90 * MINUTE)

    call.plan.leaves_at = call.done_at + HOUR
    assert not is_late(port, ledger, call, agreed)
    call.done_at += 15 * MINUTE

    assert is_late(port, ledger, call, figures) is so


@pytest.mark.parametrize(("fast", "late_from"), [(0, 60), (45, 90), (60, 90), (61, 121)])
def test_cranes_are_late_an_hour_after_she_is_fast_or_half_an_hour_after_the_plan(
    port: Port, ledger: Ledger, call: Call, fast: int, late_from: int
) -> None:
    """P02: the work is planned from an hour after berthing on; one who comes later has her hour."""
    call.happened["alongside"] = BERTHS + fast * MINUTE
    key = f"P02|{call.part}"

    at_berth(ledger, port.voices, [], call, BERTHS + late_from * MINUTE - MINUTE)
    assert not ledger.is_so(key)
    at_berth(ledger, port.voices, [], call, BERTHS + late_from * MINUTE)
    assert ledger.is_so(key)


def labels_of(port: Port, call: Call, code: str, now: int) -> list[Label]:
    """Return what is written of a ship that is judged once, two hours later."""
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open = True
    at_berth(ledger, port.voices, [], call, now)
    ledger.close(now + 2 * HOUR)
    return [label for label in written if label.code == code]


def a_late_ship(call: Call) -> None:
    """Let a ship be worked two hours longer than planned, as her last figures say."""
    assert call.plan is not None
    call.happened["first_lift"] = BERTHS + 30 * MINUTE
    call.lifted_at = call.progress_told_at = BERTHS + 3 * HOUR
    call.done_at = call.plan.leaves_at + HOUR


def test_a_closure_that_let_her_berth_late_stands_behind_cargo_that_is_not_done(
    port: Port, call: Call
) -> None:
    """P03: an hour late at the berth of two hours late in all; not of a departure agreed since."""
    a_late_ship(call)
    call.kept_off = ["cnd:COCTG:pa-ctg:swell-closure-1"]
    assert call.plan is not None
    now = BERTHS + 3 * HOUR

    assert labels_of(port, call, "P03", now)[0].root_keys == ()
    call.happened["alongside"] = BERTHS + HOUR
    assert labels_of(port, call, "P03", now)[0].root_keys == tuple(call.kept_off)
    call.plan.renewed_at = BERTHS + 2 * HOUR
    assert labels_of(port, call, "P03", now)[0].root_keys == ()


def test_a_stoppage_stands_behind_it_until_a_departure_is_agreed_that_knows_of_it(
    port: Port, ledger: Ledger, call: Call
) -> None:
    """P03: dockers stopped until 02:00 after she berthed; agreed anew at 01:00, and at 02:30."""
    a_late_ship(call)
    assert call.plan is not None
    strike = Barrier("cnd:COCTG:pa-ctg:labour-stoppage-1", "labour-stoppage", BERTHS, BERTHS, 0)
    for minutes in (60, 120):
        at_berth(ledger, port.voices, [strike], call, BERTHS + minutes * MINUTE)
    now = BERTHS + 3 * HOUR

    call.plan.renewed_at = BERTHS + HOUR
    assert labels_of(port, call, "P03", now)[0].root_keys == (strike.id,)
    call.plan.renewed_at = BERTHS + 150 * MINUTE
    assert labels_of(port, call, "P03", now)[0].root_keys == ()


def test_the_last_moment_for_who_waits_is_three_hours_before_her_pilot_boards(port: Port) -> None:
    """B04: the next ship berths at ten, her pilot boards at eight: what helps helps until five.

    Cargo that is not done stands behind it, of the same look.
    """
    stays, waits = a_call(port, BERTHS), a_call(port, BERTHS + 10 * HOUR)
    stays.plan = Plan("1", 0.0, BERTHS, BERTHS + 5 * HOUR, BERTHS - HOUR, BERTHS - HOUR)
    stays.stage, stays.alongside_told_at = "ALONGSIDE", BERTHS
    stays.happened["alongside"] = BERTHS
    a_late_ship(stays)
    stays.ends_at = stays.said_end_at = stays.done_at
    waits.plan = Plan("1", 0.0, BERTHS + 10 * HOUR, BERTHS + 20 * HOUR, BERTHS, BERTHS)
    port.terminals[0].calls += [stays, waits]

    [label] = labels_of(port, stays, "B04", BERTHS + 4 * HOUR)
    port.terminals[0].calls.clear()

    assert label.act_by_at == BERTHS + 10 * HOUR - PASSAGE - 3 * HOUR
    assert label.root_key == f"P03|{stays.part}"


def test_a_ship_that_keeps_nobody_waiting_any_more_is_less_grave(
    port: Port, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B04: looked at again when the one that was to follow her is put off; yellow until agreed."""
    written: list[Label] = []
    ledger = Ledger("COCTG", written.append)
    ledger.is_open = True
    env = Clockwork(BERTHS + 6 * HOUR)
    watch = Watch(env, ledger, port.voices, lambda _: None)
    assert call.plan is not None
    call.happened["first_lift"], call.ends_at = BERTHS + HOUR, call.plan.leaves_at + 3 * HOUR
    call.said_end_at = call.ends_at
    other = a_call(port, call.plan.leaves_at)
    other.ship, other.is_told = numbered(2, "NORA", 200.0), True
    other.plan = Plan("1", 0.0, BERTHS + 10 * HOUR, BERTHS + 40 * HOUR, BERTHS, BERTHS)
    call.is_told = True
    monkeypatch.setattr(call.terminal, "calls", [call, other])
    other.known = Said(BERTHS + 10 * HOUR, BERTHS, BERTHS)
    key = f"B04|{call.terminal.code}|{call.id}"

    watch.ship(call)
    assert ledger.is_so(key)
    env.at += HOUR
    other.plan = Plan("1", 0.0, BERTHS + 90 * HOUR, BERTHS + 99 * HOUR, BERTHS, BERTHS)
    other.known = Said(BERTHS + 90 * HOUR, BERTHS, BERTHS)
    watch.ship(other)

    ledger.close(env.at + HOUR)
    [label] = [label for label in written if label.dedup_key == key]
    assert [severity for _, severity in label.severity_path] == ["ORANGE", "YELLOW"]
