"""What handlers of facts leave for later is settled once after their batch, in the same transaction."""

from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, text

from services.contracts.cases import CaseAccepted, CaseNoted
from services.contracts.quantities import Person
from services.plumbing.desk import Desk, Verdict
from services.plumbing.switchboard import NOTHING, Fact, Office, Outcome, Said, Switchboard, on
from services.plumbing.tables import plumbing_tables
from tests.builders import a_desk, an_event, said

WANG = Person(name="王芳", department="发展改革委")
metadata = MetaData()
plumbing_tables(metadata)
Table("batches", metadata, Column("number", Integer, primary_key=True), Column("noted", String(80), nullable=False))


def note(office: Office, fact: Fact[CaseAccepted]) -> Outcome:
    office.noted.append(fact.event.case_no)
    return NOTHING


def settle(office: Office) -> Outcome:
    """One row for all that was noted; a case that cannot be settled spoils the batch that it came in."""
    if "spoilt" in office.noted:
        raise ValueError("this cannot be settled")
    written = {"noted": ",".join(office.noted)}
    office.connection.execute(text("INSERT INTO batches (noted) VALUES (:noted)"), written)
    return Outcome(said=[Said(CaseNoted(case_no=one, handler=WANG, note="n"), office.now) for one in office.noted])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    board = Switchboard("settling", metadata, hears=("case",), facts=dict([on(CaseAccepted, note)]), settle=settle)
    return a_desk(board, tmp_path)


def hear(desk: Desk, *case_nos: str) -> list[Verdict]:
    bodies = [an_event(CaseAccepted(case_no=one, handler=WANG), service="timer") for one in case_nos]
    return [ruling.verdict for ruling in desk.take_events(bodies)]


def batches(desk: Desk) -> list[str]:
    with desk.engine.connect().execution_options(reading=True) as connection:
        return list(connection.execute(text("SELECT noted FROM batches ORDER BY number")).scalars())


def test_a_burst_is_settled_once_with_everything_that_its_facts_have_left(desk: Desk) -> None:
    assert hear(desk, "a", "b", "c") == [Verdict.HANDLED] * 3
    assert batches(desk) == ["a,b,c"]
    assert [one.subject for one in said(desk, "qidi.case.noted")] == ["a", "b", "c"]
    hear(desk, "d")
    assert batches(desk) == ["a,b,c", "d"], "the next batch begins with an empty desk"


def test_what_cannot_be_settled_pays_alone_and_leaves_nothing_behind(desk: Desk) -> None:
    assert hear(desk, "a", "spoilt", "b") == [Verdict.HANDLED, Verdict.DEAD, Verdict.HANDLED]
    assert batches(desk) == ["a", "b"]
    assert [one.subject for one in said(desk, "qidi.case.noted")] == ["a", "b"]
