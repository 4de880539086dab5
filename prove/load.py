"""The load: the story posted at the edges until each event is accepted, and poison beside it."""

import json
import threading
import time
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any, Final

import httpx

from contracts.envelope import BATCH_MEDIA_TYPE
from contracts.topics import FAMILIES, family_topic, qualified
from plumbing.kafka import Delivered, KafkaAway, Sender
from prove.oracle import Identity
from prove.story import SYSTEM, Said, story
from stack.handed_keys import Keys
from stack.running import Running

BOXES_PER_SECOND: Final = 4.0
BATCH_MAX: Final = 40
POISON_SECONDS: Final = 0.3
"""From one poison record to the next."""
RETRY_SECONDS: Final = 0.1
GIVES_UP_SECONDS: Final = 90.0
_LOOK_SECONDS: Final = 0.03

Offsets = dict[tuple[str, int], int]
Route = tuple[str, str]
"""The edge that takes it, and the organisation that says it."""


class NotAccepted(Exception):
    """An edge refused what is right, or accepted nothing for a long time; its last answer."""


class Load:
    """Posts the story as time goes by, each edge and organisation on a thread of its own.

    A client that got no receipt sends the same events again, as every good client does.
    """

    def __init__(self, rada: Running, keys: Keys, seed: int) -> None:
        """Begin at once."""
        self.accepted: set[Identity] = set()
        self.reached: Offsets = {}
        """The last offset that an edge told, of each topic and partition."""
        self.events = 0
        """Events of the story that were posted, repeats included."""
        self._rada, self._keys = rada, keys
        self._story = story(int(time.time() * 1000), BOXES_PER_SECOND, seed)
        self._changed = threading.Condition()
        self._waiting: dict[Route, list[dict[str, Any]]] = {}
        self._posters: list[threading.Thread] = []
        self._ending = threading.Event()
        self._failure: NotAccepted | None = None
        self._teller = threading.Thread(target=self._tell, name="story", daemon=True)
        self._teller.start()

    def finish(self) -> None:
        """Tell the rest of what was begun, and wait until all of it is accepted.

        Raises:
            NotAccepted: an event of the story was not.
        """
        self._ending.set()
        self._teller.join()
        for poster in self._posters:
            poster.join()
        self.check()

    def check(self) -> None:
        """Raise `NotAccepted` if an event was refused or never taken."""
        if self._failure is not None:
            raise self._failure

    def _tell(self) -> None:
        waiting: list[tuple[int, int, Said]] = []
        numbers, told_up_to = count(), 0
        while not self._ending.wait(_LOOK_SECONDS):
            now = int(time.time() * 1000)
            while told_up_to <= now:
                life = next(self._story)
                told_up_to = min(said.at for said in life)
                for said in life:
                    heappush(waiting, (said.at, next(numbers), said))
            while waiting and waiting[0][0] <= now:
                self._hand_on(heappop(waiting)[2])
        while waiting:
            self._hand_on(heappop(waiting)[2])
        with self._changed:
            self._changed.notify_all()

    def _hand_on(self, said: Said) -> None:
        route = said.edge, said.organisation
        with self._changed:
            if route not in self._waiting:
                self._waiting[route] = []
                poster = threading.Thread(target=self._post, args=route, daemon=True)
                self._posters.append(poster)
                poster.start()
            self._waiting[route].append(said.event)
            self.events += 1
            self._changed.notify_all()

    def _post(self, edge: str, organisation: str) -> None:
        waiting = self._waiting[edge, organisation]
        url = f"{self._rada.urls[edge]}/v1/events"
        headers = {
            "X-API-Key": self._keys[SYSTEM, organisation],
            "Content-Type": BATCH_MEDIA_TYPE,
        }
        with httpx.Client(timeout=20, headers=headers) as client:
            while self._failure is None:
                with self._changed:
                    self._changed.wait_for(lambda: waiting or not self._teller.is_alive(), 1)
                    batch = waiting[:BATCH_MAX]
                if batch:
                    self._insist(client, url, batch)
                    del waiting[: len(batch)]
                elif not self._teller.is_alive():
                    return

    def _insist(self, client: httpx.Client, url: str, batch: list[dict[str, Any]]) -> None:
        body, until, answer = json.dumps(batch).encode(), time.monotonic() + GIVES_UP_SECONDS, ""
        while time.monotonic() < until:
            try:
                got = client.post(url, content=body)
            except httpx.TransportError as error:
                answer = repr(error)
            else:
                if got.status_code == httpx.codes.ACCEPTED:
                    self._note(batch, got.json()["items"])
                    return
                answer = f"{got.status_code} {got.text[:500]}"
                if got.status_code < 500:
                    break
            time.sleep(RETRY_SECONDS)
        self._failure = NotAccepted(f"{url} did not accept: {answer}")

    def _note(self, batch: list[dict[str, Any]], items: list[dict[str, Any]]) -> None:
        with self._changed:
            self.accepted |= {(event["source"], event["id"]) for event in batch}
            for item in items:
                place = item["topic"], item["partition"]
                self.reached[place] = max(item["offset"], self.reached.get(place, -1))


class Poison:
    """Writes what no edge would let through straight into the topics, one record after another."""

    def __init__(self, rada: Running, seed: int) -> None:
        """Begin at once."""
        self.acknowledged: set[bytes] = set()
        self.reached: Offsets = {}
        self._settings = rada.settings
        self._chance = Random(seed)  # noqa: S311 - to be repeated, not to be secret
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._write, name="poison", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Stop, and wait for the last acknowledgements."""
        self._ending.set()
        self._thread.join()

    def _write(self) -> None:
        sender = Sender(self._settings)
        sent = []
        for number in count():
            if self._ending.wait(POISON_SECONDS):
                break
            family = self._chance.choice(FAMILIES)
            topic = qualified(family_topic(family), self._settings.namespace)
            value = self._chance.choice(_POISONS) % number
            sent.append((sender.send_sync(topic, key=SYSTEM, value=value), value))
        sender.close(timeout=30)
        for promise, value in sent:
            outcome = promise.exception(0) or promise.result(0)
            if isinstance(outcome, Delivered):
                self._note(outcome, value)
            elif not isinstance(outcome, KafkaAway):
                raise outcome

    def _note(self, delivered: Delivered, value: bytes) -> None:
        self.acknowledged.add(value)
        place = delivered.topic, delivered.partition
        self.reached[place] = max(delivered.offset, self.reached.get(place, -1))


_POISONS: Final = (
    b"\x00\xff no text at all %d",
    b'{"half": an event, %d',
    b'["a list", %d]',
    b'{"specversion": "1.0", "id": "no-more-than-%d"}',
    b'{"specversion": "1.0", "id": "poison-%d", "type": "rada.yard.exploded", "time": "soon"}',
)


def furthest(*parts: Mapping[tuple[str, int], int]) -> Offsets:
    """Return the highest offset that any of them reached, of each topic and partition."""
    merged: Offsets = {}
    for part in parts:
        for place, offset in part.items():
            merged[place] = max(offset, merged.get(place, -1))
    return merged
