"""The live picture of a port: its calls, its sources and its own figures (`rada.picture.v1`)."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.blocks import Block
from contracts.fields import (
    Amount,
    Code,
    Flag,
    GateDirection,
    Instant,
    Number,
    Organisation,
    Ref,
    Whole,
)
from contracts.identifiers import ImoNumber, Locode, Mmsi, SystemKey

CALL_CHANGED = "rada.picture.call-changed"
SOURCE_CHANGED = "rada.picture.source-changed"
PORT_CHANGED = "rada.picture.port-changed"
PROPOSAL_CHANGED = "rada.picture.proposal-changed"
STANDARD_CHANGED = "rada.picture.standard-changed"

Basis = Literal["E", "R", "P", "A"]


class OpenAlerts(Block):
    """How many alerts stand open, by severity."""

    red: Whole = 0
    orange: Whole = 0
    yellow: Whole = 0


class VesselPicture(Block):
    """The ship of a call."""

    imo: ImoNumber | None = None
    mmsi: Mmsi | None = None
    name: Code | None = None
    call_sign: Code | None = None
    loa_m: Amount | None = None


class MilestonePicture(Block):
    """One milestone under its four classifiers, the best of them, and which that is."""

    est: Instant | None = None
    req: Instant | None = None
    pln: Instant | None = None
    act: Instant | None = None
    best: Instant | None = None
    basis: Basis | None = None


class WindowPicture(Block):
    """A receiving window or cut-off, and where it stood before it moved."""

    code: Code
    at: Instant | None = None
    was: Instant | None = None


class CallPicture(Block):
    """A port call as the board shows it."""

    call_id: Ref
    system: SystemKey
    port: Locode
    version: Annotated[int, Field(strict=True, ge=1)]
    status: Code
    vessel: VesselPicture = VesselPicture()
    carrier: Code | None = None
    voyage: Code | None = None
    facility: Ref | None = None
    berth: Ref | None = None
    bow_m: Number | None = None
    stern_m: Number | None = None
    arrival: MilestonePicture = MilestonePicture()
    departure: MilestonePicture = MilestonePicture()
    pilot_boarding: MilestonePicture = MilestonePicture()
    windows: tuple[WindowPicture, ...] = ()
    appointments_live: Whole = 0
    appointments_outside: Whole = 0
    open_alerts: OpenAlerts = OpenAlerts()
    updated_at: Instant


class SourcePicture(Block):
    """A source as the board shows it: when it last spoke, and since when it is silent."""

    source: Annotated[str, Field(min_length=1, max_length=200)]
    organisation: Organisation
    system: SystemKey
    families: tuple[Code, ...] = ()
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    last_event_at: Instant | None = None
    silent_since: Instant | None = None
    limit_minutes: Amount | None = None


class PortPicture(Block):
    """A port as the board shows it: its own time and its counts."""

    system: SystemKey
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    now: Instant
    events: Whole = 0
    calls: Whole = 0
    open_alerts: OpenAlerts = OpenAlerts()
    sources: Whole = 0
    sources_silent: Whole = 0


class StandardName(Block):
    """What is promised, in words."""

    es: Code
    en: Code
    pt: Code


class WorstCase(Block):
    """What the worst case took, in the unit of the promise; a ship's terminal call is named."""

    value: Amount
    terminal_call: Ref | None = None


class StandardPicture(Block):
    """One period of a service standard: its cases so far, and whether the promise is kept.

    `state`: FEW while there are less cases than `cases_min`; BROKEN under `share_pct`; NEAR under
    `near_share_pct`; else KEPT. A late or corrected fact may still change a period that is over.
    """

    standard_id: Ref
    system: SystemKey
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    measure: Code
    name: StandardName
    scope: Ref
    target: Amount
    unit: Literal["MIN", "H", "D"]
    share_pct: Amount
    near_share_pct: Amount
    cases_min: Whole
    period: Literal["DAY", "WEEK", "MONTH"]
    label: Code
    begins_at: Instant
    ends_at: Instant
    is_over: Flag
    state: Literal["FEW", "KEPT", "NEAR", "BROKEN"]
    cases: Whole
    kept: Whole
    broken: Whole
    kept_pct: Amount | None = None
    worst: WorstCase | None = None
    updated_at: Instant


class ProposedTask(Block):
    """One box task of an appointment that is to move."""

    direction: GateDirection
    box: Ref | None = None
    booking: Ref | None = None


class ProposedMove(Block):
    """An appointment, the slot to which it should move, and what was answered."""

    appointment: Ref
    answer: Literal["OPEN", "ACCEPTED", "DECLINED"]
    command: Ref | None = None
    accepted_at: Instant | None = None
    source: Annotated[str, Field(max_length=200)] | None = None
    organisation: Organisation | None = None
    facility: Ref
    gate: Ref
    haulier: Organisation | None = None
    direction: GateDirection
    from_at: Instant
    to_at: Instant
    tasks: tuple[ProposedTask, ...] = ()


class ProposalPicture(Block):
    """New slots for the trucks that a moved ship left behind; the gate edge publishes answers.

    It names boxes and hauliers: it is for the gate edge, and for nobody's board.
    """

    proposal_id: Ref
    alert_id: Ref
    terminal_call: Ref
    system: SystemKey
    version: Annotated[int, Field(strict=True, ge=1)] = 1
    made_at: Instant
    expires_at: Instant
    items: Annotated[tuple[ProposedMove, ...], Field(max_length=500)] = ()
