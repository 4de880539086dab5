"""What a source says and when it reaches us: CloudEvents ready to be posted."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

START: Final = datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
"""Tuesday, 05:00 in Cartagena and in Callao, which share UTC-5."""
END: Final = START + timedelta(hours=48)
ZONE: Final = timedelta(hours=-5)
EVENT_SPACE: Final = uuid5(NAMESPACE_URL, "urn:rada:simulated")

Event = dict[str, Any]


def clock(day: int, hhmm: str) -> datetime:
    """Return the instant of a wall clock in either port: day 1 is the first day of the scenario."""
    hours, minutes = (int(part) for part in hhmm.split(":"))
    midnight = datetime(2026, 11, 9, tzinfo=UTC) + timedelta(days=day)
    return midnight + timedelta(hours=hours, minutes=minutes) - ZONE


def written(at: datetime) -> str:
    """Return an instant as the wire has it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def span(start: datetime, end: datetime) -> dict[str, str]:
    """Return a span as the wire has it."""
    return {"from_at": written(start), "to_at": written(end)}


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
    """Writes the events of one source: the envelope is always its own."""

    system: str
    source: str
    organisation: str
    publisher: str

    def write(self, at: datetime, kind: str, subject: str, data: Event, **more: Any) -> Moment:
        """Return an event of type `rada.<kind>` posted at `at`.

        `occurred_at` tells when it happened, if earlier. Other keywords are further attributes
        of the envelope (`factid`, `updatedtime`, `retracted`, `confidence`). The id follows from
        the content, so the same scenario is the same messages.
        """
        family = kind.partition(".")[0]
        occurred = more.pop("occurred_at", None) or at
        happened, said = written(min(occurred, at)), written(at)
        body = {**data, "refs": {"port": self.system, **data.get("refs", {})}}
        content = json.dumps([self.source, kind, subject, happened, said, body, more], default=str)
        event = {
            "specversion": "1.0",
            "id": str(uuid5(EVENT_SPACE, content)),
            "source": self.source,
            "type": f"rada.{kind}",
            "subject": subject,
            "time": happened,
            "recordedtime": said,
            "partitionkey": self.system,
            "datacontenttype": "application/json",
            "dataschema": f"urn:rada:schema:{kind}:1.0",
            "organisation": self.organisation,
            **more,
            "data": body,
        }
        return Moment(at, family, event, self.publisher)
