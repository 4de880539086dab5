"""Answers to alerts: who did what and why, shown on the alert and the same in every replay."""

from typing import Any

from correlation.instants import HOUR, MINUTE, written
from tests.correlation.given import (
    NOON,
    APort,
    Event,
    a_berth_plan,
    a_booking,
    a_command,
    a_gate_in,
    a_profile,
    profile_changed,
    told,
    windows,
)

PART = "COCTG/9999993/20261107/SPRC/1"
BOX = "RDAU2000016"


def an_alert(port: APort) -> Event:
    """Let an export be without a truck a day before its cut-off; return its alert (T01)."""
    port.hear(
        a_berth_plan(NOON + 48 * HOUR, NOON + 72 * HOUR, at=NOON),
        windows(PART, at=NOON, EFC=NOON, FCO=NOON + 23 * HOUR),
        a_booking(PART, BOX, at=NOON),
        at=NOON,
    )
    (alert,) = port.open_alerts().values()
    return alert


def an_answer(kind: str, alert: Event, *, at: int, who: str = "ter-ctg-1", **data: Any) -> Event:
    """Return a command of an organisation on an alert."""
    body = {"alert_id": alert["alert_id"], "seen_version": alert["version"], **data}
    command = a_command(f"alert-{kind}", at=at, **body)
    return {**command, "organisation": who, "publisher": who}


def test_an_acknowledgement_is_shown_with_who_and_when() -> None:
    """M01: an attribute, not a state; the first one of an organisation counts."""
    port = APort()
    alert = an_alert(port)
    now = NOON + MINUTE

    said = port.hear(an_answer("acknowledged", alert, at=now), at=now)
    again = port.hear(an_answer("acknowledged", said[0], at=now + 1), at=now + MINUTE)

    assert told(said) == [("T01", "RESPONDED", "YELLOW")]
    assert said[0]["state"] == "OPEN"
    assert said[0]["responses"] == [
        {
            "organisation": "ter-ctg-1",
            "acknowledged_at": written(now),
            "by": "usr:1",
            "severity_then": "YELLOW",
            "assigned_to": None,
            "snoozed_until_at": None,
            "closed_reason": None,
            "comments": [],
        }
    ]
    assert again == []


def test_organisations_answer_for_themselves() -> None:
    """M02, M03, M04, M15: assign, snooze, comment, close, each on its own line."""
    port = APort()
    alert = an_alert(port)
    until = NOON + 2 * HOUR
    port.hear(
        an_answer("assigned", alert, at=NOON, to="usr:9"),
        an_answer("snoozed", alert, at=NOON, who="car-rda", until_at=written(until)),
        an_answer("commented", alert, at=NOON, who="car-rda", text="truck is on its way"),
        an_answer("closed", alert, at=NOON, who="fwd-011", reason="NOT_USEFUL"),
        at=NOON,
    )

    (shown,) = port.open_alerts().values()
    lines = {line["organisation"]: line for line in shown["responses"]}

    assert lines["ter-ctg-1"]["assigned_to"] == "usr:9"
    assert lines["car-rda"]["snoozed_until_at"] == written(until)
    assert [comment["text"] for comment in lines["car-rda"]["comments"]] == ["truck is on its way"]
    assert lines["fwd-011"]["closed_reason"] == "NOT_USEFUL"
    assert shown["state"] == "OPEN"


def test_a_snooze_until_the_past_wakes() -> None:
    """M03: whoever wants to hear it again says so."""
    port = APort()
    alert = an_alert(port)
    port.hear(an_answer("snoozed", alert, at=NOON, until_at=written(NOON + HOUR)), at=NOON)

    said = port.hear(an_answer("snoozed", alert, at=NOON + 1, until_at=written(NOON)), at=NOON + 1)

    assert said[0]["responses"][0]["snoozed_until_at"] is None


