"""B06 told like a port clerk: the papers of a ship at each checkpoint before she moves."""

from correlation.instants import HOUR, MINUTE
from tests.correlation.given import (
    NOON,
    OTHER_SHIP,
    APort,
    Event,
    a_berth_plan,
    a_milestone,
    a_profile,
    profile_changed,
    told,
    withdrawn,
)
from tests.correlation.rules.given_ship import HEALTH, a_formality

COMES = NOON + 60 * HOUR


def of_b06(records: list[Event]) -> list[tuple[str, str, str]]:
    """Return what was said of papers alone."""
    return told(one for one in records if one["code"] == "B06")


def about_papers(port: APort) -> set[str]:
    """Return the keys of what is open about papers."""
    return {key for key in port.open_alerts() if key.startswith("B06|")}


def a_ship_in_sixty_hours(port: APort) -> None:
    """Agree the pilot for 60 h from noon and the berth for two hours behind it."""
    port.hear(
        a_berth_plan(COMES + 2 * HOUR, COMES + 26 * HOUR, at=NOON),
        a_milestone("PLN", COMES, at=NOON),
        at=NOON,
    )


def test_a_paper_required_and_not_filed_is_told_at_each_checkpoint() -> None:
    """Yellow at 48 hours, orange at 24, red at 6."""
    port = APort()
    a_ship_in_sixty_hours(port)
    port.hear(a_formality("PRATIQUE", "REQUIRED", at=NOON), at=NOON)

    early = port.wait(COMES - 48 * HOUR - MINUTE)
    said = port.wait(COMES - 5 * HOUR)

    assert early == []
    assert [step for step in of_b06(said) if step[1] != "UPDATED"] == [
        ("B06", "RAISED", "YELLOW"),
        ("B06", "RAISED_SEVERITY", "ORANGE"),
        ("B06", "RAISED_SEVERITY", "RED"),
    ]
    assert said[0]["dedup_key"] == "B06|COCTG/9999993/20261108|INBD|PRATIQUE"
    assert said[0]["act_by_at"] == "2026-11-07T00:00:00Z"  # the next checkpoint: 24 h before


def test_a_paper_granted_in_time_is_no_news() -> None:
    """Granted at 50 hours: nothing at 48."""
    port = APort()
    a_ship_in_sixty_hours(port)
    port.hear(a_formality("PRATIQUE", "SUBMITTED", at=NOON), at=NOON)
    port.wait(COMES - 50 * HOUR)
    now = COMES - 50 * HOUR
    port.hear(a_formality("PRATIQUE", "GRANTED", at=now), at=now)

    assert of_b06(port.wait(COMES)) == []


def test_the_grant_ends_it_at_once() -> None:
    """Filed late, granted at 30 hours: cleared then."""
    port = APort()
    a_ship_in_sixty_hours(port)
    port.hear(a_formality("PRATIQUE", "SUBMITTED", at=NOON), at=NOON)
    port.wait(COMES - 30 * HOUR)

    now = COMES - 30 * HOUR
    said = port.hear(a_formality("PRATIQUE", "GRANTED", at=now), at=now)

    assert of_b06(said) == [("B06", "CLEARED", "YELLOW")]


def test_a_refusal_is_told_at_once_and_red_inside_a_day() -> None:
    """Rejected at 59 hours: yellow at once; at 20 hours: red."""
    for hours, expected in ((59, "YELLOW"), (20, "RED")):
        port = APort()
        a_ship_in_sixty_hours(port)
        now = COMES - hours * HOUR
        port.hear(a_formality("PRATIQUE", "GRANTED", at=NOON), at=NOON)
        port.wait(now - MINUTE)

        said = port.hear(a_formality("PRATIQUE", "REJECTED", at=now), at=now)

        assert of_b06(said) == [("B06", "RAISED", expected)]
        assert said[0]["template"] == "b06.refused"


def test_a_refusal_taken_back_was_never_true() -> None:
    """The authority mixed up two ships: retracted."""
    port = APort()
    a_ship_in_sixty_hours(port)
    port.hear(a_formality("PRATIQUE", "GRANTED", at=NOON), at=NOON)
    refusal = a_formality("PRATIQUE", "REJECTED", at=NOON + MINUTE)
    port.hear(refusal, at=NOON + MINUTE)

    said = port.hear(withdrawn(refusal, at=NOON + HOUR), at=NOON + HOUR)

    assert of_b06(said) == [("B06", "RETRACTED", "YELLOW")]


