"""Official messages are numbered, arrive, are signed for, answered and closed, alike on both sides."""

import json
from typing import Any

import pytest

from services.contracts.moments import Moments
from services.contracts.rights import holders
from services.contracts.vocabulary import InstructionKind, InstructionState, InstructionStepKind, Light, Role
from services.plumbing.errors import Problems
from services.reporting.instructions import domain, numbering
from services.reporting.instructions.domain import Instruction
from tests.builders import WANG
from tests.unit.instructions.levels import BANNER, CITY, OTHER, REGION, Levels, Node

pytestmark = pytest.mark.lengthy

ISSUE, STEP = "reporting.issue-instruction", "reporting.take-instruction-step"
ZHOU = {"role": "supervisor", "name": "周正", "department": "督查室"}
OFFICER = {"role": "handler", **WANG}


def a_letter(to: str | None = BANNER, **changes: Any) -> dict[str, Any]:
    return {
        "kind": "supervision-letter",
        "to": to,
        "department": "发展改革委",
        "title": "关于风电项目核准逾期的督办函",
        "text": "请书面答复办理情况。",
        "about": ["150424-2026-000001"],
    } | changes


def issue(node: Node, to: str | None = BANNER, **changes: Any) -> str:
    return str(node.order(ISSUE, a_letter(to, **changes), **ZHOU)["instruction_no"])


def step(node: Node, number: str, word: str, **more: Any) -> dict[str, Any]:
    caller = ZHOU if word == "close" else OFFICER
    return node.order(STEP, {"instruction_no": number, "step": word} | more, **caller)


def shown(node: Node, number: str) -> dict[str, Any]:
    return dict(node.ask("reporting", "instruction", instruction_no=number))


def steps(node: Node, number: str) -> list[tuple[str, str, str]]:
    return [(one["step"], one["person"]["name"], one["occurred_at"]) for one in shown(node, number)["steps"]]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_each_kind_is_numbered_for_itself_in_every_year() -> None:
    assert numbering.document_no("林工改办", InstructionKind.REMINDER, 2026, 3) == "林工改办提函〔2026〕3号"
    assert numbering.document_no("赤峰市", InstructionKind.SUPERVISION, 2026, 1) == "赤峰市督函〔2026〕1号"
    assert numbering.document_no("赤峰市", InstructionKind.TASK, 2027, 12) == "赤峰市交办〔2027〕12号"
    assert numbering.instruction_no(CITY, InstructionKind.REMINDER, 2026, 3) == "150400-TX2026-000003"


@pytest.mark.parametrize(
    ("kind", "asked", "days", "wrong"),
    [
        (InstructionKind.SUPERVISION, None, 5, False),
        (InstructionKind.SUPERVISION, 3, 3, False),
        (InstructionKind.SUPERVISION, 6, 6, True),
        (InstructionKind.REMINDER, None, 5, False),
        (InstructionKind.REMINDER, 10, 10, False),
        (InstructionKind.TASK, None, 0, True),
        (InstructionKind.TASK, 20, 20, False),
    ],
)
def test_a_supervision_letter_is_answered_within_five_working_days_at_most(
    kind: InstructionKind, asked: int | None, days: int, wrong: bool
) -> None:
    problems = Problems()
    assert domain.reply_working_days(problems, kind, asked) == days
    assert problems.has("reply_working_days") is wrong


@pytest.mark.parametrize(
    ("here", "state", "allowed"),
    [
        (BANNER, InstructionState.ISSUED, [InstructionStepKind.SIGN]),
        (BANNER, InstructionState.SIGNED, [InstructionStepKind.ANSWER]),
        (BANNER, InstructionState.ANSWERED, []),
        (CITY, InstructionState.ISSUED, [InstructionStepKind.CLOSE]),
        (CITY, InstructionState.ANSWERED, [InstructionStepKind.CLOSE]),
        (CITY, InstructionState.CLOSED, []),
        (REGION, InstructionState.ISSUED, []),
    ],
)
def test_the_addressee_signs_and_answers_and_the_issuer_closes(
    here: str, state: InstructionState, allowed: list[InstructionStepKind]
) -> None:
    assert domain.allowed_steps(Instruction(CITY, BANNER, state), here) == allowed


