"""The alert: what the coordinator says, field by field (`rada.alerts.v1`)."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.blocks import Block, Params
from contracts.fields import Code, Flag, Instant, Number, Organisation, Ref, Remark, Role, Whole
from contracts.identifiers import Locode, SystemKey

ALERT_CHANGED = "rada.alert.changed"

State = Literal["OPEN", "CLEARED", "EXPIRED", "RETRACTED", "SUPERSEDED"]
Severity = Literal["RED", "ORANGE", "YELLOW"]
Change = Literal[
    "RAISED",
    "UPDATED",
    "RAISED_SEVERITY",
    "LOWERED_SEVERITY",
    "REOPENED",
    "RESPONDED",
    "REGROUPED",
    "STALE",
    "FRESH",
    "CLEARED",
    "EXPIRED",
    "RETRACTED",
    "SUPERSEDED",
]
Why = Literal["OPERATES", "NOMINATED", "CALLS", "AUTHORITY", "NETWORK"]
JournalPosition = Annotated[str, Field(pattern=r"^[0-9]{20}\.[0-9]{4}$")]
Sentence = Annotated[str, Field(max_length=500)]


class SeverityStep(Block):
    """When an alert took a severity."""

    severity: Severity
    at: Instant


class ObjectRef(Block):
    """An object that an alert is about, and how to call it on a screen."""

    kind: Code
    id: Ref
    label: Sentence = ""


class Delta(Block):
    """The figure that decided."""

    name: Code
    value: Number
    unit: Code


class Evidence(Block):
    """A fact on which an alert stands, and who said it when."""

    source: Annotated[str, Field(max_length=200)]
    id: Annotated[str, Field(max_length=128)]
    factid: Annotated[str, Field(max_length=128)]
    type: Annotated[str, Field(max_length=100)]
    journal_pos: JournalPosition
    says: Sentence
    occurred_at: Instant
    recorded_at: Instant
    received_at: Instant


class Audience(Block):
    """An organisation that is to know, in which role, and why."""

    organisation: Organisation
    role: Role
    why: Why


class Comment(Block):
    """A remark of an organisation on an alert."""

    at: Instant
    by: Ref
    text: Remark


class Response(Block):
    """What an organisation did with an alert; acknowledging it changes no state."""

    organisation: Organisation
    acknowledged_at: Instant | None = None
    by: Ref | None = None
    severity_then: Severity | None = None
    assigned_to: Ref | None = None
    snoozed_until_at: Instant | None = None
    closed_reason: Literal["RESOLVED", "NOT_USEFUL", "DUPLICATE"] | None = None
    comments: tuple[Comment, ...] = ()


class Action(Block):
    """What to do, as a code with its parameters."""

    code: Code
    params: Params = Field(default_factory=dict)


class Proposal(Block):
    """A prepared answer that can be accepted as a whole."""

    proposal_id: Ref
    items: Whole
    expires_at: Instant


class Sentences(Block):
    """An alert in one language: fact, duty, consequence, deadline."""

    fact: Sentence
    duty: Sentence
    consequence: Sentence
    deadline: Sentence


class Texts(Block):
    """An alert in three languages, written for the reader who may see least."""

    es: Sentences
    en: Sentences
    pt: Sentences


class Alert(Block):
    """One version of one alert. The id holds its dedup key and the instant of the raise."""

    alert_id: Ref
    code: Annotated[str, Field(pattern=r"^[BPTRD][0-9]{2}$")]
    dedup_key: Annotated[str, Field(min_length=1, max_length=300)]
    version: Annotated[int, Field(strict=True, ge=1)]
    reopened: Whole = 0
    journal_pos: JournalPosition
    state: State
    change: Change
    severity: Severity
    severity_path: Annotated[tuple[SeverityStep, ...], Field(max_length=8)] = ()
    system: SystemKey
    port: Locode
    object_refs: Annotated[tuple[ObjectRef, ...], Field(max_length=50)] = ()
    raised_at: Instant
    updated_at: Instant
    closed_at: Instant | None = None
    impact_at: Instant | None = None
    act_by_at: Instant | None = None
    next_check_at: Instant | None = None
    delta: Delta | None = None
    thresholds: Params = Field(default_factory=dict)
    policy_version: Code
    rule_version: Code
    incident_id: Ref
    root_cause: Ref | None = None
    cause_kind: Code | None = None
    children: Whole = 0
    siblings_count: Whole = 0
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=32)] = ()
    evidence_more: Whole = 0
    stale_evidence: tuple[str, ...] = ()
    inferred: Flag = False
    audience: tuple[Audience, ...] = ()
    told: tuple[Organisation, ...] = ()
    responses: tuple[Response, ...] = ()
    action: Annotated[tuple[Action, ...], Field(max_length=3)] = ()
    proposal: Proposal | None = None
    text: Texts
    template: Code
    params: Params = Field(default_factory=dict)
    superseded_by: Ref | None = None
    because: Annotated[str, Field(max_length=300)] | None = None
    resolved_by: Annotated[str, Field(max_length=300)] | None = None
