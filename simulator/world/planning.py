"""How terminal and ship agree on times: a first plan, and new ones when times or berths clash.

Windows and cut-offs hang on the berth time; they follow it hours to days later.
"""

from random import Random
from typing import Final

from correlation.instants import DAY, HOUR, MINUTE
from simulator.world.calls import Call, Plan, Said
from simulator.world.chance import gamma
from simulator.world.eta_law import error_path
from simulator.world.instants import whole
from simulator.world.labels.thresholds import tolerance
from simulator.world.network import PASSAGE
from simulator.world.port import Port, Steps
from simulator.world.telling import of_ships as say
from simulator.world.terminals import conflict
from simulator.world.voyages import reaction

LOOKS: Final = 30 * MINUTE
EFC: Final = 5 * DAY
"""Before the berth time: the window opens (3 to 7 days) and the cut-offs fall."""
CUTOFFS: Final = {"FCO": 24 * HOUR, "RCO": 12 * HOUR, "DGC": 48 * HOUR, "VCO": 24 * HOUR}
DOCUMENTS: Final = 36 * HOUR
WORTH_EARLIER: Final = 10 * HOUR
"""Cut-offs are moved forward only by so much; nobody likes to close a window early."""
NEWS: Final = 15 * MINUTE
"""A ship says nothing of a smaller change."""
SLOWS: Final = 0.75
"""Share of ships that come just in time when their berth is not yet free."""
RETYPED: Final = 0.03
"""Share of ships whose crew types the mere name of a port that has its name with another one."""
STICKY: Final = 0.6
"""The carrier's daily schedule keeps its old value so often."""


def knowing(port: Port, call: Call) -> Steps:
    """Let ship and agent think anew of her arrival, along the error path of the leg."""
    for before, error in error_path(port.stream("eta", call.service, call.voyage, call.ship.imo)):
        yield port.wait(call.comes_at - before)
        if call.stage != "FAR":
            return
        now = port.now
        # A delay from upstream came to light meanwhile, and with it the time she will be here.
        call.error = error
        thought = max(call.comes_at - error, now + 20 * MINUTE)
        if call.known is None or abs(thought - call.known.at) >= NEWS:
            know(port, call, thought)
    yield port.wait(call.comes_at - 40 * MINUTE)
    if call.stage == "FAR" and call.known and abs(call.comes_at - call.known.at) >= NEWS:
        know(port, call, call.comes_at)


def know(port: Port, call: Call, arrives: int) -> None:
    """Let ship and agent know another arrival, and the agent say it."""
    before = call.known.at if call.known else None
    call.known = Said(whole(arrives, 5 * MINUTE), port.now, before=before)
    voice = say.agent(port.voices, call)
    basis = "SAID" if call.plan or call.asked_at else "PROFORMA"
    told = say.estimated(voice, call, port.now, call.known.at, basis)
    call.known.first_told_at, call.known.told_at = told
    call.is_said = basis == "SAID"
    port.watch.ship(call)


def ask(port: Port, call: Call, arrives: int) -> None:
    """Let the agent say an estimate that the terminal is to answer."""
    call.asked_at = port.now
    know(port, call, arrives)
    call.asked_told_at = call.known.told_at if call.known else None


