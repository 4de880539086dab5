"""The tick that the sequencer writes into the journal: silence is a record too."""

from contracts.blocks import Block
from contracts.fields import Instant

CLOCK_TICKED = "rada.journal.clock-ticked"


class ClockTicked(Block):
    """J01: time passed. Inside a frame it is a bare record; this form is for replay and export."""

    sequenced_at: Instant
