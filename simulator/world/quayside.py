"""The work on a ship: boxes off, then boxes on, as fast as cranes, shifts and people allow."""

from collections.abc import Callable
from operator import itemgetter
from random import Random
from typing import Final

from correlation.instants import HOUR, MINUTE
from simulator.world import exports, imports, onward
from simulator.world.boxes import Box
from simulator.world.calls import Call
from simulator.world.chance import clipped, gamma
from simulator.world.dangerous import set_down
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.reefers import kept_cold, taken_out
from simulator.world.telling import of_boxes as say_box
from simulator.world.telling import of_ships as say
from simulator.world.terminals import planned_pace
from simulator.world.voyages import rate_of

STEP: Final = 30 * MINUTE
SHIFT: Final = 8 * HOUR
IDLE_BEFORE: Final = 55.0
SLOW_SHIFTS: Final = 0.10
SLOW_BY: Final = 0.7
BREAKDOWN_CRANE_DAYS: Final = 180.0
SAID_TO: Final = 5 * MINUTE
"""A terminal says when it will be done to so many minutes."""
PACE_OVER: Final = 2 * HOUR
PACE_MOVES: Final = 30
"""Fewer moves in these hours say nothing of a pace."""
LOOK: Final = 5 * MINUTE
"""So often the end is reckoned anew of a ship whose boxes are told one by one."""
TOLD_EACH: Final = 0.8
"""Of the moves so far; the rest are in the terminal's figures only."""


