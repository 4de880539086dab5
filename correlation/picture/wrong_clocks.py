"""What the times of a source are worth whose clock is wrong: by how much it is, and what is right.

Clocks are wrong by hours where a system was set to another zone (D03 says so of one that is
ahead). A pace, or how long nothing moved, is then told by what the time was, not by what it read.
"""

from correlation.picture.fact import Fact
from correlation.picture.port import Port
from correlation.picture.sources import LAG_LEAST, source_key
from correlation.statements import Statement


def clock_off(port: Port, fact: Fact) -> int:
    """Return what is to be added to the times of a fact (ms): 0 where its clock is not wrong.

    A clock that is ahead shows at once. One that is behind is known by its quickest words: what
    is sent by the batch, or is long under way, is heard later than these.
    """
    key = source_key(fact.event.source, fact.family)
    source = port.sources.get(key)
    if source is None:
        return 0
    if source.ahead_at > source.fine_at:
        return -source.ahead_by
    if f"{key}|lag" not in port.gaps:
        return 0
    least = port.gaps.get(f"{key}|least", 0)
    return least if least > LAG_LEAST // 2 else 0


def seen_at(said: Statement | None) -> int | None:
    """Return when a box was seen, by a clock that is right; None if it was not."""
    if said is None or said.value is None:
        return None
    off = said.get("clock_off")
    if not isinstance(off, int):
        return int(said.value)
    return min(int(said.value) + off, said.received_at)  # not even then later than it was heard
