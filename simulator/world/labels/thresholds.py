"""From when on something is an incident: the thresholds of truth, with where each comes from.

All are those of the alert catalogue (its sections 1 and 2); a port's own thresholds do not move
the truth. [V] was read in a public source, [K] is common port practice.
"""

from typing import Final

from correlation.findings import Severity
from correlation.instants import DAY, HOUR, MINUTE

# Every alert (catalogue 1.4)
HYSTERESIS: Final = 0.7
"""An arrival is on time again only inside this share of its tolerance [K]."""
REOPENED_WITHIN: Final = HOUR
"""What is true again within an hour is the same incident [K]."""

# Tolerance of an arrival by horizon, catalogue 1.7 [K]
TOLERANCE: Final = ((72 * HOUR, 12 * HOUR), (24 * HOUR, 4 * HOUR), (6 * HOUR, 2 * HOUR))
TOLERANCE_NEAR: Final = HOUR

# For B01, common practice
ARRIVAL_HOLD_FAR: Final = 30 * MINUTE
ARRIVAL_HOLD_NEAR: Final = 10 * MINUTE
ARRIVAL_RED_HORIZON: Final = 6 * HOUR
ARRIVAL_RED_LATE: Final = 2 * HOUR
ARRIVAL_RED_EARLY: Final = 3 * HOUR
ARRIVAL_ACT_BEFORE: Final = 6 * HOUR

# For B03, common practice
BERTH_OVERLAP: Final = 30 * MINUTE
BERTH_MARGIN: Final = 15 * MINUTE
BERTH_HORIZON: Final = 7 * DAY
BERTH_HOLD: Final = 20 * MINUTE
BERTH_ORANGE: Final = 48 * HOUR
BERTH_RED: Final = 12 * HOUR

# For T01, common practice
CUTOFF_WATCH: Final = 24 * HOUR
CUTOFF_ORANGE: Final = 12 * HOUR
CUTOFF_RED: Final = 4 * HOUR
CUTOFF_MARGIN: Final = 30 * MINUTE
GATE_P80: Final = 60 * MINUTE
TRAVEL: Final = 3 * HOUR

# For T03, common practice
SHIFT_ARRIVAL: Final = 6 * HOUR
SHIFT_WINDOW: Final = 4 * HOUR
SHIFT_HOLD: Final = 20 * MINUTE
SHIFT_MANY: Final = 20
SHIFT_ORANGE: Final = 24 * HOUR
SHIFT_RED: Final = 6 * HOUR
SHIFT_FROZEN: Final = 72 * HOUR
"""So near its opening a window that moves is first the terminal's to decide on [V]."""
READY_AFTER: Final = 3 * HOUR
"""A box can be collected so long after its ship berths."""

# For T05, common practice
PICKUP_WATCH: Final = 12 * HOUR
PICKUP_ORANGE: Final = 6 * HOUR
PICKUP_RED: Final = 2 * HOUR
PICKUP_LOST: Final = 4 * HOUR
"""So long after its slot a truck is taken for lost."""

# For B02, common practice
ANSWER_FAR: Final = 4 * HOUR
ANSWER_NEAR: Final = HOUR
AGREED_AHEAD: Final = 72 * HOUR
ANSWER_ORANGE: Final = 48 * HOUR
ANSWER_RED: Final = 12 * HOUR
REPLACED: Final = 2 * HOUR

# For B04, common practice; the mean wait after the cargo was measured at Rotterdam [V]
OVERSTAY: Final = 30 * MINUTE
OVERSTAY_EXPECTED: Final = 60 * MINUTE
FOLLOWER_NEAR: Final = 6 * HOUR
FOLLOWER_ORANGE: Final = 12 * HOUR
FOLLOWER_RED: Final = 3 * HOUR
FOLLOWER_ACT_BEFORE: Final = 3 * HOUR

# For B05, common practice; closing the gap to the movement is a stated goal of Rotterdam [V]
SERVICE_WATCH: Final = 24 * HOUR
SERVICE_NEAR: Final = 12 * HOUR
SERVICE_OFF_FAR: Final = 60 * MINUTE
SERVICE_OFF_NEAR: Final = 30 * MINUTE
SERVICE_CLEAR: Final = 20 * MINUTE
SERVICE_MISSING: Final = {"INBD": 6 * HOUR, "OUTB": 3 * HOUR}
SERVICE_HOLD: Final = 10 * MINUTE
SERVICE_RED: Final = 2 * HOUR

# For B06, the ladder of one system's export orders [V], further steps common practice
INWARD_STEPS: Final = (48 * HOUR, 24 * HOUR, 12 * HOUR, 6 * HOUR, 2 * HOUR)
OUTWARD_STEPS: Final = (4 * HOUR, 2 * HOUR, HOUR)
PAPERS_ORANGE: Final = 24 * HOUR
PAPERS_RED: Final = 6 * HOUR

# For B07, common practice
BARRED_BEFORE_PILOT: Final = HOUR
BARRED_AFTER_BERTH: Final = 30 * MINUTE
BARRED_AROUND_DEPARTURE: Final = HOUR
BARRED_OPS: Final = HOUR
BARRED_ORANGE: Final = 24 * HOUR
BARRED_ACT_BEFORE: Final = 6 * HOUR

