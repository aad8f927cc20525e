"""The ladder drafts letters from the record; a named person seals them; nothing goes out or comes down by itself."""

from datetime import date
from typing import Any

import pytest

from services.contracts.beginning import Beginning
from services.contracts.ladder import ACTIONS, LADDER, Recipient, Rung, is_harder, second_time
from services.contracts.vocabulary import InstructionKind
from services.timer import ladder as crossings
from tests.builders import WANG, a_step
from tests.unit.instructions.levels import BANNER, Levels, Node
from tests.unit.instructions.test_instructions import ZHOU, issue, shown, step

REMINDER, SUPERVISION, LISTED = (kind.value for kind in (
    InstructionKind.REMINDER, InstructionKind.SUPERVISION, InstructionKind.LISTED))  # fmt: skip
#: A case of the morning of 16 September with nothing done to it: its notice is due on the 22nd.
RED = "2026-09-24T00:30"


def waiting(node: Node) -> list[dict[str, Any]]:
    return list(node.ask("reporting", "letter_drafts", state="waiting")["items"])


def kinds(node: Node, about: str) -> list[tuple[str, str]]:
    found = node.ask("reporting", "letter_drafts", about=about)["items"]
    return [(one["kind"], one["state"]) for one in reversed(found)]


def seal(node: Node, draft_no: str, **changes: Any) -> dict[str, Any]:
    words = {"title": "关于办理事项逾期的函", "text": "请抓紧办理并书面答复。"} | changes
    return node.order("reporting.seal-letter", {"draft_no": draft_no} | words, **ZHOU)


def pass_working_days(levels: Levels, case_no: str, days: int) -> None:
    """Time goes on until a clock of the case is overdue by so many working days, and an hour."""
    while True:
        levels.wait(days=1)
        crossed = [
            one["data"]["overdue_working_days"]
            for one in levels.banner.ask("ledger", "timeline", case_no=case_no)["items"]
            if one["type"].startswith("qidi.clock.rung-crossed")
        ]
        if max(crossed, default=0) >= days:
            return


# --- the table --------------------------------------------------------------------------------------------------------


def test_each_rung_that_the_timer_knows_says_whom_it_tells_what_it_drafts_and_by_which_paper() -> None:
    assert [one.rung for one in LADDER] == [one.rung for one in crossings.LADDER] == list(Rung)
    assert all(one.source for one in LADDER)
    told = {one.rung: (set(one.tells), one.drafts) for one in LADDER}
    assert told[Rung.YELLOW] == ({Recipient.HANDLER}, None)
    assert told[Rung.RED] == ({Recipient.HANDLER, Recipient.HEAD}, None)
    assert [ACTIONS[one].drafts for one in ("red+3", "red+5", "red+10")] == [REMINDER, SUPERVISION, LISTED]


def test_a_letter_only_climbs() -> None:
    assert is_harder(InstructionKind.LISTED, InstructionKind.SUPERVISION)
    assert not is_harder(InstructionKind.REMINDER, InstructionKind.REMINDER)
    assert is_harder(InstructionKind.REMINDER, InstructionKind.TASK)
    assert second_time(InstructionKind.SUPERVISION, supervised_before=True) is InstructionKind.LISTED
    assert second_time(InstructionKind.REMINDER, supervised_before=True) is InstructionKind.REMINDER


# --- at work ----------------------------------------------------------------------------------------------------------


@pytest.mark.lengthy
def test_three_working_days_past_the_due_day_a_reminder_waits_for_a_seal_with_every_figure_and_its_entry(
    levels: Levels,
) -> None:
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 3)
    [one] = waiting(levels.banner)
    assert (one["kind"], one["about"], one["department"]) == (REMINDER, case_no, "发展改革委")
    assert levels.banner.ask("reporting", "instructions")["items"] == [], "nothing goes out by itself"
    found = levels.banner.ask("reporting", "letter_draft", draft_no=one["draft_no"])
    recorded = {item["reference"] for item in levels.banner.ask("ledger", "timeline", case_no=case_no)["items"]}
    assert {figure["name"] for figure in found["figures"]} == {"received_on", "due_on", "overdue_working_days"}
    assert {figure["reference"] for figure in found["figures"]} <= recorded


@pytest.mark.lengthy
def test_a_sealed_letter_is_numbered_signed_for_and_answered_like_any_other(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 3)
    [one] = waiting(levels.banner)
    number = seal(levels.banner, one["draft_no"])["instruction_no"]
    assert waiting(levels.banner) == []
    letter = shown(levels.banner, number)
    assert (letter["document_no"], letter["about"], letter["issued_by"]) == (
        "林西县提函〔2026〕1号", [case_no], "周正@督查室",
    )  # fmt: skip
    assert [figure["name"] for figure in letter["figures"]] == ["due_on", "overdue_working_days"]
    refused = levels.banner.refused(
        "reporting.drop-letter-draft", {"draft_no": one["draft_no"], "reason": "不发了"}, **ZHOU
    )
    assert "sealed" in refused["draft_no"]
    step(levels.banner, number, "sign")
    step(levels.banner, number, "answer", text="已安排专人办理")
    assert shown(levels.banner, number)["state"] == "answered"


