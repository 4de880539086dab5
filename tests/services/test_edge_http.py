"""An edge in process: what it answers, and that it never says 202 for what could be lost."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from plumbing import edge_app
from plumbing.edge import Accepted, Refused, accept
from plumbing.edge_app import Family
from plumbing.keys import make_key
from services.clearance_events.app import FAMILY as CLEARANCE
from services.gate_events.app import FAMILY as GATE
from services.vessel_events.app import FAMILY as VESSEL
from services.yard_events.app import FAMILY as YARD
from tests.services.edges import (
    BATCH,
    NDJSON,
    STRUCTURED,
    FailingOutbox,
    RunningEdge,
    a_gate_in,
    add_hash,
    running_edge,
)


@pytest.fixture
def outbox() -> FailingOutbox:
    return FailingOutbox()


@pytest.fixture
async def gate(tmp_path: Path, outbox: FailingOutbox) -> AsyncIterator[RunningEdge]:
    async with running_edge(tmp_path, outbox=outbox, deadline_seconds=0.2) as edge:
        yield edge


async def test_one_event_is_answered_with_its_place(gate: RunningEdge) -> None:
    """202 says topic, partition and offset of the event."""
    answer = await gate.post(a_gate_in())

    assert answer.status_code == 202
    item = answer.json()["items"][0]
    assert (item["id"], item["topic"], item["offset"]) == ("gi-260-1", "rada.gate.v1", 1)


async def test_an_event_in_binary_mode_is_written_structured(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """Attributes in ce- headers and data in the body make the same event."""
    event = a_gate_in(confidence=80, factid="box no 1 \N{EM DASH} a")
    data = event.pop("data")
    headers = {f"ce-{name}": str(value) for name, value in event.items()}
    headers["ce-factid"] = "box%20no%201%20%E2%80%94%20a"

    answer = await gate.post(data, form="application/json", **headers)

    assert answer.status_code == 202, answer.text
    written = json.loads(outbox.sent[0][2])
    assert written["data"] == data
    assert (written["confidence"], written["factid"]) == (80, "box no 1 \N{EM DASH} a")


@pytest.mark.parametrize("form", [BATCH, NDJSON])
async def test_a_batch_keeps_its_order(gate: RunningEdge, outbox: FailingOutbox, form: str) -> None:
    """Every event of a batch has an item, in the order of the request."""
    events = [a_gate_in(id=f"gi-{number}") for number in range(450)]
    body = json.dumps(events) if form == BATCH else "\n".join(map(json.dumps, events)) + "\n"

    answer = await gate.post(body.encode(), form=form)

    assert answer.status_code == 202
    assert [item["id"] for item in answer.json()["items"]] == [one["id"] for one in events]
    assert [json.loads(sent[2])["id"] for sent in outbox.sent] == [one["id"] for one in events]


async def test_a_mixed_batch_says_what_became_of_each(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """Good events are published, bad ones are explained: 207."""
    bad = a_gate_in(id="bad", time="yesterday")

    answer = await gate.post([a_gate_in(), bad, 7], form=BATCH)

    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()["items"]] == [202, 422, 422]
    assert answer.json()["items"][1]["problems"][0]["field"] == "time"
    assert len(outbox.sent) == 1


async def test_a_bad_event_is_explained_field_by_field(gate: RunningEdge) -> None:
    """422 names the field, what was found and what is allowed."""
    event = a_gate_in()
    event["data"] = {**event["data"], "box": {"box": "RDAU2000017"}}

    answer = await gate.post(event)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()["problems"][0]
    assert (problem["index"], problem["id"], problem["reason"]) == (0, "gi-260-1", "BAD_FIELD")
    assert problem["field"] == "data.box.box"
    assert "RDAU2000017" in problem["found"]
    assert "check digit" in problem["allowed"]


async def test_a_clear_plate_is_refused_and_not_repeated(gate: RunningEdge) -> None:
    """No plate in clear text gets onto a topic or into an answer."""
    event = a_gate_in()
    event["data"] = {**event["data"], "plate": "TTX482"}

    answer = await gate.post(event)

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["reason"] == "PLAIN_PLATE"
    assert "TTX482" not in answer.text


async def test_an_event_of_another_family_is_sent_to_its_edge(gate: RunningEdge) -> None:
    """The answer says which edge takes the type."""
    answer = await gate.post(a_gate_in(type="rada.yard.container-placed"))

    assert answer.status_code == 422
    assert answer.json()["problems"][0]["reason"] == "UNKNOWN_TYPE"
    assert "yard_events" in answer.json()["problems"][0]["allowed"]


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        ({}, "X-API-Key"),
        ({"x-api-key": "rada_COCTG_ter-ctg-1_" + "A" * 43}, "X-API-Key"),
        ({"authorization": "Bearer nonsense"}, "Authorization"),
        ({"authorization": "Basic dGVzdA=="}, "Basic"),
    ],
)
async def test_a_request_without_a_known_key_is_refused(
    gate: RunningEdge, headers: dict[str, str], said: str
) -> None:
    """401 says which header was read, and never repeats the key."""
    answer = await gate.client.post(
        "/v1/events", json=a_gate_in(), headers={"content-type": STRUCTURED, **headers}
    )

    assert answer.status_code == 401
    assert said in answer.json()["detail"]
    assert "A" * 43 not in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_key_is_read_from_authorization_too(gate: RunningEdge) -> None:
    """`Authorization: Bearer` does what X-API-Key does."""
    headers = {"authorization": f"Bearer {gate.keys['ter-ctg-1']}", "content-type": STRUCTURED}

    answer = await gate.client.post("/v1/events", json=a_gate_in(), headers=headers)

    assert answer.status_code == 202


async def test_a_terminal_may_not_speak_for_a_neighbour(gate: RunningEdge) -> None:
    """403 says organisation, family, facility, and what the key may do."""
    event = a_gate_in()
    event["data"] = {**event["data"], "facility": "COCTG:SMDG:TCC", "gate": None}

    answer = await gate.post(event)

    assert answer.status_code == 403
    detail = answer.json()["detail"]
    for said in ("ter-ctg-1", "COCTG:SMDG:TCC", "COCTG:SMDG:SPRC", "gate"):
        assert said in detail


async def test_a_key_of_one_port_does_not_open_another(gate: RunningEdge) -> None:
    """A port system is reached only by a key that its own profile holds."""
    event = a_gate_in(partitionkey="PECLL")
    event["data"] = {**event["data"], "refs": {"port": "PECLL"}}

    answer = await gate.post(event)

    assert answer.status_code == 403
    assert "COCTG" in answer.json()["problems"][0]["allowed"]


async def test_only_a_relay_may_name_another_organisation(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """A community system hands over for its members; a competitor may not."""
    event = a_gate_in(organisation="trk-017", source="/COCTG/trk-017/fleet")

    refused = await gate.post(event, by="car-rda")
    relayed = await gate.post(event, by="pcs-ctg")

    assert (refused.status_code, relayed.status_code) == (403, 202)
    written = json.loads(outbox.sent[0][2])
    assert (written["organisation"], written["publisher"]) == ("trk-017", "pcs-ctg")


async def test_nobody_speaks_through_the_source_of_another(gate: RunningEdge) -> None:
    """Source and id name an event, so a borrowed source could hide a neighbour's event."""
    answer = await gate.post(a_gate_in(source="/COCTG/trk-017/fleet"))

    assert answer.status_code == 403
    assert "registered for trk-017" in answer.text


