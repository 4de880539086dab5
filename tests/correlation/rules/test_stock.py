"""Y05: what a terminal lists as standing in it is there, and what a list leaves out has gone."""

from correlation.instants import DAY, HOUR, MINUTE
from correlation.picture.entities import Visit
from tests.correlation.given import (
    NOON,
    SYSTEM,
    APort,
    Event,
    a_discharge,
    a_gate_in,
    a_gate_out,
    an_event,
    of,
    told,
    withdrawn,
)
from tests.correlation.rules.at_the_quay import PART, a_ship_alongside
from tests.correlation.rules.terminal_pool import a_stock_list

OLD, OTHER = "RDAU2000016", "RDAU7654323"
LONG_AGO = NOON - 3 * DAY


def a_loading(box: str, *, at: int) -> Event:
    """Return a Y03: a box went on board."""
    data = {"box": {"box": box}, "terminal_call": PART}
    return an_event("yard.container-loaded", box, data, at=at)


def stays(port: APort) -> list[Visit]:
    """Return the stays of boxes that the port holds."""
    return list(port.state.ports[SYSTEM].visits.values())


def is_here(port: APort, box: str) -> bool:
    """Tell whether the port holds an open stay of a box."""
    return any(visit.box == box and visit.closed_at is None for visit in stays(port))


def test_a_box_that_only_the_stock_list_knows_can_be_loaded() -> None:
    """It came before anybody spoke here: its loading matches, and nothing is out of order."""
    port = APort()
    a_ship_alongside(port)
    port.hear(a_stock_list((OLD,), at=NOON, since=LONG_AGO), at=NOON)

    said = port.hear(a_loading(OLD, at=NOON + HOUR), at=NOON + HOUR)
    said += port.wait(NOON + 4 * HOUR)

    assert of("D03", said) == []
    assert not is_here(port, OLD)


def test_its_loading_may_be_heard_before_the_list() -> None:
    """The loading waits for the box, and the list brings it."""
    port = APort()
    a_ship_alongside(port)
    port.hear(a_loading(OLD, at=NOON), at=NOON)
    port.hear(a_stock_list((OLD,), at=NOON, since=LONG_AGO), at=NOON + MINUTE)

    assert of("D03", port.wait(NOON + 4 * HOUR)) == []
    assert not is_here(port, OLD)


def test_a_stay_begins_when_the_list_says_that_the_box_came() -> None:
    """Three days ago, not when the list was drawn up; its id is of the day of the list."""
    port = APort()

    port.hear(a_stock_list((OLD,), at=NOON, since=LONG_AGO), at=NOON)

    stay = stays(port)[0]
    assert (stay.id, stay.opened_at) == (f"{OLD}/20261105", LONG_AGO)


def test_a_box_that_is_no_longer_listed_has_left() -> None:
    """Its gate-out was lost: the next list of the terminal ends its stay."""
    port = APort()
    port.hear(a_gate_in(OLD, at=LONG_AGO), a_gate_in(OTHER, at=LONG_AGO), at=NOON)

    port.hear(a_stock_list((OTHER,), at=NOON + HOUR, since=LONG_AGO), at=NOON + HOUR)
    port.wait(NOON + HOUR + MINUTE)

    assert not is_here(port, OLD)
    assert is_here(port, OTHER)


def test_a_list_of_two_parts_ends_nothing_before_both_are_in() -> None:
    """What the first part does not name may stand in the second."""
    port = APort()
    port.hear(a_gate_in(OLD, at=LONG_AGO), at=NOON)
    first, second = (a_stock_list((), at=NOON + HOUR, parts=(part, 2)) for part in (1, 2))

    port.hear(first, at=NOON + HOUR)
    port.wait(NOON + HOUR + MINUTE)
    assert is_here(port, OLD)

    port.hear(second, at=NOON + HOUR + 2 * MINUTE)
    port.wait(NOON + HOUR + 3 * MINUTE)
    assert not is_here(port, OLD)


def test_a_box_that_came_while_the_list_was_drawn_up_stays() -> None:
    """The list leaves it out because it was not yet there."""
    port = APort()
    port.hear(a_gate_in(OLD, at=NOON), at=NOON)

    port.hear(a_stock_list((OTHER,), at=NOON + 30 * MINUTE), at=NOON + 30 * MINUTE)
    port.wait(NOON + HOUR)

    assert is_here(port, OLD)


def test_a_box_that_is_to_come_by_sea_is_not_missed_on_the_list() -> None:
    """Only what was seen in the terminal can have left it."""
    port = APort()
    a_ship_alongside(port)
    release = {"kind": "CUSTOMS", "visit": OLD, "refs": {"port": "COCTG", "bl": "bl:RDA:1"}}
    port.hear(an_event("clearance.release-granted", "rel:aut:1", release, at=NOON), at=NOON)

    port.hear(a_stock_list((OTHER,), at=NOON + 3 * HOUR), at=NOON + 3 * HOUR)
    port.wait(NOON + 4 * HOUR)
    port.hear(a_discharge(OLD, PART, at=NOON + 4 * HOUR), at=NOON + 4 * HOUR)

    assert is_here(port, OLD)


def test_a_list_sent_by_mistake_takes_nobody_away() -> None:
    """Withdrawn, the stays that it ended go on, and the boxes that it named are unseen."""
    port = APort()
    port.hear(a_gate_in(OLD, at=LONG_AGO), at=NOON)
    wrong = a_stock_list((OTHER,), at=NOON + HOUR, since=LONG_AGO)
    port.hear(wrong, at=NOON + HOUR)
    port.wait(NOON + HOUR + MINUTE)
    assert not is_here(port, OLD)

    port.hear(withdrawn(wrong, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    assert is_here(port, OLD)
    assert [visit.stocked for visit in stays(port)] == [(), ()]


def test_a_box_that_the_list_is_too_old_for_is_not_brought_back() -> None:
    """It left by the gate after the instant since when the list says that it stands there."""
    port = APort()
    port.hear(a_gate_in(OLD, at=NOON), at=NOON)
    port.hear(a_gate_out(OLD, at=NOON + HOUR), at=NOON + HOUR)

    port.hear(a_stock_list((OLD,), at=NOON + 2 * HOUR, since=NOON), at=NOON + 2 * HOUR)

    assert not is_here(port, OLD)


def test_a_box_listed_in_another_terminal_than_it_was_seen_in_is_in_two_places() -> None:
    """D04: a stock list is a sighting like any other."""
    port = APort()
    port.hear(a_gate_in(OLD, at=NOON), at=NOON)
    listed = a_stock_list((OLD,), at=NOON + HOUR, block="COCTG:SMDG:TCC/block/A1")

    said = port.hear({**listed, "subject": "COCTG:SMDG:TCC"}, at=NOON + HOUR)
    said += port.wait(NOON + 4 * HOUR)

    assert [change for _, change, _ in told(said, of="D04")][:1] == ["RAISED"]
