"""Whether a terminal is heard: its systems of a family, and until when a silent one is waited for.

Where each thing is told, that something is not told means nothing while nobody is heard.
"""

from correlation.instants import MINUTE
from correlation.picture.port import Port
from correlation.picture.sources import limit_of, silent_from, source_key


def unheard_until(port: Port, name: tuple[str, str], since: int, now: int) -> int | None:
    """Return when to ask again whether a source was heard since an instant; None once it was.

    `name` is the source and its family. It is taken to live until half of the silence is over
    after which it is called silent. What it says after a silence is first what it had to say
    meanwhile, so that is waited for while it comes. Of one that never spoke, or is in no profile
    and owes no sign of life, nothing is waited for.
    """
    source = port.sources.get(source_key(*name))
    if source is None or not source.ever_spoke or port.owner_of(source.source) is None:
        return None
    minutes = int(port.policy.unheard_minutes * MINUTE)
    half = limit_of(port, source, source.last_at) // 2
    if source.last_at < since and now > silent_from(port, source, half):
        return now + minutes
    told_at = max(source.back_at, source.old_at) + minutes
    return told_at if told_at > now else None


def heard_systems(port: Port, facility: str, family: str) -> tuple[tuple[str, str], ...]:
    """Return the sources of a family of those who operate a terminal that have ever spoken."""
    names = ((source, family) for source in systems_of(port, facility, family))
    known = ((name, port.sources.get(source_key(*name))) for name in names)
    return tuple(name for name, source in known if source and source.ever_spoke)


def unheard_here_until(port: Port, facility: str, family: str, since: int, now: int) -> int:
    """Return until when a terminal is waited for of which nothing was heard since; 0 if it was."""
    systems = heard_systems(port, facility, family)
    waits = [unheard_until(port, name, since, now) for name in systems]
    again = [at for at in waits if at is not None]
    return min(again) if again and len(again) == len(waits) else 0


def systems_of(port: Port, facility: str, family: str) -> tuple[str, ...]:
    """Return the sources of a family of those who operate a terminal."""
    community = port.community
    if community is None:
        return ()
    owners = {one.code for one in community.organisations if facility in one.operates}
    return tuple(
        registered.source
        for registered in community.sources
        if registered.organisation in owners and family in registered.families
    )
