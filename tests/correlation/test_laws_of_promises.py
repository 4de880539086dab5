"""What must always hold of a port that has promised something, whatever its journal says."""

from __future__ import annotations

from itertools import cycle
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.journal import Frame
from contracts.standards import MEASURES
from correlation.engine import State
from correlation.instants import HOUR, MINUTE, written
from correlation.snapshot import thaw
from tests.correlation.given import (
    NOON,
    TOS,
    APort,
    Event,
    a_berth_plan,
    a_discharge,
    a_gate_out,
    a_milestone,
    a_release,
    a_step,
    an_appointment,
    an_event,
    at_berth,
    windows,
    withdrawn,
)
from tests.correlation.given_promises import a_promise
from tests.correlation.test_laws import BOXES, bytes_of, fold

PART = "COCTG/9999993/20261105/SPRC/1"
CASES = settings(max_examples=40, deadline=None, derandomize=True)
LONG_AGO = written(NOON - 100 * HOUR)
PROMISES = [
    a_promise(code, 60, standard_id=code.lower(), period=period, cases_min=1, since_at=LONG_AGO)
    for code, period in zip(sorted(MEASURES), cycle(("DAY", "WEEK", "MONTH")), strict=False)
]
"""One of each measure, counted from long before the story begins."""


def corrected(event: Event, *, at: int, occurred_at: int) -> Event:
    """Return the event with another time, as its source says it later."""
    return {
        **event,
        "id": f"c{at}-{event['id']}"[:128],
        "factid": event["id"],
        "updatedtime": written(at),
        "recordedtime": written(at),
        "time": written(occurred_at),
    }


def pool(at: int, n: int) -> list[Event]:
    """Return what may be said of trucks, boxes and a ship at an instant; `n` varies it."""
    truck, box = f"apt:SPRC:{n % 3}", BOXES[n % 3]
    first_in, left = a_step("QUEUE_IN", truck, at=NOON), a_step("LEFT", truck, at=NOON + HOUR)
    came = at_berth("ARRI", NOON + 5 * HOUR, at=NOON + 1)
    return [
        an_appointment(str(n % 3), NOON + n * HOUR, at=at),
        first_in,
        left,
        a_step("LANE_IN", truck, at=at),
        a_step("LANE_OUT", truck, at=at + n * MINUTE),
        a_step("LEFT", truck, at=at + 30 * n * MINUTE),
        corrected(left, at=at, occurred_at=NOON + 20 * n * MINUTE),
        withdrawn(left, at=at + 1, refs={"port": "COCTG", "appointment": truck}),
        a_discharge(box, PART, at=at),
        a_release(box, at=at - n * HOUR, number=f"rel:aut:{n}"),
        a_release(box, at=at, number=f"rel:aut:{n}", revoked=True),
        a_gate_out(box, at=at + n * HOUR),
        windows(PART, at=at, EFC=NOON + 3 * n * HOUR, FCO=NOON + 30 * n * HOUR),
        a_milestone("ACT", NOON + n * HOUR, at=at),
        came,
        corrected(came, at=at, occurred_at=NOON + 5 * HOUR),
        at_berth("ARRI", NOON + (6 + n) * HOUR, at=at),
        at_berth("DEPA", NOON + (30 + n) * HOUR, at=at),
        a_milestone("ACT", NOON + (7 + n) * HOUR, at=at, service="ALL_FAST", source=TOS),
        a_progress(at, n),
    ]


def a_progress(at: int, n: int) -> Event:
    """Return V12: from when until when the ship was worked."""
    data = {
        "as_of": written(at),
        "discharged": 10 * n,
        "loaded": 0,
        "restowed": 0,
        "remaining": 0,
        "first_lift_at": written(NOON + (8 + n) * HOUR),
        "last_lift_at": written(NOON + (29 + n) * HOUR),
    }
    return an_event("vessel.cargo-progressed", PART, data, at=at)


POOL = len(pool(NOON, 0))


def moments(*minutes: int) -> st.SearchStrategy[list[tuple[int, list[tuple[int, int]]]]]:
    """Return instants so far apart, each with a few events of the pool."""
    picks = st.lists(st.tuples(st.integers(0, POOL - 1), st.integers(0, 5)), max_size=8)
    return st.lists(st.tuples(st.sampled_from(minutes), picks), min_size=1, max_size=8)


