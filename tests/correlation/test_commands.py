"""What rules the fold from inside the journal: profile, policy, core version; and D01."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    CARRIER,
    GATE,
    NOON,
    SHIP,
    APort,
    a_command,
    a_milestone,
    a_profile,
    an_appointment,
    an_event,
    profile_changed,
    told,
    withdrawn,
)


def a_beat(*, at: int, **data: object) -> dict[str, object]:
    """Return S00 of the gate source."""
    return an_event(
        "gate.source-beat", GATE, {"as_of": "2026-11-05T12:00:00Z", **data}, at=at, source=GATE
    )


def test_a_source_beyond_its_floor_is_silent() -> None:
    """D01: quiet for longer than the floor of its profile, after it spoke."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    port.hear(an_appointment("1", NOON + 9 * HOUR, at=NOON), at=NOON)

    early = port.wait(NOON + 15 * MINUTE, step=MINUTE)
    said = port.wait(NOON + 17 * MINUTE, step=MINUTE)

    assert early == []
    assert told(said) == [("D01", "RAISED", "YELLOW")]
    assert said[0]["dedup_key"] == f"D01|{GATE}|gate|COCTG"
    assert {"organisation": "ops-rada", "role": "OPS", "why": "AUTHORITY"} in said[0]["audience"]


def a_port_in_use() -> APort:
    """Return a port with a profile, in which a carrier spoke at noon."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 54 * HOUR, at=NOON), at=NOON)
    return port


def test_a_port_in_which_nobody_ever_spoke_is_not_in_use() -> None:
    """D01: of a port that is not connected yet, silence is no news."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)

    assert port.wait(NOON + 3 * HOUR, step=MINUTE) == []


def test_a_registered_source_that_never_spoke_is_found() -> None:
    """D01: a dead feed looks exactly like a quiet one, so it is watched once anybody speaks."""
    port = a_port_in_use()

    said = port.wait(NOON + 20 * MINUTE, step=MINUTE)

    assert [one["template"] for one in said] == ["d01.never_spoke"]


def test_a_heartbeat_ends_the_silence() -> None:
    """D01: one beat is enough; events need three."""
    port = a_port_in_use()
    port.wait(NOON + 20 * MINUTE, step=MINUTE)

    said = port.hear(a_beat(at=NOON + 21 * MINUTE), at=NOON + 21 * MINUTE)

    assert told(said) == [("D01", "CLEARED", "YELLOW")]


def test_three_events_end_the_silence() -> None:
    """D01: one event may be a straggler; the third shows that the source is back."""
    port = a_port_in_use()
    port.wait(NOON + 20 * MINUTE, step=MINUTE)

    changes = []
    for n in range(3):
        at = NOON + (21 + n) * MINUTE
        said = port.hear(an_appointment(str(n), NOON + 9 * HOUR, at=at), at=at)
        changes.append([change for _, change, _ in told(said)])

    assert changes[:2] == [[], []]
    assert changes[2] == ["CLEARED"]


def test_a_quiet_time_said_beforehand_is_no_silence() -> None:
    """D01: `quiet_until_at` of a beat postpones the limit."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    port.hear(a_beat(at=NOON, quiet_until_at="2026-11-05T14:00:00Z"), at=NOON)

    assert port.wait(NOON + 2 * HOUR, step=MINUTE) == []
    assert [one["code"] for one in port.wait(NOON + 3 * HOUR, step=MINUTE)] == ["D01"]


def test_alerts_on_a_silent_source_are_flagged_and_stay() -> None:
    """Silence never clears: the alert is stale while its source is silent, then fresh again."""
    document = a_profile()
    document["sources"].append(
        {
            "source": CARRIER,
            "organisation": "car-rda",
            "families": ["vessel"],
            "silence_minutes": {"vessel": 60},
        }
    )
    port = APort()
    port.hear(profile_changed(document, at=NOON), at=NOON)
    port.hear(
        a_milestone("PLN", NOON + 48 * HOUR, at=NOON),
        a_milestone("EST", NOON + 54 * HOUR, at=NOON),
        at=NOON,
    )
    said = port.wait(NOON + 90 * MINUTE, step=MINUTE)
    stale = [one for one in said if one["change"] == "STALE"]

    beat = an_event(
        "vessel.source-beat", CARRIER, {"as_of": "2026-11-05T13:30:00Z"},
        at=NOON + 91 * MINUTE, source=CARRIER,
    )  # fmt: skip
    fresh = port.hear(beat, at=NOON + 91 * MINUTE)

    assert [one["stale_evidence"] for one in stale] == [[CARRIER]]
    assert ("B01", "FRESH") in [(one["code"], one["change"]) for one in fresh]
    assert "B01|COCTG|COCTG/9999993/20261107" in port.open_alerts()


def test_who_may_not_speak_for_a_terminal_is_rejected() -> None:
    """With a profile in the journal, a foreign statement has no effect and is said."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    stranger = {**an_appointment("1", NOON + HOUR, at=NOON), "publisher": "trk-099"}

    port.hear(stranger, at=NOON)

    assert port.rejections()[0]["reason"] == "NOT_ALLOWED"
    assert not port.state.ports["COCTG"].appointments


