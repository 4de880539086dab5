"""Boxes that need more than a place: reefers (Y09, Y10) and dangerous goods (C09)."""

from typing import Any, Final

from msgspec.structs import replace

from correlation.instants import HOUR, MINUTE, instant
from correlation.picture.entities import Dangerous, Reefer, Visit
from correlation.picture.fact import Fact
from correlation.picture.matching import touch_visit, visit_for
from correlation.picture.port import Fold, Port
from correlation.picture.samples import sampled, without
from correlation.picture.sources import is_catching_up
from correlation.statements import Statement

READINGS_KEPT: Final = 6 * HOUR
READINGS_MAX: Final = 32
"""Readings kept of a reefer: hourly or each ten minutes, enough for twice any limit."""
CUT_FROM: Final = 3
"""Reefers of one block that lose power in one minute: that is a cut, and no work on them."""
CUT_KEPT: Final = 8
"""So many of them are kept: some may be loaded in the minute of a cut."""
LAGS_KEPT: Final = 32
"""Words of power of a terminal of which it is kept how late they came."""


def plug_changed(port: Port, fact: Fact) -> bool:
    """Y09: a reefer gets or loses power."""
    visit = visit_for(port, fact, fact.event.subject, may_open=False)
    if visit is None:
        return False
    before = port.reefers.get(visit.id) or Reefer()
    power = None if fact.is_withdrawn else fact.data.power
    _keep(port, visit, before, _powered(port, visit, before, fact, power))
    return True


def reefer_measured(port: Port, fact: Fact) -> bool:
    """Y10: the air of a reefer, its set point, and perhaps its power."""
    visit = visit_for(port, fact, fact.event.subject, may_open=False)
    if visit is None:
        return False
    before = port.reefers.get(visit.id) or Reefer()
    data = fact.data
    if fact.is_withdrawn:
        after = replace(
            _powered(port, visit, before, fact, None),
            measured=fact.put(port, before.measured, None),
            set_point=fact.put(port, before.set_point, None),
            air=without(before.air, fact),
        )
    else:
        as_of = instant(data.as_of)
        after = replace(before, measured=fact.put(port, before.measured, as_of))
        air = data.return_c if data.return_c is not None else data.supply_c
        if air is not None:
            said = sampled(before.air, fact, as_of, float(air), READINGS_KEPT, READINGS_MAX)
            after = replace(after, air=said)
        if data.set_point_c is not None:
            point = fact.put(port, before.set_point, float(data.set_point_c))
            after = replace(after, set_point=point)
        if data.power is not None:
            after = _powered(port, visit, after, fact, data.power)
    _keep(port, visit, before, after)
    return True


def _powered(port: Port, visit: Visit, reefer: Reefer, fact: Fact, power: str | None) -> Reefer:
    """Return a reefer with one more word on its power, or without it (None)."""
    if power is None:
        plugged = fact.put(port, reefer.plugged, None)
        return replace(reefer, plugged=plugged, power=without(reefer.power, fact))
    if power == "ON" and visit.facility:
        _learn_lag(port, visit.facility, fact)
    at = fact.happened_at
    off = float(power == "OFF")
    block = getattr(fact.data, "block", None)
    if off and block:
        _note_cut(port, block, visit.id, at)
    return replace(
        reefer,
        plugged=fact.put(port, reefer.plugged, power, {"block": block}),
        power=sampled(reefer.power, fact, at, off, READINGS_KEPT, READINGS_MAX),
    )


def _note_cut(port: Port, block: str, visit_id: str, at: int) -> None:
    """Keep which reefers of a block lost power in the newest minute in which any did."""
    minute, names = port.cuts.get(block, (0, ()))
    when = at // MINUTE
    same = names if when == minute else ()
    if when < minute or visit_id in same or len(same) >= CUT_KEPT:
        return
    port.cuts.put(block, (when, tuple(sorted((*same, visit_id)))))


def is_cut(port: Port, off: Statement) -> bool:
    """Tell whether a reefer lost power with others of its block that still stand there.

    Several cranes unplug as many in a minute at a busy quay, but these are aboard a minute later.
    """
    minute, names = port.cuts.get(str(off.get("block")), (0, ()))
    if minute != off.happened_at // MINUTE:
        return False
    return sum(_is_here(port.visits.get(name)) for name in names) >= CUT_FROM