HOURS = moments(0, 1, 30, 120)
"""Within a day, in which nothing is forgotten: a fact of what is forgotten is late in any order."""
DAYS = moments(0, 1, 30, 240, 3000)


def happened(drawn: list[tuple[int, list[tuple[int, int]]]]) -> list[tuple[int, list[Event]]]:
    """Return (instant, events) of drawn numbers, behind the promises, the ship and her boxes."""
    plan = a_berth_plan(NOON + 5 * HOUR, NOON + 30 * HOUR, at=NOON)
    booked = [an_appointment(str(n), NOON + n * HOUR, at=NOON) for n in range(3)]
    landed = [a_discharge(box, PART, at=NOON) for box in BOXES]
    story = [(NOON, PROMISES), (NOON, [plan]), (NOON, [*booked, *landed])]
    now = NOON
    for minutes, picks in drawn:
        now += minutes * MINUTE + 1
        story.append((now, [pool(now, n)[which] for which, n in picks]))
    return [*story, (now + 3 * HOUR, [])]


def journal(story: list[tuple[int, list[Event]]]) -> list[Frame]:
    """Return the frames of a story."""
    port = APort()
    return [port.frame(events, at) for at, events in story]


def counted(state: State) -> dict[str, tuple[int, int, Any]]:
    """Return cases, kept and worst of every period that has a case."""
    return {
        name: (tally.count, tally.kept, tally.worst)
        for port in state.ports.values()
        for name, tally in port.tallies.items()
        if tally.count
    }


@CASES
@given(HOURS, st.randoms(use_true_random=False))
def test_order_inside_a_tick_changes_no_promise(drawn: Any, random: Any) -> None:
    """Facts of one instant, shuffled, end in the same counts of every period."""
    story = happened(drawn)
    shuffled = story[:3]
    for at, events in story[3:]:
        mixed = list(events)
        random.shuffle(mixed)
        shuffled.append((at, mixed))

    assert counted(fold(journal(shuffled))[0]) == counted(fold(journal(story))[0])


@CASES
@given(DAYS)
def test_an_event_sent_twice_counts_once(drawn: Any) -> None:
    """The same source and id again: every period counts the same cases."""
    story = happened(drawn)
    twice = [(at, [event for one in events for event in (one, one)]) for at, events in story]

    assert counted(fold(journal(twice))[0]) == counted(fold(journal(story))[0])


@CASES
@given(DAYS)
def test_a_promise_counts_what_its_cases_say(drawn: Any) -> None:
    """Cases, kept and worst are those of the cases that may still change: none was settled yet."""
    frames = journal(happened(drawn))
    state = fold(frames)[0]

    port = state.ports["COCTG"]
    for name, tally in port.tallies.items():
        promise = port.promises[tally.promise]
        found = {
            key.removeprefix(f"{promise.id}|"): case.value
            for key in port.cases
            if (case := port.cases[key]).tally == name
        }
        if tally.settled is None:
            kept = sum(value <= promise.limit for value in found.values())
            worst = max(((value, about) for about, value in found.items()), default=None)
            assert (tally.count, tally.kept, tally.worst) == (len(found), kept, worst)
        else:
            assert tally.count >= len(found)


@CASES
@given(DAYS, st.integers(0, 9))
def test_a_restored_snapshot_goes_on_counting(drawn: Any, cut: int) -> None:
    """Cut anywhere, said the same bytes; and nothing is refused."""
    frames = journal(happened(drawn))
    cut = min(cut, len(frames))
    whole, said = fold(frames)

    before, said_before = fold(frames[:cut])
    after, said_after = fold(frames[cut:], thaw(bytes_of(before)), cut)

    assert said_before + said_after == said
    assert bytes_of(after) == bytes_of(whole)
    assert [one.value for one in said if one.topic == "rejected"] == []


def test_every_measure_has_a_case_in_these_stories() -> None:
    """A law over promises that are never counted would say nothing."""
    revoked = 10  # of the pool; the one thing that ends a case for good
    picks = [(which, n) for n in range(3) for which in range(POOL) if which != revoked]

    found = counted(fold(journal(happened([(30, picks[:20]), (240, picks[20:])])))[0])

    assert {name.partition("|")[0].upper() for name in found} == set(MEASURES)
