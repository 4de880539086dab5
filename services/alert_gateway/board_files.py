"""The web board as it is served: its files, its words in three languages, its security headers."""

import functools
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from babel.messages.pofile import read_po
from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.alert_gateway.answers import answer
from services.alert_gateway.items import LANGUAGES

HERE: Final = Path(__file__).parent
BOARD: Final = HERE / "board"
WORDS: Final = HERE / "words"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'none'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types rada"
)
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: FastAPI) -> None:
    """Serve the shell at every address of the board, and the files that it asks for."""
    app.router.routes += [
        Route("/", _shell),
        Route("/docs", _documentation),
        Route("/board", _shell),
        Route("/board/words/{language}.json", _words),
    ]
    app.mount("/board/assets", StaticFiles(directory=BOARD / "assets"), name="assets")
    app.router.routes.append(Route("/board/{address:path}", _shell))


async def _shell(_request: Request) -> Response:
    return FileResponse(BOARD / "index.html", headers={"Cache-Control": "no-cache"})


async def _documentation(_request: Request) -> Response:
    return FileResponse(BOARD / "docs.html", headers={"Cache-Control": "no-cache"})


async def _words(request: Request) -> Response:
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return answer(404, f"no words in {language[:20]}; allowed is {', '.join(LANGUAGES)}")
    return JSONResponse(words(language), headers={"Cache-Control": "no-cache"})


@functools.cache
def words(language: str) -> dict[str, Any]:
    """Return a language's sentences by their English original; a plural has its two forms."""
    catalog = read_po(BytesIO((WORDS / f"{language}.po").read_bytes()), locale=language)
    said: dict[str, Any] = {}
    for message in catalog:
        originals, translated = _forms(message.id), _forms(message.string)
        if not originals:
            continue
        forms = translated if translated and all(translated) else originals
        said[originals[0]] = forms if message.pluralizable else forms[0]
    return {"language": language, "words": said}


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    if not text:
        return []
    return [text] if isinstance(text, str) else list(text)


class Guard:
    """Puts the security headers on every answer, and refuses a host name that is not ours.

    The second keeps a page of another site from reaching a loopback listener by a name of its
    own that it points at 127.0.0.1.
    """

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its answer with the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        host = _host(scope)
        if host not in self._hosts:
            allowed = ", ".join(sorted(self._hosts))
            refusal = answer(421, f"host: found {host[:100]}, allowed is {allowed}")
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, receive, guarded)


def _host(scope: Scope) -> str:
    name = next((value for header, value in scope["headers"] if header == b"host"), b"")
    text = name.decode("latin-1").lower()
    return (
        text[: text.index("]") + 1] if text.startswith("[") and "]" in text else text.split(":")[0]
    )
