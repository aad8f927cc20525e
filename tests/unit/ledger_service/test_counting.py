"""Counting: a line says whether it is history, waits for a signature or counts, here and at every level above."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from services.contracts.cases import CaseConfirmed, CaseGranted
from services.contracts.vocabulary import ZONE, Light
from services.ledger.movements import follow
from services.ledger.service import BOARD
from services.ledger.store import Book
from services.plumbing.db import transaction
from tests.builders import a_desk, asked
from tests.unit.complaints.facts import WANG, Teller, a_case_no, a_received_case, a_started_clock

FIRST_DAY = date(2026, 9, 10)


def on(day: int) -> datetime:
    return datetime(2026, 9, day, 9, tzinfo=ZONE)


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path, at=datetime(2026, 11, 22, 12, 0, tzinfo=ZONE)))


def lines(teller: Teller, **filters: Any) -> list[dict[str, Any]]:
    return list(asked(teller.desk, "lines", state="all", **filters)["items"])


def numbers(teller: Teller, **filters: Any) -> list[str]:
    return [one["case_no"] for one in lines(teller, **filters)]


def test_a_line_waits_until_it_is_signed_for_and_what_was_decided_before_the_first_day_is_history(
    teller: Teller,
) -> None:
    told = {"first_day": FIRST_DAY, "unconfirmed": True}
    teller.tell(*(a_received_case(n, **told) for n in (1, 2)), a_received_case(3), at=on(1))
    teller.tell(CaseGranted(case_no=a_case_no(2), handler=WANG), at=on(8))
    assert [one["counting"] for one in lines(teller, sort="number")] == ["unconfirmed", "history", "counted"]
    confirmed = CaseConfirmed(case_no=a_case_no(1), handler=WANG, confirmed_on=date(2026, 9, 20))
    teller.tell(confirmed, at=on(20))
    assert numbers(teller, counting="unconfirmed") == []
    assert numbers(teller, counting="history") == [a_case_no(2)]
    teller.tell(CaseGranted(case_no=a_case_no(1), handler=WANG), at=on(9))
    assert numbers(teller, counting="history") == [a_case_no(2)]  # signed for is signed for


def test_history_shows_no_light_whatever_its_clocks_say(teller: Teller) -> None:
    teller.tell(a_received_case(1, first_day=FIRST_DAY), a_started_clock(a_case_no(1)), at=on(1))
    assert lines(teller)[0]["light"] == Light.RED
    teller.tell(CaseGranted(case_no=a_case_no(1), handler=WANG), at=on(8))
    assert (lines(teller)[0]["light"], asked(teller.desk, "summary")["by_light"]["red"]) == (Light.DONE, 0)


def test_a_superior_reads_the_same_out_of_the_facts_that_came_up(teller: Teller) -> None:
    received = a_received_case(1, first_day=FIRST_DAY, unconfirmed=True)
    confirmed = CaseConfirmed(case_no=a_case_no(1), handler=WANG, confirmed_on=date(2026, 9, 20))
    for facts, word in (([(received, on(1))], "unconfirmed"), ([(confirmed, on(20))], "counted")):
        with transaction(teller.desk.engine) as connection:
            follow(Book(connection), facts, on(21).timestamp(), authority="150425")
        assert [one["counting"] for one in lines(teller, authority="150425")] == [word]


def test_an_unknown_word_is_refused_with_the_words_that_there_are(teller: Teller) -> None:
    reply = teller.desk.answer("lines", {"counting": "perhaps"})
    assert [one["field"] for one in reply["problems"]] == ["counting"]
