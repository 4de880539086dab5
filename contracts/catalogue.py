"""The table of every event type: its code, topic family, data model, fold and publishers."""

from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel

from contracts import clearance, command, gate, network, vessel, voyages, yard
from contracts.alerts import ALERT_CHANGED, Alert
from contracts.blocks import SourceBeat
from contracts.clock import CLOCK_TICKED, ClockTicked
from contracts.fields import Role
from contracts.picture import (
    CALL_CHANGED,
    PORT_CHANGED,
    PROPOSAL_CHANGED,
    SOURCE_CHANGED,
    STANDARD_CHANGED,
    CallPicture,
    PortPicture,
    ProposalPicture,
    SourcePicture,
    StandardPicture,
)
from contracts.topics import FAMILIES

Fold = Literal["N", "L", "U", "G", "S", "-"]
"""Newest per slot and source; list; keyed set; gauge; status; none."""

MAJOR: Final = 1
SCHEMA_VERSION: Final = "1.0"


@dataclass(frozen=True)
class EventType:
    """One type of event: what its data is, and how facts of it are folded."""

    code: str
    data: type[BaseModel]
    type: str
    family: str
    fold: Fold
    roles: frozenset[Role]
    """Who says such things, as advice; what an organisation may publish is in its profile."""

    @property
    def schema_name(self) -> str:
        """The middle of its `dataschema`: `gate.container-gated-in`."""
        return self.type.removeprefix("rada.")

    @property
    def schema_uri(self) -> str:
        """The `dataschema` that is written today."""
        return f"urn:rada:schema:{self.schema_name}:{SCHEMA_VERSION}"


_Row = tuple[str, str, type[BaseModel], Fold, str]

