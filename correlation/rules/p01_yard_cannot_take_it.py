"""P01: a yard block will be too full, or too busy, for what ships and shifts bring into it."""

from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from correlation.evidence import berth_label, evidence_of, parties
from correlation.findings import NOTHING, Action, Finding, Severity, Status, Verdict
from correlation.instants import HOUR, MINUTE, written
from correlation.picture.entities import Block
from correlation.picture.filling import (
    Flow,
    discharges_of,
    flows_of,
    level_at,
    plugs_of,
    shifts_of,
    stock_of,
)
from correlation.picture.port import Port
from correlation.rules.rule import Rule, next_of
from correlation.statements import Statement


class Pressure(Struct, frozen=True, gc=False):
    """One thing that a block has too much of: how full, from when on, and who said so."""

    kind: str
    status: Status
    share: float
    at: int
    boxes: int
    said: tuple[Statement | None, ...]


def find(port: Port, block_id: str, now: int) -> Verdict:
    """Look at stock, machines and plugs of a block over the next day, from this hour on."""
    block = port.blocks.get(block_id)
    if block is None:
        return NOTHING
    hour = now - now % HOUR
    pressures = [
        found
        for found in (
            _stock(port, block, hour),
            _machines(port, block, hour),
            _plugs(port, block, hour),
        )
        if found
    ]
    ahead = [flow for flow in discharges_of(port, block) if flow.to_at > hour]
    changes = bool(ahead or shifts_of(port, block, hour))
    red = int(port.policy.yard_red_discharge_hours * HOUR)
    wake = next_of(now, hour + HOUR if changes else None, *(flow.from_at - red for flow in ahead))
    worst = min(pressures, key=lambda found: (found.status != "TRUE", found.at), default=None)
    if worst is None:
        return Verdict((), wake)
    severity = _severity(port, worst, ahead, now)
    held = _held(port, block)
    key = _key(port, block, worst, hour, held)
    names = held if worst.status == "BAND" else (key,)  # in the band a new one does not begin
    replaced = tuple(name for name in held if name not in names and _lives(port, name))
    found = _finding(port, block, worst, ahead)
    counted = port.ruling(block.inventory)
    if replaced and counted and written(counted.occurred_at) >= key.rpartition("|")[2]:
        found = replace(found, hold=0)  # counted anew, it has lasted since the shift before
    findings = tuple(
        replace(found, key=name, severity=severity, supersedes=replaced) for name in names
    )
    return Verdict(findings, wake)


def _held(port: Port, block: Block) -> tuple[str, ...]:
    """Return the keys under which this block is said or on hold."""
    watched = port.watch.get(f"block|{block.id}")
    return tuple(key for key in (watched.keys if watched else ()) if key.startswith("P01|"))


def _lives(port: Port, key: str) -> bool:
    instance = port.alerts.get(port.latest.get(key, ""))
    return instance is not None and instance.state == "OPEN"


def _key(port: Port, block: Block, worst: Pressure, hour: int, held: tuple[str, ...]) -> str:
    """Return the key of the shift that it falls into.

    What is held keeps its shift until that is over, though another would be named now.
    """
    usual = int(port.policy.yard_shift_hours * HOUR)
    begins = worst.at - worst.at % usual
    shifts = shifts_of(port, block, hour)
    not_over = {written(start) for start, _, _ in shifts}
    for key in held:
        name = key.rpartition("|")[2]
        if name in not_over or name > written(hour - usual):
            return key
    for start, end, _ in shifts:
        if start <= worst.at < end:
            begins = start
    facility = block.id.partition("/")[0]
    return f"P01|{facility}|{berth_label(block.id)}|{written(begins)}"


def _stock(port: Port, block: Block, hour: int) -> Pressure | None:
    """Find the first hour from which a block is over its share, or else its peak in the band."""
    policy, stock = port.policy, stock_of(port, block)
    if stock is None:
        return None
    flows = flows_of(port, block, stock.as_of)
    hours = [hour + n * HOUR for n in range(int(policy.yard_horizon_hours) + 1)]
    levels = [level_at(stock, flows, at, policy.teu_per_box) for at in hours]
    peak = max(levels)
    relieve = (peak - policy.yard_clear_share) * stock.capacity
    boxes = max(0, ceil(relieve / (stock.teu_each or policy.teu_per_box)))
    said = (stock.said, *dict.fromkeys(flow.said for flow in flows if flow.boxes > 0))
    over = [
        at
        for at, level, then in zip(hours, levels, levels[1:], strict=False)
        if level > policy.yard_share and then > policy.yard_share
    ]
    if stock.teu / stock.capacity > policy.yard_now_share:
        over.insert(0, stock.as_of)
        peak = max(peak, stock.teu / stock.capacity)
    if over:
        return Pressure("full", "TRUE", peak, over[0], boxes, said)
    if peak >= policy.yard_clear_share:
        return Pressure("full", "BAND", peak, hours[levels.index(max(levels))], boxes, said)
    return None


