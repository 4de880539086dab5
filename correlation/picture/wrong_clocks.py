"""When a thing was seen whose source has a clock that is wrong by hours, as in another zone."""

from correlation.statements import Statement


def seen_at(said: Statement | None) -> int | None:
    """Return when a box was seen, by a clock that is right; None if it was not."""
    if said is None or said.value is None:
        return None
    if not said.clock_off:
        return int(said.value)
    # Not even then later than it was heard.
    return min(int(said.value) + said.clock_off, said.received_at)
