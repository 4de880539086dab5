"""The answers of the REST interface, field by field, as its OpenAPI document shows them."""

from typing import Any

from pydantic import BaseModel, Field

Document = dict[str, Any]


class Counts(BaseModel):
    """Open alerts of a port by severity."""

    red: int
    orange: int
    yellow: int


class Stand(BaseModel):
    """Where an answer stands: taken before its content, so that a stream from it has no gap."""

    system: str = Field(description="Key LOCODE of the port system", examples=["COCTG"])
    position: str = Field(
        description="Hand it to the stream as Last-Event-ID", examples=["5f0c1d1e6a0b.418"]
    )
    now: str | None = Field(description="The port's own clock; null while it said nothing yet")
    stale: bool = Field(description="True while the store is away: the picture of before")


class Port(Stand):
    """A port system and what is open there."""

    name: str
    country: str
    locodes: list[str]
    timezone: str
    open_alerts: Counts
    calls: int
    sources: int
    sources_silent: int


class PortSummary(BaseModel):
    """A port system in the list of all; `available` is false while its picture is not there."""

    system: str
    name: str
    country: str
    locodes: list[str]
    timezone: str
    available: bool
    now: str | None = None
    stale: bool = False
    open_alerts: Counts | None = None
    calls: int = 0
    sources: int = 0
    sources_silent: int = 0


class Ports(BaseModel):
    """All port systems of the network, north to south."""

    ports: list[PortSummary]


class AlertPage(Stand):
    """One page of alerts, in the order severity, act_by_at, alert_id."""

    total: int = Field(description="How many alerts match the filters")
    alerts: list[Document] = Field(description="Alert records, thinned as asked")
    next: str | None = Field(description="Cursor of the next page; null on the last")


class Calls(Stand):
    """The calls of a port, by best arrival."""

    calls: list[Document]


class Standards(Stand):
    """Periods of the port's service standards: running ones first, then by name and begin."""

    standards: list[Document] = Field(
        description="What was promised, how many cases of the period kept it, and its `state`:"
        " FEW, KEPT, NEAR or BROKEN"
    )


class Sources(Stand):
    """The sources of a port, silent ones first."""

    sources: list[Document]
