"""What people command: policy, profile, links, rulings, and answers to alerts."""

from collections.abc import Callable
from typing import Final

import msgspec

from contracts.problems import InvalidEvent, Problem
from contracts.profile import Community
from contracts.standards import faults_of
from correlation.erasing import erase
from correlation.instants import instant
from correlation.picture import promises, reslotting
from correlation.picture.disputes import Standard
from correlation.picture.fact import Fact
from correlation.picture.matching import also_named, call_named
from correlation.picture.port import Port
from correlation.picture.rulings import fact_ruled
from correlation.picture.sources import watch_registered
from correlation.policy import UnknownThreshold, policy_from
from correlation.responses import ANSWERS, respond
from correlation.state import State


def apply_command(state: State, fact: Fact) -> None:
    """Apply a command. Rules see a new policy or profile from this record on."""
    if fact.is_withdrawn:
        return
    kind = fact.event.type.removeprefix("rada.command.")
    if kind == "core-changed":
        state.core_version = fact.data.core_version
    elif apply := APPLIED.get(kind):
        apply(state.port(fact.event.partitionkey), fact)


def _policy(port: Port, fact: Fact) -> None:
    try:
        policy = policy_from(fact.data.document, fact.data.version)
    except UnknownThreshold as error:
        raise InvalidEvent(
            Problem("BAD_FIELD", "data.document", str(error), "known thresholds")
        ) from error
    if policy == port.policy:
        return
    port.policies.put("policy", policy)
    port.refresh()
    _judge_everything(port)


def _profile(port: Port, fact: Fact) -> None:
    document = msgspec.json.encode(fact.data.document)
    if document == port.head.profile:
        return
    try:
        Community.model_validate_json(document)
    except ValueError as error:
        raise InvalidEvent(
            Problem("BAD_FIELD", "data.document", str(error), "a port community profile")
        ) from error
    port.set_head(profile=document, profile_version=fact.data.version)
    port.refresh()
    promises.adopt(port)
    watch_registered(port, fact.at)


def _declare(port: Port, fact: Fact) -> None:
    """M09: keep the newest word on a service standard, which rules over the profile's."""
    data = fact.data
    scopes = port.community.scopes() if port.community else None
    if problem := next(faults_of(data, scopes), None):
        raise InvalidEvent(problem._replace(field=f"data.{problem.field}"))
    known = port.standards.get(data.standard_id)
    if known is None or (fact.at, fact.event.id) > (known.declared_at, known.event_id):
        standard = Standard(
            standard_id=data.standard_id,
            measure=data.measure,
            scope=data.scope,
            target=float(data.target),
            unit=data.unit,
            period=data.period,
            since_at=instant(data.since_at),
            near_pct=None if data.near_pct is None else float(data.near_pct),
            declared_at=fact.at,
            event_id=fact.event.id,
            share_pct=None if data.share_pct is None else float(data.share_pct),
            cases_min=data.cases_min,
        )
        port.standards.put(data.standard_id, standard)
        promises.adopt(port)


def _link(port: Port, fact: Fact) -> None:
    """M11: several names of one call; calls among them become one."""
    calls = {name: call.id for name in fact.data.ids if (call := call_named(port, name))}
    if not calls:
        raise InvalidEvent(
            Problem("BAD_FIELD", "data.ids", ", ".join(fact.data.ids), "one name of a known call")
        )
    ships = sorted({port.calls[identity].vessel for identity in calls.values()})
    if len(ships) > 1:
        raise InvalidEvent(
            Problem("BAD_FIELD", "data.ids", f"calls of {', '.join(ships)}", "calls of one ship")
        )
    first = next(iter(calls.values()))
    for name in fact.data.ids:
        if name in calls:
            port.alike.append((first, calls[name]))
        else:
            also_named(port, first, name)


def _judge_everything(port: Port) -> None:
    """Look at every subject again under new thresholds, once."""
    for kind, table in (
        ("call", port.calls),
        ("terminal_call", port.terminal_calls),
        ("visit", port.visits),
        ("appointment", port.appointments),
        ("flow", port.flows),
        ("obligation", port.obligations),
        ("block", port.blocks),
        ("reefer", port.reefers),
        ("dangerous", port.dangerous),
        ("source", port.sources),
    ):
        for identity in table:
            port.touch(kind, identity)
    for identity in port.terminal_calls:
        port.unsettled.put(identity, value=True)


def _accept(port: Port, fact: Fact) -> None:
    reslotting.answer(port, fact, accepts=True)


def _decline(port: Port, fact: Fact) -> None:
    reslotting.answer(port, fact, accepts=False)


APPLIED: Final[dict[str, Callable[[Port, Fact], None]]] = {
    "policy-changed": _policy,
    "profile-changed": _profile,
    "identity-linked": _link,
    "fact-ruled": fact_ruled,
    "subject-erased": erase,
    "standard-declared": _declare,
    "proposal-accepted": _accept,
    "proposal-declined": _decline,
    **dict.fromkeys(ANSWERS, respond),
}
