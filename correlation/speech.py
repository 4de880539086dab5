"""An alert as bytes: the record of `rada.alert.changed`, with its sentences in es, en and pt."""

from functools import lru_cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO, StringIO
from string import Formatter
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from contracts.identifiers import PORT_SYSTEMS
from correlation import responses
from correlation.findings import Action, Evidence, Finding, Parameter
from correlation.instants import HOUR, MINUTE, moment, written
from correlation.lifecycle_records import Instance
from correlation.picture.port import Port
from correlation.picture.reslotting import proposal_id

LANGUAGES: Final = ("es", "en", "pt")
SENTENCES: Final = ("fact", "duty", "consequence", "deadline")
RULE_VERSION: Final = 1
OBJECTS_MAX: Final = 50
_MONTHS_EN: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_encode: Final = msgspec.json.Encoder().encode

Sentences = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]
"""Each sentence by its name, with its slots, and the names of all slots."""


def _catalogue(language: str) -> GNUTranslations:
    text = files("correlation.texts").joinpath(f"{language}.po").read_text(encoding="utf-8")
    compiled = BytesIO()
    write_mo(compiled, read_po(StringIO(text), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


CATALOGUES: Final = {language: _catalogue(language) for language in LANGUAGES}


def alert_bytes(port: Port, instance: Instance, journal_pos: str) -> bytes:
    """Return the CloudEvents JSON of an alert's current version; the same bytes each time."""
    system = port.system
    at = written(instance.updated_at)
    return _encode(
        {
            "specversion": "1.0",
            "id": f"{instance.alert_id}.{instance.version}",
            "source": f"/rada/coordinator/{system}",
            "type": "rada.alert.changed",
            "subject": instance.alert_id,
            "time": at,
            "recordedtime": at,
            "receivedtime": at,
            "partitionkey": system,
            "datacontenttype": "application/json",
            "dataschema": "urn:rada:schema:alert.changed:1.0",
            "organisation": "rada",
            "publisher": "rada",
            "data": _record(port, instance, journal_pos),
        }
    )


def _record(port: Port, instance: Instance, journal_pos: str) -> dict[str, Any]:
    finding = instance.finding
    batch = finding.batch + len(instance.children)
    return {
        "alert_id": instance.alert_id,
        "code": instance.code,
        "dedup_key": instance.key,
        "version": instance.version,
        "reopened": instance.reopened,
        "journal_pos": journal_pos,
        "state": instance.state,
        "change": instance.change,
        "severity": instance.shown,
        "severity_path": [
            {"severity": severity, "at": written(at)} for severity, at in instance.severity_path
        ],
        "system": port.system,
        "port": finding.port or port.system,
        "object_refs": [
            {"kind": kind, "id": identity, "label": label}
            for kind, identity, label in finding.objects[:OBJECTS_MAX]
        ],
        "raised_at": written(instance.raised_at),
        "updated_at": written(instance.updated_at),
        "closed_at": _or_none(instance.closed_at),
        "impact_at": _or_none(finding.impact_at),
        "act_by_at": _or_none(finding.act_by_at),
        "next_check_at": _or_none(instance.next_check_at),
        "delta": _delta(finding),
        "thresholds": {name: _number(value) for name, value in finding.thresholds},
        "policy_version": port.policy.version,
        "rule_version": f"{instance.code}/{RULE_VERSION}",
        "incident_id": instance.root or instance.alert_id,
        "root_cause": instance.root,
        "cause_kind": finding.cause_kind,
        "children": batch,
        "siblings_count": _siblings(port, instance),
        "evidence": [_evidence(item) for item in finding.evidence],
        "evidence_more": finding.evidence_more,
        "stale_evidence": list(instance.stale),
        "inferred": finding.inferred,
        "audience": [
            {"organisation": p.organisation, "role": p.role, "why": p.why} for p in finding.audience
        ],
        "told": list(instance.told),
        "responses": responses.shown(instance),
        "action": [_action(instance, action) for action in finding.actions],
        "proposal": _proposal(instance),
        "text": _texts(port, finding),
        "template": finding.template,
        "params": _plain(finding.params),
        "superseded_by": instance.superseded_by,
        "because": instance.because,
        "resolved_by": instance.resolved_by,
    }


def _proposal(instance: Instance) -> dict[str, Any] | None:
    if instance.finding.proposal is None:
        return None
    revision, items, expires_at = instance.finding.proposal
    return {
        "proposal_id": proposal_id(instance.alert_id, revision),
        "items": items,
        "expires_at": written(expires_at),
    }


def _action(instance: Instance, action: Action) -> dict[str, Any]:
    params: dict[str, Any] = _plain(action.params)
    if action.code == "MOVE_BATCH" and instance.finding.proposal:
        revision = instance.finding.proposal[0]
        params = {"proposal_id": proposal_id(instance.alert_id, revision), **params}
    return {"code": action.code, "params": params}


def _delta(finding: Finding) -> dict[str, str | float] | None:
    if finding.delta is None:
        return None
    name, value, unit = finding.delta
    return {"name": name, "value": _number(value), "unit": unit}


def _number(value: float) -> float:
    """Return a number as people write it: whole where it is whole."""
    return int(value) if float(value).is_integer() else value


def _siblings(port: Port, instance: Instance) -> int:
    parent = port.alerts.get(instance.root or "")
    return max(0, len(parent.children) - 1) if parent else 0


def _or_none(at: int | None) -> str | None:
    return None if at is None else written(at)


def _evidence(item: Evidence) -> dict[str, str]:
    return {
        "source": item.source,
        "id": item.event_id,
        "factid": item.fact_id,
        "type": item.type,
        "journal_pos": item.journal_pos,
        "says": item.says,
        "occurred_at": written(item.occurred_at),
        "recorded_at": written(item.recorded_at),
        "received_at": written(item.received_at),
    }


def _plain(params: tuple[tuple[str, Parameter], ...]) -> dict[str, Parameter]:
    """Return parameters as they travel: instants as RFC 3339."""
    return {
        name: written(value) if name.endswith("_at") and isinstance(value, int) else value
        for name, value in params
    }


def _texts(port: Port, finding: Finding) -> dict[str, dict[str, str]]:
    zone = ZoneInfo(PORT_SYSTEMS[port.system].timezone)
    params = dict(finding.params)
    if finding.act_by_at is not None:
        params["act_by_at"] = finding.act_by_at
    texts = {}
    for language in LANGUAGES:
        sentences, slots = sentences_of(finding.template, language, params.get("count"))
        read = {name: spoken(name, params[name], language, zone) for name in slots}
        texts[language] = {sentence: text.format_map(read) for sentence, text in sentences}
    return texts


@lru_cache(maxsize=4096)
def sentences_of(template: str, language: str, count: Parameter) -> Sentences:
    """Return the sentences of a template in the number that `count` asks for, and their slots."""
    catalogue, found = CATALOGUES[language], []
    for sentence in SENTENCES:
        name = f"{template}.{sentence}"
        text = catalogue.ngettext(name, name, count) if isinstance(count, int) else name
        found.append((sentence, catalogue.gettext(name) if text == name else text))
    named = (part[1] for _, text in found for part in Formatter().parse(text))
    return tuple(found), tuple(dict.fromkeys(name for name in named if name))


def spoken(name: str, value: Parameter, language: str, zone: ZoneInfo) -> str:
    """Return a parameter as it is read.

    `_at` is a local time, `_span` hours and minutes, `_word` a code of a vocabulary: what people
    of that language call it (`word.SWELL` of the catalogue), else the code itself.
    """
    if value is None:
        return "—"
    if name.endswith("_word"):
        word = CATALOGUES[language].gettext(f"word.{value}")
        return str(value) if word == f"word.{value}" else word
    if name.endswith("_at") and isinstance(value, int):
        return local_time(value, language, zone)
    if name.endswith("_span") and isinstance(value, int):
        return span(value)
    if isinstance(value, float):
        text = f"{value:.1f}".removesuffix(".0")
        return text if language == "en" else text.replace(".", ",")
    return str(value)


@lru_cache(maxsize=4096)
def local_time(at: int, language: str, zone: ZoneInfo) -> str:
    """Return a port-local time with its day: `31-10 a las 11:00`, `31 Oct at 11:00`."""
    local = moment(at).astimezone(zone)
    clock = f"{local:%H:%M}"
    if language == "en":
        return f"{local.day} {_MONTHS_EN[local.month - 1]} at {clock}"
    if language == "es":
        return f"{local:%d-%m} {'a la' if local.hour == 1 else 'a las'} {clock}"
    return f"{local:%d-%m} {'à' if local.hour in (0, 1) else 'às'} {clock}"


def span(length: int) -> str:
    """Return a length of time: `35 min`, `6 h`, `2 h 05`."""
    minutes = abs(length) // MINUTE
    hours, rest = divmod(minutes, HOUR // MINUTE)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"
