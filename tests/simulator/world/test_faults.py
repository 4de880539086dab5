"""What is wrong with the words of sources: they differ, come late, or bear a wrong stamp."""

from collections import Counter
from collections.abc import Mapping

import pytest

from contracts.profile import Community
from correlation.instants import DAY, HOUR, MINUTE
from simulator.truth import Label
from simulator.world import baseline
from simulator.world.boxes import Box
from simulator.world.instants import written as stamped
from simulator.world.labels.ledger import Ledger
from simulator.world.labels.of_faults import Mistyped, late, mistyped
from simulator.world.labels.of_words import apart
from simulator.world.telling.voices import Chorus, Late
from simulator.world.world import World, plan
from tests.simulator.world.conftest import Told

NOW = 1_793_577_600_000
LATE = Late("RDAU2000016/20261102", "loaded", NOW + HOUR, "ter-ctg-1", "ter-ctg-1", is_plain=True)


@pytest.fixture
def written() -> list[Label]:
    """Return what the ledger has written."""
    return []


@pytest.fixture
def ledger(written: list[Label]) -> Ledger:
    """Return an open ledger."""
    made = Ledger("COCTG", written.append)
    made.is_open = True
    return made


@pytest.fixture
def voices(everything: Told) -> Chorus:
    """Return the voices of Cartagena."""
    return everything.world.ports["COCTG"].voices


def test_a_late_word_is_an_incident_for_a_day(ledger: Ledger, voices: Chorus) -> None:
    """From its receipt on, not from when it happened."""
    key = "D03|RDAU2000016/20261102|loaded|late"

    assert late(ledger, voices, LATE, NOW) == NOW + HOUR
    assert not ledger.is_so(key)
    assert late(ledger, voices, LATE, NOW + HOUR) == NOW + 25 * HOUR
    assert ledger.is_so(key)
    late(ledger, voices, LATE, NOW + 25 * HOUR)
    assert not ledger.is_so(key)


def test_nobody_owes_a_late_word_of_a_source_that_catches_up(
    ledger: Ledger, voices: Chorus, written: list[Label]
) -> None:
    """After a silence all of it is late, and the silence says so."""
    late(ledger, voices, LATE._replace(is_plain=False), NOW + HOUR)
    ledger.close(NOW + 3 * HOUR)

    assert [label.knowable_at for label in written] == [None]


def test_a_mistyped_number_is_an_incident_until_it_is_withdrawn(
    ledger: Ledger, voices: Chorus
) -> None:
    """From its receipt on."""
    typed = Mistyped("RDAU2000061", NOW, NOW + 20 * MINUTE, "ter-ctg-1")

    assert mistyped(ledger, voices, typed, NOW) == NOW + 20 * MINUTE
    assert ledger.is_so("D04|RDAU2000061")
    mistyped(ledger, voices, typed, NOW + 20 * MINUTE)
    assert not ledger.is_so("D04|RDAU2000061")


def test_what_stands_in_a_timetable_contradicts_nobody(calm: Told, ledger: Ledger) -> None:
    """A ship is apart only once her agent has given his word, and the receiver has another."""
    world = calm.world
    port = world.ports["COCTG"]
    found = Counter[bool]()
    for call in port.calls:
        if call.stage == "FAR" and call.reckoned and call.known:
            apart(ledger, port.voices, call, world.ends)
            is_so = ledger.is_so(f"D02|{call.id}|PILOT_BOARDING_PLACE/ARRI/EST")
            found[is_so] += 1
            far = abs(call.known.at - call.reckoned.at)
            assert not is_so or (call.is_said and far > HOUR)
    assert found[True]
    assert found[False]


def test_a_clock_that_is_ahead_stamps_all_that_its_source_says(dirty: Told) -> None:
    """Its beats and its corrections, too: a clock is not right for a minute in between."""
    port = dirty.world.ports["COCTG"]
    voices = {voice.source: voice for voice, _, _ in port.voices.registered()}
    ahead = {name: voice for name, voice in voices.items() if voice.noise.clock_off > 0}
    said = Counter[str]()
    for line in dirty.lines:
        voice, event = ahead.get(line.event["source"]), line.event
        beat = event["type"].endswith("beat")
        if voice and (beat or event["id"].endswith("-c")):
            if any(voice.noise.silences.near(line.at - DAY, line.at)):
                continue  # a silence may have held it back
            said[voice.source] += beat
            assert event["recordedtime"] > stamped(line.at - 30 * MINUTE)
    assert said


def test_a_second_source_is_sometimes_mistaken(dirty: Told) -> None:
    """Where systems are dirty, each kind of disagreement is owed; and each clock that is ahead."""
    fields = {label.dedup_key.rpartition("|")[2] for label in dirty.labels if label.code == "D02"}
    clocks = [label for label in dirty.labels if label.dedup_key.endswith("|clock")]
    port = dirty.world.ports["COCTG"]
    ahead = {voice for voice, _, _ in port.voices.registered() if voice.noise.clock_off > 0}

    assert {"PILOT_BOARDING_PLACE/ARRI/EST", "BERTH/DEPA/ACT"} <= fields
    assert len(clocks) == len(ahead) > 0


def test_a_wrong_clock_stamps_the_first_lists_of_its_source_too(dirty: Told) -> None:
    """What it lists when it is connected is what was so as the run began: older than all news."""
    port, begins, found = dirty.world.ports["COCTG"], dirty.world.begins, set[int]()
    clocks = {voice.source: voice.noise.clock_off for voice, _, _ in port.voices.registered()}
    for line in dirty.lines:
        is_list = line.event["type"] in ("rada.yard.stock-listed", "rada.vessel.connections-set")
        if is_list and line.at < begins + 10 * MINUTE:
            off = clocks[line.event["source"]]
            found.add(off)
            for name in ("time", "recordedtime"):
                assert line.event[name] == stamped(begins + off)
    assert len(found) > 1


def test_a_stay_goes_by_the_day_that_the_clock_of_its_first_word_read(
    communities: Mapping[str, Community],
) -> None:
    """By a clock that is behind, a box on the first list is here since the day before."""
    world = World(plan("calm-week", 7, ("COCTG",), 1.0, 0.01), communities)
    port, begins = world.ports["COCTG"], world.begins
    block = f"{port.terminals[0].code}/A1"
    box = Box("RDAU2000016", "IMPORT", "45G1", "REEFER", False, 20_000, "YARD", block=block)
    port.boxes[box] = None
    voice = port.voices.of("TER", "yard", port.terminals[0].code)
    voice.noise.clock_off = -5 * HOUR

    baseline.tell(port)

    listed = [
        line.event
        for line in port.hand.until(begins + HOUR)
        if line.event["type"] == "rada.yard.stock-listed" and line.event["source"] == voice.source
    ]
    assert box.visit == "RDAU2000016/20261101"
    assert listed[0]["time"] < stamped(begins)
    assert listed[0]["data"]["entries"][0]["since_at"] < stamped(begins)
