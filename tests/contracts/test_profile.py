"""The profile of a port community: what it must hold, and who may publish what."""

from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from contracts.explain import problems_of
from contracts.problems import Problem
from contracts.profile import Community

Json = dict[str, Any]
SPRC, TCC = "COCTG:SMDG:SPRC", "COCTG:SMDG:TCC"
KEY = "sha256:" + "0f" * 32


def a_profile(**changes: Any) -> Json:
    return {
        "system": "COCTG",
        "name": "Cartagena",
        "locodes": ["COCTG"],
        "timezone": "America/Bogota",
        "organisations": [
            {
                "code": "ter-ctg-1",
                "name": "Terminal One",
                "roles": ["TER"],
                "operates": [SPRC],
                "families": ["vessel", "gate", "yard"],
                "keys": [KEY],
            },
            {
                "code": "ter-car",
                "name": "A line's terminal",
                "roles": ["TER", "CAR"],
                "operates": [TCC],
                "families": ["vessel", "yard"],
            },
            {"code": "car-rda", "name": "Rada Line", "roles": ["CAR"], "families": ["vessel"]},
            {"code": "aut-co-customs", "name": "Customs", "roles": ["AUT"]},
            {
                "code": "pcs-ctg",
                "name": "Community system",
                "roles": ["PCS"],
                "families": ["clearance"],
                "relays_for": ["aut-co-customs"],
            },
        ],
        "sources": [
            {
                "source": "/COCTG/ter-ctg-1/tos",
                "organisation": "ter-ctg-1",
                "families": ["vessel", "yard"],
                "silence_minutes": {"yard": 10},
            },
        ],
        "facilities": [
            {
                "code": SPRC,
                "name": "SPRC",
                "quay_metres": 700,
                "berths": [
                    {"id": "1", "from_m": 0, "to_m": 350},
                    {"id": "2", "from_m": 350, "to_m": 700},
                ],
                "gates": [{"id": "1", "capacity_per_hour": 90, "hours": {"mon": ["06:00-22:00"]}}],
                "blocks": [{"id": "3C", "capacity_teu": 900, "plugs": 40}],
            },
            {"code": TCC, "name": "TCC"},
        ],
    } | changes


def community(**changes: Any) -> Community:
    return Community.model_validate(a_profile(**changes))


def problem_of(profile: Json) -> Problem:
    with pytest.raises(ValidationError) as refused:
        Community.model_validate(profile)
    return problems_of(refused.value)[0]


def test_a_whole_profile_is_read_with_its_defaults() -> None:
    """Weights and languages have a default; what was given is kept."""
    profile = community()

    assert profile.sources[0].weight == 50
    assert profile.languages == ("es", "en", "pt")
    assert profile.facilities[0].gates[0].hours is not None


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ({"publisher": "ter-ctg-1"}, {"family": "gate", "facility": SPRC}),
        ({"publisher": "ter-ctg-1"}, {"family": "gate", "facility": None}),
        ({"publisher": "car-rda"}, {"family": "vessel", "facility": SPRC}),
        ({"publisher": "ter-car"}, {"family": "vessel", "facility": SPRC}),
        ({"publisher": "ter-car"}, {"family": "yard", "facility": TCC}),
        (
            {"publisher": "pcs-ctg", "organisation": "aut-co-customs"},
            {"family": "clearance", "facility": TCC},
        ),
    ],
)
def test_who_may_say_it_has_no_problem(who: Json, what: Json) -> None:
    """Own facility, no facility, another role's view of a facility, and a relay all pass."""
    who = {"organisation": who["publisher"]} | who

    assert community().may_publish(**who, **what) is None


