"""A refused page stops the ledger that it belongs to, visibly, until a person acts; nothing feeds on itself."""

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.contracts import cases
from services.ledger.canonical import canonical_bytes
from services.ledger.link import membership, refusals
from tests.laws import examples
from tests.unit.forwarding.levels import BANNER, CITY
from tests.unit.ledger_service.facts import a_step, received
from tests.unit.link.chain import Seat, Way, a_key, changed, join
from tests.unit.link.refusals import CAUSES, altered, answers, written_over

pytestmark = pytest.mark.lengthy

ROUNDS = 12


def said_about_links(*seats: Seat) -> int:
    """Entries that speak of a link's state, in these ledgers."""
    found = 0
    for seat in seats:
        with seat.desk.engine.connect().execution_options(reading=True) as connection:
            query = "SELECT COUNT(*) FROM entries WHERE stem IN ('qidi.link.troubled', 'qidi.link.settled')"
            found += connection.exec_driver_sql(query).scalar_one()
    return found


def turn(way: Way, rounds: int = ROUNDS) -> int:
    """As the carrying processes do for a while: what is due goes, questions are asked; the pages that went up."""
    before = len(way.carried)
    for _ in range(rounds):
        way.round()
        way.ask()
    return sum(one.number >= 0 for one in way.carried[before:])


@pytest.mark.parametrize("cause", CAUSES)
def test_one_entry_that_is_refused_is_said_once_on_each_side_and_then_there_is_silence(way: Way, cause: str) -> None:
    way.lower.record(received(1))
    way.carry()
    CAUSES[cause](way.lower, 7)
    turn(way)
    sizes, pages = (way.lower.size(), way.upper.size()), turn(way, 50)
    assert (way.lower.size(), way.upper.size()) == sizes
    assert pages == 0
    assert said_about_links(way.lower) <= 1
    assert said_about_links(way.upper) <= 1
    wrong = way.lower.held(BANNER)["troubles"]
    assert len(wrong) == 1, "nobody can see it"


def test_a_refused_ledger_goes_on_only_when_a_person_says_so(way: Way, tmp_path: Path) -> None:
    way.lower.record(received(1))
    way.carry()
    way.lower.record(received(2), a_step(cases.CaseAccepted, 2))
    sound = _bodies(way.lower)
    written_over(way.lower, altered)
    turn(way)
    up = way.lower.held(BANNER)["up"]
    assert (up["state"], up["problem"]) == ("refused", f"entry {way.lower.held(BANNER)['entries'] - 2} was changed")
    for answer in answers(way.lower, way.upper).values():
        if answer.kind == "gap":  # type: ignore[attr-defined]  # answers have one
            way.lower.hear(canonical_bytes(answer.model_dump(mode="json")))
            assert way.lower.pages() == []
    way.ask()
    assert way.lower.pages() == []
    assert way.lower.held(BANNER)["up"]["state"] == "refused"
    # what was changed is put right, and a person lets it go on
    written_over(way.lower, lambda body: sound[body["id"]])
    assert way.lower.pages() == []
    way.lower.act(lambda office: refusals.send_again(office, BANNER, "王五", "记录已从备份恢复"))
    way.carry()
    assert way.lower.held(BANNER)["up"]["state"] == "ok"
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    [settled] = [one.data for _, one in way.lower.bus("qidi.link.settled")]
    assert (settled["person"], settled["how"]) == ("王五", "it is sent again: 记录已从备份恢复")


def _bodies(seat: Seat) -> dict[str, bytes]:
    with seat.desk.engine.connect().execution_options(reading=True) as connection:
        rows = connection.exec_driver_sql("SELECT body FROM entries").scalars()
        return {json.loads(body)["id"]: bytes(body) for body in rows}


def test_what_a_city_hands_on_stops_alone_and_neither_its_siblings_nor_the_citys_own(
    banner: Seat, city: Seat, region: Seat
) -> None:
    sibling = Seat("150422", banner.store.parent)
    for lower, upper in ((city, region), (banner, city), (sibling, city)):
        join(lower, upper)
    upward = Way(city, region)
    ways = [Way(banner, city), Way(sibling, city), upward]
    for way in ways * 3:
        way.round()
    banner.record(received(1), a_step(cases.CaseAccepted, 1))
    sibling.record(received(1))
    city.record(received(2))
    ways[0].carry()
    written_over(city, altered, BANNER)
    for way in ways[1:]:
        turn(way)
    sizes = [one.size() for one in (banner, sibling, city, region)]
    for way in ways:
        turn(way)
    assert [one.size() for one in (banner, sibling, city, region)] == sizes
    assert city.held(BANNER)["up"]["state"] == "refused"
    assert city.held(BANNER)["troubles"][0]["kind"] == "refused"
    for code, seat in (("150422", sibling), (CITY, city)):
        assert region.held(code)["root"] == seat.root()
        assert city.held(code)["up"]["state"] == "ok"
    assert region.held(BANNER)["verified"] == 1