async def test_an_event_over_one_mebibyte_is_cut_off_while_it_arrives(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """A chunked body without a length is read up to the limit and no further."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 65536
            yield b"x" * 65536

    answer = await gate.client.post(
        "/v1/events",
        content=endless(),
        headers={"x-api-key": gate.keys["ter-ctg-1"], "content-type": STRUCTURED},
    )

    assert answer.status_code == 413
    assert "1048576" in answer.json()["detail"]
    assert read <= 1024 * 1024 + 2 * 65536
    assert outbox.sent == []
    assert gate.edge.held.total == 0


async def test_an_announced_body_that_is_too_large_is_not_read(gate: RunningEdge) -> None:
    """Content-Length alone is enough to refuse."""
    answer = await gate.post(b"{}", **{"content-length": "99999999"})

    assert answer.status_code == 413


async def test_ten_thousand_events_are_a_batch_and_one_more_is_not(
    gate: RunningEdge, outbox: FailingOutbox
) -> None:
    """413 above 10,000 events, and nothing of them is published."""
    line = json.dumps(a_gate_in()).encode() + b"\n"

    allowed = await gate.post(line * 10_000, form=NDJSON)
    published = len(outbox.sent)
    refused = await gate.post(line * 10_001, form=NDJSON)

    assert (allowed.status_code, published) == (202, 10_000)
    assert refused.status_code == 413
    assert "10001" in refused.json()["detail"]
    assert len(outbox.sent) == published


async def test_batches_are_read_one_after_the_other_and_a_single_event_between_them(
    gate: RunningEdge, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two batches and one event come at once: the event waits for neither, they take turns."""
    order: list[str] = []

    def noted(given: bytes, *more: Any) -> Accepted | Refused:
        order.append(json.loads(given)["id"][0])
        return accept(given, *more)

    monkeypatch.setattr(edge_app, "accept", noted)
    a, b = ([a_gate_in(id=f"{name}{number}") for number in range(450)] for name in "ab")

    answers = await asyncio.gather(
        *(gate.post(each, form=BATCH) for each in (a, b)), gate.post(a_gate_in(id="single"))
    )

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    assert [name for name in order if name != "s"] == ["a"] * 450 + ["b"] * 450
    assert order.index("s") < 450


async def test_one_oversized_event_does_not_stop_its_batch(gate: RunningEdge) -> None:
    """The item of the large event says 413; the others are published."""
    large = a_gate_in(id="large", remark="x" * 1_100_000)

    answer = await gate.post([a_gate_in(), large], form=BATCH)

    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()["items"]] == [202, 413]


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ("text/plain", {}),
        ("application/json", {}),
        (STRUCTURED, {"content-encoding": "gzip"}),
    ],
)
async def test_another_form_is_refused_with_those_allowed(
    gate: RunningEdge, form: str, headers: dict[str, str]
) -> None:
    """415 names what was found and what is read."""
    answer = await gate.post(a_gate_in(), form=form, **headers)

    assert answer.status_code == 415
    assert "allowed" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[1,", b"[" * 100_000])
async def test_a_broken_batch_is_a_422(gate: RunningEdge, body: bytes) -> None:
    """A body that is no array of events is explained, and nothing breaks."""
    answer = await gate.post(body, form=BATCH)

    assert answer.status_code == 422


async def test_a_new_key_is_known_without_a_restart(gate: RunningEdge, tmp_path: Path) -> None:
    """A key written into a profile works as soon as the profile is read again."""
    key, kept = make_key("COCTG", "ter-ctg-2")
    add_hash(tmp_path / "COCTG.yaml", "ter-ctg-2", kept)
    event = a_gate_in(organisation="ter-ctg-2", source="/COCTG/ter-ctg-2/gate")
    event["data"] = {**event["data"], "facility": "COCTG:SMDG:TCC", "gate": None}

    assert gate.edge.entrance.registry.refresh()
    answer = await gate.post(event, **{"x-api-key": key})

    assert answer.status_code == 202, answer.text


@pytest.mark.parametrize("family", [VESSEL, GATE, YARD, CLEARANCE], ids=lambda one: one.name)
async def test_every_documented_example_is_accepted(
    tmp_path: Path, outbox: FailingOutbox, family: Family
) -> None:
    """What the documentation shows can be sent as it stands."""
    async with running_edge(tmp_path, family=family, outbox=outbox) as edge:
        for event in family.examples.values():
            answer = await edge.post(event, by=event["organisation"])

            assert answer.status_code == 202, answer.text
            assert answer.json()["items"][0]["warnings"] == []


async def test_the_documentation_needs_no_network(gate: RunningEdge) -> None:
    """/docs lists the operation and every status, with no script and no address outside."""
    page = (await gate.client.get("/docs")).text
    document = (await gate.client.get("/openapi.json")).json()

    operation = document["paths"]["/v1/events"]["post"]
    assert set(operation["responses"]) >= {"202", "207", "401", "403", "413", "415", "422", "503"}
    assert len(operation["requestBody"]["content"]) == 4
    assert document["components"]["securitySchemes"]
    assert "POST /v1/events" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "<script" not in page


async def test_metrics_count_what_was_accepted_and_refused(gate: RunningEdge) -> None:
    """/metrics tells accepted, refused by reason, and the time to acknowledge."""
    await gate.post(a_gate_in())
    await gate.post(a_gate_in(type="rada.gate.nothing"))

    figures = (await gate.client.get("/metrics")).text

    assert 'rada_edge_accepted_total{family="gate"}' in figures
    assert 'rada_edge_rejected_total{family="gate",reason="UNKNOWN_TYPE"}' in figures
    assert "rada_edge_acknowledged_seconds_count" in figures
