"""The REST and stream routes under /v1."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Header, Path, Query
from starlette.responses import Response

from contracts.identifiers import KEYS_ALLOWED, PORT_SYSTEMS, PortSystem, system_of
from services.alert_gateway.answers import DOCUMENTED, Refused, Wrong
from services.alert_gateway.documents import (
    AlertPage,
    Calls,
    Counts,
    Document,
    Port,
    Ports,
    PortSummary,
    Sources,
    Standards,
)
from services.alert_gateway.feed import AWAY_SECONDS, Feed
from services.alert_gateway.items import in_language
from services.alert_gateway.queries import AlertQuery, in_order, page, read_fields, thinned
from services.alert_gateway.reading import Reading
from services.alert_gateway.settings import GatewaySettings
from services.alert_gateway.streaming import EventStream, opening
from services.alert_gateway.subscribers import Subscriber

PAGE_MAX: Final = 2_000
State = Literal["OPEN", "CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED", "ALL"]
Severity = Literal["RED", "ORANGE", "YELLOW"]
PeriodKind = Literal["DAY", "WEEK", "MONTH"]
Promise = Literal["FEW", "KEPT", "NEAR", "BROKEN"]
Lang = Annotated[
    Literal["es", "en", "pt"] | None, Query(description="Keep the texts of one language only")
]
Locode = Annotated[
    str,
    Path(description="UN/LOCODE of a port system or of one of its members", examples=["COCTG"]),
]
Codes = Annotated[list[Annotated[str, Query(pattern="^[A-Z][0-9]{2}$")]], Query()]


def router(reading: Reading, settings: GatewaySettings) -> APIRouter:
    """Return the routes over the feeds of `reading`."""
    routes = APIRouter(prefix="/v1", responses=DOCUMENTED)
    _add_ports(routes, reading)
    _add_standards(routes, reading)
    _add_alerts(routes, reading)
    _add_stream(routes, reading, settings)
    return routes


def _add_ports(routes: APIRouter, reading: Reading) -> None:
    @routes.get("/ports", summary="All port systems", tags=["ports"])
    async def ports() -> Ports:
        """List the port systems of the network, north to south, with what is open in each."""
        ordered = sorted(PORT_SYSTEMS.values(), key=lambda system: -system.latitude)
        return Ports(ports=[_summary(reading.feeds[system.key], system) for system in ordered])

    @routes.get("/ports/{locode}", summary="One port system", tags=["ports"])
    async def port(locode: Locode) -> Port:
        """Show a port system: its clock, its counts, and the position of its stream."""
        feed = _feed(reading, locode)
        counted = _summary(feed, PORT_SYSTEMS[feed.system]).model_dump(exclude={"available"})
        return Port(**{**counted, **_stand(feed)})

    @routes.get("/ports/{locode}/calls", summary="Calls of a port", tags=["ports"])
    async def calls(locode: Locode) -> Calls:
        """List the calls that the port knows of, by best arrival, unknown arrivals last."""
        feed = _feed(reading, locode)
        documents = sorted(feed.documents["call"].values(), key=_arrival)
        return Calls(**_stand(feed), calls=documents)

    @routes.get("/ports/{locode}/sources", summary="Sources of a port", tags=["ports"])
    async def sources(locode: Locode) -> Sources:
        """List the sources that report to the port and since when one is silent."""
        feed = _feed(reading, locode)
        documents = sorted(
            feed.documents["source"].values(),
            key=lambda source: (source.get("silent_since") is None, source.get("source", "")),
        )
        return Sources(**_stand(feed), sources=documents)


def _add_standards(routes: APIRouter, reading: Reading) -> None:
    @routes.get("/ports/{locode}/standards", summary="Service standards of a port", tags=["ports"])
    async def standards(
        locode: Locode,
        *,
        period: Annotated[list[PeriodKind], Query(description="Default: all")] = [],  # noqa: B006
        state: Annotated[list[Promise], Query(description="Default: all")] = [],  # noqa: B006
        is_over: Annotated[
            bool | None,
            Query(alias="over", description="Only periods that are over, or only running ones"),
        ] = None,
    ) -> Standards:
        """List the periods of the port's promises: how many cases, and how many were kept."""
        feed = _feed(reading, locode)
        found = [
            standard
            for standard in feed.documents["standard"].values()
            if (not period or standard.get("period") in period)
            and (not state or standard.get("state") in state)
            and (is_over is None or standard.get("is_over") is is_over)
        ]
        return Standards(**_stand(feed), standards=in_order(found))