def _machines(port: Port, block: Block, hour: int) -> Pressure | None:
    """Find a shift that means to move more than most of what its machines can."""
    policy, inventory = port.policy, port.ruling(block.inventory)
    band = None
    for begins, ends, said in shifts_of(port, block, hour):
        machines = said.get("equipment")
        if machines is None and inventory:
            machines = inventory.get("equipment_up")
        long_enough = ends - begins >= int(policy.yard_machine_hours * HOUR)
        if not machines or not long_enough:
            continue
        moves = int(said.get("moves_in") or 0) + int(said.get("moves_out") or 0)
        able = float(machines) * policy.yard_moves_per_machine_hour * ((ends - begins) / HOUR)
        share = moves / able
        boxes = max(0, ceil(moves - policy.yard_machine_clear_share * able))
        if share > policy.yard_machine_share:
            return Pressure("busy", "TRUE", share, begins, boxes, (said,))
        if share >= policy.yard_machine_clear_share and band is None:
            band = Pressure("busy", "BAND", share, begins, boxes, (said,))
    return band


def _plugs(port: Port, block: Block, hour: int) -> Pressure | None:
    """Find that reefers use, or are planned to use, nearly every plug."""
    policy, plugs, inventory = port.policy, plugs_of(port, block), port.ruling(block.inventory)
    if not plugs:
        return None
    uses = [
        (begins, int(said.get("plugs_planned") or 0), said)
        for begins, _, said in shifts_of(port, block, hour)
    ]
    if inventory:
        uses.insert(0, (inventory.occurred_at, int(inventory.get("plugs_used") or 0), inventory))
    band = None
    for at, used, said in uses:
        share, boxes = used / plugs, max(0, ceil(used - policy.yard_plug_clear_share * plugs))
        if share > policy.yard_plug_share:
            return Pressure("plugs", "TRUE", share, at, boxes, (said,))
        if share >= policy.yard_plug_clear_share and band is None:
            band = Pressure("plugs", "BAND", share, at, boxes, (said,))
    return band


def _severity(port: Port, worst: Pressure, ahead: list[Flow], now: int) -> Severity:
    policy = port.policy
    close = int(policy.yard_red_discharge_hours * HOUR)
    if any(flow.from_at - now <= close for flow in ahead):
        return "RED"
    if worst.kind != "full":
        return "ORANGE"
    if worst.share > policy.yard_red_share:
        return "RED"
    return "ORANGE" if worst.share > policy.yard_orange_share else "YELLOW"


def _finding(port: Port, block: Block, worst: Pressure, ahead: list[Flow]) -> Finding:
    policy = port.policy
    facility = block.id.partition("/")[0]
    begins = ahead[0].from_at if ahead else worst.at
    parts = [port.terminal_calls[flow.part] for flow in ahead]
    method = {"full": "RE_BLOCK", "busy": "NIGHT", "plugs": "COLLECT"}[worst.kind]
    return Finding(
        code="P01",
        key="",
        status=worst.status,
        subjects=(("block", block.id),),
        hold=int(policy.yard_hold_minutes * MINUTE),
        clear_hold=int(policy.clear_hold_minutes * MINUTE),
        port=facility.partition(":")[0] or port.system,
        impact_at=max(worst.at, begins),
        act_by_at=begins - int(policy.yard_act_before_hours * HOUR),
        delta=(f"{worst.kind}_share", round(100 * worst.share, 1), "pct"),
        thresholds=(
            ("full_pct", 100 * policy.yard_share),
            ("machines_pct", 100 * policy.yard_machine_share),
            ("plugs_pct", 100 * policy.yard_plug_share),
        ),
        objects=(("block", block.id, berth_label(block.id)),),
        evidence=evidence_of(worst.said),
        audience=parties(
            port,
            ("TER", "CAR"),
            facility=facility,
            carriers=tuple(dict.fromkeys(part.carrier for part in parts if part.carrier)),
        ),
        actions=(
            Action(
                "RELIEVE_BLOCK",
                (("block", block.id), ("method", method), ("boxes", worst.boxes)),
            ),
        ),
        template=f"p01.{worst.kind}",
        params=(
            ("block", berth_label(block.id)),
            ("terminal", facility.rpartition(":")[2]),
            ("over_at", worst.at),
        ),
    )


RULE = Rule("P01", "block", find)
