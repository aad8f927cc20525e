"""Cases: they are received and take their steps as the law and the office say."""

from datetime import timedelta
from typing import Any

import pytest

from services.plumbing.desk import Desk, Verdict
from tests.builders import (
    A_PARTNER,
    LI,
    MORNING,
    WANG,
    a_case,
    a_defect,
    a_project,
    a_project_code,
    a_step,
    an_entry,
    an_order,
    asked,
    done,
    everything,
    name_people,
    refused,
    said,
    take,
    the_clock,
)


def step(desk: Desk, case_no: str, kind: str | None, **changes: Any) -> dict[str, Any]:
    return done(desk, "intake.take-step", a_step(case_no, kind, **changes))


def wrong(desk: Desk, case_no: str, kind: str | None, **changes: Any) -> dict[str, str]:
    """The problems of a refused step, which must have changed nothing."""
    before = everything(desk)
    problems = refused(desk, "intake.take-step", a_step(case_no, kind, **changes))
    assert everything(desk) == before
    return problems


# --- receipt ----------------------------------------------------------------------------------------------------------


def test_a_received_case_has_a_number_a_holder_and_the_limit_promised_that_day(desk: Desk) -> None:
    answer = done(desk, "intake.receive-case", a_case())
    assert answer == {"case_no": "150424-2026-000001", "state": "received"}
    case = asked(desk, "case", case_no="150424-2026-000001")
    assert case["handler"] == WANG
    assert case["limit"] == {"amount": 20, "unit": "working_days"}
    assert (case["blzt"], case["state_name"]) == (1, "Received")
    assert case["allowed_steps"] == [
        "withdraw-before-acceptance", "accept", "accept-with-deficiencies", "not-required", "refuse-acceptance",
        "request-correction", "change-limit", "hand-over", "reassign", "name-completion", "note",
    ]  # fmt: skip
    [fact] = said(desk, "qidi.case.")
    assert fact.time == MORNING
    assert fact.data["project_name"] == "风电项目1期"


def test_case_numbers_count_within_the_year_of_receipt(desk: Desk) -> None:
    days = ["2026-09-01T09:00", "2025-12-31T09:00", "2026-09-02T09:00"]
    numbers = [done(desk, "intake.receive-case", a_case(received_at=day))["case_no"] for day in days]
    assert numbers == ["150424-2026-000001", "150424-2025-000001", "150424-2026-000002"]


def test_the_year_of_receipt_is_that_of_shanghai(desk: Desk) -> None:
    answer = done(desk, "intake.receive-case", a_case(received_at="2025-12-31T17:30:00+00:00"))
    assert answer["case_no"] == "150424-2026-000001"


def test_an_immediate_matter_can_be_received(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(matter_code="NM-003"))["case_no"]
    assert asked(desk, "case", case_no=case_no)["limit"]["amount"] == 0


def test_a_case_may_promise_less_than_the_catalogue_but_never_more_than_the_statute(desk: Desk) -> None:
    done(desk, "intake.receive-case", a_case(promised={"amount": 7}))
    assert "above the statutory 20" in refused(desk, "intake.receive-case", a_case(promised={"amount": 21}))["promised"]
    other_unit = a_case(promised={"amount": 7, "unit": "calendar_days"})
    assert "same unit" in refused(desk, "intake.receive-case", other_unit)["promised"]


def test_a_case_never_promises_more_than_the_list(desk: Desk) -> None:
    """Where the list says 10, 60 is no promise, whatever the statute allows (DOMAIN 3, rule 15)."""
    longer = a_case(matter_code="NM-004", promised={"amount": 60})
    assert "longer than the 10" in refused(desk, "intake.receive-case", longer)["promised"]
    done(desk, "intake.receive-case", a_case(matter_code="NM-004", promised={"amount": 10}))
    done(desk, "intake.receive-case", a_case(matter_code="NM-004", promised={"amount": 3}))


