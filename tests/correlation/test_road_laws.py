"""What must always hold of trucks and trains on the way, whatever the journal says of them."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from correlation.instants import HOUR, MINUTE
from correlation.snapshot import encode, freeze, thaw
from correlation.state import State
from tests.correlation.given import (
    NOON,
    TERMINAL,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_discharge,
    a_gate_in,
    a_release,
    a_step,
    an_appointment,
    windows,
    withdrawn,
)
from tests.correlation.rules.given_road import (
    ANTE_PORT,
    BORDER,
    RAMP,
    WEIGHBRIDGE,
    a_road,
    a_sighting,
    a_train,
)
from tests.correlation.test_laws import open_of

PART = "COCTG/9999993/20261107/SPRC/1"
BOXES = ("RDAU2000016", "RDAU7654323")
PLACES = (BORDER, WEIGHBRIDGE, ANTE_PORT)
STEPS = ("THROUGH", "IN", "OUT")
CASES = settings(max_examples=60, deadline=None, derandomize=True)
Story = list[tuple[int, list[Event]]]


def pool(at: int, n: int) -> list[Event]:
    """Return the events of the road that may happen at an instant; `n` varies their content."""
    box, name, truck = BOXES[n % 2], f"apt:SPRC:{n % 3}", f"trk:SPRC:{n % 3}"
    place, step = PLACES[n % 3], STEPS[n // 2 % 3]
    seen = a_sighting(place, at=at, step=step, truck=truck, appointment=name)
    # One fact in versions: each says another place.
    version = {"factid": f"seen-{n % 2}", "updatedtime": f"2026-11-05T12:0{n}:00Z"}
    corrected = a_sighting(place, at=NOON, truck=truck, appointment=name, **version)
    return [
        seen,
        corrected,
        withdrawn(corrected, at=at) | {"updatedtime": "2026-11-05T12:09:00Z"},
        withdrawn(seen, at=at),
        a_sighting(place, at=at, truck=f"trk:SPRC:w{n}", boxes=[box]),
        a_sighting(place, at=at, truck=truck, direction="FROM_PORT"),
        a_train("DEPA", RAMP, at + n * HOUR, at=at, boxes=[box], refs=to_terminal()),
        a_train("ARRI", f"{TERMINAL}/ramp/1", at + HOUR, at=at, boxes=list(BOXES)),
        an_appointment(str(n % 3), NOON + (4 + 3 * n) * HOUR, at=at, box=box, booking="bkg:RDA:B"),
        an_appointment(f"c{n}", NOON + (5 + n) * HOUR, at=at, direction="COLLECT", box=box),
        a_sighting(place, at=at, truck=f"trk:SPRC:c{n}", appointment=f"apt:SPRC:c{n}"),
        a_step("QUEUE_IN", name, at=at),
        a_step("TURNED_AWAY", name, at=at),
        a_gate_in(box, at=at, booking="bkg:RDA:B"),
        a_discharge(box, PART, at=at),
        a_release(box, at=at, number=f"rel:aut:{n}"),
        windows(PART, at=at, EFC=NOON + (2 + 2 * n) * HOUR, FCO=NOON + (10 + 4 * n) * HOUR),
    ]


def to_terminal() -> dict[str, str]:
    """Return the refs of who is bound for the terminal."""
    return {"port": "COCTG", "facility": TERMINAL}


POOL = len(pool(NOON, 0))
moments = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 30, 90, 600, 6000]),
        st.lists(st.tuples(st.integers(0, POOL - 1), st.integers(0, 5)), max_size=6),
    ),
    min_size=1,
    max_size=8,
)


def happened(drawn: list[tuple[int, list[tuple[int, int]]]]) -> Story:
    """Return (instant, events) of drawn numbers, a ship first, and five days for the learning."""
    now = NOON
    ship = a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON)
    booking = a_booking(PART, *BOXES, at=NOON, name="bkg:RDA:B")
    story: Story = [(now, [ship, pool(now, 1)[-1], booking])]
    for minutes, picks in drawn:
        now += minutes * MINUTE + 1
        story.append((now, [pool(now, n)[which] for which, n in picks]))
    return [*story, (now + 3 * HOUR, []), (now + 120 * HOUR, [])]


def told(story: Story, *, cut: int | None = None) -> APort:
    """Return the port after a story; restored from a snapshot before its `cut`-th moment."""
    port = a_road(capacity=10)
    for number, (at, events) in enumerate(story):
        if number == cut:
            port.state = thaw(bytes_of(port.state))
        port.hear(*events, at=at)
    return port


def bytes_of(state: State) -> list[bytes]:
    """Return a state as a snapshot would write it."""
    return list(encode(freeze(state)))


def learned(port: APort) -> dict[str, Any]:
    """Return how long the ways are taken to be."""
    return dict(port.state.ports["COCTG"].travel)


def waiting(port: APort) -> tuple[list[Any], ...]:
    """Return what is kept of journeys: nothing may be left behind when they are over."""
    known = port.state.ports["COCTG"]
    return list(known.journeys), list(known.journeys_of), list(known.on_road)


@CASES
@given(moments, st.integers(0, 9))
def test_a_restart_anywhere_says_and_learns_the_same(drawn: Any, cut: int) -> None:
    """A second run and one from a snapshot: the same bytes, nothing refused."""
    story = happened(drawn)
    whole, again = told(story), told(story, cut=min(cut, len(story) - 1))

    assert [one.value for one in again.said] == [one.value for one in whole.said]
    assert bytes_of(again.state) == bytes_of(whole.state)
    assert whole.rejections() == []


@CASES
@given(moments)
def test_an_event_sent_twice_is_learned_once(drawn: Any) -> None:
    """Twice in its second, and all of it again when the journeys are over."""
    story = happened(drawn)
    last = story[-1][0]
    once = told(story)
    twice = told([(at, [e for event in events for e in (event, event)]) for at, events in story])
    later = told([*story, (last + HOUR, [e for _, events in story for e in events])])
    later.hear(at=last + 240 * HOUR)

    assert learned(twice) == learned(once)
    assert open_of(twice.state) == open_of(once.state)
    assert learned(later) == learned(once)


@CASES
@given(moments, st.randoms(use_true_random=False))
def test_order_inside_a_second_changes_nothing(drawn: Any, random: Any) -> None:
    """Facts of one instant, shuffled, end in the same alerts and teach the same."""
    story = happened(drawn)
    shuffled = [(at, random.sample(events, len(events))) for at, events in story]

    plain, mixed = told(story), told(shuffled)

    assert learned(mixed) == learned(plain)
    assert open_of(mixed.state) == open_of(plain.state)


@CASES
@given(moments)
def test_nothing_is_kept_of_journeys_that_are_over(drawn: Any) -> None:
    """Five days after the last word no journey, no name and no expected truck is left."""
    port = told(happened(drawn))

    assert waiting(port) == ([], [], [])
    counted = port.state.ports["COCTG"].expected.values()
    assert all(count > 0 for here in counted for count in here.values())
