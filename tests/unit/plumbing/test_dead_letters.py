"""Dead letters in a store: one row a letter, its deaths counted, and what people decided about it kept for good."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import Engine

from deploy.authority import BOARDS
from services.plumbing import dead_letters, outbox
from services.plumbing.db import open_engine, reading, transaction
from services.plumbing.dead_letters import TOO_OFTEN, DeadLetter, Decision, LetterState
from services.plumbing.migrate import upgrade

QUEUE = "qidi.intake.events"
LEDGER = next(board for board in BOARDS if board.name == "ledger")
ZHANG = Decision("张三@发展改革委", "电话中已核实", 2000.0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.sqlite", "ledger")
    upgrade(LEDGER, engine)
    yield engine
    engine.dispose()


def die(engine: Engine, body: bytes, reason: str = "failed: x", at: float = 1000.0, queue: str = QUEUE) -> None:
    with transaction(engine) as connection:
        dead_letters.keep(connection, queue, [(body, reason)], at)


def arrive(engine: Engine, body: bytes, at: float = 1500.0) -> None:
    with transaction(engine) as connection:
        dead_letters.take_in(connection, QUEUE, [body], at)


def lying(engine: Engine, *states: LetterState) -> list[DeadLetter]:
    with reading(engine) as connection:
        return list(dead_letters.letters(connection, states or (LetterState.WAITING,)))


def only(engine: Engine, *states: LetterState) -> DeadLetter:
    [letter] = lying(engine, *states)
    return letter


def resent(engine: Engine) -> DeadLetter:
    letter = only(engine)
    with transaction(engine) as connection:
        assert dead_letters.resend(connection, letter, ZHANG)
    return letter


def test_a_letter_that_dies_again_after_it_was_sent_again_is_the_same_letter(engine: Engine) -> None:
    die(engine, b"\xff", "failed: one")
    resent(engine)
    assert lying(engine) == []
    die(engine, b"\xff", "failed: two", 3000.0)
    letter = only(engine)
    assert (letter.deaths, letter.reason, letter.first_at, letter.at) == (2, "failed: two", 1000.0, 3000.0)
    assert (letter.body, letter.queue) == (b"\xff", QUEUE)


def test_one_that_was_delivered_twice_because_a_process_ended_has_died_once(engine: Engine) -> None:
    die(engine, b"x")
    die(engine, b"x", at=1001.0)
    arrive(engine, b"x")
    assert only(engine).deaths == 1


def test_the_same_bytes_in_two_queues_are_two_letters(engine: Engine) -> None:
    die(engine, b"x")
    die(engine, b"x", queue="qidi.link.pages")
    assert sorted(letter.queue for letter in lying(engine)) == [QUEUE, "qidi.link.pages"]


def test_a_resent_letter_leaves_through_the_outbox_into_its_queue(engine: Engine) -> None:
    die(engine, b"x")
    resent(engine)
    with reading(engine) as connection:
        [row] = outbox.waiting(connection, 10)
    assert (row.body, row.routing_key) == (b"x", f"into:{QUEUE}")
    assert only(engine, LetterState.RESENT).body == b"x"


def test_a_letter_is_resent_once_however_many_persons_do_it_at_a_time(engine: Engine) -> None:
    die(engine, b"x")
    letter = resent(engine)
    with transaction(engine) as connection:
        assert not dead_letters.resend(connection, letter, replace(ZHANG, person="李四@发展改革委"))
        assert not dead_letters.give_up(connection, letter, ZHANG)
        assert [act.person for act in dead_letters.acts(connection)[letter.queue, letter.digest]] == ["张三@发展改革委"]
        assert len(outbox.waiting(connection, 10)) == 1


def test_what_was_given_up_is_kept_with_name_and_reason_and_comes_back_when_it_dies_again(engine: Engine) -> None:
    die(engine, b"x")
    with transaction(engine) as connection:
        assert dead_letters.give_up(connection, only(engine), ZHANG)
    assert lying(engine) == []
    kept = only(engine, LetterState.GIVEN_UP)
    assert kept.body == b"x"
    die(engine, b"x", at=3000.0)
    assert only(engine).deaths == 2
    with reading(engine) as connection:
        [act] = dead_letters.acts(connection)[kept.queue, kept.digest]
    assert (act.state, act.person, act.why, act.at) == (LetterState.GIVEN_UP, ZHANG.person, ZHANG.why, 2000.0)


def test_what_the_broker_gave_up_says_so_and_keeps_the_reason_that_was_noted(engine: Engine) -> None:
    arrive(engine, b"killer")
    assert only(engine).reason == TOO_OFTEN
    arrive(engine, b"killer", 9000.0)
    assert only(engine).at == 1500.0
    resent(engine)
    arrive(engine, b"killer", 9000.0)
    assert (only(engine).deaths, only(engine).reason) == (2, TOO_OFTEN)


@pytest.mark.parametrize("reason", ["failed: \0 stands in it", "failed: half a \ud800 pair", "failed: " + "long" * 999])
def test_a_reason_that_no_store_can_hold_as_it_is_does_not_stop_the_letter(engine: Engine, reason: str) -> None:
    die(engine, b"x", reason)
    found = only(engine).reason
    assert found.startswith("failed: ")
    assert len(found) <= 200
    assert found.encode()
    assert "\0" not in found


def test_letters_that_an_earlier_version_left_with_the_broker_come_with_the_reason_it_noted(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/ledger.sqlite", "ledger")
    upgrade(LEDGER, engine, "0003")
    with transaction(engine) as connection:
        rows = [
            {"d": dead_letters.digest_of(body), "r": reason}
            for body, reason in ((b"old", "unreadable: id: Field required"), (b"mended long ago", "KeyError: 'x'"))
        ]
        connection.execute(text("INSERT INTO dead_reasons (digest, reason, at) VALUES (:d, :r, 500)"), rows)
    upgrade(LEDGER, engine)
    assert lying(engine, *LetterState) == []
    arrive(engine, b"old")
    arrive(engine, b"new")
    assert {letter.body: letter.reason for letter in lying(engine)} == {
        b"old": "unreadable: id: Field required",
        b"new": TOO_OFTEN,
    }
    engine.dispose()
