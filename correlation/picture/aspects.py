"""What of a thing changed, as bits: most facts change what only a rule or two look at.

A touch says which aspects of a box changed, a rule which of them it reads. Whoever says nothing
means all of them. A subject of which something was found is looked at by all of its rules
whatever changed, for a finding tells more of a thing than what it was found by.
"""

from typing import Final

ALL: Final = -1
OWN: Final = 1
"""The thing itself, in a way that has no name here."""
LINKS: Final = 2
"""What it is and belongs to: its kind, booking, bill of lading, ships."""
GATE: Final = 4
QUAY: Final = 8
PLACED: Final = 16
CUSTOMS: Final = 32
HELD: Final = 64
"""Holds, releases, and the terminal's word on whether it can be collected."""
WEIGHED: Final = 128
DOCUMENTS: Final = 256
TRUCK: Final = 512
"""The appointments that are for it."""
ETA: Final = 1024
"""When the truck that is for it says to come."""
