"""The 21 profiles: each loads, names what its port has, and is sized for its port's traffic.

The figures of the traffic stand in `communities/volumes.csv`. How they become metres, boxes and
trucks is usual port practice and stands here, each constant with its meaning.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from math import exp
from pathlib import Path
from statistics import NormalDist

import pytest

from contracts.clearance import FORMALITY
from contracts.identifiers import PORT_SYSTEMS, system_of
from contracts.places import Berth
from contracts.profile import Community
from correlation.policy import policy_from
from plumbing.communities import load
from tests.services.edges import PROFILES

Row = Mapping[str, str]

MOVES_SIGMA = 0.55
"""Spread of the moves of a call, lognormal; the median is that of the row."""
MOVES_A_CRANE, CRANES_MAX = 450, 5
MOVES_A_CRANE_HOUR, HOURS_MOORING = 25, 2.5
HOURS_A_WEEK = 7 * 24
BERTH_GAP_M = 15
LENGTH_MAX_M = 340
EMPTY_SHARE, EMPTY_DWELL_DAYS = 0.25, 12
REEFER_SHARE_OTHERS = 0.07
"""Of imports and transshipment; the share of exports is that of the row."""
REEFER_EXPORT_DAYS, REEFER_IMPORT_DAYS = 3, 2.5
TEU_A_BOX = 1.6
WEEKDAY_SHARE = 0.172
"""Of a week's trucks, on each day from Monday to Friday."""
PEAK_HOUR_SHARE = 0.08
"""Of a day's trucks, where they come by appointment."""

with (PROFILES / "volumes.csv").open(encoding="utf-8", newline="") as table:
    VOLUMES = {row["system"]: row for row in csv.DictReader(table)}
COMMUNITIES = load(PROFILES)
each_port = pytest.mark.parametrize("system", sorted(PORT_SYSTEMS))


def number(row: Row, column: str) -> float:
    return float(row[column])


def length_m(moves: float) -> float:
    """Return the length of a ship that brings so many moves: 182 m for 400, 338 m for 1,600."""
    return min(LENGTH_MAX_M, 130 + 0.13 * moves)


def metre_hours(moves: float) -> float:
    """Return what a call takes of the quay, mooring and the gap to the next ship included."""
    cranes = min(CRANES_MAX, max(1, round(moves / MOVES_A_CRANE)))
    hours = moves / (cranes * MOVES_A_CRANE_HOUR) + HOURS_MOORING
    return (length_m(moves) + BERTH_GAP_M) * hours


def quay_in_use_m(row: Row) -> float:
    """Return the metres of quay in use on average, over the spread of calls."""
    spread = [NormalDist().inv_cdf((step + 0.5) / 20) for step in range(20)]
    sizes = [number(row, "moves_per_call") * exp(MOVES_SIGMA * each) for each in spread]
    a_call = sum(metre_hours(size) for size in sizes) / len(sizes)
    return number(row, "calls_per_week") * a_call / HOURS_A_WEEK


def transshipped_a_day(row: Row) -> float:
    """Return the TEU that come off one ship to go on another; the quay counts each twice."""
    return number(row, "teu_k") * 1000 * number(row, "transshipment_pct") / 100 / 2 / 365


def in_the_yard_teu(row: Row) -> float:
    """Return what stands in the yards on average: what comes in a day, as long as it stays."""
    by_land = number(row, "teu_k") * 1000 * (1 - number(row, "transshipment_pct") / 100) / 365
    half_full = (1 - EMPTY_SHARE) / 2
    days = (
        half_full * (number(row, "import_dwell_days") + number(row, "export_dwell_days"))
        + EMPTY_SHARE * EMPTY_DWELL_DAYS
    )
    return by_land * days + transshipped_a_day(row) * number(row, "transshipment_dwell_days")


def plugged(row: Row) -> float:
    """Return the reefers in the yards on average."""
    full_each_way = number(row, "gate_boxes_per_day") / 2 * (1 - EMPTY_SHARE)
    exports = full_each_way * number(row, "reefer_export_pct") / 100 * REEFER_EXPORT_DAYS
    imports = full_each_way * REEFER_SHARE_OTHERS * REEFER_IMPORT_DAYS
    boxes = transshipped_a_day(row) / TEU_A_BOX * number(row, "transshipment_dwell_days")
    return exports + imports + boxes * REEFER_SHARE_OTHERS


