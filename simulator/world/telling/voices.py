"""The voices of a port: each source of its profile, with its lateness and faults."""

from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, Final, NamedTuple

import simpy

from contracts.profile import Community
from correlation.instants import DAY, HOUR, MINUTE, SECOND
from simulator.cast import Cast
from simulator.world.chance import below, stream
from simulator.world.instants import whole, written
from simulator.world.telling.handover import Event, Handover
from simulator.world.telling.noise import Noise, mistaken

LATENESS: Final = {
    "TER": (2 * SECOND, 20 * SECOND),
    "OPS": (2 * SECOND, 15 * SECOND),
    "TRK": (10 * SECOND, 60 * SECOND),
    "AUT": (20 * SECOND, 5 * MINUTE),
    "PA": (30 * SECOND, 5 * MINUTE),
    "NAU": (30 * SECOND, 8 * MINUTE),
    "FWD": (MINUTE, 10 * MINUTE),
    "AGT": (2 * MINUTE, 25 * MINUTE),
    "CAR": (2 * MINUTE, 20 * MINUTE),
}
"""How long after a thing happened who writes it down: machines in seconds, people in minutes."""
RESUMED_EACH: Final = 2 * SECOND
"""After a silence a source sends what it wrote meanwhile at this pace."""
BEAT_SHARE: Final = 0.4
"""A source that has nothing to say beats after this share of the silence that it is allowed."""
HELD_MAX: Final = 4000
"""Things of which a voice knows when it last wrote of them, before it forgets those of the past."""
Steps = Generator[simpy.Event, Any, Any]


class Late(NamedTuple):
    """An actual that was received hours after it happened: of what, which, when, from whom.

    `is_plain`: its source was heard as ever, so that nothing else explains it.
    """

    object: str
    milestone: str
    told_at: int
    organisation: str
    operator: str
    is_plain: bool


