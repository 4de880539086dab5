"""R01 told like port clerks in two ports: late out of Cartagena, late into Callao."""

import json
from typing import Any

from contracts.decode import decode
from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    told,
)
from tests.correlation.rules.given_ship import a_notice, a_rotation, notices

LEAVES = NOON + 20 * HOUR
AT_BALBOA = NOON + 60 * HOUR
AT_CALLAO = NOON + 160 * HOUR
CALLAO = "PECLL:SMDG:APM"
KEY = "R01|imo:9999993|RDA:015W|PECLL"


def the_rotation(at: int, *, buffer_h: float = 1) -> Event:
    """Return Cartagena, Balboa, Callao, with so much slack on each leg."""
    return a_rotation(
        ("COCTG", NOON - 4 * HOUR, LEAVES),
        ("PABLB", AT_BALBOA, AT_BALBOA + 20 * HOUR),
        ("PECLL", AT_CALLAO, AT_CALLAO + 30 * HOUR),
        at=at,
        buffer_h=buffer_h,
    )


def cartagena() -> APort:
    """Return Cartagena with the ship alongside, to leave twenty hours after noon."""
    port = APort()
    port.hear(
        the_rotation(NOON),
        a_berth_plan(NOON - 4 * HOUR, LEAVES, at=NOON),
        a_milestone("ACT", NOON - 4 * HOUR, at=NOON, service="BERTH"),
        at=NOON,
    )
    return port


def leaving(port: APort, at_instant: int, *, at: int) -> list[Event]:
    """Let the terminal expect the departure for another instant; return the notices it brings."""
    event = a_milestone("EST", at_instant, at=at, service="BERTH", point="DEPA")
    return notices(port.apply(port.frame([event], at)))


def in_callao(
    classifier: str, milestone_at: int, *, at: int, service: str = "PILOT_BOARDING_PLACE"
) -> Event:
    """Return a V03 of Callao: of the pilot boarding place, if not of another one."""
    return a_milestone(
        classifier,
        milestone_at,
        at=at,
        service=service,
        facility=CALLAO,
        source="/PECLL/car-rda/schedule",
        partitionkey="PECLL",
    )


def callao() -> APort:
    """Return Callao, where the ship's arrival is agreed."""
    port = APort("PECLL")
    port.hear(in_callao("PLN", AT_CALLAO, at=NOON), at=NOON)
    return port


def test_a_late_departure_is_told_to_every_port_of_the_rotation() -> None:
    """Twelve hours late, an hour of slack a leg: eleven at Balboa and ten at Callao, in a range."""
    sent = leaving(cartagena(), LEAVES + 12 * HOUR, at=NOON + HOUR)

    assert [(one["partitionkey"], one["data"]["delay_min"]["p50"]) for one in sent] == [
        ("PABLB", 660),
        ("PECLL", 600),
    ]
    data = sent[1]["data"]
    assert data["arrival_at"]["p50"] == written(AT_CALLAO + 10 * HOUR)
    assert data["delay_min"]["p10"] < 600 < data["delay_min"]["p90"]
    assert (data["hops"], data["leg"], data["notice_version"]) == (2, 3, 1)
    assert decode(str_bytes(sent[1])).data.to_port == "PECLL"


def str_bytes(event: Event) -> bytes:
    """Return an event as it travels."""
    return json.dumps(event).encode()


def test_a_delay_that_the_slack_takes_up_is_told_to_nobody() -> None:
    """Two and a half hours late and an hour of slack a leg: under two hours, no notice."""
    assert leaving(cartagena(), LEAVES + 150 * MINUTE, at=NOON + HOUR) == []


def test_small_changes_of_a_delay_are_no_new_notice() -> None:
    """Ten minutes more are not told, an hour more is, as the next version of the same fact."""
    port = cartagena()
    first = leaving(port, LEAVES + 12 * HOUR, at=NOON + HOUR)
    again = leaving(port, LEAVES + 12 * HOUR + 10 * MINUTE, at=NOON + 2 * HOUR)
    more = leaving(port, LEAVES + 13 * HOUR, at=NOON + 3 * HOUR)

    assert again == []
    assert [one["factid"] for one in more] == [one["factid"] for one in first]
    assert [one["data"]["notice_version"] for one in more] == [2, 2]


