"""Names as commands take them: what people see is what is recorded, and what somebody only said is left as said."""

from typing import Any

import pytest

from services.contracts.actors import Caller, objection
from services.contracts.commands import Command, ReceiveCase, RegisterProject
from services.contracts.complaint_orders import RegisterComplaint
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


#: Mongolian: with selectors of a form, the separator of a vowel, joiners, and the narrow blank before an ending.
MONGOLIAN = (
    *("ᠮᠣᠩᠭᠣᠯ", "ᠬᠥᠬᠡ\u202fᠶᠢᠨ ᠬᠣᠲᠠ", "ᠣᠷᠳᠣᠰ\u202fᠤᠨ", "ᠨ\u180b\u180eᠠ", "ᠰᠠᠷ\u180eᠠ", "ᠭ\u180dᠠ", "ᠭ\u180fᠠ"),
    *("ᠢ\u200d", "\u200dᠢ\u200d", "ᠠ\u200cᠢ"),
)


@pytest.mark.parametrize("name", MONGOLIAN)
def test_a_mongolian_name_is_written_with_every_sign_that_spells_it(name: str) -> None:
    order, problems = read(RegisterProject, PROJECT | {"owner_name": name})
    assert problems == []
    assert order.owner_name == name
    assert Person(name=name, department="住建局").name == name
    assert (
        objection(Caller(role="handler", name=name, department="住建局"), Person(name=name, department="住建局"))
        is None
    )


HIDDEN = (
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u202a\u202e\u2060\u2064\u206f\u3164\ufe00\ufe0f\ufeff",
    *"\uffa0\ufff0\ufff8\U0001bca0\U0001d173\U000e0001\U000e0041\U000e0100\U000e0fff\u2800\u2028\x7f\x01",
    *"\u200c\u200d\u180b\u180c\u180d\u180e\u180f",
)


@pytest.mark.parametrize("sign", HIDDEN)
@pytest.mark.parametrize("around", ["张{}三", "张三{}", "{}张三", "Zhang{}San"])
def test_what_nobody_sees_is_in_no_name(sign: str, around: str) -> None:
    if not sign.isspace():  # a blank of any kind is one
        assert set(wrong(RegisterProject, PROJECT | {"owner_name": around.format(sign)})) == {"owner_name"}, ascii(sign)


@pytest.mark.parametrize(
    "name", ["ᠮᠣᠩ\ufe0fᠭᠣᠯ", "ᠮᠣᠩ\u200bᠭᠣᠯ", "ᠮ\u200d\u200d\u200dᠣ", "张\u200d三 ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ \u180e"]
)
def test_the_signs_of_mongolian_stand_beside_its_letters_only(name: str) -> None:
    assert set(wrong(RegisterProject, PROJECT | {"owner_name": name})) == {"owner_name"}


def test_a_narrow_blank_is_a_blank_elsewhere() -> None:
    assert read(RegisterProject, PROJECT | {"owner_name": "林西\u202f供热"})[0].owner_name == "林西 供热"
