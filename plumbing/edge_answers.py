"""What an edge answers: a receipt when all is well, a problem (RFC 9457) when it is not."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec
from pydantic import BaseModel, Field
from starlette.responses import Response

from contracts.problems import Problem, Reason
from plumbing.edge import Accepted, Refused
from plumbing.kafka import Delivered

PROBLEM: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 2
_TOLD_MAX: Final = 100
"""Problems told in one answer: a batch of 10,000 bad events needs no 10,000 explanations."""


class ItemProblem(BaseModel):
    """One thing that is wrong with one event."""

    index: int = Field(description="Place of the event in the request, from 0.")
    id: str | None = Field(description="Its id, if one could be read.")
    reason: Reason
    field: str = Field(description="Dotted path, such as data.box.box.")
    found: str
    allowed: str


class Item(BaseModel):
    """What became of one event of the request."""

    index: int
    id: str | None
    status: int = Field(description="202, 403, 413 or 422.")
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    warnings: list[str] = Field(default=[], description="Published, and worth a look.")
    problems: list[ItemProblem] = Field(default=[], description="Why it was not published.")


class Receipt(BaseModel):
    """Every accepted event was acknowledged by all in-sync replicas of Kafka."""

    accepted: int
    rejected: int
    items: list[Item]


class Trouble(BaseModel):
    """An error answer, RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    problems: list[ItemProblem] = []


def status_of(refused: Refused) -> int:
    """Return the HTTP status that one refused event would have by itself."""
    reasons = {problem.reason for problem in refused.problems}
    if "TOO_LARGE" in reasons:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return HTTPStatus.FORBIDDEN if reasons == {"NOT_ALLOWED"} else HTTPStatus.UNPROCESSABLE_ENTITY


def receipt(outcomes: Sequence[Accepted | Refused], delivered: Sequence[Delivered]) -> Response:
    """Return 202 when every event was published, 207 when only some were."""
    places = iter(delivered)
    items = [
        _published(index, outcome, next(places))
        if isinstance(outcome, Accepted)
        else _item_refused(index, outcome)
        for index, outcome in enumerate(outcomes)
    ]
    rejected = len(outcomes) - len(delivered)
    body = {"accepted": len(delivered), "rejected": rejected, "items": items}
    status = HTTPStatus.MULTI_STATUS if rejected else HTTPStatus.ACCEPTED
    return _json(body, status, "application/json")


def all_refused(outcomes: Sequence[Refused], may: str) -> Response:
    """Return 422, or the one status that every event of the request shares.

    `may` says what the key of the request may do; it is told when that was the trouble.
    """
    statuses = {status_of(outcome) for outcome in outcomes}
    status = statuses.pop() if len(statuses) == 1 else HTTPStatus.UNPROCESSABLE_ENTITY
    problems = [told for index, outcome in enumerate(outcomes) for told in _told(index, outcome)]
    first = problems[0]
    detail = f"{first['field']}: found {first['found']}, allowed is {first['allowed']}"
    if status == HTTPStatus.FORBIDDEN:
        detail += f"; {may}"
    if len(problems) > _TOLD_MAX:
        detail += f" (the first {_TOLD_MAX} of {len(problems)} problems are listed)"
    return trouble(status, detail, problems=problems[:_TOLD_MAX])


def trouble(
    status: int,
    detail: str,
    *,
    problems: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error answer as application/problem+json."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    if problems:
        body["problems"] = problems
    return _json(body, status, PROBLEM, headers)


def busy(detail: str) -> Response:
    """Return 503 with Retry-After: send the same events, with the same ids, again."""
    return trouble(
        HTTPStatus.SERVICE_UNAVAILABLE,
        detail,
        headers={"retry-after": str(RETRY_AFTER_SECONDS)},
    )


class _Published(msgspec.Struct, gc=False):
    # An `Item` of what was published, as it is written ten thousand times in one answer.
    index: int
    id: str
    status: int
    topic: str
    partition: int
    offset: int
    warnings: tuple[str, ...]


def _published(index: int, event: Accepted, place: Delivered) -> _Published:
    return _Published(index, event.id, 202, *place, event.warnings)


def _item_refused(index: int, refused: Refused) -> dict[str, Any]:
    return {
        "index": index,
        "id": refused.id,
        "status": int(status_of(refused)),
        "problems": _told(index, refused),
    }


def _told(index: int, refused: Refused) -> list[dict[str, Any]]:
    return [{"index": index, "id": refused.id, **_named(told)} for told in refused.problems]


def _named(problem: Problem) -> dict[str, str]:
    return dict(problem._asdict())


def _json(
    body: object, status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(msgspec.json.encode(body), status, dict(headers or {}), media_type=media_type)
