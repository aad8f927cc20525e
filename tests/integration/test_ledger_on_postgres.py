"""The ledger keeps its promises on PostgreSQL as well: append-only, gapless, readable, verifiable."""

from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from deploy.postgres import PrivatePostgres
from services.ledger.audit.checks import check_store
from services.ledger.service import BOARD
from services.plumbing.clock import HandClock
from services.plumbing.db import open_engine
from services.plumbing.desk import Desk
from services.plumbing.migrate import upgrade
from tests.builders import AUTHORITY, MORNING, WANG, asked, done, refused, the_clock
from tests.unit.ledger_service.facts import Said, a_finished_case, number, received, tell


@pytest.fixture(scope="module")
def url(postgres: PrivatePostgres) -> str:
    return postgres.url("ledger_promises")


@pytest.fixture(scope="module")
def desk(url: str) -> Iterator[Desk]:
    """A migrated store with three finished cases, one struck off, and an open one."""
    engine = open_engine(url, "ledger")
    upgrade(BOARD, engine)
    upgrade(BOARD, engine)
    desk, say = Desk(BOARD, engine, HandClock(MORNING), AUTHORITY), Said()
    for n in (1, 2, 3):
        tell(desk, *a_finished_case(say, n))
    tell(desk, say(received(4)))
    the_clock(desk).move(days=5)
    done(desk, "ledger.strike-off", {"case_no": number(1), "evidence": "送达回证", "actor": WANG})
    yield desk
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET subject = 'x' WHERE idx = 1",
        "DELETE FROM entries WHERE idx = 16",
        "TRUNCATE entries",
        "INSERT INTO entries SELECT 40, leaf, body, 'new', source, subject, about, stem, time, recorded"
        " FROM entries WHERE idx = 1",
        "INSERT INTO entries SELECT idx, leaf, body, event_id, source, 'x', about, stem, time, recorded FROM entries"
        " WHERE idx = 1 ON CONFLICT (event_id) DO UPDATE SET subject = 'x'",
    ],
)
def test_an_entry_can_be_neither_changed_nor_removed_nor_put_elsewhere(desk: Desk, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"never changed or removed|takes the next index"),
        desk.engine.begin() as connection,
    ):
        connection.execute(text(statement))
    assert asked(desk, "entries")["size"] == 17


def test_the_store_is_found_sound_from_outside_and_a_change_behind_its_back_is_found(desk: Desk, url: str) -> None:
    verdict = check_store(url)
    assert (verdict.ok, verdict.size) == (True, 17)
    with desk.engine.connect() as connection:
        connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE entries SET about = 'x' WHERE idx = 6"))
        connection.execute(text("ALTER TABLE entries ENABLE TRIGGER USER"))
        connection.commit()
    try:
        assert check_store(url).first_bad_index == 6
    finally:
        with desk.engine.connect() as connection:
            connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
            connection.execute(text("UPDATE entries SET about = :case WHERE idx = 6"), {"case": number(2)})
            connection.execute(text("ALTER TABLE entries ENABLE TRIGGER USER"))
            connection.commit()


def test_the_questions_are_answered(desk: Desk) -> None:
    first = asked(desk, "lines", state="all", sort="light", limit=2)
    rest = asked(desk, "lines", state="all", sort="light", limit=2, cursor=first["next"])
    assert {item["case_no"] for item in first["items"] + rest["items"]} == {number(n) for n in (1, 2, 3, 4)}
    assert asked(desk, "lines", q="项目4期", min_age_days=5)["items"][0]["case_no"] == number(4)
    answer = asked(desk, "summary")
    assert (answer["open"], answer["closed"], answer["struck"]) == (1, 2, 1)
    assert answer["by_light"]["grey"] == 1
    assert len(asked(desk, "timeline", case_no=number(1))["items"]) == 6


def test_a_second_strike_off_is_refused(desk: Desk) -> None:
    again = {"case_no": number(1), "evidence": "送达回证", "actor": WANG}
    assert set(refused(desk, "ledger.strike-off", again)) == {"case_no"}


def test_the_migrations_lead_to_the_tables_that_the_code_expects(desk: Desk, postgres: PrivatePostgres) -> None:
    fresh = open_engine(postgres.url("ledger_fresh"), "ledger")
    with fresh.begin() as connection:
        connection.execute(text("CREATE SCHEMA ledger"))
    BOARD.metadata.create_all(fresh)
    shapes = []
    for engine in (desk.engine, fresh):
        seen = inspect(engine)
        names = sorted(set(seen.get_table_names(schema="ledger")) - {"alembic_version"})
        columns = {n: [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(n)] for n in names}
        indexes = {n: sorted((i["name"] or "", tuple(i["column_names"])) for i in seen.get_indexes(n)) for n in names}
        with engine.connect().execution_options(reading=True) as connection:
            triggers = connection.execute(
                text("SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1")
            ).all()
        shapes.append((columns, indexes, [tuple(row) for row in triggers]))
    fresh.dispose()
    assert shapes[0] == shapes[1]
    assert len(shapes[0][2]) == 5