def peak_trucks(row: Row) -> float:
    """Return the trucks in the busiest hour of a weekday."""
    return number(row, "trucks_per_day") * 7 * WEEKDAY_SHARE * PEAK_HOUR_SHARE


def for_boxes(community: Community) -> Iterator[Berth]:
    """Yield the berths for container ships: a multipurpose one serves others."""
    for facility in community.facilities:
        for berth in facility.berths:
            if not re.search("multip", str(berth.name)):
                yield berth


def test_every_port_system_has_a_profile_and_a_row_of_volumes() -> None:
    """All 21, none twice, no other."""
    assert sorted(COMMUNITIES) == sorted(VOLUMES) == sorted(PORT_SYSTEMS)
    assert len(COMMUNITIES) == 21


@each_port
def test_volumes_agree_with_each_other(system: str) -> None:
    """Calls, boxes and trucks follow from TEU; the customs channels are all there is."""
    row = VOLUMES[system]
    boxes = number(row, "teu_k") * 1000 / TEU_A_BOX
    by_land = boxes * (1 - number(row, "transshipment_pct") / 100) / 360
    channels = ("customs_green", "customs_orange", "customs_red")

    assert number(row, "calls_per_week") == pytest.approx(
        boxes / number(row, "moves_per_call") / 52, abs=0.6
    )
    assert number(row, "gate_boxes_per_day") == pytest.approx(by_land, abs=6)
    assert number(row, "trucks_per_day") == pytest.approx(0.85 * by_land, abs=8)
    assert sum(number(row, channel) for channel in channels) == 100
    assert row["exposed_pacific"] in ("0", "1")


@each_port
def test_quay_is_neither_idle_nor_full(system: str) -> None:
    """The berths for boxes are in use for 45 to 70 % of their metres and hours."""
    metres = sum(berth.to_m - berth.from_m for berth in for_boxes(COMMUNITIES[system]))

    assert 0.45 <= quay_in_use_m(VOLUMES[system]) / metres <= 0.70


@each_port
def test_usual_ship_of_a_port_fits_one_of_its_berths(system: str) -> None:
    """With the gap to the next one; longer ships take two berths."""
    usual = length_m(number(VOLUMES[system], "moves_per_call")) + BERTH_GAP_M

    assert max(berth.to_m - berth.from_m for berth in for_boxes(COMMUNITIES[system])) >= usual


@each_port
def test_berths_cover_the_quay_and_say_how_deep_it_is(system: str) -> None:
    """No metre of quay is without a berth, and a draught can be held against each."""
    for facility in COMMUNITIES[system].facilities:
        berths = facility.berths
        assert facility.quay_metres == sum(berth.to_m - berth.from_m for berth in berths)
        assert all(berth.depth_m and 8 <= berth.depth_m <= 18 for berth in berths), facility.code


@each_port
def test_yard_is_in_use_as_designed(system: str) -> None:
    """65 to 75 % of its TEU, and of its plugs at most 85 %."""
    blocks = [block for place in COMMUNITIES[system].facilities for block in place.blocks]
    row = VOLUMES[system]

    assert 0.65 <= in_the_yard_teu(row) / sum(block.capacity_teu for block in blocks) <= 0.75
    assert 0.5 <= plugged(row) / sum(block.plugs for block in blocks) <= 0.85
    assert all(block.plugs * 2 <= block.capacity_teu for block in blocks)


@each_port
def test_gates_take_the_busiest_hour_of_a_weekday_with_a_quarter_to_spare(system: str) -> None:
    """The trucks of that hour are 70 to 80 % of what the gates pass."""
    gates = [gate for place in COMMUNITIES[system].facilities for gate in place.gates]

    capacity = sum(gate.capacity_per_hour for gate in gates)
    assert 0.70 <= peak_trucks(VOLUMES[system]) / capacity <= 0.80


@each_port
def test_every_place_and_terminal_of_the_port_is_there(system: str) -> None:
    """Each LOCODE of the system, and each SMDG terminal under the LOCODE that lists it."""
    community = COMMUNITIES[system]
    listed = set(terminals(system))

    assert set(community.locodes) == set(PORT_SYSTEMS[system].locodes)
    assert {facility.code for facility in community.facilities} == listed
    assert all(system_of(facility.code[:5]) == system for facility in community.facilities)