class Voice:
    """One source of the port."""

    def __init__(self, chorus: "Chorus", source: str, organisation: str, role: str) -> None:
        """Speak for an organisation, in the hand of whoever may hand it over."""
        self.source, self.organisation = source, organisation
        self.role = role
        self._chorus, self._hand = chorus, chorus.hand
        self.noise = Noise(chorus.seed, source, chorus.noise, chorus.hand.begins)
        self._chance = stream(chorus.seed, "lateness", source)
        self._low, self._high = LATENESS.get(role, LATENESS["FWD"])
        self._prefix = f"{chorus.tag}-{source.strip('/').replace('/', '-')}-"
        self._count = 0
        self._publishers: dict[str, str] = {}
        self._free = (0, 0)
        """A stretch in which it is not silent."""
        self._resumes = 0
        self._forced: list[tuple[int, int]] = []
        self._waiting = 0
        self._written: dict[tuple[str, str], int] = {}
        self._held_to = self._held_for = 0
        """Up to when, and for how long, the last word that came into a silence was held up."""
        self.noted: int | None = None
        """When it was first heard with a stamp that tells that its clock is ahead."""

    def say(self, now: int, kind: str, subject: str, data: Event, **more: Any) -> int:
        """Say `rada.<kind>` of a subject; return when it is first received.

        `happened` is when it happened, if before `now`; other keywords are attributes of the
        envelope. Before the run begins nothing is said: then the answer is when it begins.
        """
        if not self._hand.is_open:
            return self._hand.begins
        happened = more.pop("happened", now)
        chance, low = self._chance, self._low
        recorded = now + (low + below(chance, self._high - low)) // SECOND * SECOND
        recorded = self._written_down(now, (kind, subject), recorded)
        event = self._event(kind, subject, data, (self.reads(happened), self.reads(recorded)))
        event.update(more)
        at = recorded + 200 + below(chance, 2800)
        first = self._send(kind, event, max(at, now + 1, self._hand.news_from))
        self._note(first)
        return first

    def _written_down(self, now: int, of: tuple[str, str], at: int) -> int:
        """Return when a word is written down: a second after the one before on the same thing.

        Whoever is slow is slow with both, and a system stores what it is told one after the other.
        """
        last = self._written
        at = max(at, last.get(of, 0) + SECOND)
        if len(last) >= HELD_MAX:  # what was written down by now holds up nothing
            self._written = last = {name: when for name, when in last.items() if when > now}
        last[of] = at
        return at

    def baseline(self, at: int, kind: str, subject: str, data: Event, happened: int) -> int:
        """Say at an instant what has been so for long, as a source does when it is connected.

        It is what was so when the run began, and bears no later hour: news since then is newer.
        """
        stamped = self.reads(min(happened, self._hand.begins))
        event = self._event(kind, subject, data, (stamped, stamped))
        self._put(at, kind.partition(".")[0], event)
        if stamped > at:
            self._note(at)
        return at

    def _note(self, at: int) -> None:
        self.noted = at if self.noted is None else min(at, self.noted)

    def reads(self, at: int) -> int:
        """Return what its clock reads at an instant."""
        return at + self.noise.clock_off

    @property
    def is_heard(self) -> bool:
        """Whether the run has begun, so that what is said is received."""
        return self._hand.is_open

    @property
    def begins(self) -> int:
        """When the run begins."""
        return self._hand.begins

    def heard(self, family: str) -> int:
        """Return when it was last heard in a family, 0 if never."""
        return self._hand.heard.get((self.source, family), 0)

    def told(self, milestone: str, of: tuple[str, str], times: tuple[int, int]) -> int:
        """Note that an actual was told; `of` is its object and the operator of its terminal.

        `times` are when it happened and when it was received, which is returned.
        """
        happened, at = times
        held = self._held_for if at == self._held_to else 0
        if at - happened - held > LATE and self.is_heard and of[0]:
            is_plain = self.noise.clock_off <= 0 and not self._is_catching_up(at)
            self._chorus.late(Late(of[0], milestone, at, self.organisation, of[1], is_plain))
        return at

    def _is_catching_up(self, at: int) -> bool:
        """Tell whether it was silent for long, or unknown, shortly before an instant."""
        if at < self._hand.begins + LATE:
            return True
        near = self.noise.silences.near(at - LATE, at + 1)
        return any(spell.end <= at and spell.end - spell.start >= HOUR for spell in near)

    def operators(self) -> list[str]:
        """Return who operates the network and is told of every silence."""
        return self._chorus.codes["OPS"]

    def force_silence(self, spans: Iterable[tuple[int, int]]) -> None:
        """Let the source be silent in these spans too."""
        self._forced = [*self._forced, *spans]
        self.noise.silences.force(spans)

    def is_forced_silent(self, at: int) -> bool:
        """Tell whether it is silent because its system is down."""
        return any(start <= at <= end for start, end in self._forced)

    def beat(self, now: int, family: str) -> None:
        """Say that the source lives; a machine does that at once."""
        data: Event = {"as_of": written(now), "state": "UP"}
        stamped = self.reads(now)
        event = self._event(f"{family}.source-beat", self.source, data, (stamped, stamped))
        at = self._put(now + SECOND, family, event)
        self._note(at)

    def _event(self, kind: str, subject: str, data: Event, times: tuple[int, int]) -> Event:
        self._count += 1
        refs = data.get("refs")
        data["refs"] = {"port": self._chorus.system, **refs} if refs else self._chorus.port_refs
        return {
            "specversion": "1.0",
            "id": f"{self._prefix}{self._count}",
            "source": self.source,
            "type": f"rada.{kind}",
            "subject": subject,
            "time": written(times[0]),
            "recordedtime": written(times[1]),
            "partitionkey": self._chorus.system,
            "datacontenttype": "application/json",
            "organisation": self.organisation,
            "data": data,
        }

    def _send(self, kind: str, event: Event, at: int) -> int:
        family = kind.partition(".")[0]
        faults = self.noise.of(kind)
        first = self._put(at + faults.delay, family, event)
        if faults.repeated_after:
            self._put(first + faults.repeated_after, family, event)
        if faults.corrected_after and (wrong := mistaken(event, self._chance)):
            later = first + faults.corrected_after
            right = {**event, "id": event["id"] + "-c", "factid": event["id"]}
            stamped = written(self.reads(later))
            right |= {"recordedtime": stamped, "updatedtime": stamped}
            event.update(wrong)
            self._put(later, family, right)
        if faults.taken_back_after and kind in RETRACTABLE:
            self._take_back(family, event, first, faults.taken_back_after)
        return first

    def _take_back(self, family: str, event: Event, at: int, after: int) -> None:
        """Say the same thing once more by mistake, as another fact, and withdraw that one."""
        bogus = {**event, "id": event["id"] + "-x"}
        self._put(at, family, bogus)
        later = written(self.reads(at + after))
        reason = {"reason": "sent by mistake", "refs": self._chorus.port_refs}
        withdrawn = {**bogus, "id": event["id"] + "-r", "factid": event["id"] + "-x"}
        withdrawn |= {"retracted": True, "recordedtime": later, "updatedtime": later}
        self._put(at + after, family, {**withdrawn, "data": reason})

    def _put(self, at: int, family: str, event: Event) -> int:
        if not self._free[0] <= at < self._free[1] and (until := self._silent_until(at)):
            self._waiting = self._waiting + 1 if self._resumes == until else 1
            self._resumes = until
            said_at, at = at, until + SECOND + self._waiting * RESUMED_EACH
            self._held_to, self._held_for = at, at - said_at
        self._hand.put(at, self._publisher(family), family, event)
        return at

    def _silent_until(self, at: int) -> int:
        """Return until when the source is silent at an instant; 0 (and note the gap) if not."""
        spells = self.noise.silences.near(at - DAY, at + DAY)
        for spell in spells:
            if spell.start <= at < spell.end:
                return spell.end
        before = max((spell.end for spell in spells if spell.end <= at), default=at - DAY)
        after = min((spell.start for spell in spells if spell.start > at), default=at + DAY)
        self._free = (before, after)
        return 0

    def _publisher(self, family: str) -> str:
        if family not in self._publishers:
            self._publishers[family] = self._chorus.publisher(self.organisation, family)
        return self._publishers[family]


