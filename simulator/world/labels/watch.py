"""Looks at the hidden world when something in it changed, or when time alone changes a truth."""

from collections.abc import Callable
from typing import Any

import simpy

from simulator.world.boxes import Appointment, Box
from simulator.world.calls import Call, Connection
from simulator.world.clockwork import Clockwork
from simulator.world.labels import (
    of_answers,
    of_berths,
    of_clocks,
    of_conditions,
    of_connections,
    of_dangerous,
    of_faults,
    of_land,
    of_lists,
    of_papers,
    of_reefers,
    of_rotations,
    of_services,
    of_shifts,
    of_ships,
    of_windows,
    of_words,
)
from simulator.world.labels.ledger import Ledger
from simulator.world.telling.voices import Chorus, Late


class Watch:
    """The truth of one port. `shifted` is called with a call whose times changed by hours."""

    def __init__(
        self,
        env: Clockwork,
        ledger: Ledger,
        voices: Chorus,
        shifted: Callable[[Call], None],
    ) -> None:
        """Write what is so to a ledger."""
        self.env, self.ledger, self.voices = env, ledger, voices
        self._shifted = shifted
        voices.late = self.late
        self._shifts: dict[Call, of_shifts.Shifts] = {}
        self._wakes: dict[tuple[Any, Any], int] = {}
        self.barriers: list[of_conditions.Barrier] = []
        """What bars ships or cranes, now or foreseen."""

    def ship(self, call: Call) -> None:
        """Look at a ship's times: against the agreed, at the berth, for the trucks."""
        if not self.ledger.is_open:
            return
        now = self.env.at
        self.foretold(call)  # what ends by this is not behind what begins
        late_key = of_ships.off_time_key(call)
        was_late = self.ledger.is_so(late_key)
        of_ships.off_time(self.ledger, self.voices, call, now)
        wake = of_ships.berth_conflicts(self.ledger, self.voices, call, now)
        self._at(wake, self.ship, call)
        # Once more: a conflict that was found makes her being off her time worse.
        wake = of_ships.off_time(self.ledger, self.voices, call, now)
        self._at(wake, self.ship, call)
        shifts = self._shifts.setdefault(call, of_shifts.Shifts())
        before = f"T03|{call.part}|{shifts.seq}"
        if of_shifts.settle(shifts, call, now):
            self.ledger.over(before, now)
            self._shifted(call)
        self.trucks(call)
        if self.ledger.is_so(late_key) and not was_late:
            self._stands_behind(call)
        for box in call.unpermitted:
            self.dangerous(box)
        self.berth(call)
        for other in call.terminal.calls:
            if other is not call and other.stage == "ALONGSIDE":
                self.berth(other)  # who comes next to her place may have changed
        self.papers(call)
        wake = of_conditions.barred(self.ledger, self.voices, self.barriers, call, now)
        self._at(wake, self.ship, call)
        wake = of_answers.answers(self.ledger, self.voices, call, now)
        self._at(wake, self.ship, call)
        of_conditions.dropped(self.ledger, self.voices, call, now)
        self.words(call)
        self.services(call)
        self.load_list(call)
        for connection in call.connections:
            self.connection(connection)
        self.foretold(call)
        for leg in call.rotation.after(call) if call.rotation else ():
            if leg.port and leg.call:
                leg.port.watch.foretold(leg.call)

    def foretold(self, call: Call) -> None:
        """Look at what the ports before it know of a call."""
        if self.ledger.is_open:
            now = self.env.at
            wake = of_rotations.delay_travels(self.ledger, self.voices, call, now)
            self._at(wake, self.foretold, call)

    def load_list(self, call: Call) -> None:
        """Look at what a ship is to load."""
        if self.ledger.is_open:
            wake = of_lists.load_list(self.ledger, self.voices, call, self.env.at)
            self._at(wake, self.load_list, call)

    def services(self, call: Call) -> None:
        """Look at pilot and tugs of a ship."""
        if self.ledger.is_open:
            now = self.env.at
            for look in (of_services.mismatches, of_answers.replacements):
                self._at(look(self.ledger, self.voices, call, now), self.services, call)

    def connection(self, connection: Connection) -> None:
        """Look at the boxes of one ship that another one is to take on."""
        if self.ledger.is_open:
            now = self.env.at
            wake = of_connections.at_risk(self.ledger, self.voices, connection, now)
            self._at(wake, self.connection, connection)

    def words(self, call: Call) -> None:
        """Look at what sources say differently of a ship."""
        if self.ledger.is_open:
            now = self.env.at
            wake = of_words.apart(self.ledger, self.voices, call, now)
            self._at(wake, self.words, call)
            wake = of_words.doubted(self.ledger, self.voices, call, now)
            self._at(wake, self.words, call)

    def late(self, late: Late) -> None:
        """Look at an actual that is received hours after it happened."""
        wake = of_faults.late(self.ledger, self.voices, late, self.env.at)
        self._at(wake, self.late, late)

    def mistyped(self, typed: of_faults.Mistyped) -> None:
        """Look at a container number that was typed wrong."""
        wake = of_faults.mistyped(self.ledger, self.voices, typed, self.env.at)
        self._at(wake, self.mistyped, typed)

    def twin(self, other: of_faults.Twin) -> None:
        """Look at a ship whose number a second transponder sends."""
        wake = of_faults.twin(self.ledger, self.voices, other, self.env.at)
        self._at(wake, self.twin, other)

    def berth(self, call: Call) -> None:
        """Look at a ship alongside: how long she stays, whether she is worked."""
        if self.ledger.is_open:
            now = self.env.at
            wake = of_berths.at_berth(self.ledger, self.voices, self.barriers, call, now)
            self._at(wake, self.berth, call)

    def papers(self, call: Call) -> None:
        """Look at the formalities of a call."""
        if self.ledger.is_open:
            wake = of_papers.papers(self.ledger, self.voices, call, self.env.at)
            self._at(wake, self.papers, call)

    def trucks(self, call: Call) -> None:
        """Look at the trucks of a ship whose times changed."""
        shifts = self._shifts.get(call)
        if shifts is None or shifts.seq == 0:
            return
        now, key = self.env.at, f"T03|{call.part}|{shifts.seq}"
        was_so = self.ledger.is_so(key)
        wake = of_shifts.trucks_left(self.ledger, call, shifts, call.trucks, now)
        self._at(wake, self.trucks, call)
        if self.ledger.is_so(key) and not was_so:
            self._stands_behind(call)

    def _stands_behind(self, call: Call) -> None:
        """Look at a ship's boxes and trucks: from now on it is she that is behind their trouble."""
        for box in call.exports:
            self.export(box)
        for made in call.trucks:
            self.appointment(made)

    def key_of_left(self, call: Call | None) -> str | None:
        """Return the key of the change of a ship's times that may have left trucks behind."""
        shifts = self._shifts.get(call) if call else None
        return f"T03|{call.part}|{shifts.seq}" if call and shifts and shifts.seq else None

    def left_behind(self, call: Call) -> list[Appointment]:
        """Return the trucks of a ship that stand on her old times."""
        return [made for made in call.trucks if self._is_left_behind(call, made)]

    def _is_left_behind(self, call: Call, made: Appointment) -> bool:
        shifts = self._shifts.get(call)
        if shifts is None or shifts.before is None:
            return False
        return of_shifts.is_left_behind(call, shifts, made)

    def export(self, box: Box) -> None:
        """Look at an export box against its cut-offs, once they are within a day."""
        if box.outbound and box.outbound.load_list:
            self.load_list(box.outbound)
        if self.ledger.is_open and box.outbound and box.outbound.is_watched and box.booking:
            now = self.env.at
            left_key = self.key_of_left(box.outbound)
            wake = of_land.cutoffs(self.ledger, self.voices, box, now, left_key)
            self._at(wake, self.export, box)

    def delivery(self, made: Appointment) -> None:
        """Look at a truck that brings boxes, against the window of their ship."""
        if self.ledger.is_open:
            call, now = made.boxes[0].outbound, self.env.at
            is_left = call is not None and self._is_left_behind(call, made)
            wake = of_windows.early_truck(
                self.ledger, made, now, self.key_of_left(call), is_left=is_left
            )
            self._at(wake, self.delivery, made)

    def appointment(self, made: Appointment) -> None:
        """Look at an appointment's boxes."""
        self.delivery(made)
        for box in made.boxes:
            self.dangerous(box)
            if made.direction == "DELIVER":
                self.export(box)
            else:
                self.pickup(box)

    def truck(self, made: Appointment) -> None:
        """Look at a truck of which more is known now, and at those of the same ship."""
        self.appointment(made)
        call = made.boxes[0].outbound or made.boxes[0].inbound
        if call:
            self.trucks(call)

    def dangerous(self, box: Box) -> None:
        """Look at a box of dangerous goods: what is allowed of it, where it stands."""
        if self.ledger.is_open and box.permit:
            wake = of_dangerous.out_of_rule(self.ledger, self.voices, box, self.env.at)
            self._at(wake, self.dangerous, box)

    def reefer(self, box: Box) -> None:
        """Look at the power of a reefer."""
        if self.ledger.is_open:
            wake = of_reefers.without_power(self.ledger, self.voices, box, self.env.at)
            self._at(wake, self.reefer, box)

    def pickup(self, box: Box) -> None:
        """Look at the appointment of an import box."""
        if self.ledger.is_open:
            now = self.env.at
            left_key = self.key_of_left(box.inbound)
            wake = of_land.pickup(self.ledger, self.voices, box, now, left_key)
            self._at(wake, self.pickup, box)
            self.free_time(box)

    def free_time(self, box: Box) -> None:
        """Look at the free days of an import box."""
        if self.ledger.is_open and box.free_until is not None:
            now = self.env.at
            wake = of_clocks.free_time(self.ledger, self.voices, box, now)
            self._at(wake, self.free_time, box)

    def forget(self, call: Call) -> None:
        """Let go of a ship that has left."""
        shifts = self._shifts.pop(call, None)
        if shifts:
            self.ledger.over(f"T03|{call.part}|{shifts.seq}", self.env.at)

    def _at(self, wake: int | None, look: Callable[[Any], None], subject: Any) -> None:
        """Look again at an instant, unless that is going to happen no later anyway."""
        if wake is None:
            return
        key = (look.__name__, subject)
        planned = self._wakes.get(key)
        if planned is not None and planned <= wake:
            return
        self._wakes[key] = wake

        def woken(_: simpy.Event) -> None:
            if self._wakes.get(key) == wake:
                del self._wakes[key]
                look(subject)

        self.env.wait(wake).callbacks.append(woken)
