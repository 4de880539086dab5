"""N02 told like port clerks in two ports: a call changes in Cartagena, and Callao hears of it."""

import json

from contracts.decode import decode
from correlation.instants import HOUR, MINUTE
from correlation.snapshot import encode, freeze, thaw
from tests.correlation.given import NOON, SHIP, APort, Event, a_booking, told, withdrawn
from tests.correlation.rules.given_ship import a_status, notices
from tests.correlation.rules.test_r01 import AT_CALLAO, callao, cartagena, in_callao

CALL = "COCTG/9999993/20261105"
CALLAO_CALL = "PECLL/9999993/20261112"
PART = f"{CALLAO_CALL}/APM/1"
KEY = f"R03|{CALLAO_CALL}|SLID"


def changed(port: APort, status: str, *, at: int) -> list[Event]:
    """Let the carrier change the call in Cartagena; return the notices of it."""
    event = a_status(status, CALL, at=at)
    return [
        one
        for one in notices(port.apply(port.frame([event], at)))
        if one["type"].endswith("call-changed-upstream")
    ]


def callao_with_a_booking() -> APort:
    """Return Callao with a booking on the ship that is agreed for there."""
    port = callao()
    berth = in_callao("PLN", AT_CALLAO, at=NOON)
    berth["data"] = {**berth["data"], "service": "BERTH"}
    port.hear({**berth, "id": "berth-1"}, at=NOON)
    booking = a_booking(PART, "RDAU2000016", at=NOON)
    port.hear({**booking, "partitionkey": "PECLL", "source": "/PECLL/car-rda/x"}, at=NOON)
    return port


