"""Who complained stays with the authority: nothing that travels names the person, and every showing is on record."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from services.complaints import domain
from services.complaints.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import a_desk, a_project_code, asked, done, refused, said, take

OFFICER = {"role": "handler", "name": "周婷", "department": "住建局"}
CALLER = {"role": "hotline", "name": "赵敏", "department": "政务服务局"}
SUPERVISOR = {"role": "supervisor", "name": "周正", "department": "督查室", "token_id": "t-7"}
NAME, PHONE, WORDS = "张三丰", "13812341234", "窗口一个月不收我的材料"
REGISTER, STEP, SHOW = "complaints.register-complaint", "complaints.take-complaint-step", "complaints.show-person"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return a_desk(BOARD, tmp_path)


def a_complaint(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "blocked",
        "text": f"我是{NAME}，电话 138-1234-1234。{WORDS}",
        "place": f"{NAME}家门口，找{PHONE}",
        "matter": f"张 三丰的施工许可 {PHONE}",
        "project_name": f"{NAME}养殖场（{PHONE}）",
        "channel": f"电话 {PHONE}",
        "department": f"住建局 {NAME}",
        "project_code": a_project_code(1),
        "complainant_name": NAME,
        "complainant_phone": "138 1234 1234",
        "work_order_no": "CF-1",
    } | changes


def walk(desk: Desk) -> str:
    """A whole life of a complaint in which everybody writes the person's name everywhere."""
    number = str(done(desk, REGISTER, a_complaint(), **CALLER)["complaint_no"])
    careless = f"已联系{NAME} {PHONE}"
    for step in ("dispatch", "sign", "answer", "revisit", "close"):
        data: dict[str, Any] = {
            "complaint_no": number,
            "step": step,
            "text": careless,
            "department": f"住建局 {NAME} {PHONE}",
        }
        sent_to = desk.answer("complaint", {"complaint_no": number})["body"]["department"]
        theirs = OFFICER | {"department": str(sent_to)}
        by = theirs if step in ("sign", "answer") else CALLER
        done(desk, STEP, data | {"upheld": True, "satisfied": True}, **by)
    done(desk, SHOW, {"complaint_no": number, "purpose": f"回访{NAME} {PHONE}"}, **SUPERVISOR)
    return number


def test_nothing_that_travels_names_the_person_or_repeats_the_words(desk: Desk) -> None:
    walk(desk)
    with desk.engine.connect().execution_options(reading=True) as connection:
        bodies = [bytes(row.body).decode() for row in connection.execute(text("SELECT body FROM outbox"))]
    assert len(bodies) == 7
    for body in bodies:
        plain = "".join(json.dumps(json.loads(body), ensure_ascii=False).split())
        for secret in (NAME, PHONE, "12341234", WORDS, "已联系"):
            assert secret not in plain


def test_every_answer_masks_name_and_telephone(desk: Desk) -> None:
    number = walk(desk)
    answers = [asked(desk, "complaint", complaint_no=number), asked(desk, "complaints"), asked(desk, "counts")]
    for answer in answers:
        plain = json.dumps(answer, ensure_ascii=False)
        assert NAME not in plain
        assert "1234123" not in plain.replace("-", "").replace(" ", "")
    assert (answers[0]["complainant_name"], answers[0]["complainant_phone"]) == ("张*", "138****1234")
    assert WORDS in answers[0]["text"], "what was said is shown to those who handle it"


def test_no_search_finds_a_complaint_by_who_made_it(desk: Desk) -> None:
    walk(desk)
    assert asked(desk, "complaints", q=NAME)["items"] == []
    assert asked(desk, "complaints", q="1381234")["items"] == []


