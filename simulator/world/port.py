"""One port of the hidden world: what its parts share, and what its whole consists of."""

from collections import Counter
from collections.abc import Generator, Mapping
from random import Random
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import simpy

from contracts.profile import Community
from correlation.instants import HOUR
from simulator.world.boxes import Appointment, Box, numbers_of
from simulator.world.calls import Call
from simulator.world.chance import stream
from simulator.world.clockwork import Clockwork
from simulator.world.disruptions import Disruptions
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.watch import Watch
from simulator.world.scenario import Scenario
from simulator.world.telling.handover import Handover
from simulator.world.telling.voices import Chorus
from simulator.world.terminals import Terminal
from simulator.world.volumes import volumes

if TYPE_CHECKING:
    from simulator.world.gates import Gate

Steps = Generator[simpy.Event, Any, Any]


class Plan(NamedTuple):
    """What a run is: a scenario and seed, ports, days, and the share of boxes and trucks.

    `more`: ports with another share. `starts`: so long after the first midnight it begins, ms.
    """

    scenario: Scenario
    seed: int
    systems: tuple[str, ...]
    days: float
    density: float
    more: Mapping[str, float] = MappingProxyType({})
    starts: int = 0


class Port:
    """One port system: terminals, gates, the calls and boxes that are open, voices, truth."""

    def __init__(
        self,
        env: Clockwork,
        run: Plan,
        community: Community,
        hand: Handover,
        ledger: Ledger,
    ) -> None:
        """Build it from its profile and volumes."""
        self.env, self.run, self.community = env, run, community
        self.system = community.system
        self.volumes = volumes()[self.system]
        self.scenario, self.density = run.scenario, run.more.get(community.system, run.density)
        self.voices = Chorus(community, hand, run.seed, run.scenario.noise)
        self.voices.tag = f"{run.scenario.name}-{run.seed}"
        self.hand, self.ledger = hand, ledger
        self.disruptions = Disruptions(
            run.seed, run.scenario, self.volumes, hand.begins, run.systems
        )
        operators = {
            place: member.code for member in community.organisations for place in member.operates
        }
        self.terminals = [
            Terminal(facility, env, operators[facility.code], community.timezone)
            for facility in community.facilities
            if facility.berths and facility.gates and facility.blocks and facility.code in operators
        ]
        self.calls: list[Call] = []
        self.boxes: dict[Box, None] = {}
        self.gates: dict[str, list[Gate]] = {}
        self.watch = Watch(env, ledger, self.voices, self._shifted)
        self.imports: dict[Box, None] = {}
        """Imports that are to come, or here."""
        self.trucks_ahead: tuple[int, Counter[str]] = (-1, Counter())
        """When it was last counted how many trucks are to come to each gate, and how many."""
        self.fetching: dict[Appointment, None] = {}
        """The trucks that are booked to fetch imports."""
        self.lead = 0
        """For how long before the run ships berth and boxes move, ms."""
        self.shifted: list[Call] = []
        """Calls whose times changed by hours and whose trucks are still to be moved."""
        self.numbers = numbers_of(self.system)
        self._trucks = 0
        self._papers = 0
        self.counts: dict[str, int] = {}

    @property
    def now(self) -> int:
        """The instant of the world."""
        return self.env.at

    def stream(self, *names: object) -> Random:
        """Return a stream of chance for a purpose in this port."""
        return stream(self.run.seed, self.system, *names)

    def start(self, steps: Steps) -> None:
        """Let something happen beside everything else."""
        self.env.start(steps)

    def wait(self, until: int) -> simpy.Event:
        """Return the event of an instant, now if it has passed."""
        return self.env.wait(until)

    def next_truck(self) -> int:
        """Return the number of the next truck or appointment."""
        self._trucks += 1
        return self._trucks

    def next_paper(self) -> str:
        """Return the number of the next booking or bill."""
        self._papers += 1
        return f"{self.system[2:]}{self._papers:07d}"

    def count(self, what: str, number: int = 1) -> None:
        """Count something of the hidden world, for its conservation laws."""
        self.counts[what] = self.counts.get(what, 0) + number

    def put_in_yard(self, box: Box, terminal: Terminal) -> None:
        """Let a box stand in a block of a terminal that suits it."""
        box.go("YARD")
        block = self._block_for(box, terminal)
        box.block = f"{terminal.code}/block/{block}"
        terminal.stock[block] += 1
        terminal.plugged[block] += box.cargo == "REEFER"
        self.boxes[box] = None
        self.count("in")

    def take_from_yard(self, box: Box, terminal: Terminal) -> None:
        """Let a box leave its block."""
        block = box.block.rpartition("/")[2]
        terminal.stock[block] -= 1
        terminal.plugged[block] -= box.cargo == "REEFER"
        self.boxes.pop(box, None)
        self.count("out")

    def _block_for(self, box: Box, terminal: Terminal) -> str:
        blocks = terminal.profile.blocks
        if box.cargo == "DG":
            named = [block for block in blocks if block.id in ("DG", "NG", "IMO")]
        elif box.cargo == "REEFER":
            named = [block for block in blocks if block.plugs > 0]
        else:
            named = [block for block in blocks if block.capacity_teu > 200]
        among = named or list(blocks)
        fullest = min(
            among,
            key=lambda block: (terminal.stock[block.id] / max(1, block.capacity_teu), block.id),
        )
        return fullest.id

    def _shifted(self, call: Call) -> None:
        self.shifted.append(call)

    def carrier_of(self, code: str) -> str:
        """Return the code of a carrier of this port: the one of a service, else another."""
        found = [each.rpartition("-")[2].upper() for each in self.voices.codes["CAR"]]
        return code if code in found else found[len(code) % len(found)]

    def picked(self, role: str, chance: Random) -> str:
        """Return an organisation of a role."""
        return chance.choice(self.voices.codes[role])

    def later_call(self, terminal: Terminal, after: int, carrier: str) -> Call | None:
        """Return the first call at a terminal that still takes an export, or None."""
        among = [
            call
            for call in terminal.calls
            if call.stage == "FAR"
            and call.is_told
            and call.windows.get("FCO", 0) > after + 24 * HOUR
        ]
        own = [call for call in among if call.carrier == carrier]
        return min(own or among, key=lambda call: (call.windows["FCO"], call.id), default=None)

    def over(self, made: Appointment) -> None:
        """Let go of an appointment that is over."""
        call = made.boxes[0].outbound if made.direction == "DELIVER" else made.boxes[0].inbound
        self.fetching.pop(made, None)
        for box in made.boxes:
            if box.appointment is made:
                box.appointment = None
        if call and made in call.trucks:
            call.trucks.remove(made)
            self.watch.trucks(call)

    def extras(self) -> dict[str, Any]:
        """Return what the port holds now, for whoever looks at memory."""
        return {"calls": len(self.calls), "boxes": len(self.boxes)}