def test_whoever_is_reminded_does_not_close_the_reminder_also_within_one_authority() -> None:
    own = Instruction(BANNER, BANNER, InstructionState.ANSWERED)
    assert domain.allowed_steps(own, BANNER) == [InstructionStepKind.CLOSE]
    assert list(holders("instruction-step.close")) == [Role.SUPERVISOR]


def test_a_word_that_comes_late_turns_nothing_back() -> None:
    assert domain.after(InstructionState.CLOSED, InstructionStepKind.ANSWER) is InstructionState.CLOSED
    assert domain.after(InstructionState.ANSWERED, InstructionStepKind.SIGN) is InstructionState.ANSWERED
    assert domain.after(InstructionState.ISSUED, InstructionStepKind.ANSWER) is InstructionState.ANSWERED


def test_a_message_on_its_way_is_grey_and_then_shows_the_worst_of_its_clocks() -> None:
    assert domain.light([], InstructionState.ISSUED, 0.0) is Light.GREY
    soon, late = Moments(10.0, 20.0), Moments(10.0, 15.0)
    assert [domain.light([soon, late], InstructionState.SIGNED, now) for now in (5.0, 12.0, 15.0)] == [
        Light.GREEN,
        Light.YELLOW,
        Light.RED,
    ]
    assert domain.light([Moments(1.0, 2.0, 9.0)], InstructionState.ANSWERED, 99.0) is Light.DONE


# --- city -> banner ---------------------------------------------------------------------------------------------------


def test_a_supervision_letter_goes_down_is_signed_for_answered_and_closed(levels: Levels) -> None:
    number = issue(levels.city)
    assert number == "150400-DB2026-000001"
    assert shown(levels.city, number)["document_no"] == "赤峰市督函〔2026〕1号"
    assert (shown(levels.city, number)["light"], shown(levels.city, number)["arrived_at"]) == ("grey", None)
    levels.wait(hours=1)
    levels.carry()

    below = shown(levels.banner, number)
    assert (below["direction"], below["issuer_name"], below["title"]) == (
        "received",
        "赤峰市",
        "关于风电项目核准逾期的督办函",
    )
    assert (below["text"], below["about"]) == ("请书面答复办理情况。", ["150424-2026-000001"])
    assert shown(levels.city, number)["arrived_at"] == below["arrived_at"] == "2026-09-16T11:00:00+08:00"
    # both sides count from the arrival, to the same day: five working days, the make-up Sunday 20th among them
    for node in (levels.banner, levels.city):
        clocks = node.clocks(number)
        assert {name: one["due_on"] for name, one in clocks.items()} == {
            "instruction_sign/1": "2026-09-17",
            "instruction_answer/1": "2026-09-22",
        }
        assert shown(node, number)["light"] == "yellow"  # a limit of one day is yellow from its beginning

    levels.wait(hours=1)
    assert step(levels.banner, number, "sign")["allowed_steps"] == ["answer"]
    levels.wait(hours=1)
    step(levels.banner, number, "answer", text="已于今日办结。")
    levels.carry()
    for node in (levels.city, levels.banner):
        assert shown(node, number)["state"] == "answered"
        assert shown(node, number)["light"] == "done"
        assert all(one["on_time"] for one in node.clocks(number).values())
    assert steps(levels.city, number) == steps(levels.banner, number)
    assert shown(levels.city, number)["steps"][-1]["text"] == "已于今日办结。"

    step(levels.city, number, "close")
    levels.carry()
    assert shown(levels.city, number)["state"] == shown(levels.banner, number)["state"] == "closed"
    assert [word for word, *_ in steps(levels.banner, number)] == ["sign", "answer", "close"]
    assert steps(levels.city, number) == steps(levels.banner, number)