def test_a_policy_rules_from_the_next_record_on() -> None:
    """Thresholds come only from the journal; what is open is judged by the new ones."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    port.hear(a_milestone("EST", NOON + 51 * HOUR, at=NOON), at=NOON)
    assert port.wait(NOON + HOUR) == []

    policy = a_command(
        "policy-changed",
        at=NOON + HOUR,
        version="2",
        digest="sha256:00000000",
        document={"tolerance_72h_hours": 2, "arrival_hold_far_minutes": 0},
    )
    said = port.hear(policy, at=NOON + HOUR)

    assert told(said) == [("B01", "RAISED", "YELLOW")]
    assert said[0]["policy_version"] == "2"


def test_an_unknown_threshold_is_rejected_by_name() -> None:
    """A policy with a name that is no threshold has no effect at all."""
    port = APort()
    policy = a_command(
        "policy-changed", at=NOON, version="2", digest="sha256:00000000", document={"nonsense": 1}
    )

    port.hear(policy, at=NOON)

    assert "nonsense" in port.rejections()[0]["found"]
    assert port.state.ports["COCTG"].policy.version == "default"


def test_a_plan_taken_back_raises_nothing_for_two_minutes() -> None:
    """A correction has time to come before the chain of alerts fires."""
    port = APort()
    port.hear(a_milestone("PLN", NOON + 48 * HOUR, at=NOON), at=NOON)
    old = a_milestone("PLN", NOON + 54 * HOUR, at=NOON + 1)
    port.hear(old, at=NOON + 1)
    port.hear(a_milestone("EST", NOON + 54 * HOUR, at=NOON + 2), at=NOON + 2)
    port.hear(a_milestone("EST", NOON + 54 * HOUR, at=NOON + 3), at=NOON + 3)
    slot = {"service": "PILOT_BOARDING_PLACE", "point": "ARRI", "classifier": "PLN"}
    taken_back = withdrawn(old, at=NOON + HOUR, refs={"port": "COCTG", "vessel": SHIP}, **slot)

    at_once = port.hear(taken_back, at=NOON + HOUR)
    later = port.wait(NOON + HOUR + 3 * MINUTE, step=MINUTE)

    assert at_once == []
    assert told(later) == [("B01", "RAISED", "YELLOW")]


def test_a_change_of_the_core_is_a_record() -> None:
    """The version of the core that rules from here on stands in the journal."""
    port = APort()
    change = an_event("command.core-changed", "COCTG", {"core_version": "abc123"}, at=NOON)

    port.hear(change, at=NOON)

    assert port.state.core_version == "abc123"


def test_a_source_speaks_only_for_its_own_organisation() -> None:
    """A borrowed source could replace what its owner said, so it is rejected."""
    port = APort()
    port.hear(profile_changed(a_profile(), at=NOON), at=NOON)
    borrowed = {
        **a_milestone("PLN", NOON + HOUR, at=NOON, source=GATE),
        "organisation": "car-rda",
        "publisher": "car-rda",
    }

    port.hear(borrowed, at=NOON)

    assert port.rejections()[0]["reason"] == "NOT_ALLOWED"
    assert "ter-ctg-1" in port.rejections()[0]["allowed"]