@pytest.mark.lengthy
def test_what_nobody_seals_climbs_to_the_next_letter_and_the_softer_one_says_so(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 5)
    assert kinds(levels.banner, case_no) == [(REMINDER, "climbed"), (SUPERVISION, "waiting")]
    pass_working_days(levels, case_no, 10)
    assert kinds(levels.banner, case_no) == [(REMINDER, "climbed"), (SUPERVISION, "climbed"), (LISTED, "waiting")]


@pytest.mark.lengthy
def test_an_answer_that_those_below_owe_climbs_when_it_is_overdue(levels: Levels) -> None:
    number = issue(levels.city, kind="reminder-letter")
    levels.carry()
    levels.wait(days=6)
    assert waiting(levels.city) == []
    levels.wait(days=2)
    [one] = waiting(levels.city)
    assert (one["kind"], one["to"], one["about"]) == (SUPERVISION, BANNER, "150424-2026-000001")
    found = levels.city.ask("reporting", "letter_draft", draft_no=one["draft_no"])
    assert found["unanswered"]["instruction_no"] == number
    assert waiting(levels.banner) == [], "whoever owes the answer drafts nothing"


@pytest.mark.lengthy
def test_a_second_supervision_letter_for_one_case_within_the_year_is_listed_supervision(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    issue(levels.banner, None, about=[case_no])
    pass_working_days(levels, case_no, 5)
    assert [one["kind"] for one in waiting(levels.banner)] == [LISTED]
    pass_working_days(levels, case_no, 10)
    assert [one["kind"] for one in waiting(levels.banner)] == [LISTED], "one line, one letter at a time"


@pytest.mark.lengthy
def test_listed_supervision_is_seen_one_level_up_until_a_named_person_ends_it(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 10)
    [one] = waiting(levels.banner)
    number = seal(levels.banner, one["draft_no"])["instruction_no"]
    levels.carry()
    for node in (levels.banner, levels.city):
        [listed] = node.ask("reporting", "listings")["items"]
        assert (listed["authority"], listed["about"], listed["closed_at"]) == (BANNER, [case_no], None)
    levels.banner.order("intake.take-step", a_step(case_no), role="handler", **WANG)
    levels.wait(days=1)
    levels.carry()
    assert levels.city.ask("reporting", "listings")["items"][0]["closed_at"] is None, "nothing comes down by itself"
    step(levels.banner, number, "close", text="已受理，督办结束")
    levels.carry()
    [listed] = levels.city.ask("reporting", "listings")["items"]
    assert (listed["closed_by"], listed["reason"]) == ("周正@督查室", "已受理，督办结束")


@pytest.mark.lengthy
def test_from_an_overdue_line_to_a_drafted_letter_is_one_order_and_a_second_one_finds_it(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    ask = {"about": case_no}
    assert "about" in levels.banner.refused("reporting.draft-letter", ask, **ZHOU), "nothing is overdue yet"
    levels.until(RED)
    first = levels.banner.order("reporting.draft-letter", ask, **ZHOU)
    assert (first["kind"], first["drafted_by"]) == (REMINDER, "周正@督查室")
    assert levels.banner.order("reporting.draft-letter", ask, **ZHOU)["draft_no"] == first["draft_no"]
    seal(levels.banner, first["draft_no"])
    assert levels.banner.order("reporting.draft-letter", ask, **ZHOU)["kind"] == SUPERVISION


@pytest.mark.lengthy
def test_a_draft_stays_when_its_line_is_done_meanwhile_and_a_person_says_why_it_is_not_sent(levels: Levels) -> None:
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 3)
    levels.banner.order("intake.take-step", a_step(case_no, "withdraw"), role="handler", **WANG)
    [one] = waiting(levels.banner)
    assert one["ended_at"] is not None
    done = levels.banner.order(
        "reporting.drop-letter-draft", {"draft_no": one["draft_no"], "reason": "申请人已撤回"}, **ZHOU
    )
    assert (done["state"], done["settled_by"], done["reason"]) == ("dropped", "周正@督查室", "申请人已撤回")


@pytest.mark.lengthy
def test_in_a_trial_run_nothing_is_drafted(levels: Levels) -> None:
    for desk in levels.banner.desks.values():
        desk.beginning = Beginning(counts_from=date(2027, 1, 1))
    case_no = levels.a_case_at(BANNER)
    pass_working_days(levels, case_no, 10)
    assert levels.banner.ask("reporting", "letter_drafts")["items"] == []
    assert "about" in levels.banner.refused("reporting.draft-letter", {"about": case_no}, **ZHOU)


@pytest.mark.lengthy
def test_a_circular_asks_for_no_answer(levels: Levels) -> None:
    letter = {
        "kind": "circular",
        "to": BANNER,
        "department": "林西县人民政府",
        "title": "关于审批时限的通报",
        "text": "现通报如下。",
    }
    number = str(levels.city.order("reporting.issue-instruction", letter, **ZHOU)["instruction_no"])
    levels.carry()
    assert set(levels.banner.clocks(number)) == {"instruction_sign/1"}
    assert shown(levels.banner, number)["document_no"] == "赤峰市通报〔2026〕1号"
