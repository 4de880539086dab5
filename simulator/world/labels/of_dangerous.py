"""P06 as it truly is: dangerous goods come without leave, stand too long, or too near to others."""

from simulator.world.boxes import Box
from simulator.world.labels import thresholds as at_most
from simulator.world.labels.ledger import Ledger, Truth
from simulator.world.labels.of_ships import earliest_after, latest
from simulator.world.telling.voices import Chorus

Coming = tuple[int, int | None]
"""When goods are to come, and when that was told."""


def out_of_rule(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    """P06: judge a box of dangerous goods; return when to look again."""
    if not box.visit:
        return None
    return earliest_after(
        now,
        _undeclared(ledger, voices, box, now),
        _standing(ledger, voices, box, now),
        _too_near(ledger, voices, box, now),
    )


def _comings(box: Box) -> list[Coming]:
    """Return when the goods are to come, or to be fetched: by truck, and off their ship."""
    found: list[Coming] = []
    made, ship = box.appointment, box.inbound
    if made and made.is_live:
        found.append((made.slot_at, made.told_at))
    if ship and ship.is_open and box.place == "SHIP" and not box.happened:
        told = [ship.known.heard_at if ship.known else None, box.told.get("listed")]
        told += [ship.plan.told_at] if ship.plan else []
        found.append((ship.works_at, latest(*told)))
    return sorted(found, key=lambda coming: coming[0])


def _undeclared(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    key, permit = f"P06|{box.visit}|DECLARATION", box.permit
    assert permit is not None, "only dangerous goods are judged"
    ahead = next((coming for coming in _comings(box) if coming[0] > now), None)
    if permit.accepted or ahead is None or box.place == "GONE":
        ledger.over(key, now)
        return None
    at, told = ahead
    watched_from, red = at - at_most.DANGEROUS_WATCH, at - at_most.DANGEROUS_RED
    if now < watched_from:
        ledger.over(key, now)
        return watched_from
    ledger.so(
        Truth(
            key=key,
            severity="RED" if now >= red else "ORANGE",
            known_at=latest(told, _dangerous_since(box)),
            impact_at=at,
            act_by_at=at - at_most.DANGEROUS_ACT,
            audience=_concerned(voices, box),
            root="dg-without-permit",
        ),
        now,
    )
    return earliest_after(now, red, at)


def _dangerous_since(box: Box) -> int | None:
    """Return since when it was told that the goods are dangerous."""
    told = [box.told.get("booked"), box.told.get("listed")]
    told += [box.permit.told_at] if box.permit and box.permit.is_known else []
    return min((at for at in told if at is not None), default=None)


def _standing(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    key, permit = f"P06|{box.visit}|DWELL", box.permit
    assert permit is not None, "only dangerous goods are judged"
    came = box.happened.get("gated_in", box.happened.get("discharged"))
    if came is None or box.place != "YARD":
        ledger.over(key, now)
        return None
    ends = came + (permit.dwell if permit.accepted else at_most.DANGEROUS_DWELL)
    if now <= ends:
        ledger.over(key, now)
        return ends + 1
    ledger.so(
        Truth(
            key=key,
            severity="ORANGE",
            known_at=latest(_came_told(box), permit.told_at if permit.accepted else now),
            impact_at=ends + at_most.DANGEROUS_HARM,
            act_by_at=ends + at_most.DANGEROUS_ACT,
            audience=_concerned(voices, box),
            root="long-stay",
        ),
        now,
    )
    return None


def _came_told(box: Box) -> int | None:
    return box.told.get("gated_in", box.told.get("discharged"))


def _too_near(ledger: Ledger, voices: Chorus, box: Box, now: int) -> int | None:
    key = f"P06|{box.visit}|SEGREGATION"
    came = box.happened.get("gated_in", box.happened.get("discharged"))
    if came is None or not box.beside or box.place != "YARD":
        ledger.over(key, now)
        return None
    ledger.so(
        Truth(
            key=key,
            severity="RED",
            known_at=box.told.get("placed"),
            impact_at=came + at_most.DANGEROUS_HARM,
            act_by_at=came + at_most.DANGEROUS_ACT,
            audience=_concerned(voices, box),
            root="stowed-wrong",
        ),
        now,
    )
    return None


def _concerned(voices: Chorus, box: Box) -> set[str]:
    found = {*voices.codes["PA"], *voices.codes["AUT"]}
    ship = box.inbound or box.outbound
    if ship:
        found.add(ship.terminal.operator)
    if box.appointment and box.appointment.is_live:
        found.add(box.appointment.haulier)
    return found