def _patience(chance: Random, minutes: int) -> int:
    """Draw how long an answer takes; one in sixteen takes many times as long."""
    slow = 6 if chance.random() < 1 / 16 else 1
    return slow * chance.randint(minutes // 4, minutes) * MINUTE


def carrier_repeats(port: Port, call: Call) -> Steps:
    """Let the carrier publish its schedule once a day; it often keeps what it had."""
    chance = port.stream("carrier", call.service, call.voyage)
    last = 0
    while call.stage == "FAR":
        yield port.wait(port.now + DAY + chance.randint(-60, 60) * MINUTE)
        is_new = call.stage == "FAR" and call.known and call.known.at != last
        if is_new and call.known and chance.random() >= STICKY:
            last = call.known.at
            voice = say.carrier(port.voices, call)
            _, told = say.estimated(voice, call, port.now, last, "PROFORMA")
            _also_told(port, call, last, told)


def watched_by_ais(port: Port, call: Call) -> Steps:
    """Let the AIS receiver reckon her arrival in her last three days, better than she does."""
    chance = port.stream("destination", call.service, call.voyage)
    names = port.stream("retyped", call.service, call.voyage)
    is_retyped = port.system in say.SAME_NAME and names.random() < RETYPED * port.scenario.noise
    last, is_bound = 0, False
    while call.stage == "FAR":
        left = call.comes_at - port.now
        yield port.wait(call.comes_at - 72 * HOUR if left > 72 * HOUR else port.now + 2 * HOUR)
        if call.stage != "FAR" or call.known is None:
            continue
        trusts = 0.7 if left < 48 * HOUR else 1.0
        reckoned = whole(call.comes_at + trusts * (call.known.at - call.comes_at), 5 * MINUTE)
        if abs(reckoned - last) >= 20 * MINUTE:
            last = reckoned
            if not is_bound:
                say.bound_for(port.voices, call, port.now, chance)
            elif is_retyped:
                is_retyped = False
                say.retyped(port.voices, call, port.now)
            is_bound = True
            told = say.seen_coming(port.voices, call, port.now, reckoned)
            call.reckoned = Said(reckoned, port.now, told)
            _also_told(port, call, reckoned, told)
            port.watch.words(call)


def _also_told(port: Port, call: Call, value: int, told: int) -> None:
    """Note that another source said what the agent's word, still on its way, will say."""
    known = call.known
    if known and abs(value - known.at) <= 30 * MINUTE and told < (known.told_at or told + 1):
        known.told_at = told
        port.watch.ship(call)


def planning(port: Port, call: Call) -> Steps:
    """Give a ship her first plan, then another whenever she or the quay demands it."""
    chance = port.stream("planning", call.service, call.voyage)
    yield port.wait(port.now + chance.randint(4, 24) * HOUR)
    if call.stage == "FAR":
        set_windows(port, call, call.announced_at)
    ahead = chance.randint(80, 110) * HOUR
    while call.stage == "FAR" and call.known and port.now < call.known.at - ahead:
        yield port.wait(min(call.known.at - ahead, port.now + 12 * HOUR))
    if call.stage == "FAR" and call.known:
        ask(port, call, call.known.at)
        yield port.wait(port.now + _patience(chance, 150))
        yield from negotiate(port, call, _patience(chance, 90), chance)
        say.forecast(port.voices, call, port.now)
    yield from _replanning(port, call, chance)


def _replanning(port: Port, call: Call, chance: Random) -> Steps:
    marks = [76 * HOUR, 28 * HOUR]
    noticed, answers_after = 0, 0
    while call.stage == "FAR":
        yield port.wait(port.now + LOOKS)
        if call.stage != "FAR" or call.plan is None or call.known is None:
            continue
        left = call.plan.pilot_at - port.now
        if marks and left < marks[0]:
            marks.pop(0)
            if abs(call.known.at - call.plan.pilot_at) > 1.5 * HOUR and chance.random() < 0.8:
                yield from negotiate(port, call, _patience(chance, 70), chance)
        elif not _needs_new_plan(port, call):
            noticed = 0
        elif not noticed:
            noticed, answers_after = port.now, reaction(chance, left)
        elif port.now - noticed >= answers_after:
            noticed = 0
            longest = 120 if left > 24 * HOUR else 25
            yield from negotiate(port, call, _patience(chance, longest), chance)


def _needs_new_plan(port: Port, call: Call) -> bool:
    assert call.plan is not None, "only a planned ship is looked at"
    assert call.known is not None, "only a known arrival is looked at"
    allowed, _ = tolerance(call.plan.pilot_at, port.now)
    if abs(call.known.at - call.plan.pilot_at) > allowed:
        return True
    if not _is_in_the_way(call):
        return False
    wish = call.terminal.place(call, _up(call.known.at + PASSAGE), port.now)
    is_other = wish.bow_m != call.plan.bow_m or wish.berth_at != call.plan.berth_at
    return is_other and (abs(wish.berth_at - call.plan.berth_at) > LOOKS or _is_free(call, wish))


def _is_in_the_way(call: Call) -> bool:
    """Tell whether a ship that comes no later than this one is to lie on her metres."""
    assert call.plan is not None, "only a planned ship is looked at"
    mine, near = call.berths_at, call.terminal.beside(call, call.plan)
    return any(
        other.berths_at <= mine and conflict(call, call.plan, other) > LOOKS for other in near
    )


def _is_free(call: Call, wish: Plan) -> bool:
    return not any(conflict(call, wish, other) > 0 for other in call.terminal.beside(call, wish))


def negotiate(port: Port, call: Call, takes: int, chance: Random) -> Steps:
    """Let the terminal ask for a time, and after a while both agree on one."""
    assert call.known is not None, "nobody asks before she is known"
    wish = call.terminal.place(call, _up(call.known.at + PASSAGE), port.now)
    call.requested_told_at = say.requested(port.voices, call, port.now, wish.berth_at)
    call.requested_at, call.asked_at = port.now, None
    call.rounds += 1
    port.watch.ship(call)
    yield port.wait(port.now + takes)
    yield from accepts(port, call, wish, chance)
    yield from _heard_of(port, call)
    if call.stage == "FAR":
        before = call.plan.berth_at if call.plan else call.announced_at
        agree(port, call, call.known.at + PASSAGE)
        follow(port, call, before)


def _heard_of(port: Port, call: Call) -> Steps:
    """Wait until the terminal has heard what it agrees to, if that does not take too long.

    Before the run nothing is said to us, but terminal and ship have always talked.
    """
    if not port.hand.is_open:
        return
    for _ in range(3):
        told = call.known.told_at if call.known else None
        if call.stage == "FAR" and told is not None and told > port.now:
            yield port.wait(min(told, port.now + 40 * MINUTE) + MINUTE)


def follow(port: Port, call: Call, before: int) -> None:
    """Let the windows follow a berth time that moved by hours."""
    if call.plan and abs(call.plan.berth_at - before) >= 4 * HOUR:
        port.start(windows_follow(port, call))


def agree(port: Port, call: Call, earliest: int) -> None:
    """Let terminal and ship agree on the first time and place from an instant on."""
    call.plan = call.terminal.place(call, _up(max(earliest, port.now + HOUR)), port.now)
    call.plan.first_told_at, call.plan.told_at = say.agreed(port.voices, call, port.now)
    call.asked_at = call.requested_at = None
    port.watch.ship(call)


def accepts(port: Port, call: Call, wish: Plan, chance: Random) -> Steps:
    """Let a ship that cannot berth when she would be there sail slower, mostly, and say so."""
    if call.stage != "FAR" or call.known is None:
        return
    by = wish.pilot_at - call.known.at
    if by >= HOUR and chance.random() < SLOWS:
        call.comes_at += by
        know(port, call, max(call.comes_at - call.error, port.now + 20 * MINUTE))
        yield port.wait(port.now + chance.randint(26, 45) * MINUTE)


def _up(at: int) -> int:
    return -(-at // (30 * MINUTE)) * 30 * MINUTE


def set_windows(port: Port, call: Call, berth_at: int) -> None:
    """Let the receiving window and cut-offs hang on a berth time."""
    chance = port.stream("window", call.service, call.voyage)
    opens = berth_at - EFC + chance.randint(-36, 36) * HOUR
    before = call.windows.get("EFC")
    if before is not None and before <= port.now:
        opens = before  # what is open stays open
    closes = {code: berth_at - lead for code, lead in CUTOFFS.items()}
    closes["DCO"] = berth_at - DOCUMENTS
    # What is closed stays closed.
    closes |= {c: at for c, at in call.windows.items() if c != "EFC" and at <= port.now}
    call.windows = {"EFC": whole(opens, HOUR), **closes}
    call.windows_told_at = say.windows(port.voices, call, port.now)
    if call.moved and not call.moved.triggered:
        call.moved.succeed()
    for made in call.trucks:
        port.watch.delivery(made)
    if call.is_watched:
        for box in call.exports:
            port.watch.export(box)
    port.watch.ship(call)


def windows_follow(port: Port, call: Call) -> Steps:
    """Move the windows after the berth time, hours to days later; not once receiving has closed."""
    chance = port.stream("follow", call.service, call.voyage, call.rounds)
    delay = gamma(chance, 0.9, 6.0) if chance.random() < 0.8 else chance.uniform(12, 60)
    yield port.wait(port.now + whole(max(0.3, delay) * HOUR))
    if call.stage != "FAR" or call.plan is None or not call.windows:
        return
    moved = call.plan.berth_at - CUTOFFS["FCO"] - call.windows["FCO"]
    if (moved >= 4 * HOUR or moved <= -WORTH_EARLIER) and call.windows["FCO"] > port.now + HOUR:
        set_windows(port, call, call.plan.berth_at)