def test_a_page_that_was_spoilt_on_its_way_is_sent_once_more_and_that_is_all(way: Way) -> None:
    way.lower.record(received(1))
    (page,) = way.lower.pages()
    spoilt = changed(page.body, from_index=5)
    way.lower.hear(way.upper.take(spoilt, BANNER).answer or b"")
    assert way.lower.held(BANNER)["up"]["state"] == "ok"
    way.carry()
    assert way.upper.held(BANNER)["root"] == way.lower.root()
    # a line that spoils each time
    way.lower.record(received(2))
    (page,) = way.lower.pages()
    entries = json.loads(page.body)["entries"]
    spoilt = changed(page.body, entries=[{**entries[0], "leaf": "00" * 32}])
    for _ in range(2):
        way.lower.hear(way.upper.take(spoilt, BANNER).answer or b"")
    assert way.lower.pages() == []
    assert way.lower.held(BANNER)["up"]["state"] == "refused"
    assert said_about_links(way.lower) == 1


def test_what_is_refused_of_the_sender_is_no_page_that_stops(way: Way) -> None:
    way.upper.act(lambda office: membership.suspend(office, BANNER, "核查", "李主任"))
    way.lower.record(received(1))
    sizes = way.lower.size()
    for _ in range(5):
        way.round()
        way.ask()
    assert way.lower.size() == sizes
    assert way.lower.held(BANNER)["troubles"][0]["facts"]["why"] == "the sender has not joined or is suspended"
    way.upper.act(lambda office: membership.resume(office, BANNER, "核查完毕", "李主任"))
    way.carry()
    assert way.lower.held(BANNER)["up"]["state"] == "ok"
    assert said_about_links(way.lower) == 0


STEP = st.sampled_from(
    (
        *(*CAUSES, "work", "work", "carry", "carry", "ask", "gap", "gap at the beginning", "fork", "refused", "spoilt"),
        *("a person lets it go on", "the right key again", "suspended", "resumed", "restarted"),
    )
)


@settings(max_examples=examples(150), suppress_health_check=list(HealthCheck), deadline=None)
@given(steps=st.lists(STEP, min_size=3, max_size=25))
def test_whatever_is_refused_the_entries_that_say_so_and_the_pages_are_as_many_as_the_causes(
    steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    story = Story(tmp_path_factory.mktemp("story"))
    for n, step in enumerate(steps, start=1):
        story.goes_on(step, n)
    turn(story.way)
    sizes = [seat.size() for seat in story.seats]
    pages = turn(story.way, 3)
    assert [seat.size() for seat in story.seats] == sizes, "the ledgers grow by themselves"
    # While he is suspended, what waits is tried again, ever more rarely: the courier's pauses are not played here.
    assert pages == 0 or story.happened["suspended"]
    causes = sum(story.happened[one] for one in (*CAUSES, "fork", "refused", "spoilt", "a person lets it go on"))
    assert said_about_links(*story.seats) <= 4 * causes


class Story:
    """A banner, its city and what happens to them."""

    def __init__(self, folder: Path) -> None:
        self.lower, self.upper = Seat(BANNER, folder), Seat(CITY, folder)
        join(self.lower, self.upper)
        self.way, self.seats = Way(self.lower, self.upper), (self.lower, self.upper)
        turn(self.way, 2)
        self.happened: Counter[str] = Counter()

    def goes_on(self, step: str, n: int) -> None:
        """The next thing that happens; what is not possible now does not."""
        self.happened[step] += 1
        match step:
            case "work":
                self.lower.record(received(n))
            case "carry":
                turn(self.way, 4)
            case "ask":
                self.way.ask()
            case "gap" | "gap at the beginning" | "fork" | "refused":
                for _ in range(3):
                    said = answers(self.lower, self.upper)[step]
                    self.lower.hear(canonical_bytes(said.model_dump(mode="json")))
                    self.way.round()
            case "spoilt":
                for page in self.lower.pages():
                    self.lower.hear(self.upper.take(changed(page.body, checkpoint="qidi"), BANNER).answer or b"")
            case "the right key again":
                self.lower.key = a_key(BANNER)
            case "restarted":
                self.lower.desk.engine.dispose()
                self.way.ask()
            case _ if step in CAUSES:
                CAUSES[step](self.lower, n)
            case _:
                self._person(step)

    def _person(self, step: str) -> None:
        standing = self.upper.ask("links")["items"][0]["state"]
        if step == "suspended" and standing == "joined":
            self.upper.act(lambda office: membership.suspend(office, BANNER, "核查", "李主任"))
        elif step == "resumed" and standing == "suspended":
            self.upper.act(lambda office: membership.resume(office, BANNER, "核查完毕", "李主任"))
        elif step == "a person lets it go on" and self._is_refused():
            self.lower.act(lambda office: refusals.send_again(office, BANNER, "王五", "再试"))
        else:
            self.happened[step] -= 1

    def _is_refused(self) -> bool:
        return any(
            one["facts"].get("stopped") and one["side"] == "above" for one in self.lower.held(BANNER)["troubles"]
        )
