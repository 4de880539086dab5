"""When a thing was seen whose source has a clock that is wrong by hours, as in another zone."""

from correlation.statements import Statement


def seen_at(said: Statement | None) -> int | None:
    """Return when a thing was seen, by a clock that is right; None if it was not.

    An hour that is told apart from when it occurred was not read off that clock.
    """
    if said is None or said.value is None:
        return None
    at = int(said.value)
    return said.happened_at if at == said.occurred_at else at
