"""Error answers by RFC 9457: what is wrong, what was found, and what is allowed."""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from contracts.problems import shown

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    421: "Wrong host",
    422: "A parameter is not valid",
    503: "The live picture is not there",
}


class Wrong(BaseModel):
    """One parameter that is not valid."""

    field: str
    found: str
    allowed: str


class ProblemDocument(BaseModel):
    """An error answer (application/problem+json)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    problems: list[Wrong] = []


class Refused(Exception):
    """A request that gets an error answer."""

    def __init__(
        self, status: int, detail: str, *problems: Wrong, retry_after: int | None = None
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.problems = problems
        self.headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}


def bad_parameter(field: str, found: object, allowed: str) -> Refused:
    """Return the refusal of one query parameter."""
    wrong = Wrong(field=field, found=shown(found), allowed=allowed)
    return Refused(422, f"{field}: found {wrong.found}, allowed is {allowed}", wrong)


def answer(status: int, detail: str, *problems: Wrong, **headers: str) -> JSONResponse:
    """Return an error answer."""
    document = ProblemDocument(
        title=_TITLES.get(status, "Error"), status=status, detail=detail, problems=list(problems)
    )
    return JSONResponse(
        document.model_dump(), status_code=status, headers=headers, media_type=MEDIA_TYPE
    )


def install(app: FastAPI) -> None:
    """Make every error of this application an answer of this form."""

    async def refused(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return answer(error.status, error.detail, *error.problems, **error.headers)

    async def invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        problems = [_wrong(detail) for detail in error.errors()]
        sentences = "; ".join(
            f"{wrong.field}: found {wrong.found}, allowed is {wrong.allowed}" for wrong in problems
        )
        return answer(422, sentences, *problems)

    async def other(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return answer(error.status_code, str(error.detail), **dict(error.headers or {}))

    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, other)


def _wrong(detail: dict[str, Any]) -> Wrong:
    context = detail.get("ctx") or {}
    allowed = context.get("expected") or context.get("pattern") or detail["msg"]
    field = ".".join(str(part) for part in detail["loc"][1:]) or str(detail["loc"][0])
    return Wrong(field=field, found=shown(detail.get("input")), allowed=str(allowed))


DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"model": ProblemDocument, "description": _TITLES[status], "content": {MEDIA_TYPE: {}}}
    for status in (404, 422, 503)
}
