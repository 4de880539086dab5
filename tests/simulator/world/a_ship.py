"""One ship's call as the truths of the world are asked about it."""

from correlation.instants import HOUR
from simulator.numbers import ship as numbered
from simulator.world.calls import Call
from simulator.world.port import Port


def a_call(port: Port, berth_at: int) -> Call:
    """Return a call that is announced for an hour at the berth; nobody has spoken of it yet."""
    call = Call(
        system=port.system,
        terminal=port.terminals[0],
        ship=numbered(1, "CLARA", 200.0),
        carrier="RDA",
        voyage="044N",
        service="S1",
        announced_at=berth_at,
        comes_at=berth_at - 2 * HOUR,
        moves=500,
        discharges=250,
        cranes=1,
        agent=port.voices.codes["AGT"][0],
    )
    call.name_it(berth_at)
    return call
