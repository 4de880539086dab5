"""D01: a source has been silent for longer than it ever is at this hour of the week."""

from correlation.evidence import parties
from correlation.findings import NOTHING, Action, Finding, Severity, Verdict
from correlation.instants import HOUR, MINUTE
from correlation.picture.entities import Source
from correlation.picture.milestones import said_of
from correlation.picture.port import Port
from correlation.picture.sources import is_in_use, limit_of, silent_from
from correlation.rules.rule import Rule


def find(port: Port, subject: str, now: int) -> Verdict:
    """Find a registered source beyond its limit; three events or a heartbeat end it."""
    source = port.sources.get(subject)
    organisation = port.owner_of(source.source) if source else None
    if source is None or organisation is None or not is_in_use(port):
        return NOTHING
    limit = limit_of(port, source, source.last_at)
    silent_at = max(silent_from(port, source, limit), source.quiet_until)
    port_limit = silent_at + 1
    if now <= silent_at:
        if source.silent_since is None:
            return Verdict((), port_limit)
        return Verdict((_finding(port, source, limit, organisation, "BAND"),), port_limit)
    return Verdict((_finding(port, source, limit, organisation, "TRUE"),))


def _finding(port: Port, source: Source, limit: int, organisation: str, status: str) -> Finding:
    since = source.last_at if source.silent_since is None else source.silent_since
    resting = _resting_on(port, source.source)
    red = _is_sole_word(port, source.source, since)
    severity: Severity = "RED" if red else "ORANGE" if resting else "YELLOW"
    return Finding(
        code="D01",
        key=f"D01|{source.source}|{source.family}|{port.system}",
        status="TRUE" if status == "TRUE" else "BAND",
        subjects=(("source", f"{source.source}|{source.family}"),),
        severity=severity,
        port=port.system,
        impact_at=since + limit,
        act_by_at=since + 2 * limit,
        delta=("silence_limit", round(limit / MINUTE, 1), "min"),
        thresholds=(
            ("silence_median_factor", port.policy.silence_median_factor),
            ("limit_min", limit / MINUTE),
        ),
        objects=(("source", f"{source.source}|{source.family}", source.source),),
        audience=parties(port, ("OPS",), nominated=((organisation, "OPS"),)),
        actions=(Action("RESTORE_SOURCE", (("source", source.source),)),),
        template="d01.never_spoke" if since == source.watched_at else "d01.silent",
        params=(("source", source.source), ("since_at", since), ("limit_span", limit)),
    )


def _resting_on(port: Port, source: str) -> bool:
    return any(
        instance.state == "OPEN"
        and any(evidence.source == source for evidence in instance.finding.evidence)
        for instance in port.alerts.values()
    )


def _is_sole_word(port: Port, source: str, since: int) -> bool:
    """Tell whether a ship due within hours is known by this source alone."""
    until = since + int(port.policy.silence_red_hours * HOUR)
    for call in port.calls.values():
        for name in call.terminal_calls:
            part = port.terminal_calls[name]
            for service in ("PILOT_BOARDING_PLACE", "BERTH"):
                said = said_of(port, call, part, service, "ARRI")
                if "ACT" in said or not said:
                    continue
                sources = {statement.source for statement in said.values()}
                soonest = min(int(statement.value or 0) for statement in said.values())
                if sources == {source} and since <= soonest <= until:
                    return True
    return False


RULE = Rule("D01", "source", find)