def test_a_supervisor_is_shown_the_person_for_a_purpose_and_that_is_on_record(desk: Desk) -> None:
    number = str(done(desk, REGISTER, a_complaint(), **CALLER)["complaint_no"])
    shown = done(desk, SHOW, {"complaint_no": number, "purpose": "电话回访"}, **SUPERVISOR)
    assert (shown["complainant_name"], shown["complainant_phone"]) == (NAME, "138 1234 1234")
    [event] = said(desk, "qidi.complaint.person-disclosed")
    assert (event.data["shown_to"], event.data["purpose"], event.reach.value) == ("周正@督查室", "电话回访", "own")
    done(desk, SHOW, {"complaint_no": number, "purpose": "再次回访"}, **SUPERVISOR)
    disclosures = asked(desk, "complaint", complaint_no=number)["disclosures"]
    assert [(one["shown_to"], one["purpose"]) for one in disclosures] == [
        ("周正@督查室", "电话回访"),
        ("周正@督查室", "再次回访"),
    ]


@pytest.mark.parametrize("role", ["window", "handler", "partner", "ops", ""])
def test_nobody_else_is_shown_the_person(desk: Desk, role: str) -> None:
    number = str(done(desk, REGISTER, a_complaint(), **CALLER)["complaint_no"])
    before = len(said(desk))
    ruling = take(desk, SHOW, {"complaint_no": number, "purpose": "电话回访"}, **(SUPERVISOR | {"role": role}))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 403
    assert NAME not in str(ruling)
    assert len(said(desk)) == before


def test_a_purpose_is_more_than_blanks_and_a_showing_needs_a_name(desk: Desk) -> None:
    number = str(done(desk, REGISTER, a_complaint(), **CALLER)["complaint_no"])
    wrong = refused(desk, SHOW, {"complaint_no": number, "purpose": "      "}, role="supervisor")
    assert set(wrong) == {"purpose", "actor"}


def test_an_anonymous_complaint_is_taken_and_has_nobody_to_show(desk: Desk) -> None:
    nobody = a_complaint(complainant_name=None, complainant_phone=" ")
    answer = done(desk, REGISTER, nobody, **CALLER)
    assert (answer["complainant_name"], answer["complainant_phone"]) == (None, None)
    ruling = take(desk, SHOW, {"complaint_no": answer["complaint_no"], "purpose": "电话回访"}, **SUPERVISOR)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404
    assert asked(desk, "complaint", complaint_no=answer["complaint_no"])["disclosures"] == []


def test_a_number_that_travels_may_not_be_the_telephone(desk: Desk) -> None:
    wrong = refused(desk, REGISTER, a_complaint(work_order_no=f"T{PHONE}", project_code=PHONE), **CALLER)
    assert set(wrong) == {"work_order_no", "project_code"}
    assert PHONE not in str(wrong)


def test_a_refusal_does_not_repeat_the_telephone(desk: Desk) -> None:
    wrong = refused(desk, REGISTER, a_complaint(complainant_phone="打13812341234找我"), **CALLER)
    assert set(wrong) == {"complainant_phone"}
    assert PHONE not in str(wrong)


@pytest.mark.parametrize(
    "phone", ["0476-5512345", "+86 138 1234 1234", "(0476)5512345转8", "5512345", "１３８１２３４１２３４"]
)
def test_telephones_are_written_in_many_ways(phone: str) -> None:
    assert domain.looks_like_a_telephone(phone)
    assert domain.mask_phone(phone) != phone


@pytest.mark.parametrize("phone", ["", "12345", "abc1234567", "1" * 25, "不知道", "138\n12341234"])
def test_not_everything_is_a_telephone(phone: str) -> None:
    assert not domain.looks_like_a_telephone(phone)


@given(
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    name=st.text(alphabet="赵钱孙李周吴郑王", min_size=2, max_size=4),
    phone=st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    gap=st.sampled_from(["", " ", "-", "  "]),
)
def test_no_text_names_the_person_however_the_number_is_spaced(
    before: str, after: str, name: str, phone: str, gap: str
) -> None:
    spoken = f"{before}{name}{after}{gap.join((phone[:3], phone[3:7], phone[7:]))}{before}"
    left = domain.without_person(spoken, name, phone)
    assert name not in left
    assert phone not in "".join(left.split())