LATE: Final = 2 * HOUR
"""After it happened: when the word of an actual is late (common port practice)."""
RETRACTABLE: Final = ("gate.queue-reported", "yard.container-placed", "yard.inventory-reported")
"""What is sometimes sent by mistake and withdrawn."""


class Chorus:
    """Every voice of one port, found by role, family and facility, or by organisation."""

    def __init__(self, community: Community, hand: Handover, seed: int, noise: float) -> None:
        """Give each source of the profile its voice when it is first needed."""
        self.community, self.hand, self.seed, self.noise = community, hand, seed, noise
        self.system = community.system
        self.port_refs = {"port": community.system}
        self.tag = f"w{seed}"
        self._cast = Cast(community)
        self._voices: dict[str, Voice] = {}
        self._found: dict[tuple[str, str, str, str], Voice] = {}
        self.late: Callable[[Late], None] = lambda _: None
        """Told of each actual that is received hours after it happened."""
        self._roles = {member.code: member.roles[0] for member in community.organisations}
        self.codes = {
            role: self._cast.codes(role)
            for role in ("TER", "CAR", "AGT", "PA", "NAU", "AUT", "TRK", "FWD", "OPS")
        }

    @property
    def is_heard(self) -> bool:
        """Whether the run has begun, so that what is said is received."""
        return self.hand.is_open

    def of(self, role: str, family: str, facility: str = "", named: str = "") -> Voice:
        """Return the voice of the weightiest source of a role in a family.

        Raises:
            NobodySays: the profile has none.
        """
        key = (role, family, facility, named)
        if key not in self._found:
            pen = self._cast.pen(role, family, facility, named)
            self._found[key] = self.voice(pen.source, pen.organisation)
        return self._found[key]

    def voice(self, source: str, organisation: str) -> Voice:
        """Return the voice of one source."""
        if source not in self._voices:
            role = self._roles[organisation]
            self._voices[source] = Voice(self, source, organisation, role)
        return self._voices[source]

    def publisher(self, organisation: str, family: str) -> str:
        """Return who hands over for an organisation: itself, else a relay."""
        return self._cast.publisher(organisation, family)

    def registered(self) -> Iterator[tuple[Voice, str, int]]:
        """Yield every source and family of the profile with the silence it is allowed, ms."""
        for pen, family, minutes in self._cast.pens():
            yield self.voice(pen.source, pen.organisation), family, whole(minutes * MINUTE)


def beating(env: simpy.Environment, voice: Voice, family: str, allowed: int) -> Steps:
    """Let a source beat whenever it would else be quiet for too long, and after a silence."""
    wait = whole(allowed * BEAT_SHARE)
    while True:
        now = int(env.now)
        until = max(now + SECOND, max(voice.heard(family), now - wait) + wait)
        down = next(iter(voice.noise.silences.near(now, until)), None)
        yield env.timeout((down.end if down else until) - now)
        if down or int(env.now) - voice.heard(family) >= wait:
            voice.beat(int(env.now), family)
            yield env.timeout(2 * SECOND)  # until it is heard
