"""P05: nobody said that a reefer was plugged in, and its terminal may not have been heard."""

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    TERMINAL,
    TOS,
    APort,
    Event,
    a_profile,
    an_event,
    at_berth,
    of,
    profile_changed,
    told,
)
from tests.correlation.rules.test_p05 import (
    BOX,
    SHIP_PART,
    a_plug,
    a_reading,
    a_reefer_in,
    a_ship_to_take,
)

THREE = (BOX, "RDAU7654323", "RDAU3102075")


def a_port_whose_yard_beats(until: int) -> APort:
    """Return a port with a reefer not plugged since noon; its yard is heard each five minutes.

    The yard's system is registered, may be silent for ten minutes, and tells of plugs.
    """
    port, other = APort(), "RDAU7654323"
    yard = {"source": TOS, "organisation": "ter-ctg-1", "families": ["yard"], "weight": 80}
    document = a_profile(sources=[{**yard, "silence_minutes": {"yard": 10}}])
    came = NOON - 8 * HOUR
    port.hear(profile_changed(document, at=came), at=came)
    port.hear(a_reefer_in(2.0, at=came, box=other), a_plug("ON", at=came, box=other), at=came)
    for now in range(came, NOON, 5 * MINUTE):
        port.hear(a_beat(now), at=now)
    port.hear(a_reefer_in(2.0), at=NOON)
    for now in range(NOON, until + 1, 5 * MINUTE):
        port.hear(a_beat(now), at=now)
    return port


def a_beat(at: int) -> Event:
    """Return a sign of life of the yard's system."""
    return an_event("yard.source-beat", TOS, {"as_of": written(at)}, at=at)


def test_a_plug_that_is_told_minutes_after_the_limit_is_waited_for() -> None:
    """P05: a word may be ten minutes under way; of a terminal that is heard it is told then."""
    late, never = (a_port_whose_yard_beats(NOON + 65 * MINUTE) for _ in range(2))
    said = late.hear(a_plug("ON", at=NOON + 30 * MINUTE), at=NOON + 66 * MINUTE)
    said += late.wait(NOON + 3 * HOUR)

    early = never.wait(NOON + 70 * MINUTE)
    told_of = never.wait(NOON + 71 * MINUTE)

    assert of("P05", said) == []
    assert of("P05", early) == []
    assert told(of("P05", told_of)) == [("P05", "RAISED", "YELLOW")]


def test_what_a_silent_terminal_has_plugged_in_meanwhile_is_waited_for() -> None:
    """P05: silent over the limit; heard again, it first tells of the plugs of the last hour."""
    port = a_port_whose_yard_beats(NOON + 30 * MINUTE)
    back = NOON + 82 * MINUTE

    silent = port.wait(back)
    lives = port.hear(a_beat(back), at=back) + port.wait(back + 3 * MINUTE, step=MINUTE)
    plugged = a_plug("ON", at=NOON + 35 * MINUTE)
    rest = port.hear(plugged, at=back + 4 * MINUTE) + port.wait(back + HOUR)

    assert of("P05", [*silent, *lives, *rest]) == []


def test_of_a_terminal_that_stays_silent_its_silence_is_told_and_not_each_reefer() -> None:
    """P05: heard again, it says for 40 minutes what it had to say; then a missing plug is told."""
    port = a_port_whose_yard_beats(NOON + 30 * MINUTE)
    back = NOON + 5 * HOUR

    silent = port.wait(back)
    again = port.hear(a_beat(back), at=back)
    for minutes in range(0, 60, 5):
        now, other = back + minutes * MINUTE, f"RDAU765432{minutes // 5}"
        again += port.hear(a_beat(now), at=now)
        if minutes <= 40:
            again += port.hear(a_plug("ON", at=NOON + HOUR, box=other), at=now)

    assert told(silent, of="D01")[0][1] == "RAISED"
    assert of("P05", silent) == []
    raised = of("P05", again)[0]
    assert told([raised]) == [("P05", "RAISED", "RED")]
    assert raised["raised_at"] == written(back + 55 * MINUTE)


def test_one_late_word_of_power_among_many_does_not_hold_up_the_next_alert() -> None:
    """P05: nine words came at once and one two hours late: a missing one is told after the hour."""
    port = APort()
    began = NOON - 5 * HOUR
    for n in range(10):
        box = f"RDAU765432{n}"
        at = began + n * MINUTE
        port.hear(a_reefer_in(2.0, at=at, box=box), at=at)
        heard = NOON - 2 * HOUR if n == 4 else at
        port.hear(a_plug("ON", at=at, box=box), at=heard)
    port.hear(a_reefer_in(2.0), at=NOON)

    assert told(port.wait(NOON + 59 * MINUTE)) == []
    assert told(port.wait(NOON + 75 * MINUTE)) == [("P05", "RAISED", "YELLOW")]


def test_a_reefer_that_was_read_once_is_not_one_that_is_read_no_more() -> None:
    """P05: by hand when it was plugged in, as most terminals do; the word of its plug is lost."""
    port = APort()
    other = "RDAU7654323"
    port.hear(a_reefer_in(2.0, box=other), a_plug("ON", at=NOON, box=other), at=NOON)
    port.hear(a_reefer_in(2.0), at=NOON)
    at = NOON + 20 * MINUTE
    port.hear(a_reading(2.4, at=at), at=at)

    assert told(port.wait(NOON + 9 * HOUR)) == []


def three_unplugged_beside_their_ship(port: APort, off: int) -> None:
    """Let three plugged reefers of one block lose power in one minute, their ship alongside."""
    a_ship_to_take(port, *THREE)
    for box in THREE:
        port.hear(a_reefer_in(2.0, box=box), a_plug("ON", at=NOON, box=box), at=NOON)
    block = f"{TERMINAL}/block/3C"
    port.hear(*(a_plug("OFF", at=off, box=box, block=block) for box in THREE), at=off)


def test_a_block_that_loses_power_beside_a_ship_is_not_being_loaded() -> None:
    """P05: three reefers of one block in one minute are a cut, told after the hour."""
    port = APort()
    off = NOON + HOUR
    three_unplugged_beside_their_ship(port, off)

    assert of("P05", port.wait(off + HOUR)) == []
    assert len(of("P05", port.wait(off + 61 * MINUTE))) == len(THREE)


def test_reefers_that_several_cranes_take_in_one_minute_are_no_cut() -> None:
    """P05: three unplugged beside their ship; two are aboard, and the word of the third is late."""
    port = APort()
    off = NOON + HOUR
    three_unplugged_beside_their_ship(port, off)
    for box in THREE[1:]:
        data = {"box": {"box": box}, "terminal_call": SHIP_PART}
        port.hear(an_event("yard.container-loaded", box, data, at=off), at=off + 1000)

    assert of("P05", port.wait(off + 3 * HOUR)) == []


def test_a_reefer_unplugged_for_a_ship_that_sailed_since_is_aboard() -> None:
    """P05: she left half an hour later; the word of its loading is late, and waited for as long."""
    port = APort()
    a_ship_to_take(port, BOX, leaves=NOON + 2 * HOUR)
    port.hear(a_reefer_in(2.0), a_plug("ON", at=NOON), at=NOON)
    off = NOON + HOUR
    port.hear(a_plug("OFF", at=off), at=off)
    sails = off + 30 * MINUTE
    port.hear(at_berth("DEPA", sails, at=sails), at=sails)

    assert of("P05", port.wait(off + 3 * HOUR)) == []
    assert told(of("P05", port.wait(off + 181 * MINUTE))) == [("P05", "RAISED", "RED")]