def _is_here(visit: Visit | None) -> bool:
    return visit is not None and not visit.loaded and not visit.gate_out


def _learn_lag(port: Port, facility: str, fact: Fact) -> None:
    """Keep how late the last words came that a reefer has power: so long may the next be missing.

    What a source new here, or silent until then, has to catch up with is no habit of it.
    """
    known = port.plug_feeds.get(facility, ())
    lag = 0 if is_catching_up(port, fact) else max(0, fact.received_at - fact.occurred_at)
    after = (*known, lag)[-LAGS_KEPT:]
    if after != known:
        port.plug_feeds.put(facility, after)


def box_powered(port: Port, visit: Visit, fact: Fact, power: str | None) -> None:
    """Keep what a list says of a box's power: ON, OFF, or None to take it back."""
    before = port.reefers.get(visit.id)
    if before is None:
        if power is None:
            return
        before = Reefer()
    _keep(port, visit, before, _powered(port, visit, before, fact, power))


def _keep(port: Port, visit: Visit, before: Reefer, after: Reefer) -> None:
    if after != before:
        port.reefers.put(visit.id, after)
        port.touch("reefer", visit.id)


def dangerous_goods_changed(port: Port, fact: Fact) -> bool:
    """C09: dangerous goods are declared, accepted, refused, or lose their permission."""
    data, refs = fact.data, getattr(fact.data, "refs", None)
    named = any(getattr(refs, name, None) for name in ("booking", "bl", "call", "terminal_call"))
    visit = visit_for(port, fact, fact.event.subject, may_open=named and not fact.is_withdrawn)
    if visit is None:
        return False
    before = port.dangerous.get(visit.id) or Dangerous()
    if fact.is_withdrawn:
        declared = fact.put(port, before.declared, None)
    else:
        detail = {
            "classes": _classes(data.goods),
            "direct": data.direct_delivery,
            "dwell_max_h": data.dwell_max_h,
            "valid_until_at": data.valid_until_at,
            "breach": data.breach,
        }
        declared = fact.put(port, before.declared, data.status, detail)
    if declared is not before.declared:
        port.dangerous.put(visit.id, replace(before, declared=declared))
        touch_visit(port, visit)
    return True


def note_dangerous(port: Port, visit_id: str) -> None:
    """Let a box be watched as dangerous goods though neither it nor a paper says so yet."""
    if visit_id not in port.dangerous:
        port.dangerous.put(visit_id, Dangerous())


def _classes(goods: Any) -> str | None:
    return ",".join(sorted({one.imdg_class for one in goods if one.imdg_class})) or None


def box_described(port: Port, visit_id: str, fact: Fact, box: Any) -> None:
    """Keep what an event tells of a box beside its number: set point, dangerous goods.

    With `box` None the event is withdrawn, and what it told with it.
    """
    if box is None:
        if reefer := port.reefers.get(visit_id):
            point = fact.put(port, reefer.set_point, None)
            if point is not reefer.set_point:
                port.reefers.put(visit_id, replace(reefer, set_point=point))
        if goods := port.dangerous.get(visit_id):
            classes = fact.put(port, goods.classes, None)
            if classes is not goods.classes:
                port.dangerous.put(visit_id, replace(goods, classes=classes))
        return
    if box.set_point_c is not None:
        known = port.reefers.get(visit_id) or Reefer()
        point = fact.put(port, known.set_point, float(box.set_point_c))
        if point is not known.set_point:
            port.reefers.put(visit_id, replace(known, set_point=point))
    if box.dg:
        said = port.dangerous.get(visit_id) or Dangerous()
        classes = fact.put(port, said.classes, _classes(box.dg) or "")
        if classes is not said.classes:
            port.dangerous.put(visit_id, replace(said, classes=classes))


FOLDS: Final[dict[str, Fold]] = {
    "rada.yard.reefer-plug-changed": plug_changed,
    "rada.yard.reefer-measured": reefer_measured,
    "rada.clearance.dangerous-goods-changed": dangerous_goods_changed,
}