@pytest.mark.parametrize(
    ("who", "what", "reason", "field", "allowed"),
    [
        ({"publisher": "x"}, {"family": "gate"}, "NOT_ALLOWED", "publisher", "of COCTG"),
        (
            {"publisher": "ter-ctg-1", "organisation": "x"},
            {"family": "gate"},
            "NOT_ALLOWED",
            "organisation",
            "of COCTG",
        ),
        (
            {"publisher": "ter-ctg-1", "organisation": "car-rda"},
            {"family": "vessel"},
            "NOT_ALLOWED",
            "organisation",
            "what ter-ctg-1 may speak for: ter-ctg-1",
        ),
        ({"publisher": "car-rda"}, {"family": "yard"}, "NOT_ALLOWED", "type", "car-rda: vessel"),
        (
            {"publisher": "aut-co-customs"},
            {"family": "clearance"},
            "NOT_ALLOWED",
            "type",
            "aut-co-customs are none",
        ),
        (
            {"publisher": "ter-ctg-1"},
            {"family": "gate", "facility": "COCTG:SMDG:XX9"},
            "UNKNOWN_FACILITY",
            "facility",
            f"{SPRC}, {TCC}",
        ),
        (
            {"publisher": "ter-ctg-1"},
            {"family": "gate", "facility": TCC},
            "NOT_ALLOWED",
            "facility",
            f"ter-ctg-1 operates: {SPRC}",
        ),
        (
            {"publisher": "ter-car"},
            {"family": "yard", "facility": SPRC},
            "NOT_ALLOWED",
            "facility",
            f"ter-car operates: {TCC}",
        ),
    ],
)
def test_who_may_not_say_it_is_told_why(
    who: Json, what: Json, reason: str, field: str, allowed: str
) -> None:
    """The answer names what was found and what would be allowed."""
    problem = community().may_publish(**({"organisation": who["publisher"]} | who), **what)

    assert problem is not None
    assert (problem.reason, problem.field) == (reason, field)
    assert allowed in problem.allowed


def with_organisation(**fields: Any) -> Json:
    profile = a_profile()
    profile["organisations"][0] |= fields
    return profile


def with_facility(**fields: Any) -> Json:
    profile = a_profile()
    profile["facilities"][0] |= fields
    return profile


def with_source(**fields: Any) -> Json:
    profile = a_profile()
    profile["sources"][0] |= fields
    return profile


@pytest.mark.parametrize(
    ("profile", "field", "allowed"),
    [
        (a_profile(system="PACTB"), "system", "PAONX"),
        (a_profile(locodes=["COCTG", "COBUN"]), "locodes", "COCTG"),
        (a_profile(timezone="America/Lima"), "timezone", "America/Bogota"),
        (a_profile(colour="red"), "colour", "Extra inputs"),
        (with_organisation(code="car-rda"), "organisations", "twice there is car-rda"),
        (with_organisation(operates=["COCTG:SMDG:XX9"]), "organisations.0.operates", "XX9"),
        (with_organisation(relays_for=["nobody"]), "organisations.0.relays_for", "nobody"),
        (with_organisation(keys=["secret"]), "organisations[0].keys[0]", "sha256"),
        (with_organisation(keys=[KEY, KEY]), "organisations", "each code once"),
        (with_organisation(roles=["KING"]), "organisations[0].roles[0]", "TER, CAR"),
        (with_source(organisation="nobody"), "sources.0.organisation", "nobody"),
        (with_source(silence_minutes={"gate": 5}), "sources[0].silence_minutes", "found gate"),
        (with_facility(code="PECLL:SMDG:DPCLL"), "facilities.0.code", "a facility of COCTG"),
        (with_facility(quay_metres=600), "facilities[0].berths", "berth 2 ends at 700 m"),
        (
            with_facility(berths=[{"id": "1", "from_m": 9, "to_m": 9}]),
            "facilities[0].berths[0].to_m",
            "more than from_m 9",
        ),
        (
            with_facility(
                berths=[
                    {"id": "1", "from_m": 0, "to_m": 350},
                    {"id": "2", "from_m": 300, "to_m": 600},
                ]
            ),
            "facilities[0].berths",
            "do not overlap",
        ),
        (
            with_facility(blocks=[{"id": "A", "capacity_teu": 1}] * 2),
            "facilities[0].blocks",
            "twice there is A",
        ),
        (
            with_facility(
                gates=[{"id": "1", "capacity_per_hour": 9, "hours": {"mon": ["6 to 22"]}}]
            ),
            "facilities[0].gates[0].hours.mon[0]",
            "pattern",
        ),
    ],
)
def test_a_wrong_profile_is_told_where_and_what_is_allowed(
    profile: Json, field: str, allowed: str
) -> None:
    """Whoever keeps the profile mends the named field."""
    problem = problem_of(profile)

    assert problem.field == field
    assert allowed in problem.allowed


def test_the_public_document_is_a_profile_without_keys() -> None:
    """What the journal carries can be read back, and holds no key."""
    document = community().public_document()

    again = Community.model_validate_json(msgspec.json.encode(document))

    assert KEY not in str(document)
    assert all(member.keys == () for member in again.organisations)
    assert again.digest() == community().digest()
    assert again.digest() != community(name="Cartagena de Indias").digest()
