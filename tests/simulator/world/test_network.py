"""The services of the network: every port is called as its volumes say."""

from collections import Counter

from contracts.identifiers import PORT_SYSTEMS, is_imo
from simulator.world.network import distances, services
from simulator.world.volumes import volumes


def test_every_port_is_called_as_often_as_its_volumes_say() -> None:
    """A weekly service calls each of its ports once a week."""
    calls = Counter(stop.system for service in services(7) for stop in service.stops)

    assert calls == {system: each.calls_per_week for system, each in volumes().items()}


def test_every_ship_sails_in_one_service_only() -> None:
    """No ship is in two loops, and each has a right number."""
    ships = [ship.imo for service in services(7) for ship in service.ships]

    assert len(ships) == len(set(ships))
    assert all(is_imo(number) for number in ships)


def test_most_services_call_at_several_ports() -> None:
    """Delays travel only where ships go on: three in four loops have three ports or more."""
    loops = [len(service.stops) for service in services(7)]

    assert sum(count >= 3 for count in loops) / len(loops) > 0.75


def test_any_two_ports_have_a_sea_distance() -> None:
    """210 pairs, the same both ways, Panama's two coasts joined by the canal."""
    pairs = [(a, b) for a in PORT_SYSTEMS for b in PORT_SYSTEMS if a != b]

    assert all(distances()[pair] > 0 for pair in pairs)
    assert all(distances()[a, b] == distances()[b, a] for a, b in pairs)


def test_another_seed_is_another_network() -> None:
    """The seed decides; the same seed is the same network."""
    assert services(7) != services(8)