# For P02 and P03, common practice
FIRST_LIFT: Final = 60 * MINUTE
PLANNED_LIFT: Final = 30 * MINUTE
"""After the planned start of the work."""
NO_LIFT: Final = 45 * MINUTE
NO_LIFT_ORANGE: Final = 120 * MINUTE
NO_LIFT_RED: Final = 180 * MINUTE
AFTER_CARGO: Final = 60 * MINUTE
DEPARTURE_MARGIN: Final = 30 * MINUTE
DEPARTURE_HOLD: Final = 20 * MINUTE
DEPARTURE_CLEAR_HOLD: Final = 20 * MINUTE
"""So long she has to be in time before she is late no more."""
DEPARTURE_ORANGE: Final = 2 * HOUR
DEPARTURE_RED: Final = 6 * HOUR
DEPARTURE_ACT_BEFORE: Final = 4 * HOUR

# For R01, common practice
FORETOLD_OFF_FAR: Final = 4 * HOUR
FORETOLD_OFF_NEAR: Final = 2 * HOUR
FORETOLD_NEAR: Final = 48 * HOUR
FORETOLD_QUIET: Final = HOUR
FORETOLD_ORANGE: Final = 12 * HOUR
FORETOLD_RED: Final = 24 * HOUR
FORETOLD_ACT_BEFORE: Final = 24 * HOUR

# For R03, common practice
DROPPED_RED: Final = 72 * HOUR

# For T02, common practice
WINDOW_MARGIN: Final = 30 * MINUTE
WINDOW_ORANGE: Final = 24 * HOUR

# For R02, common practice
TRANSFER: Final = 12 * HOUR
TRANSFER_SPECIAL: Final = 6 * HOUR
CONNECTION_SLACK: Final = 2 * HOUR
CONNECTION_MANY: Final = 100
CONNECTION_CLEAR_HOLD: Final = 30 * MINUTE

# For T06, common practice; the days themselves stand in contracts
FREE_WATCH: Final = 48 * HOUR
FREE_ORANGE: Final = 24 * HOUR

# For P01, common practice
BLOCK_FULL: Final = 0.85
BLOCK_CLEAR: Final = 0.80
BLOCK_ORANGE: Final = 0.90
BLOCK_RED: Final = 0.95
PLUGS_FULL: Final = 0.95
PLUGS_CLEAR: Final = 0.90
BLOCK_HOLD: Final = 30 * MINUTE
BLOCK_ACT: Final = 90 * MINUTE
BLOCK_HARM: Final = 2 * HOUR
"""From a count that shows it: until the next one, when there is no room left to shift boxes."""
SHIFT: Final = 8 * HOUR

# For T04, common practice; waits of hours and half of the trucks unbooked were seen at Callao [V]
GATE_WAIT: Final = 45.0
GATE_WAIT_CLEAR: Final = 30.0
GATE_WAIT_RED: Final = 120.0
GATE_TURN: Final = 90.0
GATE_WALK_INS: Final = 20.0
GATE_ARRIVALS: Final = 110.0
GATE_HOLD: Final = 15 * MINUTE
GATE_ACT: Final = 30 * MINUTE
GATE_CLEAR_HOLD: Final = 30 * MINUTE

# For P04, common practice
LIST_AFTER_BERTH: Final = HOUR
"""When the work on a ship is planned to begin."""
LIST_WATCH: Final = 6 * HOUR
LIST_SHARE: Final = 0.02
LIST_CLEAR: Final = 0.01
LIST_BOXES: Final = 20
LIST_ORANGE: Final = 0.05
LIST_RED: Final = 0.10
LIST_ACT_BEFORE: Final = 2 * HOUR

# For P05, common practice
COLD_CHILLED: Final = 60 * MINUTE
COLD_FROZEN: Final = 120 * MINUTE
COLD_WARM: Final = 60 * MINUTE
COLD_UNREAD: Final = 120 * MINUTE
COLD_ORANGE: Final = 1.5
COLD_ACT: Final = 30 * MINUTE
COLD_CLEAR_HOLD: Final = 30 * MINUTE

# For P06, common practice; three days where an acceptance says nothing else
DANGEROUS_WATCH: Final = 24 * HOUR
DANGEROUS_RED: Final = 4 * HOUR
DANGEROUS_DWELL: Final = 72 * HOUR
DANGEROUS_ACT: Final = 4 * HOUR
"""Before the coming; after a limit was passed, so long is left to move the goods."""
DANGEROUS_HARM: Final = 24 * HOUR
"""Goods that stand against a rule are found at the next daily round."""

# For D02, common practice
APART_HORIZON: Final = 24 * HOUR
APART_FAR: Final = 4 * HOUR
APART_NEAR: Final = HOUR
APART_HOLD: Final = 30 * MINUTE
APART_RED: Final = 6 * HOUR
DOUBT_ACT: Final = 2 * HOUR
DOUBT_HARM: Final = 4 * HOUR
"""After two sources were heard to differ on what is past: when decisions rest on the wrong one."""
DOUBT_LAPSES: Final = 24 * HOUR
"""A day later nobody will mend what is past."""

# For D03, common practice
FAULT_ACT: Final = 2 * HOUR
FAULT_LAPSES: Final = 24 * HOUR
"""After it was received, a late fact is taken as it is."""

# For D04, common practice
CHECK_BY: Final = 60 * MINUTE

# D01: the floor of each source stands in the profile of its port


def tolerance(agreed_at: int, now: int) -> tuple[int, int | None]:
    """Return how far off an arrival may be (ms), and when that next narrows."""
    for horizon, allowed in TOLERANCE:
        if agreed_at - now > horizon:
            return allowed, agreed_at - horizon
    return TOLERANCE_NEAR, None


def by_horizon(left: int, orange: int, red: int) -> Severity:
    """Return how bad something is with so much time left."""
    if left <= red:
        return "RED"
    return "ORANGE" if left <= orange else "YELLOW"