def test_the_next_port_knows_before_the_ship_says_so() -> None:
    """Callao raises R01 with the notice alone; the range stands in the sentence."""
    sent = leaving(cartagena(), LEAVES + 14 * HOUR, at=NOON + HOUR)
    port = callao()

    said = port.hear(sent[1], at=NOON + HOUR)

    assert told(said) == [("R01", "RAISED", "ORANGE")]
    assert said[0]["dedup_key"] == KEY
    assert said[0]["impact_at"] == written(AT_CALLAO)
    assert "Cartagena" in said[0]["text"]["es"]["fact"]
    assert said[0]["action"][0]["code"] == "UPDATE_ETA"


def test_a_notice_said_again_or_too_late_changes_nothing() -> None:
    """A second worker repeats a notice, and an older version comes behind a newer one."""
    sender, port = cartagena(), callao()
    first = leaving(sender, LEAVES + 14 * HOUR, at=NOON + HOUR)[1]
    second = leaving(sender, LEAVES + 30 * HOUR, at=NOON + 2 * HOUR)[1]

    newer = port.hear(second, at=NOON + 2 * HOUR)
    older = port.hear(first, second, at=NOON + 3 * HOUR)

    assert told(newer) == [("R01", "RAISED", "RED")]
    assert older == []


def test_a_delay_made_up_is_withdrawn_and_everyone_hears_of_it() -> None:
    """The ship leaves on time after all: the notice and the alert on it are taken back."""
    sender, port = cartagena(), callao()
    port.hear(leaving(sender, LEAVES + 14 * HOUR, at=NOON + HOUR)[1], at=NOON + HOUR)

    sent = leaving(sender, LEAVES, at=NOON + 3 * HOUR)
    said = port.hear(sent[1], at=NOON + 3 * HOUR)
    late_original = port.hear(sent[1], at=NOON + 4 * HOUR)

    assert [one["retracted"] for one in sent] == [True, True]
    assert told(said) == [("R01", "RETRACTED", "ORANGE")]
    assert late_original == []


def test_late_again_is_another_fact() -> None:
    """A fact that was withdrawn never comes back, so a new delay has a new name."""
    sender = cartagena()
    first = leaving(sender, LEAVES + 14 * HOUR, at=NOON + HOUR)
    leaving(sender, LEAVES, at=NOON + 3 * HOUR)
    again = leaving(sender, LEAVES + 14 * HOUR, at=NOON + 5 * HOUR)

    assert again[1]["factid"] != first[1]["factid"]
    assert again[1]["data"]["notice_version"] == 1


def test_a_ship_that_spoke_within_the_hour_is_given_it() -> None:
    """She gave an estimate ten minutes ago: told when an hour has passed without another."""
    port = callao()
    port.hear(in_callao("EST", AT_CALLAO, at=NOON + 50 * MINUTE), at=NOON + 50 * MINUTE)
    sent = leaving(cartagena(), LEAVES + 14 * HOUR, at=NOON + HOUR)

    early = port.hear(sent[1], at=NOON + HOUR)
    said = port.wait(NOON + 111 * MINUTE)

    assert early == []
    assert told(said) == [("R01", "RAISED", "ORANGE")]


