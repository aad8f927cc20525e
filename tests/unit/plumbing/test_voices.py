"""Whose word counts at a desk: a fact of another authority has an effect only where it is heard from below or above."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from deploy.authority import BOARDS
from services.contracts import cases
from services.plumbing.clock import HandClock
from services.plumbing.desk import Desk, Verdict
from tests.builders import AUTHORITY, MORNING, an_engine, an_event
from tests.unit.ledger_service.facts import LI, number, received
from tests.unit.link.test_mail import acknowledged

BANNER, CITY, REGION, SIBLING = AUTHORITY, "150400", "150000", "150422"

#: Sources that are nobody's here, whatever a service hears.
STRANGE = (
    f"/authorities/{SIBLING}/intake",  # a brother, at the banner's desks
    "/authorities/150500/intake",  # another city
    "/authorities/999999/intake",
    "/authorities//intake",
    "/authorities/150424",
    "/authorities/150424/",
    "/authorities/150424//intake",
    "/authorities/150424/intake/",
    "/authorities/150424/intake/more",
    "/authorities/150424/intake/own/own",
    "/authorities/150424/150400/intake",
    "/authorities/１５０４２４/intake",  # full-width digits
    "/authorities/150424٠/intake",
    "/authorities/150424 /intake",
    "/authorities/150424/intake ",
    "/authorities/150424/intake\n",
    " /authorities/150424/intake",
    "/authorities/150424/INTAKE",
    "/authorities/15042/intake",
    "/authorities/1504240/intake",
    "/Authorities/150424/intake",
    "authorities/150424/intake",
    "/authorities/../150424/intake",
    "https://x/authorities/150424/intake",
    "150424",
    "x",
)


class Toward:
    """Every service of one authority."""

    def __init__(self, code: str, folder: Path) -> None:
        clock = HandClock(MORNING)
        self.desks = {
            board.name: Desk(board, an_engine(folder, board, f"{code}-{board.name}"), clock, code) for board in BOARDS
        }

    def close(self) -> None:
        for desk in self.desks.values():
            desk.engine.dispose()


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Toward]]:
    """The services of an authority, made once."""
    made = dict[str, Toward]()

    def of(code: str) -> Toward:
        if code not in made:
            made[code] = Toward(code, tmp_path_factory.mktemp(code))
        return made[code]

    yield of
    for one in made.values():
        one.close()


def said_as(source: str, body: bytes, **more: Any) -> bytes:
    return json.dumps(json.loads(body) | {"source": source} | more, ensure_ascii=False).encode()


def kept(desk: Desk) -> list[int]:
    """How much this service has written: inbox, parked, outbox."""
    with desk.engine.connect().execution_options(reading=True) as connection:
        tables = ["inbox", "parked", "outbox", *(["entries"] if desk.board.name == "ledger" else [])]
        return [connection.execute(text(f"SELECT COUNT(*) FROM {one}")).scalar_one() for one in tables]  # fixed names


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
@pytest.mark.parametrize("source", STRANGE)
def test_a_source_that_is_nobodys_here_is_a_dead_letter_with_its_reason(
    at: Callable[[str], Toward], board: Any, source: str
) -> None:
    desk = at(BANNER).desks[board.name]
    before, body = kept(desk), said_as(source, an_event(received(7)))
    [ruling] = desk.take_events([body])
    assert ruling.verdict is Verdict.DEAD
    assert ruling.reason.startswith(("said by ", "unreadable: no authority is named"))
    assert kept(desk) == before
    with desk.engine.connect().execution_options(reading=True) as connection:
        assert ruling.reason[:200] in connection.execute(text("SELECT reason FROM dead_letters")).scalars().all()


#: Said by whom, of what, at whose desk -> at which of the services it counts.
CASE, ANSWER = received(1), acknowledged(1)
HEARD: dict[str, tuple[str, bytes, str, set[str]]] = {
    "a case of the banner at the city": (BANNER, an_event(CASE), CITY, {"intake"}),
    "a case of the banner at the region": (BANNER, an_event(CASE), REGION, {"intake"}),
    "a case of the city at its banner": (CITY, an_event(CASE), BANNER, set()),
    "a case of the region at the banner": (REGION, an_event(CASE), BANNER, set()),
    "an answer of the city at its banner": (CITY, an_event(ANSWER), BANNER, {"intake"}),
    "an answer of the region at the banner": (REGION, an_event(ANSWER), BANNER, {"intake"}),
    "an answer of the banner at its city": (BANNER, an_event(ANSWER), CITY, set()),
    "an answer of another city": ("150500", an_event(ANSWER), BANNER, set()),
    "what stays at home, from below": (
        BANNER,
        an_event(cases.CaseNoted(case_no=number(), handler=LI, note="内部"), service="intake/own"),
        CITY,
        set(),
    ),
    "what stays at home, said as if it did not": (BANNER, said_as("", an_event(CASE), reach="own"), CITY, set()),
    "what only goes up, from above": (CITY, said_as("", an_event(ANSWER), reach="upward"), BANNER, set()),
}


@pytest.mark.parametrize("case", HEARD)
def test_a_fact_of_another_level_counts_where_it_is_heard_and_nowhere_else(
    at: Callable[[str], Toward], case: str
) -> None:
    by, body, place, expected = HEARD[case]
    own = json.loads(body)["source"].endswith("/own")
    foreign = said_as(f"/authorities/{by}/intake" + ("/own" if own else ""), body)
    verdicts = {name: desk.take_events([foreign])[0].verdict for name, desk in at(place).desks.items()}
    assert {name for name, verdict in verdicts.items() if verdict is not Verdict.DEAD} == expected


@pytest.mark.parametrize("code", [BANNER, CITY, REGION])
def test_nothing_of_another_authority_becomes_an_own_entry(at: Callable[[str], Toward], code: str) -> None:
    ledger = at(code).desks["ledger"]
    before = kept(ledger)
    for other in {BANNER, CITY, REGION, SIBLING} - {code}:
        for event in (received(3), acknowledged(3)):
            [ruling] = ledger.take_events([said_as(f"/authorities/{other}/intake", an_event(event))])
            assert (ruling.verdict, other in ruling.reason) == (Verdict.DEAD, True)
    assert kept(ledger) == before


def test_the_rest_of_a_batch_goes_on_beside_a_foreign_one(at: Callable[[str], Toward]) -> None:
    ledger = at(BANNER).desks["ledger"]
    bodies = [an_event(received(n)) for n in (11, 12, 13)]
    bodies[1] = said_as("/authorities/150000/intake", bodies[1])
    verdicts = [ruling.verdict for ruling in ledger.take_events(bodies)]
    assert verdicts == [Verdict.HANDLED, Verdict.DEAD, Verdict.HANDLED]


def test_a_foreign_fact_that_an_older_version_parked_is_not_let_in_by_the_next(at: Callable[[str], Toward]) -> None:
    ledger = at(BANNER).desks["ledger"]
    foreign = said_as("/authorities/150000/intake", an_event(received(21)))
    envelope = json.loads(foreign)
    row = {"i": envelope["id"], "s": envelope["source"], "j": envelope["subject"], "b": foreign}
    with ledger.engine.begin() as connection:
        columns = "id, source, subject, sequence, reason, body, at"
        connection.execute(
            text(f"INSERT INTO parked ({columns}) VALUES (:i, :s, :j, 1, 'unknown type', :b, 0)"),  # fixed names
            row,
        )
    before = kept(ledger)
    ledger.revive()
    assert kept(ledger) == before
    with ledger.engine.connect().execution_options(reading=True) as connection:
        why = connection.execute(text("SELECT reason FROM parked WHERE id = :i"), {"i": envelope["id"]}).scalar_one()
    assert "said by 150000" in why
