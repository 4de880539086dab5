"""The life of an alert: hold, raise, update, hysteresis, clear, re-open, retract, supersede.

A rule says what is true now; everything that has to do with what was said before is here, once
for all rules. Time is the port's own (`sequenced_at`); nothing here reads a clock.
"""

from typing import Final
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from correlation import grouping, keeping, responses
from correlation.desk import Desk
from correlation.findings import NOTHING, SEVERITIES, Finding, Severity, Verdict
from correlation.instants import DAY, HOUR, MINUTE, written
from correlation.lifecycle_records import Instance, Pending, renamed, so_since, was_so_lately
from correlation.picture.shelf import give_up
from correlation.rules import RULES_OF, Rule, rules_reading

ALERT_SPACE: Final = uuid5(NAMESPACE_URL, "urn:rada:alert")
PATH_KEPT: Final = 8


def rank(severity: Severity) -> int:
    """Return 0 for yellow up to 2 for red."""
    return SEVERITIES.index(severity)


class Judge(Desk):
    """Judges what one record, or one moment, changed in a port, and says what follows."""

    # -- what has to be judged

    def touched(self) -> None:
        """Judge every subject that the record touched, and what rested on a corrected fact."""
        port = self.port
        if port.deleted:
            self._spread_grace()
        for fact in port.judged:
            for alert_id in port.evidence.get("\n".join(fact), ()):
                for subject in port.alerts[alert_id].finding.subjects:
                    port.touch(*subject)
        keeping.follow(port)
        self._judge_touched()
        for fact, event in port.judged.items():
            self._judge_closed(fact, event)
        for alert_id in port.responded:
            self.say(alert_id, "RESPONDED")

    def _judge_touched(self) -> None:
        port = self.port
        for (kind, identity), aspects in port.touched.items():
            # What was found of it may tell of anything.
            if f"{kind}|{identity}" in port.watch:
                for rule in RULES_OF.get(kind, ()):
                    self.judge(rule, identity)
                continue
            for rule in rules_reading(kind, aspects):
                verdict = rule.find(port, identity, self.now)
                if verdict is not NOTHING or rule.subject != kind:
                    self.heed(rule, identity, verdict)
                elif (timer := rule.timer + identity) in port.timers:
                    port.timers.drop(timer)

    def time_came(self, name: str) -> None:
        """Do what was set for now: judge again, end a hold or a clear hold, forget."""
        purpose, _, rest = name.partition("|")
        self.by_time = True
        if purpose == "E":
            code, kind, identity = rest.split("|", 2)
            self._judge_code(code, (kind, identity))
        elif purpose == "H" and rest in self.port.pending:
            self._judge_code(rest.partition("|")[0], self.port.pending[rest].finding.subjects[0])
        elif purpose == "C" and (instance := self._living(rest)):
            self._judge_code(instance.code, instance.finding.subjects[0])
        elif purpose == "F":
            self._forget(rest)
        elif purpose == "V":
            kind, _, identity = rest.partition("|")
            keeping.forget(self.port, kind, identity, self.now)
        elif purpose == "D":
            self.port.dead.drop(rest)
        elif purpose == "S":
            give_up(self.port, rest)
        elif purpose == "G":
            self.port.grace.drop(rest)
        self.by_time = False

    def _judge_code(self, code: str, subject: tuple[str, str]) -> None:
        for rule in RULES_OF.get(subject[0], ()):
            if rule.code == code:
                self.judge(rule, subject[1])

    def _spread_grace(self) -> None:
        """Let a plan that was taken back raise nothing for a while: its correction may come."""
        port = self.port
        until = self.now + int(port.policy.grace_after_deletion_minutes * MINUTE)
        subjects = list(port.deleted)
        for kind, identity in port.deleted:
            if kind == "call" and identity in port.calls:
                subjects += [("terminal_call", n) for n in port.calls[identity].terminal_calls]
        for kind, identity in subjects:
            port.grace.put(f"{kind}|{identity}", until)
            port.set_timer(f"G|{kind}|{identity}", until)

    # -- one rule, one subject

    def judge(self, rule: Rule, identity: str) -> None:
        """Ask a rule about a subject, and let its alerts follow the answer."""
        self.heed(rule, identity, rule.find(self.port, identity, self.now))

    def heed(self, rule: Rule, identity: str, verdict: Verdict) -> None:
        """Let the alerts of a rule on a subject follow its answer."""
        port = self.port
        timer, wake_at = rule.timer + identity, verdict.wake_at
        if port.timers.get(timer) != wake_at:
            port.set_timer(timer, wake_at)
        subject = rule.prefix + identity
        if not verdict.findings and subject not in port.watch:
            return
        found = {finding.key for finding in verdict.findings}
        for finding in verdict.findings:
            self._follow(finding)
            found.update(finding.supersedes)  # they end when this one is raised, not before
        watched = port.watch.get(subject)
        for key in watched.keys if watched else ():
            if key not in found and key.startswith(f"{rule.code}|"):
                self._gone(key)

    def _living(self, key: str) -> Instance | None:
        instance = self.port.alerts.get(self.port.latest.get(key, ""))
        return instance if instance and instance.state == "OPEN" else None

    def _follow(self, finding: Finding) -> None:
        if instance := self._living(finding.key):
            self._update(instance, finding)
        elif finding.status == "TRUE":
            self._consider(finding)
        else:
            self._drop_pending(finding.key)
            if finding.status == "BAND":  # so near it would not have closed
                self._not_quiet(finding.key, self.now)

    def _consider(self, finding: Finding) -> None:
        """Raise a finding when its hold, and any grace of its subjects, is over."""
        port, key = self.port, finding.key
        pending = port.pending.get(key)
        since = pending.since if pending else self.now
        begun = pending.so_since if pending else so_since(finding, self.now, port.policy)
        last = port.alerts.get(port.latest.get(key, ""))
        # Closed and true again within one second: it never really closed.
        hold = 0 if last and last.closed_tick == self.state.ticks else finding.hold
        if port.merged and any(self._living(name) for name in self._former(key)):
            hold = 0  # it was said already, of the call that this one takes over
        graces = [port.grace.get(f"{kind}|{name}", 0) for kind, name in finding.subjects]
        due = max(since + hold, *graces)
        if due > self.now:
            port.pending.put(key, Pending(since=since, due=due, finding=finding, so_since=begun))
            port.set_timer(f"H|{key}", due)
            self.watch(finding)
            return
        self._drop_pending(key)
        # Its hold, and the way of the word here, are no part of how long it was quiet.
        if last and was_so_lately(last, begun, port.policy) and last.state != "SUPERSEDED":
            self._reopen(last, finding, since)
        else:
            self._raise(finding, since)

    def _drop_pending(self, key: str) -> None:
        port, pending = self.port, self.port.pending.get(key)
        if pending:
            port.pending.drop(key)
            port.set_timer(f"H|{key}", None)
            self.unwatch(pending.finding)
            self._not_quiet(key, pending.so_since)

    def _not_quiet(self, key: str, since: int) -> None:
        """Let the quiet of an alert that closed lately begin now: it was nearly so again."""
        last = self.port.alerts.get(self.port.latest.get(key, ""))
        if last and was_so_lately(last, since, self.port.policy):
            self.port.alerts.put(last.alert_id, replace(last, quiet_since=self.now))

    # -- raise, update, close

    def _raise(self, finding: Finding, since: int) -> None:
        alert_id = str(uuid5(ALERT_SPACE, f"{finding.key}@{written(self.now)}"))
        instance = Instance(
            alert_id=alert_id,
            code=finding.code,
            key=finding.key,
            version=0,
            state="OPEN",
            change="RAISED",
            severity=finding.severity,
            shown=finding.severity,
            severity_path=((finding.severity, self.now),),
            raised_at=self.now,
            updated_at=self.now,
            finding=replace(finding, status="TRUE", hold=0),
            tick=self.state.ticks,
        )
        self.port.latest.put(finding.key, alert_id)
        self._open(instance, since)
        for key in finding.supersedes:
            if old := self._living(key):
                self._close(old, "SUPERSEDED", superseded_by=alert_id)

    def _reopen(self, last: Instance, finding: Finding, since: int) -> None:
        instance = replace(
            last,
            state="OPEN",
            change="REOPENED",
            severity=finding.severity,
            shown=finding.severity,
            severity_path=(*last.severity_path, (finding.severity, self.now))[-PATH_KEPT:],
            finding=replace(finding, status="TRUE", hold=0),
            tick=self.state.ticks,
            closed_at=None,
            closed_tick=-1,
            clearing_since=None,
            reopened=last.reopened + 1,
            because=None,
            resolved_by=None,
            children={},
            root=None,
        )
        self.port.set_timer(f"F|{last.alert_id}", None)
        self._open(instance, since)

    def _open(self, instance: Instance, since: int) -> None:
        finding = instance.finding
        self.watch(finding)
        self.rest_on(instance.alert_id, finding)
        instance = replace(instance, stale=grouping.silent_among(self.port, finding))
        self.port.alerts.put(instance.alert_id, instance)
        grouping.attach(self, instance.alert_id, since)
        self.say(instance.alert_id, instance.change)
        grouping.follow_cause(self, instance.key)
        if instance.code == grouping.SILENCE:
            grouping.mark_stale(self, instance)

    def _update(self, instance: Instance, finding: Finding) -> None:
        if finding.status == "OVER":
            self._close(
                replace(instance, finding=self._last_words(instance, finding)), finding.outcome
            )
            return
        port = self.port
        if instance.clearing_since is not None:
            instance = replace(instance, clearing_since=None)
            port.alerts.put(instance.alert_id, instance)
            port.set_timer(f"C|{instance.key}", None)
        severity = finding.severity
        if self.by_time and rank(severity) < rank(instance.severity):
            severity = instance.severity  # it falls only on new facts
        after = replace(finding, status="TRUE", hold=0, severity=severity)
        if after == instance.finding:
            return
        change = "UPDATED"
        path = instance.severity_path
        if severity != instance.severity:
            worse = rank(severity) > rank(instance.severity)
            change = "RAISED_SEVERITY" if worse else "LOWERED_SEVERITY"
            path = (*path, (severity, self.now))[-PATH_KEPT:]
        self.rest_on(instance.alert_id, after)
        if after.subjects != instance.finding.subjects:
            self.unwatch(instance.finding)
            self.watch(after)
        regroup = after.causes != instance.finding.causes
        shown = (
            max(severity, *instance.children.values(), key=rank) if instance.children else severity
        )
        changed = replace(
            instance, finding=after, severity=severity, shown=shown, severity_path=path
        )
        port.alerts.put(instance.alert_id, changed)
        if regroup:
            grouping.detach(self, instance)
            grouping.attach(self, instance.alert_id)
        elif severity != instance.severity:
            grouping.tell_parent(self, instance.alert_id)
        self.say(instance.alert_id, change)
        if regroup and port.alerts[instance.alert_id].root != instance.root:
            grouping.follow_cause(self, instance.key)

    def _last_words(self, instance: Instance, finding: Finding) -> Finding:
        """Close with what was last said, and the facts that ended it as evidence."""
        kept = instance.finding
        fresh = tuple(e for e in finding.evidence if e not in kept.evidence)
        return replace(kept, evidence=(*fresh, *kept.evidence)[:32])

    def _gone(self, key: str) -> None:
        """Follow a rule that no longer finds it, not even within the tighter band."""
        self._drop_pending(key)
        instance = self._living(key)
        if instance is None:
            return
        if self.port.merged and self._merged(instance):
            return
        because = self._withdrawn_under(instance)
        if because:
            self._close(instance, "RETRACTED", because=because)
        elif instance.tick == self.state.ticks or instance.finding.clear_hold <= 0:
            self._close(instance, "CLEARED")
        elif instance.clearing_since is None:
            if self.by_time and grouping.silent_among(self.port, instance.finding):
                return  # silence never clears
            self.port.alerts.put(instance.alert_id, replace(instance, clearing_since=self.now))
            self.port.set_timer(f"C|{key}", self.now + instance.finding.clear_hold)
        elif self.now >= instance.clearing_since + instance.finding.clear_hold:
            self._close(instance, "CLEARED")

    def _merged(self, instance: Instance) -> bool:
        """Close what was said of a call that proved to be another one; tell whether it was."""
        for old, (new, because) in self.port.merged.items():
            if (key := renamed(instance.key, old, new)) != instance.key:
                heir = self._living(key)
                if heir:
                    self._close(instance, "SUPERSEDED", superseded_by=heir.alert_id)
                else:
                    self._close(instance, "RETRACTED", because=because)
                return True
        return False

    def _former(self, key: str) -> list[str]:
        """Return the keys that this one had under the calls that are merged now."""
        return [renamed(key, new, old) for old, (new, _) in self.port.merged.items()]

    def _withdrawn_under(self, instance: Instance) -> str | None:
        for evidence in instance.finding.evidence:
            if event := self.port.judged.get((evidence.source, evidence.fact_id)):
                return event
        return None

    def _judge_closed(self, fact: tuple[str, str], event: str) -> None:
        """Retract an alert cleared lately whose deciding fact is taken back: it was never true."""
        port = self.port
        since = self.now - int(port.policy.judge_closed_hours * HOUR)
        mark = f"{fact[0]}|{fact[1]}"
        for alert_id in port.evidence.get("\n".join(fact), ()):
            instance = port.alerts[alert_id]
            recent = instance.closed_at is not None and instance.closed_at >= since
            if instance.state != "CLEARED" or not recent or mark not in port.dead:
                continue
            first = instance.finding.evidence[0]
            if (first.source, first.fact_id) == fact:
                port.alerts.put(alert_id, replace(instance, state="RETRACTED", because=event))
                self.say(alert_id, "RETRACTED")

    def _close(
        self,
        instance: Instance,
        state: str,
        *,
        because: str | None = None,
        superseded_by: str | None = None,
    ) -> None:
        port, alert_id = self.port, instance.alert_id
        self.unwatch(instance.finding)
        grouping.detach(self, instance)
        closed = replace(
            port.alerts[alert_id],
            finding=instance.finding,
            state=state,
            closed_at=self.now,
            quiet_since=self.now,
            closed_tick=self.state.ticks,
            because=because,
            superseded_by=superseded_by,
            resolved_by=self._resolved_by(instance) if state == "CLEARED" else None,
        )
        port.alerts.put(alert_id, closed)
        port.set_timer(f"C|{instance.key}", None)
        port.set_timer(f"F|{alert_id}", self.now + int(port.policy.forget_closed_days * DAY))
        self.say(alert_id, state)
        grouping.follow_cause(self, instance.key)
        if instance.code == grouping.SILENCE:
            grouping.mark_stale(self, instance)

    def _resolved_by(self, instance: Instance) -> str:
        evidence = instance.finding.evidence
        by_fact = evidence and not self.by_time
        return responses.resolved_by(instance, evidence[0].event_id if by_fact else "")

    def _forget(self, alert_id: str) -> None:
        port = self.port
        instance = port.alerts.get(alert_id)
        if instance is None or instance.state == "OPEN":
            return
        for evidence in instance.finding.evidence:
            self.no_longer_rest(alert_id, f"{evidence.source}\n{evidence.fact_id}")
        if port.latest.get(instance.key) == alert_id:
            port.latest.drop(instance.key)
        port.alerts.drop(alert_id)
        self.tombstone("alerts", alert_id)