def test_a_second_open_case_for_the_same_project_and_matter_needs_a_reason(desk: Desk, case_no: str) -> None:
    again = a_case(again_because=None)
    assert case_no in refused(desk, "intake.receive-case", again)["again_because"]
    done(desk, "intake.register-project", a_project(2))
    for other in (a_case(2, again_because=None), a_case(matter_code="NM-004", again_because=None)):
        done(desk, "intake.receive-case", other)
    step(desk, case_no, "accept")
    assert set(refused(desk, "intake.receive-case", again)) == {"again_because"}
    step(desk, case_no, "refuse")
    second = done(desk, "intake.receive-case", again)["case_no"]
    done(desk, "intake.receive-case", a_case(again_because="分两期建设，二期另行申请"))
    assert asked(desk, "case", case_no=second)["steps"][0]["reason"] is None
    assert said(desk, "qidi.case.received")[-1].data["again_because"] == "分两期建设，二期另行申请"


def test_a_later_change_of_the_catalogue_leaves_a_received_case_alone(desk: Desk, case_no: str) -> None:
    matter = {
        "code": "NM-001",
        "matter_name": "企业投资项目核准",
        "department": "发展改革委",
        "promised": {"amount": 3},
    }
    done(desk, "intake.adopt-matter", matter)
    assert asked(desk, "case", case_no=case_no)["limit"]["amount"] == 20


def test_one_answer_lists_everything_that_is_wrong_with_a_receipt(desk: Desk) -> None:
    before = everything(desk)
    problems = refused(
        desk,
        "intake.receive-case",
        {
            "project_code": "2020-1501",
            "matter_code": "企业投资项目核销",
            "received_at": "2026-09-17T10:00",
            "handler": {"name": "王芳"},
            "promised": {"amount": "many"},
        },
    )
    assert set(problems) == {
        "project_code", "matter_code", "received_at", "handler.department", "promised.amount",
    }  # fmt: skip
    assert "NM-001 企业投资项目核准" in problems["matter_code"]
    assert everything(desk) == before


def test_a_case_of_an_unknown_project_is_refused(desk: Desk) -> None:
    assert "no project" in refused(desk, "intake.receive-case", a_case(9))["project_code"]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "1989-12-31", "9999-12-31T23:59:00-10:00"])
def test_impossible_days_of_receipt_are_refused(desk: Desk, at: str) -> None:
    assert set(refused(desk, "intake.receive-case", a_case(received_at=at))) == {"received_at"}


def test_clocks_of_partners_may_run_five_minutes_ahead(desk: Desk) -> None:
    done(desk, "intake.receive-case", a_case(received_at=(MORNING + timedelta(minutes=5)).isoformat()))
    late = a_case(received_at=(MORNING + timedelta(minutes=6)).isoformat())
    assert set(refused(desk, "intake.receive-case", late)) == {"received_at"}


def test_the_same_number_of_another_system_is_not_received_twice(desk: Desk) -> None:
    done(desk, "intake.receive-case", a_case(external_no="ZWFW-1"))
    assert "150424-2026-000001" in refused(desk, "intake.receive-case", a_case(external_no="ZWFW-1"))["external_no"]


# --- steps ------------------------------------------------------------------------------------------------------------


def test_a_case_from_receipt_to_delivery_is_told_step_by_step(desk: Desk, case_no: str) -> None:
    for kind in ("request-correction", "complete-correction", "accept", "begin-review", "grant", "deliver"):
        step(desk, case_no, kind)
    facts = said(desk, "qidi.case.")
    assert [one.stem.removeprefix("qidi.case.") for one in facts] == [
        "received", "correction-requested", "correction-completed", "accepted", "review-begun", "granted", "delivered",
    ]  # fmt: skip
    assert [one.sequence for one in facts] == list(range(1, 8))
    assert all(one.data["handler"] == WANG for one in facts)
    case = asked(desk, "case", case_no=case_no)
    assert (case["state"], case["blzt"], case["allowed_steps"]) == (
        "delivered", 11, ["revoke", "withdraw-permit", "cancel-permit", "note"],
    )  # fmt: skip
    assert [one["blzt"] for one in case["steps"]] == [1, 6, 7, 3, 8, 11, None]