_VESSEL: Final[tuple[_Row, ...]] = (
    ("V01", "call-announced", vessel.CallAnnounced, "N", "CAR AGT PA TER"),
    ("V02", "call-status-changed", vessel.CallStatusChanged, "S", "CAR AGT PA"),
    ("V03", "milestone-stated", vessel.MilestoneStated, "N", "CAR AGT TER PA NAU"),
    ("V04", "service-changed", vessel.ServiceChanged, "S", "NAU AGT TER PA"),
    ("V05", "position-reported", voyages.PositionReported, "N", "NAU PA OPS"),
    ("V06", "voyage-declared", voyages.VoyageDeclared, "N", "CAR OPS"),
    ("V07", "position-disputed", voyages.PositionDisputed, "U", "OPS"),
    ("V08", "particulars-declared", voyages.ParticularsDeclared, "N", "AGT CAR PA OPS"),
    ("V09", "berth-plan-set", vessel.BerthPlanSet, "N", "TER PA"),
    ("V10", "window-set", vessel.WindowSet, "U", "TER CAR"),
    ("V11", "moves-forecasted", vessel.MovesForecasted, "U", "CAR TER"),
    ("V12", "cargo-progressed", vessel.CargoProgressed, "G", "TER"),
    ("V13", "rotation-set", voyages.RotationSet, "L", "CAR"),
    ("V14", "connections-set", voyages.ConnectionsSet, "L", "CAR TER"),
    ("V15", "roster-set", voyages.RosterSet, "U", "NAU PA"),
)
_GATE: Final[tuple[_Row, ...]] = (
    ("G01", "slots-offered", gate.SlotsOffered, "U", "TER"),
    ("G02", "appointment-changed", gate.AppointmentChanged, "S", "TER TRK"),
    ("G03", "slot-proposed", gate.SlotProposed, "L", "TER"),
    ("G04", "truck-eta-stated", gate.TruckEtaStated, "N", "TRK"),
    ("G05", "waypoint-passed", gate.WaypointPassed, "N", "RAIL AUT TRK TER"),
    ("G06", "truck-progressed", gate.TruckProgressed, "U", "TER"),
    ("G07", "container-gated-in", gate.ContainerGatedIn, "N", "TER"),
    ("G08", "container-gated-out", gate.ContainerGatedOut, "N", "TER"),
    ("G09", "queue-reported", gate.QueueReported, "G", "TER PA"),
    ("G10", "lane-changed", gate.LaneChanged, "S", "TER AUT"),
    ("G11", "train-visit-stated", gate.TrainVisitStated, "N", "RAIL TER"),
    ("G12", "return-place-set", gate.ReturnPlaceSet, "L", "CAR"),
    ("G13", "change-decided", gate.ChangeDecided, "N", "TER"),
)
_YARD: Final[tuple[_Row, ...]] = (
    ("Y01", "work-list-set", yard.WorkListSet, "L", "CAR TER"),
    ("Y02", "container-discharged", yard.ContainerDischarged, "N", "TER"),
    ("Y03", "container-loaded", yard.ContainerLoaded, "N", "TER"),
    ("Y04", "container-placed", yard.ContainerPlaced, "N", "TER"),
    ("Y05", "stock-listed", yard.StockListed, "L", "TER"),
    ("Y06", "inventory-reported", yard.InventoryReported, "G", "TER"),
    ("Y07", "plan-set", yard.PlanSet, "U", "TER"),
    ("Y08", "equipment-changed", yard.EquipmentChanged, "N", "TER AUT"),
    ("Y09", "reefer-plug-changed", yard.ReeferPlugChanged, "N", "TER"),
    ("Y10", "reefer-measured", yard.ReeferMeasured, "N", "TER CAR"),
    ("Y11", "container-serviced", yard.ContainerServiced, "U", "TER FWD"),
    ("Y12", "availability-stated", yard.AvailabilityStated, "N", "TER CAR"),
    ("Y13", "free-time-set", yard.FreeTimeSet, "N", "CAR TER"),
)
_CLEARANCE: Final[tuple[_Row, ...]] = (
    ("C01", "formality-changed", clearance.FormalityChanged, "S", "AGT AUT PA"),
    ("C02", "customs-changed", clearance.CustomsChanged, "S", "AUT FWD"),
    ("C03", "hold-placed", clearance.HoldPlaced, "U", "AUT CAR TER"),
    ("C04", "hold-lifted", clearance.HoldLifted, "U", "AUT CAR TER"),
    ("C05", "release-granted", clearance.ReleaseGranted, "U", "AUT CAR TER FWD"),
    ("C06", "release-revoked", clearance.ReleaseRevoked, "U", "AUT CAR TER FWD"),
    ("C07", "document-changed", clearance.DocumentChanged, "S", "CAR FWD AUT"),
    ("C08", "weight-stated", clearance.WeightStated, "N", "FWD TER CAR"),
    ("C09", "dangerous-goods-changed", clearance.DangerousGoodsChanged, "S", "FWD AGT PA AUT"),
    ("C10", "booking-changed", clearance.BookingChanged, "S", "CAR"),
    ("C11", "nomination-changed", clearance.NominationChanged, "U", "CAR FWD PCS"),
    ("C12", "inspection-changed", clearance.InspectionChanged, "N", "AUT TER"),
    ("C13", "condition-stated", clearance.ConditionStated, "N", "PA AUT NAU TER"),
    ("C14", "consignment-stated", clearance.ConsignmentStated, "L", "CAR"),
)
_EVERYBODY: Final = "TER CAR AGT PA NAU AUT FWD TRK RAIL OPS PCS"
_COMMAND: Final[tuple[_Row, ...]] = (
    ("M01", "alert-acknowledged", command.AlertAcknowledged, "U", _EVERYBODY),
    ("M02", "alert-assigned", command.AlertAssigned, "U", _EVERYBODY),
    ("M03", "alert-snoozed", command.AlertSnoozed, "U", _EVERYBODY),
    ("M04", "alert-commented", command.AlertCommented, "U", _EVERYBODY),
    ("M05", "proposal-accepted", command.ProposalAccepted, "U", _EVERYBODY),
    ("M06", "proposal-declined", command.ProposalDeclined, "U", _EVERYBODY),
    ("M07", "policy-changed", command.PolicyChanged, "L", "OPS"),
    ("M08", "profile-changed", command.ProfileChanged, "L", "OPS"),
    ("M09", "standard-declared", command.StandardDeclared, "U", "OPS PA TER"),
    ("M10", "fact-ruled", command.FactRuled, "U", "OPS PA TER"),
    ("M11", "identity-linked", command.IdentityLinked, "U", "OPS"),
    ("M12", "identity-split", command.IdentitySplit, "U", "OPS"),
    ("M13", "subject-erased", command.SubjectErased, "U", "OPS"),
    ("M14", "clock-advanced", command.ClockAdvanced, "-", "OPS"),
    ("M15", "alert-closed", command.AlertClosed, "U", _EVERYBODY),
    ("M00", "core-changed", command.CoreChanged, "-", "OPS"),
)
_NETWORK: Final[tuple[_Row, ...]] = (
    ("N01", "delay-foreseen", network.DelayForeseen, "N", "OPS"),
    ("N02", "call-changed-upstream", network.CallChangedUpstream, "N", "OPS"),
)
_ROLES: Final[dict[str, Role]] = {
    "TER": "TER",
    "CAR": "CAR",
    "AGT": "AGT",
    "PA": "PA",
    "NAU": "NAU",
    "AUT": "AUT",
    "FWD": "FWD",
    "TRK": "TRK",
    "RAIL": "RAIL",
    "OPS": "OPS",
    "PCS": "PCS",
}


def _table() -> dict[str, EventType]:
    tables = dict(
        zip(FAMILIES, (_VESSEL, _GATE, _YARD, _CLEARANCE, _COMMAND, _NETWORK), strict=True)
    )
    beat: _Row = ("S00", "source-beat", SourceBeat, "G", _EVERYBODY)
    return {
        f"rada.{family}.{fact}": EventType(
            code=code,
            type=f"rada.{family}.{fact}",
            family=family,
            data=data,
            fold=fold,
            roles=frozenset(_ROLES[role] for role in roles.split()),
        )
        for family, rows in tables.items()
        for code, fact, data, fold, roles in (*rows, beat)
    }


def _output(code: str, event_type: str, data: type[BaseModel]) -> EventType:
    return EventType(code, data, event_type, event_type.split(".")[1], "-", frozenset())


EVENT_TYPES: Final[dict[str, EventType]] = _table()
"""What may enter, by `type`."""

OUTPUT_TYPES: Final[dict[str, EventType]] = {
    row.type: row
    for row in (
        _output("A01", ALERT_CHANGED, Alert),
        _output("L01", CALL_CHANGED, CallPicture),
        _output("L02", SOURCE_CHANGED, SourcePicture),
        _output("L03", PORT_CHANGED, PortPicture),
        _output("L04", PROPOSAL_CHANGED, ProposalPicture),
        _output("L05", STANDARD_CHANGED, StandardPicture),
        _output("J01", CLOCK_TICKED, ClockTicked),
    )
}
"""What the coordinator and the sequencer say, by `type`; nobody may send these in."""
