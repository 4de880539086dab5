"""The promises of a port over HTTP: lists, filters, and changes as they come; on a real Valkey."""

from typing import Any

from tests.services.given_gateway import (
    SYSTEM,
    Store,
    a_standard,
    a_word,
    gateway,
    gone,
    listening,
    until,
)

PATH = f"/v1/ports/{SYSTEM}/standards"


def named(answer: Any) -> list[tuple[str, str]]:
    """Return promise and period of each entry."""
    return [(one["standard_id"], one["label"]) for one in answer["standards"]]


async def test_the_periods_of_promises_are_listed_and_filtered(store: Store) -> None:
    """Running ones first; by kind of period, by state, and by whether they are over."""
    week: dict[str, Any] = {"period": "WEEK", "label": "2026-W45", "state": "KEPT"}
    over: dict[str, Any] = {
        "label": "2026-11-02",
        "is_over": True,
        "begins_at": "2026-11-02T05:00:00Z",
    }
    store.say(
        a_word("standard", a_standard(**over)),
        a_word("standard", a_standard()),
        a_word("standard", a_standard("release", **week)),
    )
    async with gateway(store.settings) as (client, _server):
        whole = await until(client, PATH, lambda answer: len(answer["standards"]) == 3)
        weeks = (await client.get(PATH, params={"period": "WEEK"})).json()
        broken = (await client.get(PATH, params={"state": ["BROKEN", "NEAR"]})).json()
        past = (await client.get(PATH, params={"over": "true"})).json()
        wrong = await client.get(PATH, params={"period": "YEAR"})

    today, yesterday = ("truck-turn", "2026-11-03"), ("truck-turn", "2026-11-02")
    assert named(whole) == [("release", "2026-W45"), today, yesterday]
    assert whole["position"]
    assert named(weeks) == [("release", "2026-W45")]
    assert named(broken) == [today, yesterday]
    assert named(past) == [yesterday]
    assert wrong.status_code == 422
    assert "DAY" in wrong.json()["problems"][0]["allowed"]


async def test_a_promise_that_changes_is_told_on_the_stream(store: Store) -> None:
    """A new version comes as `standard`; one that is let go as `standard-gone`."""
    store.say(a_word("standard", a_standard()))
    async with gateway(store.settings) as (client, _server):
        await until(client, PATH, lambda answer: answer["standards"])
        async with listening(client) as reader:
            await reader.next("hello")
            store.say(a_word("standard", a_standard(version=2, kept=33, broken=7)))
            store.say(gone("standard", "truck-turn|2026-11-03"))
            heard = [await reader.next() for _word in range(2)]

    assert [event.name for event in heard] == ["standard", "standard-gone"]
    assert heard[0].body["broken"] == 7
    assert heard[1].body == {"id": "truck-turn|2026-11-03"}
