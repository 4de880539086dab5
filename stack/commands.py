"""Tell the journal what rules: each community's profile, its thresholds, and the core's version.

Nothing rules from outside the journal, so these go in as commands, each only when it differs from
the last one of its kind and port. Its id comes from its content and its forerunner, so that the
same step taken twice is one message, and a step back to an earlier profile is a new one.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from confluent_kafka import Consumer, TopicPartition

from contracts.command import CoreChanged, PolicyChanged, ProfileChanged
from contracts.envelope import Event
from contracts.profile import Community
from contracts.topics import family_topic, partition_of, qualified
from plumbing.kafka import Sender, consumer_config
from plumbing.settings import Settings
from services.coordinator.version import core_version
from stack.profiles import checked

PROFILE: Final = "rada.command.profile-changed"
POLICY: Final = "rada.command.policy-changed"
CORE: Final = "rada.command.core-changed"
_BY: Final = "usr:operator"
_WHY: Final = "the profile file of this installation"
_TIMEOUT: Final = 20.0


class _Ruling(msgspec.Struct):
    digest: str = ""
    core_version: str = ""


class _Said(msgspec.Struct):
    id: str
    type: str
    partitionkey: str
    data: _Ruling


Forerunners = dict[tuple[str, str], tuple[str, str]]
"""(type, port system) -> (id, what it said) of the last command of that kind."""


def publish_profiles(settings: Settings) -> list[str]:
    """Publish what changed since it was last said; return a line for each command sent.

    The version of the core is said only to a journal that names none yet: in a journal with a
    past it is `announce_core` that hands over from one program to the next.
    """
    return _publish(settings, _wanted)


def announce_core(settings: Settings) -> list[str]:
    """Say that from here on this program's core rules; the one that runs now then leaves."""
    return _publish(settings, _core_wanted)


def _publish(
    settings: Settings, wanted: Callable[[Community, Forerunners], Iterator[Event[Any]]]
) -> list[str]:
    communities = checked(settings.communities)
    topic = qualified(family_topic("command"), settings.namespace)
    forerunners = _forerunners(settings, topic)
    sender, lines, sent = Sender(settings), [], []
    try:
        for system, community in sorted(communities.items()):
            for event in wanted(community, forerunners):
                sent.append(
                    sender.send_sync(
                        topic,
                        key=system,
                        value=event.encode(),
                        partition=partition_of(system, settings.kafka.partitions),
                    )
                )
                lines.append(f"{system}: {event.type}")
        for promise in sent:
            promise.result(_TIMEOUT)
    finally:
        sender.close()
    return lines


def _wanted(community: Community, forerunners: Forerunners) -> Iterator[Event[Any]]:
    profile, policy = community.public_document(), dict(community.policy)
    if (CORE, community.system) not in forerunners:
        yield from _core_wanted(community, forerunners)
    for kind, says, data in (
        (PROFILE, _digest(profile), _document(ProfileChanged, profile)),
        (POLICY, _digest(policy), _document(PolicyChanged, policy)),
    ):
        before, said = forerunners.get((kind, community.system), ("", ""))
        if said != says:
            yield _event(community.system, kind, data, f"{says}|{before}")


def _core_wanted(community: Community, forerunners: Forerunners) -> Iterator[Event[Any]]:
    version = core_version()
    before, said = forerunners.get((CORE, community.system), ("", ""))
    if said != version:
        data = CoreChanged(core_version=version)
        yield _event(community.system, CORE, data, f"{version}|{before}")


def _document(
    model: type[ProfileChanged] | type[PolicyChanged], document: dict[str, Any]
) -> ProfileChanged | PolicyChanged:
    digest = _digest(document)
    return model(by=_BY, why=_WHY, version=digest[:12], document=document, digest=digest)


def _digest(document: dict[str, Any]) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(canonical.encode()).hexdigest()


def _event(system: str, kind: str, data: Any, identity: str) -> Event[Any]:
    now = datetime.now(UTC)
    return Event[Any](
        specversion="1.0",
        id=str(uuid5(NAMESPACE_URL, f"{kind}|{system}|{identity}")),
        source=f"/{system}/rada/operator",
        type=kind,
        subject=system,
        time=now,
        recordedtime=now,
        partitionkey=system,
        organisation="rada",
        publisher="rada",
        data=data,
    )


def _forerunners(settings: Settings, topic: str) -> Forerunners:
    # Commands are few; all that the topic still holds are read in one sweep.
    last: Forerunners = {}
    for value in _records(settings, topic):
        try:
            said = msgspec.json.decode(value, type=_Said)
        except msgspec.MsgspecError:
            continue
        if said.type in (PROFILE, POLICY, CORE):
            says = said.data.digest or said.data.core_version
            last[said.type, said.partitionkey] = (said.id, says)
    return last


def _records(settings: Settings, topic: str) -> Iterator[bytes]:
    consumer = Consumer(consumer_config(settings, "rada-commands-look"))
    try:
        begins: dict[int, int] = {}
        ends: dict[int | None, int] = {}
        for number in range(settings.kafka.partitions):
            place = TopicPartition(topic, number)
            low, high = consumer.get_watermark_offsets(place, timeout=_TIMEOUT, cached=False)
            if high > low:
                begins[number], ends[number] = low, high
        consumer.assign([TopicPartition(topic, number, low) for number, low in begins.items()])
        while ends:
            message = consumer.poll(_TIMEOUT)
            if message is None or message.error() is not None:
                raise TimeoutError(f"{topic} could not be read to its end: {message}")
            place_of, offset, value = message.partition(), message.offset(), message.value()
            assert offset is not None, "a record that was read has an offset"
            if value is not None:
                yield value
            if offset + 1 >= ends.get(place_of, 0):
                ends.pop(place_of, None)
    finally:
        consumer.close()