class _Cranes:
    """How many cranes work, and how fast, from step to step."""

    def __init__(self, port: Port, call: Call, chance: Random) -> None:
        self.port, self.call, self.chance = port, call, chance
        self.rate = rate_of(chance)
        self.told = 0
        """Boxes that were told to be lifted, one by one."""
        self._counts: list[tuple[int, float]] = [(port.now, call.done)]
        """Instants and moves done by then, over the last hours."""
        self._mended_at: list[int] = []

    def moves(self) -> float:
        """Return the moves of the next step."""
        now, call = self.port.now, self.call
        self._mended_at = [at for at in self._mended_at if at > now]
        share = call.cranes * STEP / (24 * HOUR) / BREAKDOWN_CRANE_DAYS
        if self.chance.random() < share * self.port.scenario.rate("crane-breakdown"):
            self._mended_at.append(now + whole(self.chance.uniform(2, 20) * HOUR))
        stopped = self.port.disruptions.at("labour-stoppage", now)
        call.cranes_now = 0 if stopped else max(0, call.cranes - len(self._mended_at))
        if stopped or self._mended_at:
            call.held_by = "labour-stoppage" if stopped else "crane-breakdown"
        shift = self.port.stream("shift", call.terminal.code, now // SHIFT)
        is_slow = shift.random() < SLOW_SHIFTS * self.port.scenario.rate("slow-shift")
        return self.rate * call.cranes_now * (SLOW_BY if is_slow else 1.0) * STEP / HOUR

    def reckon(self, done: float) -> int:
        """Return when the cargo will be done at the pace of the last hours, else of the plan.

        That is what "at the pace of now" means in the alert catalogue (P03).
        """
        now, call = self.port.now, self.call
        self._counts.append((now, done))
        while self._counts[1][0] <= now - PACE_OVER:
            del self._counts[0]
        since, before = self._counts[0]
        hours, moves = (now - since) / HOUR, done - before
        pace = planned_pace(call)
        if hours >= PACE_OVER / HOUR / 2 and moves >= PACE_MOVES:
            pace = moves / hours
        return whole(now + (call.moves - done) / pace * HOUR)

    def look(self, done: float) -> None:
        """Reckon anew, for everybody sees the boxes that are lifted one by one."""
        self.call.done_at, self.call.progress_told_at = self.reckon(done), self.port.now
        self.port.watch.ship(self.call)

    @property
    def tells_each(self) -> bool:
        """Whether nearly every box lifted so far was told by itself; the rest only in figures."""
        return self.told > 0 and self.told >= TOLD_EACH * self.call.done


def worked(port: Port, call: Call) -> Steps:
    """Work a ship from the first lift to the last."""
    chance = port.stream("work", call.service, call.voyage, call.ship.imo)
    yield port.wait(port.now + whole(clipped(gamma(chance, 2.5, IDLE_BEFORE), 15, 240) * MINUTE))
    call.happened["first_lift"] = call.lifted_at = port.now
    port.watch.berth(call)
    voice = say.terminal(port.voices, call)
    say.happened(voice, call, port.now, ("CARGO_OPERATIONS", "STRT"), port.now)
    cranes = _Cranes(port, call, chance)
    yield from _phase(cranes, call.arrivals, call.discharges, lambda box: _off(port, box))
    call.arrivals = []
    on = exports.ready(call) + onward.ready(call)
    chance.shuffle(on)
    yield from _phase(cranes, on, call.moves, lambda box: _on(port, call, box))
    say.happened(voice, call, port.now, ("CARGO_OPERATIONS", "CMPL"), port.now)
    call.happened["last_lift"] = call.ends_at = call.done_at = port.now
    call.progress_told_at = say.progressed(port.voices, call, port.now)
    port.watch.ship(call)


def _phase(cranes: _Cranes, boxes: list[Box], until: int, lift: Callable[[Box], None]) -> Steps:
    """Do the moves up to a count, and lift the boxes among them as they come."""
    port, call = cranes.port, cranes.call
    first, done, lifted = call.done, float(call.done), 0
    while call.done < until:
        moves = cranes.moves()
        # The last boxes take as long as they take: nobody waits for the half hour to be over.
        step = min(STEP, max(MINUTE, whole((until - done) / moves * STEP))) if moves else STEP
        done = min(float(until), done + moves)
        if call.cranes_now:
            call.lifted_at = port.now + step
        counted = int(done + 0.5)
        due = round(len(boxes) * (counted - first) / max(1, until - first))
        following = boxes[lifted:due]
        lifted = due
        begins, pause = port.now, step // (len(following) + 1)
        lifts = [(begins + pause * number, box) for number, box in enumerate(following, 1)]
        looks = range(begins + LOOK, begins + step, LOOK) if cranes.tells_each else ()
        moments: list[tuple[int, Box | None]] = [*lifts, *((at, None) for at in looks)]
        moments.sort(key=itemgetter(0))
        for at, box in moments:
            yield port.wait(at)
            if box is None:
                cranes.look(call.done + (counted - call.done) * (at - begins) / step)
            else:
                cranes.told += 1
                lift(box)
        yield port.wait(begins + step)
        call.done, call.counted_at = counted, port.now
        _report(cranes)


def _report(cranes: _Cranes) -> None:
    port, call = cranes.port, cranes.call
    done_at = cranes.reckon(call.done)
    call.ends_at = whole(done_at, SAID_TO)
    is_told = port.now // STEP % 2 == 0
    if is_told:
        call.progress_told_at = say.progressed(port.voices, call, port.now)
    elif cranes.tells_each:
        call.progress_told_at = port.now
    if is_told or cranes.tells_each:
        call.done_at = done_at
        port.watch.ship(call)
    assert call.plan is not None, "she lies at a planned berth"
    if call.leaves_at > call.plan.leaves_at + 45 * MINUTE and not call.is_replanning:
        call.is_replanning = True
        port.start(_leaves_later(port, call, cranes.chance.randint(30, 200) * MINUTE))


def _leaves_later(port: Port, call: Call, takes: int) -> Steps:
    """Agree on a later departure once the terminal has seen that she will not be done."""
    yield port.wait(port.now + takes)
    call.is_replanning = False
    if call.stage == "ALONGSIDE" and call.plan:
        call.plan.leaves_at = max(call.plan.leaves_at, call.leaves_at + 15 * MINUTE)
        call.plan.renewed_at = port.now
        call.plan.first_told_at, call.plan.told_at = say.agreed(port.voices, call, port.now)
        port.watch.ship(call)


def _off(port: Port, box: Box) -> None:
    assert box.inbound is not None, "it came with a ship"
    port.put_in_yard(box, box.inbound.terminal)
    port.count("discharged")
    box.happened["discharged"] = port.now
    set_down(port, box, box.inbound.terminal)
    box.told["discharged"] = say_box.discharged(port.voices, box, port.now)
    port.watch.dangerous(box)
    if box.cargo == "REEFER":
        port.start(kept_cold(port, box, box.inbound.terminal))
    if box.kind == "IMPORT":
        port.count("imports")
        imports.arrived(port, box)
    elif not onward.is_bound(box):
        onward.bind(port, box, box.inbound.terminal)


def _on(port: Port, call: Call, box: Box) -> None:
    box.outbound = call
    taken_out(port, box, call.terminal)
    port.take_from_yard(box, call.terminal)
    box.go("SHIP")
    port.count("loaded")
    say_box.loaded(port.voices, box, port.now)
    box.happened["loaded"] = port.now
    port.watch.dangerous(box)
    if box in call.exports:
        call.exports.remove(box)