def of_r03(said: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of changed calls alone."""
    return told(said, of="R03")


def test_an_omitted_call_is_told_to_every_port_of_the_rotation() -> None:
    """Cartagena is skipped: Balboa and Callao hear it, and that she may be early by her stay."""
    sent = changed(cartagena(), "OMIT", at=NOON + HOUR)

    assert [(one["partitionkey"], one["data"]["to_port"]) for one in sent] == [
        ("PABLB", "PABLB"),
        ("PECLL", "PECLL"),
    ]
    data = sent[1]["data"]
    assert (data["status"], data["from_port"], data["hops"]) == ("OMIT", "COCTG", 2)
    assert data["effect_min"] == {"p10": -24 * 60, "p50": 0, "p90": 0}
    assert decode(json.dumps(sent[1]).encode()).data.status == "OMIT"


def test_a_call_as_planned_is_told_to_nobody() -> None:
    """ACTIVE is no change, and the same status said again is no new notice."""
    port = cartagena()

    assert changed(port, "ACTIVE", at=NOON + HOUR) == []
    assert len(changed(port, "SLID", at=NOON + 2 * HOUR)) == 2
    assert changed(port, "SLID", at=NOON + 3 * HOUR) == []


def test_another_status_is_the_next_version_and_a_call_that_lives_again_withdraws_it() -> None:
    """Slid, then out of the service, then as planned: one fact in two versions, and withdrawn."""
    port = cartagena()
    sent = [
        changed(port, status, at=NOON + hours * HOUR)[1]
        for hours, status in ((1, "SLID"), (2, "PHOT"), (3, "ACTIVE"))
    ]
    again = changed(port, "SLID", at=NOON + 4 * HOUR)[1]

    assert len({one["factid"] for one in sent}) == 1
    assert [one["retracted"] for one in sent] == [False, False, True]
    assert [one["id"].rpartition(".")[2] for one in sent] == ["1", "2", "3"]
    assert again["factid"] != sent[0]["factid"]


def test_the_next_port_asks_whether_the_ship_still_comes() -> None:
    """Slid to another week in Cartagena: half an hour later Callao has R03, inferred."""
    port = callao_with_a_booking()
    notice = changed(cartagena(), "SLID", at=NOON + HOUR)[1]

    early = port.hear(notice, at=NOON + HOUR)
    said = port.wait(NOON + 2 * HOUR)

    assert of_r03(early) == []
    assert of_r03(said) == [("R03", "RAISED", "ORANGE")]
    assert (said[0]["dedup_key"], said[0]["inferred"]) == (KEY, True)
    assert "Cartagena" in said[0]["text"]["es"]["fact"]
    assert said[0]["evidence"][0]["source"] == "/rada/coordinator/COCTG"


def test_a_port_that_is_skipped_changes_nothing_at_the_next_one() -> None:
    """An omission lets her come earlier at most: no bookings hang on that."""
    port = callao_with_a_booking()
    port.hear(changed(cartagena(), "OMIT", at=NOON + HOUR)[1], at=NOON + HOUR)

    assert of_r03(port.wait(NOON + 3 * HOUR)) == []


def test_who_has_nothing_booked_is_not_asked() -> None:
    """Nothing hangs on the call in Callao: no news there."""
    port = callao()
    port.hear(changed(cartagena(), "SLID", at=NOON + HOUR)[1], at=NOON + HOUR)

    assert of_r03(port.wait(NOON + 3 * HOUR)) == []


def test_a_change_taken_back_is_retracted_there() -> None:
    """The carrier meant another ship: everyone who was told hears it."""
    sender, port = cartagena(), callao_with_a_booking()
    slid = a_status("SLID", CALL, at=NOON + HOUR)
    sent = notices(sender.apply(sender.frame([slid], NOON + HOUR)))
    port.hear(*[one for one in sent if one["partitionkey"] == "PECLL"], at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)

    taken = withdrawn(slid, at=NOON + 3 * HOUR, refs={"port": "COCTG", "vessel": SHIP})
    back = notices(sender.apply(sender.frame([taken], NOON + 3 * HOUR)))
    (last,) = [one for one in back if one["partitionkey"] == "PECLL"]
    said = port.hear(last, at=NOON + 3 * HOUR)
    late_original = port.hear(sent[-1], at=NOON + 4 * HOUR)

    assert of_r03(said) == [("R03", "RETRACTED", "ORANGE")]
    assert late_original == []


def test_a_word_of_the_ship_since_then_answers_the_question() -> None:
    """The carrier states her arrival in Callao anew: cleared."""
    port = callao_with_a_booking()
    port.hear(changed(cartagena(), "ROTC", at=NOON + HOUR)[1], at=NOON + HOUR)
    raised = port.wait(NOON + 2 * HOUR)

    now = NOON + 3 * HOUR
    said = port.hear(in_callao("EST", AT_CALLAO + 2 * HOUR, at=now), at=now)

    assert of_r03(raised) == [("R03", "RAISED", "ORANGE")]
    assert of_r03(said) == [("R03", "CLEARED", "ORANGE")]


def test_the_own_word_on_the_call_replaces_what_was_inferred() -> None:
    """Callao's own call is said to slide: the same alert goes on, no longer inferred."""
    port = callao_with_a_booking()
    port.hear(changed(cartagena(), "SLID", at=NOON + HOUR)[1], at=NOON + HOUR)
    port.wait(NOON + 2 * HOUR)
    own = a_status("SLID", CALLAO_CALL, at=NOON + 3 * HOUR)
    own = {**own, "partitionkey": "PECLL", "source": "/PECLL/car-rda/schedule"}
    own["data"] = {**own["data"], "refs": {"port": "PECLL", "vessel": SHIP}}

    port.hear(own, at=NOON + 3 * HOUR)

    (alert,) = [one for key, one in port.open_alerts().items() if key.startswith("R03")]
    assert (alert["dedup_key"], alert["inferred"]) == (KEY, False)


def test_a_repeat_or_an_older_version_changes_nothing() -> None:
    """A second worker says a notice again, and the first version comes behind the second."""
    sender, port = cartagena(), callao_with_a_booking()
    first = changed(sender, "SLID", at=NOON + HOUR)[1]
    second = changed(sender, "PHOT", at=NOON + 2 * HOUR)[1]
    port.hear(second, at=NOON + 2 * HOUR)
    said = port.wait(NOON + 3 * HOUR)

    again = port.hear(first, second, at=NOON + 3 * HOUR + MINUTE)

    assert [one["dedup_key"] for one in said if one["code"] == "R03"] == [f"R03|{CALLAO_CALL}|PHOT"]
    assert again == []


def test_a_restored_port_says_the_same_notices_and_no_other() -> None:
    """What was said stands in the snapshot: the next status is the next version of that fact."""
    sender = cartagena()
    first = changed(sender, "SLID", at=NOON + HOUR)[1]
    sender.state = thaw(list(encode(freeze(sender.state))))

    quiet = changed(sender, "SLID", at=NOON + 2 * HOUR)
    second = changed(sender, "PHOT", at=NOON + 3 * HOUR)[1]

    assert quiet == []
    assert second["factid"] == first["factid"]
    assert second["data"]["notice_version"] == 2