def terminals(system: str) -> Iterator[str]:
    """Yield the terminals that the notes of `ports.csv` name, as facility ids."""
    file = Path(PROFILES.parent / "contracts" / "ports.csv")
    for row in csv.DictReader(file.read_text("utf-8").splitlines()):
        if system_of(row["locode"]) == system:
            found = re.search("terminals ([A-Z0-9 ]+)", row["notes"]) or re.search(
                "coord SMDG ([A-Z0-9]+)", row["notes"]
            )
            assert found, row["locode"]
            yield from (f"{row['locode']}:SMDG:{code}" for code in found[1].split())


@each_port
def test_somebody_speaks_in_every_family_and_role(system: str) -> None:
    """Without it a kind of fact could reach no rule of that port."""
    community = COMMUNITIES[system]
    spoken = {family for source in community.sources for family in source.families}
    roles = {role for member in community.organisations for role in member.roles}

    assert {"vessel", "gate", "yard", "clearance"} <= spoken
    assert {"TER", "CAR", "AGT", "PA", "NAU", "AUT", "TRK", "FWD", "PCS", "OPS"} <= roles
    for name in ("customs", "health", "agro", "migration"):
        country = PORT_SYSTEMS[system].country.lower()
        assert f"aut-{country}-{name}" in community.members


@each_port
def test_every_terminal_has_one_operator_that_speaks_for_gate_and_yard(system: str) -> None:
    """Nobody else can see inside a yard; two operators would both be believed."""
    community = COMMUNITIES[system]
    for facility in community.facilities:
        (operator,) = [m for m in community.organisations if facility.code in m.operates]
        told = {
            family
            for source in community.sources
            if source.organisation == operator.code
            for family in source.families
        }
        assert {"vessel", "gate", "yard", "clearance"} <= told, facility.code


@each_port
def test_sources_belong_to_the_port_and_are_missed_when_silent(system: str) -> None:
    """Its path begins with the port and its owner; a floor for one of its families at least."""
    community = COMMUNITIES[system]
    for source in community.sources:
        assert source.organisation in community.members
        assert source.source.startswith(f"/{system}/{source.organisation}/")
        assert source.silence_minutes, source.source


@each_port
def test_rules_of_the_port_are_known(system: str) -> None:
    """Thresholds, formalities and measures exist, and no promise is made twice."""
    community = COMMUNITIES[system]
    promises = [standard.standard_id for standard in community.standards]

    policy_from(community.policy, "test")
    assert set(community.mandatory_formalities) <= set(FORMALITY.values)
    assert community.mandatory_formalities
    assert len(set(promises)) == len(promises)
    assert all("K01" <= standard.measure <= "K34" for standard in community.standards)


@each_port
def test_first_language_is_that_of_the_port(system: str) -> None:
    """Portuguese in Brazil, English in Trinidad and Jamaica, else Spanish; all three are there."""
    first = {"BR": "pt", "TT": "en", "JM": "en"}.get(PORT_SYSTEMS[system].country, "es")

    assert COMMUNITIES[system].languages[0] == first
    assert set(COMMUNITIES[system].languages) == {"es", "en", "pt"}


def test_no_name_of_a_port_means_two_ports() -> None:
    """Manzanillo is in Mexico and in Panama: the bare name is nobody's."""
    owners: dict[str, str] = {}
    for system, community in COMMUNITIES.items():
        for alias, locode in community.port_aliases.items():
            assert system_of(locode) == system
            assert owners.setdefault(alias.upper(), system) == system

    homonyms = {"MANZANILLO", "COLON", "ALTAMIRA", "BALBOA", "VERACRUZ", "LIMON", "SAN ANTONIO"}
    assert homonyms.isdisjoint(owners)
    assert {"KINGSTON", "SANTA CATARINA"}.isdisjoint(owners)


@each_port
def test_the_places_of_a_corridor_stand_from_inland_to_the_gate(system: str) -> None:
    """Each is nearer than the one before, and every port has a place where trucks can wait."""
    community = COMMUNITIES[system]
    ways = [[point.usual_minutes for point in c.waypoints] for c in community.corridors]

    assert all(way == sorted(way, reverse=True) for way in ways)
    assert {point.kind for point in community.waypoints.values()} & {
        "ANTE_PORT",
        "PARKING",
        "DRY_PORT",
        "CUSTOMS",
    }
