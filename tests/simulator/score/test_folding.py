"""The core over a run: what is heard, when, and what a broken run answers."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from contracts.profile import Community
from correlation.instants import HOUR, MINUTE
from plumbing.communities import load
from simulator.score.card import card
from simulator.score.checking import by_ship, check, shuffled
from simulator.score.folding import TICK_MS, fold
from simulator.score.runs import Line, Run, Unreadable, read_run
from simulator.world.output import Format, write
from simulator.world.world import World, plan
from tests.correlation.given import NOON
from tests.simulator.score.a_run import KEY, a_run, community, events, labels, lines, written_run


@pytest.fixture(scope="module")
def communities() -> dict[str, Community]:
    return {"COCTG": community()}


def test_a_run_is_folded_as_its_journal_would_be(communities: dict[str, Community]) -> None:
    """The late ship is said 30 minutes (her hold) after she told, not later than a tick."""
    folded = fold(a_run(), communities)

    assert (folded.events, dict(folded.rejected)) == (4, {})
    assert [instance.key for instance in folded.instances] == [KEY]
    assert 0 <= folded.instances[0].raised_at - (NOON + 2 * HOUR + 30 * MINUTE) < TICK_MS


def test_the_card_of_the_late_ship_is_full_marks(communities: dict[str, Community]) -> None:
    """Said in time, to the right ones, as bad as it was, cleared soon; B09 has no rule."""
    run = a_run()
    found = card(run, fold(run, communities), labels(), 1.0)

    wanted = {"truths": 1, "precision": 1.0, "recall": 1.0, "useful_recall": 1.0, "duplicates": 0}
    wanted |= {"clear_within_30_min": 1.0, "audience_exact": 1.0, "cause_right": 1.0}
    assert {name: found.codes["B01"][name] for name in wanted} == wanted
    assert {name: found.overall[name] for name in wanted} == wanted
    assert found.no_rule == {"B09": 1}
    assert found.codes["B01"]["median_lead_min"] == pytest.approx(27.5 * 60, abs=1)


def test_the_publisher_is_the_one_who_hands_over(communities: dict[str, Community]) -> None:
    """As at an edge: who sends is known by the key, whatever the event says of it."""
    at, event = events()[0]
    claimed = lines([(at, {**event, "organisation": "car-rda"})])[0]
    stranger = msgspec.structs.replace(claimed, publisher="trk-017")

    folded = fold(a_run(), communities, lines=[stranger])

    assert sum(folded.rejected.values()) == 1
    assert folded.first_problem


def test_a_run_folded_again_says_the_same_bytes(communities: dict[str, Community]) -> None:
    """Replay twice, byte-equal; in another order within a minute, the same open alerts."""
    run = a_run()

    checked = check(run, communities, fold(run, communities))

    assert checked.is_good
    assert checked.document()["replay_equal"] is True


def test_a_check_sees_a_difference(communities: dict[str, Community]) -> None:
    """A run whose lines changed between two folds is not the same run."""
    first = fold(a_run(events()[:3]), communities)

    checked = check(a_run(), communities, first)

    assert not checked.is_replayed
    assert checked.different == ("B01|COCTG|COCTG/9999993",)


def test_shuffled_lines_keep_their_minutes_and_each_source_its_order() -> None:
    """Who speaks when within a minute changes; what each says, in which order, does not."""
    at, event = events()[0]
    told = [
        (at + n * 1000, {**event, "id": f"m-{n}", "source": f"/COCTG/ter-ctg-1/{n % 3}"})
        for n in range(0, 180, 7)
    ]
    straight = lines(told)

    mixed = list(shuffled(straight, 5))

    assert [line.at for line in mixed] == [line.at for line in straight]
    assert mixed != straight
    assert mixed == list(shuffled(straight, 5))
    assert said_by_each(mixed) == said_by_each(straight)


def said_by_each(told: list[Line]) -> dict[tuple[str, int], list[str]]:
    """Return what each source says in each minute."""
    found: dict[tuple[str, int], list[str]] = {}
    for line in told:
        event = msgspec.json.decode(line.event)
        found.setdefault((event["source"], line.at // MINUTE), []).append(event["id"])
    return found


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ("B01|COCTG|COCTG/9999993/20261107", "B01|COCTG|COCTG/9999993"),
        (
            "B03|COCTG:SMDG:SPRC|COCTG/9999993/20261107/SPRC/1|COCTG/9999981/20261108/SPRC/1",
            "B03|COCTG/9999981/SPRC/1|COCTG/9999993/SPRC/1|COCTG:SMDG:SPRC",
        ),
        ("T01|bkg:RDA:BK1|RDAU2000016|FCO", "T01|bkg:RDA:BK1|RDAU2000016|FCO"),
    ],
)
def test_calls_are_compared_by_their_ship(key: str, plain: str) -> None:
    """The day in a call's id is that of the first word of it, and that may be another's."""
    assert by_ship(key) == plain


def test_a_port_without_a_profile_is_named(communities: dict[str, Community]) -> None:
    """A world of ports that are not here cannot be folded; those that are here are listed."""
    run = a_run()
    stray = Run("x", 1, ("MXZLO", "XXXXX"), run.begins, run.ends, run.lines, run.labels)
    known = {"COCTG": communities["COCTG"]}

    with pytest.raises(Unreadable, match=r"no profile of MXZLO, XXXXX; there are COCTG"):
        fold(stray, known)


@pytest.mark.parametrize("instants", [{}, {"from": NOON - HOUR, "to": NOON + 12 * HOUR}])
def test_a_written_run_is_read_as_it_was(tmp_path: Path, instants: dict[str, Any]) -> None:
    """Files and memory give the same run; instants may be numbers or written out."""
    run, kept = a_run(), read_run(written_run(tmp_path, **instants))

    assert (kept.scenario, kept.seed, kept.systems) == (run.scenario, run.seed, run.systems)
    assert (kept.begins, kept.ends) == (run.begins, run.ends)
    assert [bytes(line.event) for line in kept.lines()] == [bytes(it.event) for it in run.lines()]
    assert kept.labels() == run.labels()


def test_a_run_in_parquet_is_read_as_one_in_lines(tmp_path: Path) -> None:
    """The same run, whichever way it was written; a file that is none is named."""
    communities = load(Path("communities"))
    chosen = plan("everything", 5, ["TTPTS"], 0.2, 0.05)
    for form in Format:
        write(World(chosen, communities), tmp_path / form, form)
    kept, other = (read_run(tmp_path / form) for form in Format)

    assert list(kept.lines()) == list(other.lines())
    assert len(kept.labels()) > 1
    assert kept.labels() == other.labels()

    (tmp_path / "parquet" / "labels.parquet").write_bytes(b"nothing")
    with pytest.raises(Unreadable, match=r"labels.parquet: .*a run is a folder with"):
        other.labels()


def read_whole(folder: Path) -> None:
    run = read_run(folder)
    assert run.labels()
    assert list(run.lines())


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("events.ndjson", None, r"events.ndjson: found no such file"),
        ("run.json", "{}", r"run.json: Object missing required field `scenario`"),
        ("labels.ndjson", '{"code":"B01"}\n', r"labels.ndjson:1: .*`dedup_key`"),
        ("events.ndjson", "\nnothing\n", r"events.ndjson:2: "),
    ],
)
def test_a_broken_run_is_named_by_file_and_line(
    tmp_path: Path, file: str, text: str | None, message: str
) -> None:
    """What was found and where; never a trace of the program."""
    folder = written_run(tmp_path)
    (folder / file).unlink()
    if text is not None:
        (folder / file).write_text(text, "utf-8")

    with pytest.raises(Unreadable, match=message):
        read_whole(folder)


def test_lines_out_of_their_order_are_refused(tmp_path: Path) -> None:
    """The order of the file is the order of receipt; a file that goes back is not a run."""
    folder = written_run(tmp_path)
    held = (folder / "events.ndjson").read_bytes().splitlines()
    (folder / "events.ndjson").write_bytes(b"\n".join(reversed(held)))

    with pytest.raises(Unreadable, match=r"events.ndjson:\d: found at \d+ after \d+"):
        list(read_run(folder).lines())
