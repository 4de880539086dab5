"""Readings over time: in their order however they come, the newest word on each, the newest few."""

import json
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.decode import decode
from correlation.instants import HOUR, MINUTE, written
from correlation.picture.entities import Sample
from correlation.picture.fact import Fact, fact_of
from correlation.picture.samples import run_from, sampled, without
from tests.correlation.given import NOON, an_event

SPAN: Final = 6 * HOUR
MOST: Final = 5
SOURCES: Final = ("/COCTG/ter-ctg-1/tos", "/COCTG/ter-ctg-2/tos")

Word = tuple[int, int, int]
"""Which hour was read, which source read it, and the how many-th version of that is said."""
words: Final = st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 1), st.integers(0, 3)), max_size=20
)


def a_fact(word: Word) -> Fact:
    """Return the fact by which a source says what it read in an hour."""
    hour, source, version = word
    event = an_event(
        "yard.reefer-measured",
        "RDAU2000016",
        {"as_of": written(NOON + hour * HOUR), "return_c": -18.0},
        at=NOON + hour * HOUR,
        source=SOURCES[source],
        id=f"{source}-{hour}-{version}",
        factid=f"{hour}",  # each source counts its own
        updatedtime=written(NOON + hour * HOUR + version * MINUTE),
    )
    return fact_of(decode(json.dumps(event).encode(), ()), NOON, NOON, 0, "ter-ctg-1", (b"", ()))


def read(samples: tuple[Sample, ...], word: Word) -> tuple[Sample, ...]:
    """Return the readings with one more word; each version reads a degree more."""
    hour, _, version = word
    return sampled(samples, a_fact(word), NOON + hour * HOUR, float(version), SPAN, MOST)


@given(words)
def test_the_newest_few_stand_in_their_order_however_they_come(said: list[Word]) -> None:
    """Of each reading the newest version, of all the last MOST within SPAN of the newest one."""
    samples: tuple[Sample, ...] = ()
    for word in said:
        samples = read(samples, word)

    newest: dict[tuple[int, int], int] = {}
    for hour, source, version in said:
        newest[hour, source] = max(version, newest.get((hour, source), 0))
    last = max((hour for hour, _ in newest), default=0)
    wanted = sorted(
        (NOON + hour * HOUR, SOURCES[source], float(version))
        for (hour, source), version in newest.items()
        if (last - hour) * HOUR <= SPAN
    )[-MOST:]
    assert [(held.at, held.source, held.value) for held in samples] == wanted


@given(words)
def test_a_repeat_or_an_older_version_gives_back_the_same_object(said: list[Word]) -> None:
    """So that nothing is written, touched or judged for it."""
    samples: tuple[Sample, ...] = ()
    for word in said:
        samples = read(samples, word)
    for held in samples:
        hour, source = (held.at - NOON) // HOUR, SOURCES.index(held.source)
        for version in range(int(held.value) + 1):
            assert read(samples, (hour, source, version)) is samples


def test_a_withdrawn_reading_is_taken_out_and_no_other() -> None:
    """Two sources read the same reefer in the same hour; one of them was wrong."""
    samples = read(read(read((), (1, 0, 0)), (1, 1, 0)), (2, 0, 0))

    left = without(samples, a_fact((1, 0, 1)))

    assert [(held.at - NOON, held.source) for held in left] == [
        (HOUR, SOURCES[1]),
        (2 * HOUR, SOURCES[0]),
    ]


@pytest.mark.parametrize(
    ("degrees", "since"),
    [
        ((), None),
        ((-18.0, -17.0), None),
        ((-12.0, -17.0), None),
        ((-17.0, -12.0), 1),
        ((-17.0, -12.0, -24.0, -11.0), 1),
        ((-12.0, -17.0, -24.0, -12.0), 2),
        ((-12.0, -15.0), None),
        ((-12.0, -14.9), 0),
    ],
)
def test_air_is_off_its_set_point_since_the_first_reading_of_the_last_run_beyond_the_limit(
    degrees: tuple[float, ...], since: int | None
) -> None:
    """Set point -18, three degrees allowed, too warm and too cold alike; exactly three is well."""
    readings = tuple(
        Sample(NOON + hour * HOUR, value, SOURCES[0], str(hour), (hour, "", ""))
        for hour, value in enumerate(degrees)
    )
    expected = None if since is None else NOON + since * HOUR

    assert run_from(readings, 3.0, -18.0) == expected
