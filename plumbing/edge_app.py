"""The HTTP shell of an edge: one route that takes events, and what belongs round it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from fastapi import FastAPI, Request
from prometheus_client import Counter, Gauge, Histogram
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from contracts.problems import Problem
from plumbing import health, logs
from plumbing.communities import Registry
from plumbing.edge import Accepted, Entrance, Refused, SubjectOf, accept, now
from plumbing.edge_answers import all_refused, busy, receipt, trouble
from plumbing.edge_body import (
    BrokenBody,
    Given,
    Held,
    NoRoom,
    TooLarge,
    UnreadableForm,
    body_limit,
    form_of,
    read_body,
    split,
)
from plumbing.edge_page import SECURITY_SCHEMES, described, page, responses
from plumbing.edge_publish import ACKNOWLEDGED_WITHIN, NotTaken, Outbox, Publisher, Unacknowledged
from plumbing.kafka import Sender
from plumbing.keys import Credential, UnknownKey
from plumbing.profile_text import BadProfile
from plumbing.settings import Settings

EVENTS_PATH: Final = "/v1/events"
_SLICE: Final = 200
"""Events of a batch that are looked at before another request may have its turn."""
_WATCH_SECONDS: Final = 1.0
_LOGGED_MAX: Final = 20
_LINGER_MS: Final = 2.0
_FLUSH_SECONDS: Final = 10.0

ACCEPTED = Counter("rada_edge_accepted", "Events acknowledged by Kafka", ["family"])
REJECTED = Counter("rada_edge_rejected", "Events refused, by reason", ["family", "reason"])
ANSWERED = Counter("rada_edge_requests", "Requests, by status", ["family", "status"])
ACKNOWLEDGED = Histogram(
    "rada_edge_acknowledged_seconds",
    "From the whole request read to its last acknowledgement",
    ["family"],
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
IN_FLIGHT = Gauge("rada_edge_in_flight", "Events without a delivery report", ["family"])

MakeOutbox = Callable[[Settings], Outbox]


@dataclass(frozen=True)
class Family:
    """What makes one edge differ from another."""

    name: str
    title: str
    description: str
    examples: Mapping[str, Mapping[str, Any]]
    """Title -> one complete event, shown in the documentation; each must be acceptable."""
    subject_of: SubjectOf


class Edge:
    """The parts of one running edge. `stop` makes it unready; `unanswered` what it owes."""

    def __init__(self, family: Family, settings: Settings, make_outbox: MakeOutbox) -> None:
        """Read the profiles; nothing is connected before `open`."""
        self.family = family
        self.settings = settings
        self.is_stopping = False
        self.left: list[str] = []
        self.deadline = ACKNOWLEDGED_WITHIN
        self.flush_seconds = _FLUSH_SECONDS
        registry = Registry(settings.communities)
        self.entrance = Entrance(
            family.name, family.subject_of, registry, settings.clock == "played"
        )
        self.held = Held()
        self._turn = asyncio.Lock()
        self.log = logs.get(family=family.name).bind()
        self._accepted = ACCEPTED.labels(family.name)
        self._acknowledged = ACKNOWLEDGED.labels(family.name)
        self.outbox: Outbox | None = None
        self.publisher: Publisher | None = None
        self._make_outbox = make_outbox

    def open(self) -> None:
        """Make the producer: here, inside the running process, and never at import."""
        self.outbox = self._make_outbox(self.settings)
        self.publisher = Publisher(
            self.outbox, self.settings, self.family.name, acknowledged_within=self.deadline
        )
        gauge = IN_FLIGHT.labels(self.family.name)
        gauge.set_function(lambda: self.publisher.in_flight if self.publisher else 0)

    def stop(self) -> None:
        """Say on /readyz that this process takes no more; requests under way are finished."""
        self.is_stopping = True

    def readiness(self) -> Mapping[str, str]:
        """Return what this edge waits for; empty when it takes events."""
        if self.is_stopping:
            return {"process": "it is stopping"}
        if self.publisher is None or self.outbox is None:
            return {"kafka": "the producer is not made yet"}
        if self.outbox.is_fatal:
            return {"kafka": "the client met a fatal error; this process restarts"}
        return {"kafka": self.publisher.away} if self.publisher.away else {}

    async def close(self) -> None:
        """Flush; `left` then names every event whose outcome nobody knows."""
        assert self.outbox is not None, "the application was started"
        assert self.publisher is not None, "the application was started"
        await asyncio.to_thread(self.outbox.close, self.flush_seconds)
        await asyncio.sleep(0)
        self.left = self.publisher.unanswered()

    async def watch(self) -> None:
        """Follow the profiles while running: a new key is known within a second."""
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if self.outbox is not None:
                self.outbox.hear()  # a fatal error may come while nothing is under way
            try:
                if self.entrance.registry.refresh():
                    self.log.info("profiles were read again")
            except (BadProfile, OSError) as bad:
                self.log.error("a profile cannot be used; the last good ones stay", found=str(bad))

    async def take(self, request: Request) -> Response:
        """Answer one request; every expected trouble has its status."""
        try:
            return await self._take(request)
        except UnknownKey as unknown:
            return trouble(401, str(unknown), headers={"www-authenticate": 'Bearer realm="rada"'})
        except UnreadableForm as form:
            return trouble(415, str(form), headers={"connection": "close"})
        except TooLarge as large:
            # What is left of the body is not read, so the connection cannot be used again.
            return trouble(413, str(large), headers={"connection": "close"})
        except BrokenBody as broken:
            return trouble(422, str(broken))
        except (NotTaken, NoRoom) as full:
            return busy(f"nothing was published: {full}; send the same events again")
        except Unacknowledged as unknown:
            return busy(
                f"the outcome is unknown: {unknown}; send the same events again under the same"
                " ids, which is harmless for those that arrived"
            )

    async def _take(self, request: Request) -> Response:
        assert self.publisher is not None, "the application is started before it serves"
        if self.is_stopping:
            raise NotTaken("this edge is stopping")
        credential = self.entrance.registry.keyring.credential(request.headers)
        form = form_of(request.headers)
        with self.held.share() as share:
            body = await read_body(
                request.stream(), request.headers, limit=body_limit(form), share=share
            )
            began = time.perf_counter()
            outcomes = await self._accept_all(split(form, body, request.headers), credential)
            self._note_refused(outcomes)
            accepted = [outcome for outcome in outcomes if isinstance(outcome, Accepted)]
            if not accepted:
                refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
                return all_refused(refused, self._may(credential))
            delivered = await self.publisher.publish(accepted)
        self._acknowledged.observe(time.perf_counter() - began)
        self._accepted.inc(len(accepted))
        first = delivered[0]
        self.log.info(
            "published",
            event_id=accepted[0].id,
            events=len(accepted),
            last_event_id=accepted[-1].id,
            topic=first.topic,
            partition=first.partition,
            offset=first.offset,
        )
        return receipt(outcomes, delivered)

    async def _accept_all(
        self, given: Sequence[Given], credential: Credential
    ) -> list[Accepted | Refused]:
        if len(given) <= _SLICE:
            return await self._look_at(given, credential)
        # Batches side by side would all be read at the end of the time of all, and then all wait
        # for Kafka: one after the other, one is read while those before it are under way.
        async with self._turn:
            return await self._look_at(given, credential)

    async def _look_at(
        self, given: Sequence[Given], credential: Credential
    ) -> list[Accepted | Refused]:
        received_at = now()
        outcomes: list[Accepted | Refused] = []
        for index, one in enumerate(given):
            if index and index % _SLICE == 0:
                await asyncio.sleep(0)
            if isinstance(one, Problem):
                outcomes.append(Refused(None, (one,)))
            else:
                outcomes.append(accept(one, self.entrance, credential, received_at))
        return outcomes

    def _note_refused(self, outcomes: Sequence[Accepted | Refused]) -> None:
        refused = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
        for outcome in refused:
            REJECTED.labels(self.family.name, outcome.problems[0].reason).inc()
        for outcome in refused[:_LOGGED_MAX]:
            problem = outcome.problems[0]
            # What was found stays out of the log: it may be the clear plate that was refused.
            self.log.warning(
                "rejected", event_id=outcome.id, reason=problem.reason, field=problem.field
            )

    def _may(self, credential: Credential) -> str:
        communities = self.entrance.registry.communities
        return "this key: " + "; ".join(
            _grant(communities[system].members[code], system)
            for system, code in sorted(credential.organisations.items())
        )


def _grant(organisation: Any, system: str) -> str:
    families = ", ".join(organisation.families) or "nothing"
    places = ", ".join(organisation.operates) or "no facility"
    return f"{organisation.code} may publish {families} at {system} and operates {places}"


def quiet_sender(settings: Settings) -> Sender:
    """Return a sender whose reports the edge asks for itself.

    Events wait for company for 2 ms: a request to Kafka for each single one costs as much as
    reading it, here and there.
    """
    return Sender(settings, linger_ms=_LINGER_MS, has_thread=False)


class _Application(FastAPI):
    # Events go straight to their edge. What FastAPI has round a route is made for what this one
    # does not use, and costs a single event as much as all that is done with it.

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == EVENTS_PATH and scope["method"] == "POST":
            answer = await self.state.post_events(Request(scope, receive))
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def edge_app(
    family: Family, settings: Settings, *, make_outbox: MakeOutbox = quiet_sender
) -> FastAPI:
    """Build the application of one edge; `app.state.edge` is its `Edge`."""
    edge = Edge(family, settings, make_outbox)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        edge.open()
        watching = asyncio.create_task(edge.watch())
        yield
        watching.cancel()
        await edge.close()

    app = _Application(
        title=family.title,
        description=family.description,
        version="1",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.edge = edge

    async def post_events(request: Request) -> Response:
        answer = await edge.take(request)
        ANSWERED.labels(family.name, answer.status_code).inc()
        return answer

    app.state.post_events = post_events
    # This route describes it, and answers other methods; `_Application` serves it.
    app.add_api_route(
        EVENTS_PATH,
        post_events,
        methods=["POST"],
        summary=f"Publish {family.name} events, one or a batch",
        description="Answered when Kafka has acknowledged every accepted event, not before.",
        operation_id="publishEvents",
        status_code=202,
        response_class=Response,
        responses=responses(),
        openapi_extra=described(family.name, family.examples),
    )

    document = app.openapi

    # FastAPI knows of no security here: keys are read by `Keyring`, for all forms alike.
    def with_security() -> dict[str, Any]:
        whole = document()
        whole.setdefault("components", {})["securitySchemes"] = SECURITY_SCHEMES
        return whole

    app.openapi = with_security  # type: ignore[method-assign]  # the way FastAPI documents

    async def docs(_request: Request) -> Response:
        return HTMLResponse(page(app.openapi()))

    app.router.routes.append(Route("/docs", docs, name="docs"))
    app.router.routes.extend(health.routes(edge.readiness))
    return app