def test_a_step_says_when_it_happened_and_when_it_was_recorded(desk: Desk, case_no: str) -> None:
    the_clock(desk).move(days=3)
    step(desk, case_no, "accept", occurred_at="2026-09-17T15:00")
    fact = said(desk, "qidi.case.accepted")[0]
    assert (fact.time.isoformat(), fact.recordedtime.isoformat()) == (
        "2026-09-17T15:00:00+08:00",
        "2026-09-19T10:00:00+08:00",
    )
    last = asked(desk, "case", case_no=case_no)["steps"][-1]
    assert (last["occurred_at"], last["recorded_at"]) == ("2026-09-17T15:00:00+08:00", "2026-09-19T10:00:00+08:00")


def test_acceptance_and_grant_carry_the_laws_reason_where_none_is_stated(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "accept")
    step(desk, case_no, "grant", reason="符合规划条件")
    steps = asked(desk, "case", case_no=case_no)["steps"]
    assert "行政许可法第三十二条" in steps[1]["reason"]
    assert steps[2]["reason"] == "符合规划条件"


@pytest.mark.parametrize(
    ("kind", "before", "needed"),
    [
        ("not-required", (), {"reason"}),
        ("refuse-acceptance", (), {"reason"}),
        ("request-correction", (), {"defects"}),
        ("refuse", ("accept",), {"reason", "remedies"}),
        ("reassign", (), {"new_handler"}),
        ("note", (), {"note"}),
    ],
)
def test_a_step_without_what_it_must_say_is_refused(
    desk: Desk, case_no: str, kind: str, before: tuple[str, ...], needed: set[str]
) -> None:
    for one in before:
        step(desk, case_no, one)
    assert set(wrong(desk, case_no, None, step=kind)) == needed


def test_a_defect_without_advice_is_refused(desk: Desk, case_no: str) -> None:
    defect = a_defect()
    del defect["advice"]
    assert set(wrong(desk, case_no, "request-correction", defects=[defect])) == {"defects.0.advice"}


def test_defects_and_new_holders_belong_to_their_own_steps(desk: Desk, case_no: str) -> None:
    assert set(wrong(desk, case_no, "accept", defects=[a_defect()], new_handler=LI)) == {"defects", "new_handler"}


def test_a_step_that_is_not_allowed_now_names_the_state_and_what_is_allowed(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "accept")
    problems = wrong(desk, case_no, "request-correction")
    assert problems["step"].startswith("The case is accepted: request-correction is not allowed now; allowed are begin")
    ruling = take(desk, "intake.take-step", a_step(case_no, "request-correction"))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409


def test_one_answer_lists_everything_that_is_wrong_with_a_step(desk: Desk, case_no: str) -> None:
    order = {"case_no": case_no, "step": "refuse", "blzt": 3, "occurred_at": "2026-09-15T00:00", "document_no": ""}
    before = everything(desk)
    ruling = take(desk, "intake.take-step", order)
    assert ruling.reply is not None
    assert ruling.reply["status"] == 422
    problems = {one["field"] for one in ruling.reply["problems"]}
    assert problems == {"step", "blzt", "occurred_at", "document_no", "reason", "remedies", "actor"}
    assert everything(desk) == before


def test_steps_come_in_order_of_time(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(received_at="2026-09-10T09:00"))["case_no"]
    assert "before the receipt" in wrong(desk, case_no, "accept", occurred_at="2026-09-10T08:59")["occurred_at"]
    assert "future" in wrong(desk, case_no, "accept", occurred_at="2026-09-16T10:06")["occurred_at"]
    step(desk, case_no, "accept", occurred_at="2026-09-12T09:00")
    assert "before the previous step" in wrong(desk, case_no, "grant", occurred_at="2026-09-11T00:00")["occurred_at"]


def test_the_midnight_of_a_day_is_not_before_something_on_that_day(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(received_at="2026-09-10T09:00"))["case_no"]
    step(desk, case_no, "accept", occurred_at="2026-09-10T00:00")