def test_turning_red_makes_acknowledgement_and_snooze_void() -> None:
    """Four hours before the cut-off everybody must look again; comments and assignment stay."""
    port = APort()
    alert = an_alert(port)
    port.hear(
        an_answer("acknowledged", alert, at=NOON),
        an_answer("snoozed", alert, at=NOON, until_at=written(NOON + 30 * HOUR)),
        an_answer("assigned", alert, at=NOON, to="usr:9"),
        at=NOON,
    )

    red = port.wait(NOON + 20 * HOUR)[-1]
    late = port.hear(an_answer("acknowledged", alert, at=NOON + 20 * HOUR), at=NOON + 20 * HOUR)
    seen = port.hear(an_answer("acknowledged", red, at=NOON + 20 * HOUR), at=NOON + 20 * HOUR)

    assert red["severity"] == "RED"
    assert red["responses"][0]["acknowledged_at"] is None
    assert red["responses"][0]["snoozed_until_at"] is None
    assert red["responses"][0]["assigned_to"] == "usr:9"
    assert late == []
    assert seen[0]["responses"][0]["severity_then"] == "RED"


def test_who_was_not_told_may_not_answer() -> None:
    """A foreign alert and an unknown one answer alike, and nothing changes."""
    port = APort()
    document = a_profile()
    document["organisations"][1]["families"] = ["vessel", "clearance"]
    port.hear(profile_changed(document, at=NOON), at=NOON)
    alert = an_alert(port)
    foreign = an_answer("acknowledged", alert, at=NOON, who="car-alb")
    unknown = an_answer("acknowledged", {**alert, "alert_id": "nobody"}, at=NOON, who="car-alb")

    said = port.hear(foreign, unknown, at=NOON)

    assert said == []
    assert {one["reason"] for one in port.rejections()} == {"NOT_ALLOWED"}
    assert {one["allowed"] for one in port.rejections()} == {
        "an alert of COCTG that car-alb was told of"
    }


def test_a_version_that_was_not_said_yet_cannot_have_been_seen() -> None:
    """A client that makes up a version is told the newest."""
    port = APort()
    alert = an_alert(port)

    port.hear(an_answer("acknowledged", {**alert, "version": 99}, at=NOON), at=NOON)

    assert port.rejections()[0]["found"] == "99"


def test_what_ended_an_alert_is_said() -> None:
    """ACTION where somebody had taken it, ITSELF where nobody had: K32 tells them apart."""
    taken, left = APort(), APort()
    alert = an_alert(taken)
    an_alert(left)
    taken.hear(an_answer("acknowledged", alert, at=NOON), at=NOON)
    now = NOON + HOUR

    ended = [
        port.hear(a_gate_in(BOX, at=now, booking="bkg:RDA:BK1"), at=now) for port in (taken, left)
    ]

    assert [said[-1]["resolved_by"].partition(" ")[0] for said in ended] == ["ACTION", "ITSELF"]


def test_a_person_who_is_erased_is_named_no_longer() -> None:
    """M13: the token goes from answers and comments; that somebody answered stays."""
    port = APort()
    alert = an_alert(port)
    port.hear(
        an_answer("acknowledged", alert, at=NOON),
        an_answer("commented", alert, at=NOON, text="call me on my own number"),
        at=NOON,
    )

    who = {"by": "usr:2", "token": "usr:1"}
    said = port.hear(a_command("subject-erased", at=NOON, **who), at=NOON)

    (line,) = said[-1]["responses"]
    assert line["by"] == "erased"
    assert line["acknowledged_at"] == written(NOON)
    assert [(c["by"], c["text"]) for c in line["comments"]] == [("erased", "erased")]


def test_a_standard_is_kept_as_declared_last() -> None:
    """M09: by its id, whatever was said before."""
    port = APort()
    promise = {
        "standard_id": "turn",
        "measure": "K15",
        "scope": "SPRC",
        "unit": "min",
        "period": "month",
        "since_at": written(NOON),
    }

    port.hear(a_command("standard-declared", at=NOON, target=60.0, **promise), at=NOON)
    port.hear(a_command("standard-declared", at=NOON + 1, target=45.0, **promise), at=NOON + 1)

    assert port.state.ports["COCTG"].standards["turn"].target == 45.0