def test_an_answer_that_is_not_given_turns_red_on_both_sides_on_the_same_day(levels: Levels) -> None:
    number = issue(levels.city)
    levels.carry()
    step(levels.banner, number, "sign")
    levels.until("2026-09-22T23:00")
    levels.carry()
    assert [shown(node, number)["light"] for node in (levels.city, levels.banner)] == ["yellow", "yellow"]
    levels.until("2026-09-23T00:30")
    assert [shown(node, number)["light"] for node in (levels.city, levels.banner)] == ["red", "red"]
    [clock] = [one for one in levels.city.clocks(number).values() if one["light"] == "red"]
    assert (clock["clock_kind"], clock["responsible"], clock["department"]) == (
        "instruction_answer", WANG["name"], "发展改革委",
    )  # fmt: skip


def test_a_link_that_was_cut_for_a_week_makes_nobody_late(levels: Levels) -> None:
    number = issue(levels.city)
    levels.wait(days=7)
    assert levels.city.clocks(number) == {}
    levels.carry()
    assert shown(levels.banner, number)["issued_at"] == "2026-09-16T10:00:00+08:00"
    levels.wait(hours=1)
    assert "red" not in {one["light"] for node in (levels.city, levels.banner) for one in node.clocks(number).values()}


def test_what_is_closed_before_it_was_answered_says_why_and_owes_nothing_any_more(levels: Levels) -> None:
    number = issue(levels.city)
    levels.carry()
    assert levels.city.refused(STEP, {"instruction_no": number, "step": "close"}, **ZHOU) == {
        "text": "It was not answered yet: say why it is closed."
    }
    step(levels.city, number, "close", text="发错单位")
    levels.carry()
    assert shown(levels.banner, number)["state"] == "closed"
    for node in (levels.city, levels.banner):
        assert all(one["stopped_at"] for one in node.clocks(number).values())
    assert "step" in levels.banner.refused(STEP, {"instruction_no": number, "step": "sign"}, **OFFICER)


def test_an_answer_and_a_closing_that_cross_leave_both_records_closed_with_the_answer_kept(levels: Levels) -> None:
    number = issue(levels.city)
    levels.carry()
    step(levels.banner, number, "sign")
    step(levels.banner, number, "answer", text="已办结")
    step(levels.city, number, "close", text="不再需要")
    levels.carry()
    for node in (levels.city, levels.banner):
        assert shown(node, number)["state"] == "closed"
        assert {word for word, *_ in steps(node, number)} == {"sign", "answer", "close"}


# --- region -> banner, through the city -------------------------------------------------------------------------------


def test_a_letter_of_the_region_reaches_the_banner_through_the_city_and_is_answered_to_the_region(
    levels: Levels,
) -> None:
    number = issue(levels.region, kind="task-slip", reply_working_days=10)
    levels.carry()
    step(levels.banner, number, "sign")
    step(levels.banner, number, "answer", text="已落实")
    levels.carry()
    above = shown(levels.region, number)
    assert (above["state"], above["to_name"], above["document_no"]) == (
        "answered",
        "林西县",
        "内蒙古自治区交办〔2026〕1号",
    )
    step(levels.region, number, "close")
    levels.carry()
    assert shown(levels.banner, number)["state"] == "closed"
    # between two others: the city hands it on and keeps neither a record nor a clock of it
    assert levels.city.ask("reporting", "instructions")["items"] == []
    assert levels.city.clocks(number) == {}
    assert levels.other.ask("reporting", "instructions")["items"] == []


def test_the_same_letters_once_more_change_nothing(levels: Levels) -> None:
    number = issue(levels.city)
    levels.carry()
    step(levels.banner, number, "sign")
    levels.carry()
    before = shown(levels.banner, number), shown(levels.city, number)
    levels.banner.put(levels.letters[BANNER], "above:")
    levels.city.put(levels.banner.up, "below:")
    assert (shown(levels.banner, number), shown(levels.city, number)) == before


