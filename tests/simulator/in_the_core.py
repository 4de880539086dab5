"""Folds a scenario in the pure core, as the sequencer would have written it to the journal."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import msgspec

from contracts.journal import FRAME_VERSION, TICK, Frame, JournalRecord, Origin
from contracts.profile import Community
from contracts.topics import FAMILIES, family_topic
from correlation.engine import apply_frame, new_state
from simulator.moments import END, EVENT_SPACE, START, Moment, written
from simulator.player import STEP

ORIGINS = tuple(Origin(family_topic(family), f"id-{family}", 0) for family in FAMILIES)
Said = dict[str, Any]


class Folded:
    """What the core said of a scenario."""

    def __init__(self, moments: Sequence[Moment], communities: Mapping[str, Community]) -> None:
        """Fold all of it, minute by minute, a tick in each."""
        self._offsets = [0] * len(ORIGINS)
        self.alerts: list[Said] = []
        self.rejected: list[Said] = []
        self._state = new_state(0, 1)
        by_minute = {
            at: list(together)
            for at, together in groupby(moments, key=lambda m: m.at.replace(second=0))
        }
        self._apply(0, START, [_profile(community) for community in communities.values()])
        at, offset = START, 1
        while at <= END:
            self._apply(offset, at, [_sent(moment) for moment in by_minute.get(at, ())])
            at, offset = at + STEP, offset + 1

    def _apply(self, offset: int, at: datetime, events: list[tuple[str, Said]]) -> None:
        now = int(at.timestamp() * 1000)
        records = [JournalRecord(TICK, now)]
        for family, event in events:
            origin = FAMILIES.index(family)
            records.append(
                JournalRecord(
                    origin,
                    now,
                    offset=self._offsets[origin],
                    since=self._offsets[origin],
                    received_at=now,
                    key=event["partitionkey"],
                    value=msgspec.json.encode(event),
                )
            )
            self._offsets[origin] += 1
        for said in apply_frame(self._state, offset, Frame(FRAME_VERSION, ORIGINS, tuple(records))):
            if said.topic == "alerts" and said.value is not None:
                self.alerts.append(msgspec.json.decode(said.value)["data"])
            elif said.topic == "rejected" and said.value is not None:
                self.rejected.append(msgspec.json.decode(said.value))

    def incidents(self) -> Iterator[tuple[str, str, str]]:
        """Yield (port, rule, state at the end) of every alert that was ever raised."""
        last = {alert["alert_id"]: alert for alert in self.alerts}
        for alert in last.values():
            yield alert["system"], alert["code"], alert["state"]

    def lives(self, system: str, code: str) -> list[list[Said]]:
        """Return the versions of each alert of a rule in a port, in order."""
        found: dict[str, list[Said]] = {}
        for alert in self.alerts:
            if (alert["system"], alert["code"]) == (system, code):
                found.setdefault(alert["alert_id"], []).append(alert)
        return list(found.values())


def _sent(moment: Moment) -> tuple[str, Said]:
    return moment.family, {**moment.event, "publisher": moment.organisation}


def _profile(community: Community) -> tuple[str, Said]:
    data: Said = {"by": "operator", "why": "start", "version": "1"}
    data |= {"document": community.public_document(), "digest": community.digest()}
    return "command", {
        "specversion": "1.0",
        "id": f"{EVENT_SPACE}-{community.system}",
        "source": f"/{community.system}/rada/operator",
        "type": "rada.command.profile-changed",
        "subject": community.system,
        "time": written(START),
        "recordedtime": written(START),
        "partitionkey": community.system,
        "organisation": "rada",
        "publisher": "rada",
        "data": data,
    }
