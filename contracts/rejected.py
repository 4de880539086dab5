"""A record that may not be there: why, where from, and its bytes (`rada.rejected.v1`)."""

from base64 import b64encode
from typing import Annotated
from uuid import NAMESPACE_URL, uuid5

from pydantic import Field, StringConstraints

from contracts.blocks import Block
from contracts.fields import Instant, Organisation, Whole
from contracts.identifiers import SystemKey
from contracts.problems import Problem, Reason

_NAMESPACE = uuid5(NAMESPACE_URL, "urn:rada:rejected")


class RejectedOrigin(Block):
    """Where the record lies in its input topic."""

    topic: Annotated[str, StringConstraints(min_length=1, max_length=249)]
    topic_id: str = ""
    partition: Whole
    offset: Whole


class Rejected(Block):
    """One refused record. Its id comes from its origin, so saying it again is the same message."""

    id: Annotated[str, StringConstraints(min_length=36, max_length=36)]
    reason: Reason
    field: str
    found: str
    allowed: str
    origin: RejectedOrigin
    received_at: Instant
    system: SystemKey | None = None
    publisher: Organisation | None = None
    original: Annotated[str, Field(max_length=2 * 1024 * 1024)] | None = None
    """The bytes in base64; left out for PLAIN_PLATE and for a record too large to carry."""


def rejection_id(origin: RejectedOrigin) -> str:
    """Return the id of the rejection of the record at an origin."""
    place = f"{origin.topic}|{origin.topic_id}|{origin.partition}|{origin.offset}"
    return str(uuid5(_NAMESPACE, place))


def kept_original(problem: Problem, value: bytes | None) -> str | None:
    """Return what may be kept of a refused record: nothing where a person stands in clear text."""
    if value is None or problem.reason == "PLAIN_PLATE":
        return None
    return b64encode(value).decode("ascii")
