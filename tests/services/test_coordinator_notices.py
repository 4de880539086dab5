"""Notices between two ports through the owner of a partition, with the real core at both ends."""

import json

from contracts.journal import encode_frame
from contracts.topics import partition_of
from correlation.instants import HOUR
from services.coordinator.correlation_core import Correlation
from services.coordinator.letters import Letter
from services.coordinator.owner import Owner
from tests.correlation.given import NOON, PARTITIONS, SYSTEM, told
from tests.correlation.rules.test_r01 import LEAVES, callao, cartagena, leaving


def a_journal() -> list[bytes]:
    """Return the frames of Cartagena in which a ship comes to be fourteen hours late."""
    port = cartagena()
    leaving(port, LEAVES + 14 * HOUR, at=NOON + HOUR)
    return [encode_frame(frame) for frame in port.frames]


def a_worker(journal: list[bytes], *, restored_at: int = 0) -> list[Letter]:
    """Return the notices that a worker sends; what is in a snapshot it takes as said."""
    sent: list[Letter] = []
    home = partition_of(SYSTEM, PARTITIONS)
    owner = Owner(home, PARTITIONS, Correlation(), core_version="1", send=sent.append)
    owner.scanned()
    for offset, frame in enumerate(journal):
        if offset == restored_at:
            sent.clear()
        owner.apply(offset, frame)
    owner.caught_up()
    return [letter for letter in sent if letter.topic == "network"]


def test_a_notice_lies_in_the_partition_of_the_next_port_under_its_key() -> None:
    """The sequencer of the next port reads it beside every other input of that port."""
    notices = a_worker(a_journal())

    assert [(one.routing_key, one.partition) for one in notices] == [
        (system, partition_of(system, PARTITIONS)) for system in ("PABLB", "PECLL")
    ]
    assert all(json.loads(one.value or b"")["partitionkey"] == one.routing_key for one in notices)


def test_a_worker_that_restores_says_the_same_bytes_and_the_next_port_is_told_once() -> None:
    """Notices behind the snapshot are said again; at the other end a repeat is nothing."""
    journal = a_journal()
    first, second = a_worker(journal), a_worker(journal, restored_at=len(journal) - 1)
    port = callao()

    for_callao = [one for one in (*first, *second) if one.routing_key == "PECLL"]
    said = [told(port.hear(json.loads(one.value or b""), at=NOON + HOUR)) for one in for_callao]

    assert [one.value for one in first] == [one.value for one in second]
    assert said == [[("R01", "RAISED", "ORANGE")], []]
