"""The pulse of a store on PostgreSQL: a write that is committed, and the cause's own name where none is taken."""

import pytest
from sqlalchemy import text

from deploy.authority import BOARDS
from deploy.postgres import PrivatePostgres
from services.contracts.ailments import Ailment
from services.plumbing.db import open_engine, transaction
from services.plumbing.migrate import upgrade
from services.plumbing.store_pulse import beat

INTAKE = next(board for board in BOARDS if board.name == "intake")


def test_a_store_is_well_read_only_locked_or_away(postgres: PrivatePostgres) -> None:
    url = postgres.url("pulses")
    engine = open_engine(url, INTAKE.name)
    upgrade(INTAKE, engine)
    assert beat(engine) is None

    only_read = open_engine(f"{url}?options=-c%20default_transaction_read_only%3Don", INTAKE.name)
    assert beat(only_read) is Ailment.READ_ONLY
    only_read.dispose()

    with transaction(engine) as connection:
        connection.execute(text("LOCK TABLE alembic_version IN EXCLUSIVE MODE"))
        assert beat(engine) is Ailment.LOCKED
    assert beat(engine) is None

    with transaction(engine) as connection:
        connection.execute(text("CREATE ROLE reader LOGIN PASSWORD 'reads' "))
        connection.execute(text('GRANT USAGE ON SCHEMA "intake" TO reader'))
    reader = open_engine(str(engine.url.set(username="reader", password="reads").render_as_string(False)), INTAKE.name)
    assert beat(reader) is Ailment.FORBIDDEN
    reader.dispose()

    engine.dispose()
    postgres.stop()
    try:
        assert beat(engine) is Ailment.AWAY
    finally:
        postgres.start()


@pytest.mark.parametrize("board", BOARDS, ids=[board.name for board in BOARDS])
def test_every_store_has_the_row_that_is_written(board: object, postgres: PrivatePostgres) -> None:
    found = next(one for one in BOARDS if one is board)
    engine = open_engine(postgres.url("rows"), found.name)
    upgrade(found, engine)
    assert beat(engine) is None
    engine.dispose()
