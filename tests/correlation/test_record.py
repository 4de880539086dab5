"""What is said keeps its contract: valid records, and sentences in three languages."""

import json
import re
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from contracts.alerts import Alert
from contracts.envelope import Event
from contracts.picture import CallPicture, PortPicture, ProposalPicture, SourcePicture
from correlation.findings import Parameter
from correlation.instants import HOUR, MINUTE
from correlation.speech import LANGUAGES, SENTENCES, local_time, sentences_of, span, spoken
from tests.correlation.given import NOON, APort
from tests.correlation.test_laws import POOL, happened, journal

MODELS: dict[str, type[BaseModel]] = {
    "call": CallPicture,
    "source": SourcePicture,
    "port": PortPicture,
    "proposal": ProposalPicture,
}
STORY = happened([(30, [(n, n % 6) for n in range(POOL)]), (240, [(1, 5), (5, 4)]), (600, [])])
CATALOGUE = files("correlation.texts").joinpath("en.po").read_text(encoding="utf-8")
TEMPLATES = sorted(set(re.findall(r'msgid "(\w+\.\w+)\.fact"', CATALOGUE)))

SLOTS = sorted(set(re.findall(r"\{(\w+)\}", CATALOGUE)))


def test_every_alert_of_a_busy_day_is_a_valid_record() -> None:
    """The alert record of the contract reads what the core says, extra fields refused."""
    port = APort()
    for frame in journal(STORY):
        port.apply(frame)

    said = [json.loads(one.value) for one in port.said if one.topic == "alerts" and one.value]

    assert len(said) > 5
    for record in said:
        alert = Alert.model_validate_json(json.dumps(record["data"]))
        assert set(record["data"]) == set(Alert.model_fields)
        assert record["id"] == f"{alert.alert_id}.{alert.version}"


def test_every_picture_is_a_valid_record() -> None:
    """Calls, sources and the port itself are said in the words of the contract."""
    port = APort()
    for frame in journal(STORY):
        port.apply(frame)

    pictures = [one for one in port.said if one.topic == "picture" and one.value]

    # A proposal needs trucks and free slots: where it is made its own tests read it.
    assert {one.key.split(":")[0] for one in pictures} | {"proposal"} == set(MODELS)
    for one in pictures:
        event = json.loads(one.value or b"")
        MODELS[one.key.split(":")[0]].model_validate_json(json.dumps(event["data"]))


def test_versions_of_an_alert_rise_by_one() -> None:
    """Each record of an alert is its next version, in journal order."""
    port = APort()
    for frame in journal(STORY):
        port.apply(frame)
    versions: dict[str, int] = {}

    for one in port.said:
        if one.topic == "alerts" and one.value:
            assert one.version == versions.get(one.key, 0) + 1
            versions[one.key] = one.version


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_has_its_four_sentences(language: str, template: str) -> None:
    """No sentence is missing in any language, and every slot is filled."""
    zone = ZoneInfo("America/Bogota")
    for count in (1, 24):
        params: dict[str, Parameter] = {name: _filling(name) for name in SLOTS}
        params["count"] = count
        sentences, slots = sentences_of(template, language, count)
        found = dict(sentences)
        read = {name: spoken(name, params[name], language, zone) for name in slots}
        assert list(found) == list(SENTENCES)
        for sentence, with_slots in found.items():
            assert with_slots != f"{template}.{sentence}"
            assert "{" not in with_slots.format_map(read)


def _filling(name: str) -> Parameter:
    if name.endswith("_at"):
        return NOON
    return HOUR if name.endswith("_span") else "X"


def test_times_are_read_in_the_zone_of_the_port() -> None:
    """A sentence says port-local time as people of its language write it."""
    zone = ZoneInfo("America/Bogota")

    assert local_time(NOON, "es", zone) == "05-11 a las 07:00"
    assert local_time(NOON - 6 * HOUR, "es", zone) == "05-11 a la 01:00"
    assert local_time(NOON, "en", zone) == "5 Nov at 07:00"
    assert local_time(NOON, "pt", zone) == "05-11 às 07:00"
    assert span(2 * HOUR + 5 * MINUTE) == "2 h 05"
    assert span(35 * MINUTE) == "35 min"


def test_an_alert_travels_as_a_cloud_event() -> None:
    """The envelope of an alert is the one of every event."""
    port = APort()
    for frame in journal(STORY):
        port.apply(frame)
    value = next(one.value for one in port.said if one.topic == "alerts" and one.value)

    event = Event[Alert].model_validate_json(value)

    assert event.type == "rada.alert.changed"
    assert event.data.alert_id == event.subject
