"""What keeps an import from its truck: customs that has not released it, and who holds it."""

import pytest

from simulator.world import imports
from simulator.world.boxes import Box
from simulator.world.port import Port
from tests.simulator.world.conftest import Told


@pytest.fixture
def port(everything: Told) -> Port:
    """Return a port of the world."""
    return everything.world.ports["COCTG"]


@pytest.mark.parametrize("kind", ["CUSTOMS", "SANITARY", "CARRIER_FREIGHT", "PHYTOSANITARY"])
def test_a_hold_that_is_lifted_releases_nothing(port: Port, kind: str) -> None:
    """Held, and let go of again by whoever held it: customs has still to release it."""
    box = held_as(port, kind)
    box.blockers["UNRELEASED"] = port.now

    steps = imports.held(port, box, 1)
    next(steps)
    next(steps)
    stood = set(box.blockers)
    assert next(steps, None) is None

    assert stood == {"UNRELEASED", kind}
    assert set(box.blockers) == {"UNRELEASED"}


def held_as(port: Port, kind: str) -> Box:
    """Return an import on its ship whose fate it is to be held for this reason."""
    for number in range(100):
        name = f"RDAU{number:06}0"
        if port.stream("hold", name).choice(imports.HOLDS) == kind:
            return Box(name, "IMPORT", "45G1", "DRY", False, 20_000, "SHIP", inbound=port.calls[0])
    raise AssertionError(f"no box is held for {kind}")