def test_a_berth_foreseen_is_held_against_the_berth_agreed() -> None:
    """The way in takes her five hours: three hours late at the berth are not eight at the pilot."""
    port = callao()
    berth_at = AT_CALLAO + 5 * HOUR
    port.hear(in_callao("PLN", berth_at, at=NOON, service="BERTH"), at=NOON)

    three_late = port.hear(_berth_foreseen(berth_at, 3, at=NOON + HOUR), at=NOON + HOUR)
    ten_late = port.hear(_berth_foreseen(berth_at, 10, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR)

    assert three_late == []
    assert told(ten_late) == [("R01", "RAISED", "YELLOW")]
    assert ten_late[0]["delta"]["value"] == 10
    assert ten_late[0]["impact_at"] == written(berth_at)


def _berth_foreseen(berth_at: int, late_h: int, *, at: int) -> Event:
    """Return an N01 of Balboa to Callao."""
    return a_notice("PABLB", 1, late_h, berth_at, at=at, system="PECLL", updatedtime=written(at))


def test_a_new_time_agreed_there_clears_it() -> None:
    """Callao agrees the foreseen hour: cleared at once."""
    port = callao()
    sent = leaving(cartagena(), LEAVES + 14 * HOUR, at=NOON + HOUR)
    port.hear(sent[1], at=NOON + HOUR)

    said = port.hear(
        in_callao("PLN", AT_CALLAO + 12 * HOUR, at=NOON + 2 * HOUR), at=NOON + 2 * HOUR
    )

    assert told(said) == [("R01", "CLEARED", "ORANGE")]


def upstream(from_system: str, hops: int, late_h: int, *, at: int, **attributes: Any) -> Event:
    """Return an N01 to Callao of another port, by hand."""
    return a_notice(from_system, hops, late_h, AT_CALLAO, at=at, system="PECLL", **attributes)


def test_the_nearest_port_upstream_rules() -> None:
    """Balboa, one leg away, says she made it up: what Cartagena said no longer counts."""
    port = callao()
    port.hear(upstream("COCTG", 2, 14, at=NOON), at=NOON)

    said = port.hear(upstream("PABLB", 1, 0, at=NOON + HOUR), at=NOON + HOUR)

    assert told(said) == [("R01", "CLEARED", "ORANGE")]


def test_a_notice_that_came_too_far_is_left_aside() -> None:
    """Beyond the bound of legs nothing is believed."""
    port = callao()

    assert port.hear(upstream("COCTG", 13, 14, at=NOON), at=NOON) == []


def test_only_a_coordinator_may_tell_of_other_ports() -> None:
    """A notice of anyone else is rejected, with what is allowed."""
    port = callao()
    port.hear(upstream("COCTG", 2, 14, at=NOON, publisher="car-rda"), at=NOON)

    assert port.open_alerts() == {}
    assert [one["field"] for one in port.rejections()] == ["publisher"]


def test_what_a_ship_does_there_stands_under_the_delay_upstream() -> None:
    """Her own estimate comes later: B01 is a child of R01, whose root lies in Cartagena."""
    port = callao()
    notice = upstream("COCTG", 2, 14, at=NOON)
    root = "cnd:COCTG:pa-ctg:114"
    notice["data"]["root_alert"] = root
    port.hear(notice, at=NOON)

    port.hear(in_callao("EST", AT_CALLAO + 14 * HOUR, at=NOON + HOUR), at=NOON + HOUR)
    said = port.wait(NOON + 2 * HOUR)

    assert [(one["code"], one["root_cause"]) for one in said] == [("B01", root)]
    assert port.open_alerts()[KEY]["root_cause"] == root


def test_a_port_that_knows_better_says_so_downstream() -> None:
    """The ship comes to Balboa on time though Cartagena foresaw a delay: Callao is told none."""
    port = APort("PABLB")
    rotation = a_rotation(
        ("COCTG", NOON - 4 * HOUR, LEAVES),
        ("PABLB", AT_BALBOA, AT_BALBOA + 20 * HOUR),
        ("PECLL", AT_CALLAO, AT_CALLAO + 30 * HOUR),
        at=NOON,
        system="PABLB",
        buffer_h=1,
    )
    home: dict[str, Any] = {
        "facility": "PABLB:SMDG:PPC",
        "partitionkey": "PABLB",
        "source": "/PABLB/car-rda/x",
    }
    planned = a_milestone("PLN", AT_BALBOA, at=NOON, service="BERTH", **home)
    foreseen = a_notice("COCTG", 1, 14, AT_BALBOA, at=NOON + HOUR, system="PABLB")
    quiet = notices(port.apply(port.frame([rotation, planned], NOON)))
    quiet += notices(port.apply(port.frame([foreseen], NOON + HOUR)))

    came = a_milestone("ACT", AT_BALBOA, at=AT_BALBOA, service="BERTH", **home)
    sent = notices(port.apply(port.frame([came], AT_BALBOA)))

    assert quiet == []
    assert [(one["partitionkey"], one["data"]["delay_min"]["p50"]) for one in sent] == [
        ("PECLL", 0)
    ]
