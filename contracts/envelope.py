"""The envelope of every event: CloudEvents 1.0 attributes under their names on the wire."""

from datetime import datetime
from typing import Annotated, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.fields import Flag, Instant, Organisation
from contracts.identifiers import SystemKey

EVENT_BYTES_MAX: Final = 1024 * 1024
MEDIA_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
BATCH_MEDIA_TYPE: Final = "application/cloudevents-batch+json"

D = TypeVar("D")

Id = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Source = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[!-~]+$")]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Sequence = Annotated[str, StringConstraints(max_length=20, pattern=r"^[0-9]*$")]


class Event(BaseModel, Generic[D]):
    """One statement of one source. `source` and `id` name the message, `factid` the fact."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"]
    id: Id
    source: Source
    type: Annotated[str, StringConstraints(max_length=100)]
    subject: Subject
    time: Instant
    recordedtime: Instant
    receivedtime: Instant | None = None
    partitionkey: SystemKey
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: Annotated[str, StringConstraints(max_length=200)] | None = None
    factid: Id | None = None
    updatedtime: Instant | None = None
    retracted: Flag = False
    organisation: Organisation
    publisher: Organisation | None = None
    confidence: Annotated[int, Field(strict=True, ge=0, le=100)] | None = None
    sequence: Sequence | None = None
    expirytime: Instant | None = None
    correlationid: Id | None = None
    causationid: Id | None = None
    traceparent: Annotated[str, StringConstraints(max_length=100)] | None = None
    data: D

    @property
    def occurred_at(self) -> datetime:
        """When it happened; for an estimate, request or plan: when it was stated."""
        return self.time

    @property
    def recorded_at(self) -> datetime:
        """When the source wrote it down."""
        return self.recordedtime

    @property
    def fact_id(self) -> str:
        """The identity of the fact inside its source; all versions share it."""
        return self.factid or self.id

    @property
    def fact_version(self) -> datetime:
        """The version of the fact: the later one rules."""
        return self.updatedtime or self.recordedtime

    def encode(self) -> bytes:
        """Return the event as structured JSON: what was set, explicit nulls included."""
        return self.model_dump_json(exclude_unset=True).encode()
