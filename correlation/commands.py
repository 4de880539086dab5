"""Commands that rule the fold: policy, profile, core version. Others wait for their rules."""

import msgspec

from contracts.problems import InvalidEvent, Problem
from contracts.profile import Community
from correlation.picture.fact import Fact
from correlation.picture.matching import also_named, call_named
from correlation.picture.sources import watch_registered
from correlation.policy import UnknownThreshold, policy_from
from correlation.state import State


def apply_command(state: State, fact: Fact) -> None:
    """Apply a command. Rules see a new policy or profile from this record on."""
    if fact.is_withdrawn:
        return
    kind = fact.event.type.removeprefix("rada.command.")
    if kind == "core-changed":
        state.core_version = fact.data.core_version
    elif kind == "policy-changed":
        _policy(state, fact)
    elif kind == "profile-changed":
        _profile(state, fact)
    elif kind == "identity-linked":
        _link(state, fact)


def _policy(state: State, fact: Fact) -> None:
    port = state.port(fact.event.partitionkey)
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
    _judge_everything(state, fact)


def _profile(state: State, fact: Fact) -> None:
    port = state.port(fact.event.partitionkey)
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
    watch_registered(port, fact.at)


def _link(state: State, fact: Fact) -> None:
    """M11: several names of one call; calls among them become one."""
    port = state.port(fact.event.partitionkey)
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


def _judge_everything(state: State, fact: Fact) -> None:
    """Look at every subject again under new thresholds, once."""
    port = state.port(fact.event.partitionkey)
    for kind, table in (
        ("call", port.calls),
        ("terminal_call", port.terminal_calls),
        ("visit", port.visits),
        ("appointment", port.appointments),
        ("block", port.blocks),
        ("reefer", port.reefers),
        ("dangerous", port.dangerous),
        ("source", port.sources),
    ):
        for identity in table:
            port.touch(kind, identity)
    for identity in port.terminal_calls:
        port.unsettled.put(identity, value=True)