def test_what_the_profile_demands_counts_once_the_port_reports_it() -> None:
    """A port whose authority never reports a paper is not blamed for it ship by ship."""
    port = APort()
    health = {
        "code": "aut-co-health",
        "name": "Sanidad",
        "roles": ["AUT"],
        "families": ["clearance"],
    }
    profile = a_profile(mandatory_formalities=["MANIFEST", "PRATIQUE"])
    profile["organisations"].append(health)
    port.hear(profile_changed(profile, at=NOON), at=NOON)
    a_ship_in_sixty_hours(port)
    port.wait(COMES - 47 * HOUR)
    silent = about_papers(port)

    now = COMES - 47 * HOUR
    port.hear(a_berth_plan(now, now + 9 * HOUR, at=now, ship=OTHER_SHIP), at=now)
    port.hear(a_formality("MANIFEST", "GRANTED", at=now, ship=OTHER_SHIP), at=now)

    assert silent == set()
    assert about_papers(port) == {"B06|COCTG/9999993/20261108|INBD|MANIFEST"}


def test_departure_clearance_is_due_four_hours_before_she_leaves() -> None:
    """Required for departure and not granted: told at 4 hours, over when she has left."""
    port = APort()
    leaves = COMES + 26 * HOUR
    a_ship_in_sixty_hours(port)
    port.hear(a_formality("DEPARTURE_CLEARANCE", "SUBMITTED", at=NOON, direction="OUTB"), at=NOON)
    port.hear(a_milestone("ACT", COMES, at=COMES, service="BERTH"), at=COMES)

    early = port.wait(leaves - 4 * HOUR - MINUTE)
    said = port.wait(leaves - 3 * HOUR)
    now = leaves
    left = port.hear(a_milestone("ACT", now, at=now, service="BERTH", point="DEPA"), at=now)

    assert of_b06(early) == []
    assert of_b06(said) == [("B06", "RAISED", "RED")]
    assert of_b06(left)[-1] == ("B06", "EXPIRED", "RED")


def a_port_with_health(port: APort) -> None:
    """Register the health authority, which may be silent for an hour, and a ship to come.

    By its grant for another ship it is known who answers.
    """
    registered = {
        "source": HEALTH,
        "organisation": "aut-co-health",
        "families": ["clearance"],
        "weight": 90,
        "silence_minutes": {"clearance": 60},
    }
    member = {
        "code": "aut-co-health",
        "name": "Sanidad",
        "roles": ["AUT"],
        "families": ["clearance"],
    }
    small = a_profile()
    document = a_profile(sources=[registered], organisations=[*small["organisations"], member])
    port.hear(profile_changed(document, at=NOON), at=NOON)
    a_ship_in_sixty_hours(port)
    port.hear(
        a_berth_plan(COMES - 20 * HOUR, COMES, at=NOON, ship=OTHER_SHIP),
        a_formality("PRATIQUE", "GRANTED", at=NOON, ship=OTHER_SHIP),
        a_formality("PRATIQUE", "SUBMITTED", at=NOON),
        at=NOON,
    )


def test_a_paper_that_was_given_while_its_authority_was_not_heard_is_no_news() -> None:
    """Health is silent over the checkpoint of 48 hours and then tells of a grant before it."""
    port = APort()
    a_port_with_health(port)
    checkpoint = COMES - 48 * HOUR

    silent = port.wait(checkpoint + 3 * HOUR)
    now = checkpoint + 3 * HOUR
    given = a_formality("PRATIQUE", "GRANTED", at=checkpoint - HOUR)
    said = port.hear(given, at=now)
    rest = port.wait(now + HOUR)

    assert of_b06([*silent, *said, *rest]) == []


def test_a_paper_is_told_half_way_to_the_next_checkpoint_though_nobody_is_heard() -> None:
    """A paper not known to be given must be told: at 36 hours at the latest."""
    port = APort()
    a_port_with_health(port)

    early = port.wait(COMES - 36 * HOUR - MINUTE)
    said = port.wait(COMES - 36 * HOUR + MINUTE)

    assert of_b06(early) == []
    assert of_b06(said) == [("B06", "RAISED", "YELLOW")]


def test_an_authority_that_speaks_and_gives_nothing_is_told_at_once() -> None:
    """Health granted another ship's paper after the checkpoint: hers is missing."""
    port = APort()
    a_port_with_health(port)
    port.wait(COMES - 48 * HOUR - 30 * MINUTE)
    now = COMES - 48 * HOUR - 20 * MINUTE
    port.hear(a_formality("SECURITY", "GRANTED", at=now, ship=OTHER_SHIP), at=now)
    now = COMES - 48 * HOUR + MINUTE
    said = port.hear(a_formality("CREW", "GRANTED", at=now, ship=OTHER_SHIP), at=now)

    assert of_b06(said) == [("B06", "RAISED", "YELLOW")]
