"""The desk on which judging is done: what is watched, what rests on what, and what is said."""

from msgspec.structs import replace

from correlation.findings import Finding
from correlation.lifecycle_records import Instance, Watch
from correlation.picture.port import Port
from correlation.responses import after_turning_red
from correlation.speech import alert_bytes
from correlation.state import Said, Spoken, State


class Desk:
    """Says things for one port and one frame, and keeps the indexes of what was said."""

    def __init__(self, state: State, port: Port, offset: int, said: list[Said]) -> None:
        """Work on a port for the frame at `offset`; what is said is appended to `said`."""
        self.state, self.port, self.offset, self.said = state, port, offset, said
        self.now = state.now
        self.by_time = False

    def begin(self, now: int) -> None:
        """Go on to the next record, or the next moment, at this instant."""
        self.now, self.by_time = now, False

    def watch(self, finding: Finding) -> None:
        """Let the subjects of a finding know that it lives or waits on them."""
        for kind, identity in finding.subjects:
            name = f"{kind}|{identity}"
            keys = held.keys if (held := self.port.watch.get(name)) else ()
            if finding.key not in keys:
                self.port.watch.put(name, Watch(keys=(*keys, finding.key)))

    def unwatch(self, finding: Finding) -> None:
        """Let the subjects of a finding forget it."""
        for kind, identity in finding.subjects:
            name = f"{kind}|{identity}"
            held = self.port.watch.get(name)
            left = tuple(key for key in held.keys if key != finding.key) if held else ()
            if left:
                self.port.watch.put(name, Watch(keys=left))
            else:
                self.port.watch.drop(name)

    def rest_on(self, alert_id: str, finding: Finding) -> None:
        """Note on which facts an alert rests, so that it is judged when one is taken back."""
        for evidence in finding.evidence:
            name = f"{evidence.source}\n{evidence.fact_id}"
            held = self.port.evidence.get(name, ())
            if alert_id not in held:
                self.port.evidence.put(name, (*held, alert_id))

    def no_longer_rest(self, alert_id: str, name: str) -> None:
        """Note that a forgotten alert rests on nothing."""
        left = tuple(held for held in self.port.evidence.get(name, ()) if held != alert_id)
        if left:
            self.port.evidence.put(name, left)
        else:
            self.port.evidence.drop(name)

    def say(self, alert_id: str, change: str) -> None:
        """Say an alert as it now is, as its next version."""
        port = self.port
        instance = after_turning_red(port.alerts[alert_id])
        told = instance.told
        for party in instance.finding.audience:
            if party.organisation not in told:
                told = (*told, party.organisation)
        instance = replace(
            instance,
            change=change,
            version=instance.version + 1,
            updated_at=self.now,
            told=told,
            next_check_at=self._next_check(instance),
        )
        port.alerts.put(alert_id, instance)
        if change in ("RAISED", "REOPENED", "CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED"):
            self._show_on_calls(instance)
        position = f"{self.offset:020d}.{len(self.said):04d}"
        self.speak("alerts", alert_id, instance.version, alert_bytes(port, instance, position))

    def _next_check(self, instance: Instance) -> int | None:
        subject = instance.finding.subjects[0]
        return self.port.timers.get(f"E|{instance.code}|{subject[0]}|{subject[1]}")

    def _show_on_calls(self, instance: Instance) -> None:
        for kind, identity, _ in instance.finding.objects:
            if kind in ("call", "source"):
                name = identity if kind == "call" else f"source:{identity}"
                self.port.show(name)

    def speak(self, topic: str, key: str, version: int, value: bytes) -> None:
        """Say something, and remember it so that the same bytes can be said again."""
        self.state.spoken.put((topic, key), Spoken(version, value, self.port.system))
        self.said.append(Said(topic, key, version, value, self.port.system))

    def tombstone(self, topic: str, key: str) -> None:
        """Say that something is forgotten for good."""
        self.state.spoken.drop((topic, key))
        self.said.append(Said(topic, key, 0, None, self.port.system))
