"""Texts that say something: a dot is no evidence, a dash no reason; two characters that mean something are enough."""

from collections.abc import Iterator
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
from pydantic import BaseModel

from services.contracts.commands import Command, every_command
from services.contracts.names import is_number, says_something
from services.contracts.quantities import MEANT, NUMBERED, PLAIN
from services.contracts.validation import read
from services.contracts.vocabulary import Role
from tests.builders import a_case, a_project
from tests.unit.gateway.running import Authority

#: What people type who have nothing to say.
EMPTY = (
    *(
        ".",
        "..",
        "...",
        "。",
        "、",
        "-",
        "--",
        "——",
        "/",
        "//",
        "\\",
        "*",
        "?",
        "？",
        "…",
        "()",
        "〔〕",
        "  . ",
        "，，",
    ),
    *(
        "无",
        "无。",
        "“无”",
        " 无 ",
        "暂无",
        "没有",
        "同上",
        "略",
        "不详",
        "测试",
        "待补",
        "x",
        "X",
        "ｘ",
        "xx",
        "XXX",
        "1",
        "11",
    ),
    *(
        "一",
        "一一一",
        "哈哈",
        "n/a",
        "N.A.",
        "NA",
        "none",
        "None.",
        "null",
        "test",
        "TEST",
        "TBD",
        "\u3164\u3164",
        "\u2800\u2800",
    ),
)
MEANT_ONES = (
    "理由",
    "同意",
    "不符",
    "材料不齐",
    "送达回证",
    "2026年",
    "OK了",
    "ok",
    "ᠮᠣᠩᠭᠣᠯ",
    "No. 7",
    "许可证3号",
    "Ж1",
    "1.2",
)


@pytest.mark.parametrize("text", EMPTY)
def test_a_placeholder_says_nothing(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize("text", MEANT_ONES)
def test_two_characters_that_mean_something_are_enough(text: str) -> None:
    assert says_something(text)


def test_a_number_has_something_to_read_and_is_no_word_for_having_none() -> None:
    assert [one for one in ("7", "林水许〔2026〕9号", "A-1", "111", "45号") if not is_number(one)] == []
    assert [one for one in (".", "-", "/", "无", "无文号", "暂无", "——", "〔〕", "none", "N/A") if is_number(one)] == []


#: Every text that a person writes so that others read it: command -> fields.
SAID = {
    "intake.move-project": {"reason"},
    "intake.judge-late-entry": {"reason"},
    "intake.correct-entry": {"reason"},
    "intake.receive-case": {"again_because"},
    "intake.close-department": {"reason"},
    "intake.dismiss-officer": {"reason"},
    "intake.hand-over": {"reason"},
    "intake.take-step": {"reason", "remedies", "note"},
    "intake.publish-catalogue": {"note"},
    "timer.release-calendar": {"notice"},
    "timer.withdraw-calendar": {"reason"},
    "timer.draft-calendar": {"notice"},
    "timer.draft-withdrawal": {"reason"},
    "timer.give-up-draft": {"reason"},
    "timer.set-rules": {"basis"},
    "ledger.strike-off": {"evidence"},
    "complaints.register-complaint": {"text"},
    "complaints.take-complaint-step": {"text", "person_needed_because"},
    "complaints.show-person": {"purpose"},
    "reporting.drop-letter-draft": {"reason"},
    "reporting.seal-letter": {"title", "text"},
    "reporting.settle-finding": {"reason"},
    "reporting.settle-findings": {"reason"},
    "reporting.state-on-finding": {"statement"},
    "reporting.review-finding": {"reason"},
    "reporting.issue-instruction": {"title", "text"},
    "reporting.take-instruction-step": {"text"},
}


def marks(hint: Any) -> Iterator[Any]:
    """All marks of a field's type, also inside of optional ones and lists."""
    if get_origin(hint) is Annotated:
        yield from hint.__metadata__
    for inner in get_args(hint):
        yield from marks(inner)


def texts(kind: type[BaseModel]) -> dict[str, set[Any]]:
    """Field -> how it is marked, for every field that takes text."""
    hints = get_type_hints(kind, include_extras=True)
    known = {MEANT: "said", NUMBERED: "number", PLAIN: "name"}
    return {
        name: {known[one] for one in marks(hints[name]) if type(one) is type(MEANT) and one in known}
        for name in kind.model_fields
    }


def test_every_text_that_others_read_has_to_say_something() -> None:
    found = {
        name: {field for field, how in texts(kind).items() if "said" in how} for name, kind in every_command().items()
    }
    assert {name: fields for name, fields in found.items() if fields} == SAID


@pytest.mark.parametrize("text", [".", "..", "  ", "-", "无", "/", "x", "。"])
@pytest.mark.parametrize(
    ("name", "field"), [(name, field) for name, fields in SAID.items() for field in sorted(fields)]
)
def test_what_says_nothing_is_refused_in_its_field(name: str, field: str, text: str) -> None:
    kind: type[Command] = every_command()[name]
    assert [where for where, *_ in read(kind, {field: text})[1] if where == field] == [field]


@pytest.mark.parametrize("text", [".", "无", "/", "-"])
def test_defects_and_numbers_say_something_too(text: str) -> None:
    defect = {"material": text, "problem": text, "advice": text}
    step = {"defects": [defect], "document_no": text}
    wrong = {field for field, *_ in read(every_command()["intake.take-step"], step)[1]}
    # a material may be called by one character
    named = set() if text == "无" else {"defects.0.material"}
    assert wrong >= {"defects.0.problem", "defects.0.advice", "document_no", *named}
    for command, field in (("intake.receive-case", "external_no"), ("complaints.register-complaint", "work_order_no")):
        assert field in {where for where, *_ in read(every_command()[command], {field: text})[1]}


@pytest.mark.anyio
async def test_a_dot_strikes_nothing_off(authority: Authority) -> None:
    async with authority.client(Role.WINDOW) as window, authority.client(Role.HANDLER) as handler:
        await window.post("/v1/projects", json=a_project())
        case_no = (await window.post("/v1/cases", json=a_case())).json()["case_no"]
        step = {"step": "not-required", "reason": "不需要许可"}
        assert (await handler.post(f"/v1/cases/{case_no}/steps", json=step)).status_code == 200
        for evidence in (".", "。", "无", "/", "x", " "):
            answer = await handler.post(f"/v1/lines/{case_no}/strike-off", json={"evidence": evidence})
            assert answer.status_code == 422, evidence
            assert [one["field"] for one in answer.json()["problems"]] == ["evidence"]
        answer = await handler.post(f"/v1/lines/{case_no}/strike-off", json={"evidence": "送达回证"})
        assert answer.status_code == 200
