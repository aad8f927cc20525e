"""A glance at a store says whether others wrote since the last one, and never says no where it cannot know."""

from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert
from sqlalchemy.engine import Engine

from services.plumbing.db import Glance, open_engine, reading, transaction

_metadata = MetaData()
_marks = Table("marks", _metadata, Column("mark", Integer, primary_key=True))


def _a_store(folder: Path) -> Engine:
    engine = open_engine(f"sqlite:///{folder}/store.sqlite", "store")
    _metadata.create_all(engine)
    return engine


def _write(engine: Engine, mark: int) -> None:
    with transaction(engine) as connection:
        connection.execute(insert(_marks), [{"mark": mark}])


def test_what_another_connection_committed_is_noticed_once(tmp_path: Path) -> None:
    engine = _a_store(tmp_path)
    glance = Glance(engine)
    assert [glance.may_have_changed() for _ in range(3)] == [True, False, False]
    _write(engine, 1)
    assert [glance.may_have_changed() for _ in range(3)] == [True, False, False]
    glance.close()
    engine.dispose()


def test_another_process_of_the_same_store_is_noticed_as_well(tmp_path: Path) -> None:
    here, there = _a_store(tmp_path), open_engine(f"sqlite:///{tmp_path}/store.sqlite", "store")
    glance = Glance(here)
    glance.may_have_changed()
    _write(there, 1)
    assert glance.may_have_changed()
    glance.close()
    for engine in (here, there):
        engine.dispose()


def test_reading_and_writing_nothing_changes_nothing(tmp_path: Path) -> None:
    engine = _a_store(tmp_path)
    glance = Glance(engine)
    glance.may_have_changed()
    with reading(engine) as connection:
        connection.execute(_marks.select()).all()
    with transaction(engine):
        pass
    assert not glance.may_have_changed()
    glance.close()
    engine.dispose()


def test_a_store_that_is_away_may_always_have_changed(tmp_path: Path) -> None:
    gone = create_engine(f"sqlite:///{tmp_path}/no/such/folder/store.sqlite")
    glance = Glance(gone)
    assert [glance.may_have_changed() for _ in range(2)] == [True, True]
    gone.dispose()


def test_a_glance_that_was_closed_begins_anew(tmp_path: Path) -> None:
    engine = _a_store(tmp_path)
    glance = Glance(engine)
    glance.may_have_changed()
    glance.close()
    assert glance.may_have_changed()
    glance.close()
    engine.dispose()
