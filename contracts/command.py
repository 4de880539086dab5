"""`rada.command.v1`: what people and policy say, each with who and why (M01-M15)."""

from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from contracts.blocks import Data
from contracts.fields import Code, Instant, Number, Organisation, Ref, Remark, Text, Whole

DOCUMENT_BYTES_MAX: Final = 256 * 1024

Why = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Version = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Command(Data):
    """A command by somebody for a reason."""

    by: Ref
    """Token of the user, never a name."""
    why: Why


class AlertAcknowledged(Command):
    """M01: an organisation has seen an alert; the one command that needs no reason."""

    alert_id: Ref
    seen_version: Whole
    why: Remark = ""


class AlertAssigned(Command):
    """M02: somebody is to deal with an alert."""

    alert_id: Ref
    seen_version: Whole
    to: Ref


class AlertSnoozed(Command):
    """M03: an organisation wants quiet until an instant; one in the past wakes it."""

    alert_id: Ref
    seen_version: Whole
    until_at: Instant


class AlertCommented(Command):
    """M04: a remark on an alert."""

    alert_id: Ref
    seen_version: Whole
    text: Why


class ProposalAnswered(Command):
    """An answer to a proposal, whole or for some appointments only."""

    proposal_id: Ref
    alert_id: Ref
    only: Annotated[tuple[Ref, ...], Field(max_length=500)] | None = None


class ProposalAccepted(ProposalAnswered):
    """M05: the proposed slots are taken."""


class ProposalDeclined(ProposalAnswered):
    """M06: the proposed slots are not wanted."""


class DocumentCommand(Command):
    """A whole document that rules from the next record on."""

    version: Version
    document: dict[str, Any]
    digest: Annotated[str, StringConstraints(min_length=8, max_length=140)]


class PolicyChanged(DocumentCommand):
    """M07: other thresholds."""


class ProfileChanged(DocumentCommand):
    """M08: another profile of the port community, without its keys."""


class StandardDeclared(Command):
    """M09: a service standard that a community promises to keep."""

    standard_id: Ref
    measure: Annotated[str, Field(pattern=r"^K[0-9]{2}$")]
    scope: Ref
    target: Number
    unit: Code
    period: Code
    since_at: Instant
    near_pct: Number | None = None
    share_pct: Number | None = None
    cases_min: Whole | None = None


class FactRuled(Command):
    """M10: a person rules on a disputed fact."""

    object: Ref
    field: Code
    ruling: Literal["CONFIRMED", "REJECTED", "ACCEPTED"]
    winner: Text
    until_at: Instant | None = None


class IdentityCommand(Command):
    """Several ids that are one object, or one that is several."""

    ids: Annotated[tuple[Ref, ...], Field(min_length=2, max_length=64)]


class IdentityLinked(IdentityCommand):
    """M11: these ids name one object."""


class IdentitySplit(IdentityCommand):
    """M12: these ids do not name one object."""


class SubjectErased(Command):
    """M13: what is kept of an organisation or a token is forgotten."""

    organisation: Organisation | None = None
    token: Ref | None = None


class ClockAdvanced(Command):
    """M14: the played clock of a namespace moves on."""

    now_at: Instant


class AlertClosed(Command):
    """M15: an organisation closes an alert for itself."""

    alert_id: Ref
    reason: Literal["RESOLVED", "NOT_USEFUL", "DUPLICATE"]


class CoreChanged(Data):
    """The code of the core changes here: old code folds through this record and leaves."""

    core_version: Version
