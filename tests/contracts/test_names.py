"""Names as commands take them: what people see is what is recorded, and what somebody only said is left as said."""

from typing import Any

import pytest

from services.contracts.actors import Caller, objection
from services.contracts.commands import Command, ReceiveCase, RegisterComplaint, RegisterProject
from services.contracts.quantities import Person, RecordedPerson
from services.contracts.validation import read

PROJECT = {"project_code": "2609-150424-89-01-123456", "project_name": "供热", "owner_name": "林西供热公司"}
COMPLAINT = {"kind": "delay", "text": "一直没有答复。", "place": "林西县", "project_name": "供热"}


def wrong(kind: type[Command], body: dict[str, Any]) -> dict[str, str]:
    """Field -> what is said of it."""
    return {field: template for field, template, _ in read(kind, body)[1]}


@pytest.mark.parametrize("name", ["林西县\n供热公司", " 林西县  供热公司 ", "林西县\t供热公司"])
def test_a_cell_of_two_lines_has_one_name(name: str) -> None:
    order, problems = read(RegisterProject, PROJECT | {"owner_name": name})
    assert problems == []
    assert order.owner_name == "林西县 供热公司"


@pytest.mark.parametrize("name", ["-", "\u200b张三", "张\u202e三"])
def test_a_name_that_cannot_be_read_or_not_be_seen_is_refused_at_its_field(name: str) -> None:
    assert set(wrong(RegisterProject, PROJECT | {"project_name": name})) == {"project_name"}
    assert set(wrong(ReceiveCase, {"handler": {"name": name, "department": "住建局"}})) >= {"handler.name"}


@pytest.mark.parametrize("said", [" ", "/", "供热\n二期", "供\u200b热"])
def test_what_a_complainant_calls_a_project_is_taken_as_it_was_said(said: str) -> None:
    assert wrong(RegisterComplaint, COMPLAINT | {"project_name": said, "department": said}) == {}


def test_a_token_with_blanks_around_its_name_still_speaks_for_its_person() -> None:
    caller = Caller(role="handler", name=" 张三 ", department="住建局 ")
    assert objection(caller, Person(name="张三", department="住建局")) is None
    assert objection(caller, Person(name="李四", department="住建局")) is not None


def test_a_person_of_an_old_ledger_is_read_as_he_was_recorded() -> None:
    assert RecordedPerson(name=" ", department=" ").label == " @ "
