"""What a source says and when it reaches us: CloudEvents ready to be posted."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

EVENT_SPACE: Final = uuid5(NAMESPACE_URL, "urn:rada:simulated")

Event = dict[str, Any]


def written(at: datetime) -> str:
    """Return an instant as the wire has it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Moment:
    """One event, the instant at which it is posted, at which edge, and by whom."""

    at: datetime
    family: str
    event: Event
    organisation: str
    """Who posts it: the organisation whose API key goes with the request."""

    @property
    def source(self) -> str:
        """Return the system that speaks."""
        return str(self.event["source"])


@dataclass(frozen=True)
class Pen:
    """One source: the port it speaks in, who owns it, and who posts for it."""

    system: str
    source: str
    organisation: str
    publisher: str