def test_a_remark_of_today_does_not_bar_yesterdays_acceptance(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(received_at="2026-09-10T09:00"))["case_no"]
    step(desk, case_no, "note")
    step(desk, case_no, "reassign")
    step(desk, case_no, "accept", occurred_at="2026-09-11T00:00")


def test_rounds_of_correction_are_counted_and_old_defects_recognised(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "request-correction", defects=[a_defect("用地预审意见")])
    step(desk, case_no, "complete-correction")
    step(desk, case_no, "request-correction", defects=[a_defect("用地预审意见"), a_defect("营业执照")])
    notices = said(desk, "qidi.case.correction-requested")
    assert [one.data["round"] for one in notices] == [1, 2]
    assert [[defect["old"] for defect in one.data["defects"]] for one in notices] == [[False], [False, True]]


def test_a_partner_sends_the_number_of_the_exchange_standard(desk: Desk, case_no: str) -> None:
    assert step(desk, case_no, None, blzt=3) == {"case_no": case_no, "state": "accepted", "blzt": 3}
    assert "step" in wrong(desk, case_no, None, blzt=15)
    assert set(wrong(desk, case_no, None, blzt=1)) == {"blzt"}
    assert set(wrong(desk, case_no, None)) == {"step"}


def test_a_reassigned_case_names_the_new_holder_the_previous_one_and_who_did_it(desk: Desk, case_no: str) -> None:
    chief = {"name": "赵敏", "department": "发展改革委"}
    name_people(desk, chief)
    step(desk, case_no, "reassign", actor=chief)
    fact = said(desk, "qidi.case.reassigned")[0]
    assert (fact.data["handler"], fact.data["previous"], fact.actor) == (LI, WANG, "赵敏@发展改革委")
    case = asked(desk, "case", case_no=case_no)
    assert case["handler"] == LI
    assert (case["steps"][-1]["handler"], case["steps"][-1]["new_handler"]) == (chief, LI)


def test_a_remark_beside_a_step_is_a_fact_of_its_own(desk: Desk, case_no: str) -> None:
    step(desk, case_no, "accept", note="材料由代办员送达")
    assert [one.stem for one in said(desk, "qidi.case.")][-2:] == ["qidi.case.accepted", "qidi.case.noted"]


def test_an_unknown_case_is_not_found(desk: Desk) -> None:
    ruling = take(desk, "intake.take-step", a_step("150424-2026-999999"))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404
    assert desk.answer("case", {"case_no": "150424-2026-999999"})["status"] == 404


# --- who acts ---------------------------------------------------------------------------------------------------------


def test_no_step_is_anonymous(desk: Desk, case_no: str) -> None:
    assert wrong(desk, case_no, "accept", actor=None) == {"actor": "Say who acts: a name and a department."}


def test_a_handler_acts_in_his_own_name_and_needs_not_say_it(desk: Desk, case_no: str) -> None:
    order = a_step(case_no, "accept", actor=None)
    done(desk, "intake.take-step", order, role="handler", **LI)
    assert said(desk, "qidi.case.accepted")[0].data["handler"] == LI


def test_a_repeated_order_has_one_effect_and_the_same_answer(desk: Desk, case_no: str) -> None:
    order = an_order("intake.take-step", a_step(case_no), id="key-1")
    first = desk.take_commands([order])[0]
    before = everything(desk)
    second = desk.take_commands([order])[0]
    assert (second.verdict, second.reply) == (Verdict.REPEATED, first.reply)
    assert everything(desk) == before


# --- lists ------------------------------------------------------------------------------------------------------------


def test_cases_are_listed_newest_first_and_found_in_many_ways(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project(2, owner_name="林西热力公司"))
    for n in range(1, 6):
        done(desk, "intake.receive-case", a_case(1 + n % 2, matter_code=f"NM-00{n}"))
    step(desk, "150424-2026-000003", "accept")
    first = asked(desk, "cases", limit=2)
    assert [one["case_no"][-1] for one in first["items"]] == ["5", "4"]
    rest = asked(desk, "cases", limit=200, cursor=first["next"])
    assert [one["case_no"][-1] for one in rest["items"]] == ["3", "2", "1"]
    assert rest["next"] is None
    found = {
        "q": "热力", "project_code": a_project_code(2), "state": "accepted", "matter_code": "NM-004",
    }  # fmt: skip
    counts = {name: len(asked(desk, "cases", **{name: value})["items"]) for name, value in found.items()}
    assert counts == {"q": 3, "project_code": 3, "state": 1, "matter_code": 1}
    assert len(asked(desk, "cases", q="2026-000002")["items"]) == 1
    assert asked(desk, "cases", department="水利局")["items"] == []