def test_a_sibling_cannot_sign_in_anothers_name(levels: Levels) -> None:
    number = issue(levels.city)
    levels.carry()
    step(levels.banner, number, "sign")
    forged = [json.loads(body) for body in levels.banner.up if b"qidi.instruction." in body]
    for body in forged:
        body |= {"source": f"/authorities/{OTHER}/reporting", "id": f"x{body['id'][1:]}"}
    levels.city.put([json.dumps(body, ensure_ascii=False).encode() for body in forged], "below:")
    assert (shown(levels.city, number)["state"], steps(levels.city, number)) == ("issued", [])


# --- within one's own authority, and refusals -------------------------------------------------------------------------


def test_a_letter_to_a_department_of_ours_has_arrived_at_once_and_does_not_travel(levels: Levels) -> None:
    number = issue(levels.banner, None, kind="reminder-letter")
    assert number == "150424-TX2026-000001"
    assert set(levels.banner.clocks(number)) == {"instruction_sign/1", "instruction_answer/1"}
    step(levels.banner, number, "sign")
    step(levels.banner, number, "answer", text="马上办")
    step(levels.banner, number, "close")
    levels.carry()
    assert shown(levels.banner, number)["state"] == "closed"
    assert {one["light"] for one in levels.banner.clocks(number).values()} == {"done"}
    assert [one["instruction_no"] for one in levels.banner.ask("reporting", "instructions", direction="sent")["items"]]
    assert levels.city.ask("reporting", "instructions")["items"] == []


def test_numbers_count_on_per_kind(levels: Levels) -> None:
    numbers = [issue(levels.city), issue(levels.city, kind="reminder-letter"), issue(levels.city, OTHER)]
    assert numbers == ["150400-DB2026-000001", "150400-TX2026-000001", "150400-DB2026-000002"]


def test_everything_that_is_wrong_is_said_at_once(levels: Levels) -> None:
    wrong = levels.city.refused(
        ISSUE, a_letter("150500", title=" ", reply_working_days=9), role="supervisor", name="", department=""
    )
    assert wrong == {
        "to": "150500 is no authority below 150400.",
        "title": "This may not be empty.",
        "reply_working_days": "A supervision letter is answered within 5 working days; "
        "it may ask for less, not for more.",
        "actor": "Say who acts: a name and a department.",
    }
    assert "to" in levels.banner.refused(ISSUE, a_letter(CITY), **ZHOU), "nobody writes to his superior in this way"


def test_nothing_is_sent_to_whoever_is_suspended(levels: Levels) -> None:
    levels.stands(BANNER, "suspended")
    assert levels.city.refused(ISSUE, a_letter(), **ZHOU) == {
        "to": "150424 is not joined at present; nothing reaches it."
    }
    levels.stands(BANNER, "joined")
    assert issue(levels.city) == "150400-DB2026-000001"


def test_the_list_knows_sent_and_received_and_goes_page_by_page(levels: Levels) -> None:
    numbers = []
    for kind in ("reminder-letter", "supervision-letter", "reminder-letter"):
        numbers.append(issue(levels.city, kind=kind))
        levels.wait(minutes=1)
    issue(levels.region, CITY)
    levels.carry()
    found, cursor = [], None
    while True:
        page = levels.city.ask("reporting", "instructions", direction="sent", limit=2, cursor=cursor)
        found += [one["instruction_no"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == numbers[::-1]
    received = levels.city.ask("reporting", "instructions", direction="received")["items"]
    assert [one["issuer_name"] for one in received] == ["内蒙古自治区"]
    kinds = levels.city.ask("reporting", "instructions", kind="supervision-letter")["items"]
    assert {one["kind"] for one in kinds} == {"supervision-letter"}
    reply = levels.city.desks["reporting"].answer("instructions", {"state": "lost", "cursor": "bm93aGVyZQ=="})
    assert {one["field"] for one in reply["problems"]} == {"state", "cursor"}
