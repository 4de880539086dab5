"""The hidden world of a run: everything happens in it, and some of it is told.

It begins some days before the run, so that ships are under way and the yards are full when the
first word of it is heard. Lines are handed over as time passes, so a long run needs no more memory
than a short one.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from contracts.profile import Community
from correlation.instants import DAY, MINUTE, WEEK
from simulator.truth import Label
from simulator.world import (
    baseline,
    conditions,
    gates,
    offers,
    reefers,
    rosters,
    ships,
    trucks,
    voyages,
    yards,
)
from simulator.world.boxes import Box
from simulator.world.calls import Call
from simulator.world.clockwork import Clockwork, seldom_collected
from simulator.world.instants import FIRST_DAY, whole
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_faults import wrong_clock
from simulator.world.labels.of_sources import silences
from simulator.world.network import Service, services
from simulator.world.port import Plan, Port, Steps
from simulator.world.scenario import SCENARIOS
from simulator.world.telling.handover import Handover, Line
from simulator.world.telling.voices import beating

LEAD: Final = 6 * DAY
"""Before the run: from when on ships berth and boxes move."""


class UnknownScenario(ValueError):
    """There is no scenario of this name."""


class UnknownPort(ValueError):
    """There is no profile of a port system."""


def plan(
    scenario: str, seed: int, systems: Iterable[str], days: float, density: float = 1.0
) -> Plan:
    """Return what a run is.

    Raises:
        UnknownScenario: there is none of this name.
    """
    if scenario not in SCENARIOS:
        raise UnknownScenario(f"found {scenario!r}, allowed is one of {', '.join(SCENARIOS)}")
    return Plan(SCENARIOS[scenario], seed, tuple(systems), days, density)


class World:
    """One run. `lines` yields what is handed over; `labels` what is true, once it is known."""

    def __init__(self, run: Plan, communities: Mapping[str, Community]) -> None:
        """Build the ports of a run from their profiles.

        Raises:
            UnknownPort: a port has no profile.
        """
        missing = [system for system in run.systems if system not in communities]
        if missing:
            allowed = ", ".join(sorted(communities))
            raise UnknownPort(f"no profile of {', '.join(missing)}; there are {allowed}")
        self.run = run
        self.begins = FIRST_DAY + run.starts
        self.ends = self.begins + whole(run.days * DAY)
        self.env = Clockwork(self.begins - LEAD - voyages.ANNOUNCED)
        self.hand = Handover(self.begins)
        self.labels: list[Label] = []
        self.ports = {
            system: Port(
                self.env, run, communities[system], self.hand, Ledger(system, self.labels.append)
            )
            for system in run.systems
        }
        for port in self.ports.values():
            port.lead = LEAD
            for terminal in port.terminals:
                port.gates[terminal.code] = [
                    gates.Gate(port, terminal, each) for each in terminal.profile.gates
                ]
            _force_silences(port)
        for service in services(run.seed):
            if any(stop.system in self.ports for stop in service.stops):
                self.env.start(self._sails(service))
        self.env.start(self._begins())

    def lines(self) -> Iterator[Line]:
        """Yield every event in the order in which it is handed over, as the world goes on."""
        hand, begins = self.hand, self.begins
        with seldom_collected():
            for now in self.env.instants(self.ends):
                if now >= begins and hand.next_at < now:
                    yield from hand.until(now)
            yield from hand.until(self.ends)
        for port in self.ports.values():
            port.ledger.close(self.ends)

    def take_labels(self) -> list[Label]:
        """Return the labels that have become known since this was last asked."""
        taken = list(self.labels)
        self.labels.clear()
        return taken

    def _sails(self, service: Service) -> Steps:
        """Let a service send its ship each week, for as long as the run can feel it."""
        first = self.begins - LEAD
        weeks = voyages.voyages_from(first, self.ends, FIRST_DAY + service.begins)
        for week in weeks:
            leaves = FIRST_DAY + service.begins + week * WEEK + voyages.EARLIEST - voyages.ANNOUNCED
            yield self.env.wait(int(leaves))
            for call in voyages.calls_of(service, week, self.ports):
                if call.comes_at > first:
                    self.env.start(self._comes(call))

    def _comes(self, call: Call) -> Steps:
        due = min(call.announced_at, call.comes_at) - voyages.ANNOUNCED
        yield self.env.wait(due)
        yield from ships.life(self.ports[call.system], call)

    def _begins(self) -> Steps:
        """Open the run: what is so is told, and from now on all that happens."""
        yield self.env.wait(self.begins)
        self.hand.is_open = True
        for port in self.ports.values():
            port.ledger.is_open = True
            baseline.tell(port)
            self._goes_on(port)
        # Only now: what a ship does in one port makes things true in another one.
        for port in self.ports.values():
            for call in list(port.calls):
                port.watch.ship(call)
                for box in call.exports:
                    port.watch.export(box)
                for made in call.trucks:
                    port.watch.delivery(made)
            for box in port.imports:
                port.watch.pickup(box)
            for box in [*port.imports, *port.boxes, *_booked(port)]:
                port.watch.dangerous(box)
                port.watch.reefer(box)

    def _goes_on(self, port: Port) -> None:
        """Start what goes on all the time."""
        for kind in conditions.WORDINGS:
            port.start(conditions.stated(port, kind))
        port.start(conditions.gate_systems(port))
        port.start(reefers.cuts(port))
        port.start(rosters.rostered(port))
        for each in port.gates.values():
            for gate in each:
                port.start(gates.reports(gate))
                port.start(offers.offered(gate))
        yards.built(port)
        port.start(yards.inventories(port))
        port.start(_housekeeping(port))
        for voice in {voice.source: voice for voice, _, _ in port.voices.registered()}.values():
            port.start(wrong_clock(self.env, port.ledger, voice))
        for voice, family, allowed in port.voices.registered():
            port.start(beating(self.env, voice, family, allowed))
            port.start(silences(self.env, port.ledger, voice, family, allowed))


def _booked(port: Port) -> list[Box]:
    return [box for call in port.calls for box in (*call.exports, *call.arrivals)]


def _force_silences(port: Port) -> None:
    """Let a terminal's gate system be silent while it is down."""
    spells = port.disruptions.spells["gate-down"]
    begins = port.hand.begins
    spans = [(s.start, s.end) for s in spells.near(begins, begins + 400 * DAY) if s.start > begins]
    for at, terminal in enumerate(port.terminals):
        mine = [each for number, each in enumerate(spans) if number % len(port.terminals) == at]
        if mine:
            port.voices.of("TER", "gate", terminal.code).force_silence(mine)


def _housekeeping(port: Port) -> Steps:
    """Let what has ended be written and forgotten, and trucks of ships that moved be moved."""
    while True:
        yield port.wait(port.now + 5 * MINUTE)
        port.ledger.settle(port.now)
        port.disruptions.forget(port.now)
        shifted, port.shifted = port.shifted, []
        for call in shifted:
            port.start(trucks.reslot(port, call))