def test_what_measures_the_whole_process_is_no_matter_to_apply_for(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project())
    wrong = refused(desk, "intake.receive-case", a_case(matter_code="NM-039"))
    assert "matter_code" in wrong
    assert wrong["matter_code"].startswith("NM-039 全流程")
    for named in ("NM-039", "全流程（房建市政，不含特殊工程及交通水利能源重大工程）"):
        entries = {"entries": [an_entry(1, matter=named)]}
        [result] = done(desk, "intake.enter-cases", entries, role="ops")["results"]
        assert result["outcome"] == "refused"
        assert "matter" in [one["field"] for one in result["problems"]]


def test_an_own_yardstick_under_another_code_is_none_to_apply_for_either(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project())
    own = {"code": "LX-01", "matter_name": "县级全流程", "department": "住建局", "item_type": "考核口径",
           "promised": {"amount": 40}}  # fmt: skip
    done(desk, "intake.adopt-matter", own | {"actor": LI})
    assert "matter_code" in refused(desk, "intake.receive-case", a_case(matter_code="LX-01"))


def test_the_list_has_it_and_who_applies_is_not_offered_it(desk: Desk) -> None:
    whole, offered = (asked(desk, "matters", **how)["items"] for how in ({}, {"applied_for": True}))
    assert [one["code"] for one in whole if one not in offered] == ["NM-039"]
    assert "NM-039" not in refused(desk, "intake.receive-case", a_case(matter_code="全流程"))["matter_code"]


# --- a clock that ran ahead -------------------------------------------------------------------------------------------


def test_a_case_that_was_filed_under_a_fast_clock_goes_on_from_there_and_not_from_before(desk: Desk) -> None:
    clock = the_clock(desk)
    clock.move(hours=8)
    case_no = done(desk, "intake.receive-case", a_case(received_at=clock.now().isoformat()))["case_no"]
    received = clock.now()
    clock.move(hours=-10)
    assert "occurred_at" in wrong(desk, case_no, "accept", occurred_at=clock.now().isoformat())
    step(desk, case_no, "accept")
    step(desk, case_no, "begin-review")
    assert [fact.time for fact in said(desk, "qidi.case.")][-2:] == [received, received]
    assert "occurred_at" in wrong(desk, case_no, "grant", occurred_at=(received + timedelta(hours=1)).isoformat())


def test_a_person_asks_for_nothing_beyond_the_list_and_is_told_what_it_has(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case())["case_no"]
    problems = wrong(desk, case_no, "request-correction", defects=[a_defect("营业执照复印件"), a_defect("园区意见")])
    assert set(problems) == {"defects.1.material"}
    for named in ("园区意见", "企业投资项目核准", "用地预审意见"):
        assert named in problems["defects.1.material"]


def test_what_another_system_asked_for_is_recorded_with_what_the_list_does_not_know(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(), **A_PARTNER)["case_no"]
    asked_for = [a_defect("营业执照"), a_defect("园区意见")]
    done(desk, "intake.take-step", a_step(case_no, "request-correction", defects=asked_for), **A_PARTNER)
    [notice] = said(desk, "qidi.case.correction-requested")
    assert [one.get("listed") for one in notice.data["defects"]] == [None, False]


@pytest.mark.parametrize(("matter", "told"), [("NM-002", "receipt"), ("NM-001", None)])
def test_a_receipt_says_from_where_the_time_of_its_matter_counts(desk: Desk, matter: str, told: str | None) -> None:
    done(desk, "intake.receive-case", a_case(matter_code=matter))
    assert said(desk, "qidi.case.received")[-1].data.get("counted_from") == told
