"""What an export needs beside a truck: to be weighed, and to be let go by customs."""

from random import Random
from typing import Final, NamedTuple

from correlation.instants import DAY, HOUR
from simulator.world.boxes import Box
from simulator.world.calls import Call
from simulator.world.instants import whole
from simulator.world.port import Port, Steps
from simulator.world.telling import of_boxes as say

LATE_PAPERS: Final = 0.012
"""Share of bookings, and of boxes for their weight, that are late; a tenth of these too late."""
INSPECTED: Final = 0.02
"""Share of exports that customs open; some are let go only after their ship is loaded."""
WAVE: Final = 3.0


class Course(NamedTuple):
    """How it goes with a box.

    How long before its cut-off it is weighed, and before that of the gate it is cleared (ms);
    what decides whether customs open it; how long before the work they then let it go.
    """

    weighed: int
    cleared: int
    luck: float
    opened: int


def drawn(box: Box, chance: Random) -> Course:
    """Draw how it goes with a box."""
    hours = chance.uniform(26, 70)
    if (luck := chance.random()) < LATE_PAPERS:
        hours = chance.uniform(1, 20) if luck > LATE_PAPERS / 10 else -6
        box.roots["VCO"] = "late-papers"
    cleared, opened = chance.randint(30, 90) * HOUR, chance.randint(-10, 30) * HOUR
    return Course(whole(hours * HOUR), cleared, chance.random(), opened)


def until_before(port: Port, call: Call, code: str, lead: int) -> Steps:
    """Wait until so long before a cut-off, wherever that moves; what is far is looked at less."""
    while call.stage == "FAR" and (left := call.windows[code] - lead - port.now) > 0:
        yield port.wait(port.now + max(min(left, DAY), left // 2))


def prepared(port: Port, box: Box, call: Call, course: Course) -> Steps:
    """Let a box be weighed and cleared in time, mostly, whichever comes first."""
    steps = [(course.weighed, "VCO"), (course.cleared, "FCO")]
    for lead, code in sorted(steps, reverse=True):
        yield from until_before(port, call, code, lead)
        if code == "VCO":
            weigh(port, box)
        else:
            clear(port, box, call, course)


def weighed_again(port: Port, box: Box, call: Call) -> Steps:
    """Let a box that was rolled before it was weighed be weighed for its next ship."""
    course = drawn(box, port.stream("weight", box.number))
    yield from until_before(port, call, "VCO", course.weighed)
    weigh(port, box)


def weigh(port: Port, box: Box) -> None:
    """Let the verified gross mass of a box be known."""
    if box.booking:
        box.is_weighed = True
        box.told["weighed"] = say.weighed(port.voices, box, port.now)
        port.watch.export(box)


def clear(port: Port, box: Box, call: Call, course: Course) -> None:
    """Let customs look at an export before its ship comes: most are let go at once."""
    wave = WAVE if port.disruptions.at("customs-wave", port.now) else 1.0
    if course.luck < INSPECTED * wave and box.booking:
        port.start(_opened(port, box, call, course.opened))
    else:
        _let_go(port, box)


def _opened(port: Port, box: Box, call: Call, lead: int) -> Steps:
    """Let customs open a box, and let it go so long before the work on its ship, or after it."""
    box.channel = "PHYS"
    say.customs_said(port.voices, box, port.now, "SELECTED")
    while call.is_open and port.now < call.works_at - lead:
        yield port.wait(min(call.works_at - lead, port.now + 6 * HOUR))
    _let_go(port, box)


def _let_go(port: Port, box: Box) -> None:
    box.is_cleared = True
    if box.booking:
        say.customs_said(port.voices, box, port.now, "RELEASED")
        port.watch.export(box)