def _add_alerts(routes: APIRouter, reading: Reading) -> None:
    @routes.get("/ports/{locode}/alerts", summary="Alerts of a port", tags=["alerts"])
    async def alerts(
        locode: Locode,
        *,
        state: Annotated[list[State], Query(description="Default: OPEN")] = ["OPEN"],  # noqa: B006
        severity: Annotated[list[Severity], Query()] = [],  # noqa: B006
        code: Codes = [],  # noqa: B006
        object: Annotated[  # noqa: A002 - the word of the interface
            str | None, Query(description="Id of an object, or a part of its label", max_length=100)
        ] = None,
        since: Annotated[datetime | None, Query(description="Changed at or after")] = None,
        lang: Lang = None,
        fields: Annotated[str | None, Query(description="Comma-separated field names")] = None,
        cursor: Annotated[str | None, Query(max_length=400)] = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> AlertPage:
        """List alerts in one stable order: severity, what must be done first, id."""
        feed = _feed(reading, locode)
        query = AlertQuery(
            states=frozenset() if "ALL" in state else frozenset(state),
            severities=frozenset(severity),
            codes=frozenset(code),
            object=object,
            since=_aware(since),
        )
        names = read_fields(fields)
        chosen, total, upcoming = page(
            feed.documents["alert"].values(), query, cursor=cursor, limit=limit
        )
        shown = [thinned(alert, language=lang, fields=names) for alert in chosen]
        return AlertPage(**_stand(feed), total=total, alerts=shown, next=upcoming)

    @routes.get("/alerts/{alert_id}", summary="One alert", tags=["alerts"])
    async def alert(alert_id: str, lang: Lang = None) -> Document:
        """Show an alert in full. An unknown id and one that is not yours answer alike."""
        for feed in reading.feeds.values():
            found = feed.documents["alert"].get(alert_id)
            if found is not None:
                _present(feed)
                return in_language(found, lang) if lang else found
        if all(feed.is_away for feed in reading.feeds.values()):
            _present(next(iter(reading.feeds.values())))
        raise Refused(404, "this alert is not found, or not yours to see")


def _add_stream(routes: APIRouter, reading: Reading, settings: GatewaySettings) -> None:
    @routes.get(
        "/ports/{locode}/stream",
        summary="Changes of a port, as they come",
        tags=["stream"],
        response_class=Response,
        responses={200: {"content": {"text/event-stream": {}}, "description": "Events"}},
    )
    async def stream(
        locode: Locode,
        lang: Lang = None,
        last_event_id: Annotated[str | None, Query(max_length=100)] = None,
        last_event_id_header: Annotated[str | None, Header(alias="Last-Event-ID")] = None,
    ) -> Response:
        """Send `hello`, then every change after `Last-Event-ID` in order, or `reset`.

        Events: `hello reset alert alert-gone call call-gone source source-gone standard
        standard-gone port now close`. `reset` means: load the port's alerts, calls, sources and
        standards again, then go on from its id.
        `now` comes with each heartbeat and carries the port's clock. `close` names why the
        server ends the stream (`slow`, `aged`, `shutdown`); the reader may connect again.
        """
        feed = _feed(reading, locode)
        subscriber = Subscriber(
            lang or "", items_max=settings.queue_items, bytes_max=settings.queue_bytes
        )
        begins = await opening(reading, feed, subscriber, last_event_id_header or last_event_id)
        return EventStream(begins, feed, subscriber, write_seconds=settings.write_seconds)


def _feed(reading: Reading, locode: str) -> Feed:
    system = system_of(locode.upper())
    if system is None:
        wrong = Wrong(field="locode", found=locode[:100], allowed=KEYS_ALLOWED)
        raise Refused(404, f"{wrong.found} is no port of this network", wrong)
    feed = reading.feeds[system]
    _present(feed)
    return feed


def _present(feed: Feed) -> None:
    if not feed.is_away:
        return
    if feed.position is None:
        why = "it is being read from the store"
    else:
        why = f"the store is away for more than {AWAY_SECONDS:.0f} s"
    raise Refused(503, f"no live picture of {feed.system}: {why}", retry_after=5)


def _stand(feed: Feed) -> dict[str, Any]:
    return {
        "system": feed.system,
        "position": str(feed.position),
        "now": feed.now,
        "stale": feed.is_stale,
    }


def _summary(feed: Feed, system: PortSystem) -> PortSummary:
    named = PortSummary(
        system=system.key,
        name=system.name,
        country=system.country,
        locodes=list(system.locodes),
        timezone=system.timezone,
        available=not feed.is_away,
    )
    if feed.is_away:
        return named
    sources = feed.documents["source"].values()
    counted: dict[str, object] = {
        "now": feed.now,
        "stale": feed.is_stale,
        "open_alerts": _counts(feed.documents["alert"].values()),
        "calls": len(feed.documents["call"]),
        "sources": len(sources),
        "sources_silent": sum(source.get("silent_since") is not None for source in sources),
    }
    return named.model_copy(update=counted)


def _counts(alerts: Iterable[Document]) -> Counts:
    found = [alert.get("severity") for alert in alerts if alert.get("state") == "OPEN"]
    return Counts(
        red=found.count("RED"), orange=found.count("ORANGE"), yellow=found.count("YELLOW")
    )


def _arrival(call: Document) -> tuple[bool, str, str]:
    best = (call.get("arrival") or {}).get("best")
    return best is None, best or "", call.get("call_id", "")


def _aware(instant: datetime | None) -> datetime | None:
    if instant is not None and instant.tzinfo is None:
        wrong = Wrong(
            field="since",
            found=instant.isoformat(),
            allowed="an instant with its zone, such as 2026-10-27T14:00:00Z",
        )
        raise Refused(422, "since: the zone is missing", wrong)
    return instant
