"""Entries: lines of another ledger are entered once, as they are, and without spoiling each other."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.intake.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import (
    LI,
    WANG,
    a_case,
    a_credit_code,
    a_defect,
    a_desk,
    a_project,
    a_project_code,
    a_step,
    an_entry,
    asked,
    done,
    everything,
    said,
    the_clock,
)
from tests.laws import examples


def enter(desk: Desk, *entries: Any, dry_run: bool = False, rename: bool = False) -> list[dict[str, Any]]:
    order = {"entries": list(entries), "dry_run": dry_run, "rename": rename}
    answer = done(desk, "intake.enter-cases", order, role="ops")
    return list(answer["results"])


def outcomes(results: list[dict[str, Any]]) -> list[str]:
    return [one["outcome"] for one in results]


def fields(result: dict[str, Any]) -> set[str]:
    return {one["field"] for one in result["problems"]}


def test_an_entry_brings_its_project_its_case_and_its_steps(desk: Desk) -> None:
    [result] = enter(desk, an_entry(5, external_no="OLD-5"))
    assert result == {"row": "5", "outcome": "new", "case_no": "150424-2026-000001", "problems": [], "remarks": []}
    assert asked(desk, "project", project_code=a_project_code(5))["project_name"] == "风电项目5期"
    case = asked(desk, "case", case_no="150424-2026-000001")
    assert (case["state"], case["channel"], case["external_no"]) == ("accepted", "import", "OLD-5")
    assert [one["occurred_at"][:10] for one in case["steps"]] == ["2026-09-01", "2026-09-03"]
    facts = said(desk)[-3:]
    assert [one.stem for one in facts] == ["qidi.project.registered", "qidi.case.received", "qidi.case.accepted"]
    assert all(one.time.year == 2026 and one.time.month == 9 and one.time.day <= 3 for one in facts)


def test_entering_twice_is_entering_once(desk: Desk) -> None:
    entries = [an_entry(n, notes={"备注": "重点项目"}) for n in range(1, 6)]
    assert outcomes(enter(desk, *entries)) == ["new"] * 5
    before = everything(desk)
    assert outcomes(enter(desk, *entries)) == ["same"] * 5
    assert everything(desk) == before


def test_a_dry_run_gives_the_same_report_and_writes_nothing(desk: Desk) -> None:
    entries = [an_entry(1), an_entry(2, matter="没有的事项"), an_entry(1), an_entry(3), {"row": "9"}]
    before = everything(desk)
    dry = enter(desk, *entries, dry_run=True)
    assert everything(desk) == before
    assert enter(desk, *entries) == dry
    assert outcomes(dry) == ["new", "refused", "same", "new", "refused"]


def test_the_counts_of_a_batch_are_told(desk: Desk) -> None:
    answer = done(desk, "intake.enter-cases", {"entries": [an_entry(1), an_entry(1), {}]}, role="ops")
    assert answer["counts"] == {"new": 1, "changed": 0, "same": 1, "refused": 1}


def test_missing_steps_are_added_to_a_case_that_is_on_record(desk: Desk) -> None:
    enter(desk, an_entry(1))
    more = an_entry(1)
    more["steps"] = [*more["steps"], {"step": "grant", "occurred_at": "2026-09-15"}]
    assert outcomes(enter(desk, more)) == ["changed"]
    assert asked(desk, "case", case_no="150424-2026-000001")["state"] == "granted"
    assert said(desk)[-1].stem == "qidi.case.granted"


def test_a_case_received_at_the_window_is_recognised_in_the_ledger(desk: Desk) -> None:
    case_no = done(desk, "intake.receive-case", a_case(received_at="2026-09-01T09:30"))["case_no"]
    done(desk, "intake.take-step", a_step(case_no, occurred_at="2026-09-03T16:00"))
    assert enter(desk, an_entry(1)) == [
        {"row": "1", "outcome": "same", "case_no": case_no, "problems": [], "remarks": []}
    ]


def test_steps_may_be_told_by_number_and_in_any_order(desk: Desk) -> None:
    steps = [{"blzt": 11, "occurred_at": "2026-09-10"}, {"blzt": 3, "occurred_at": "2026-09-03"}]
    assert outcomes(enter(desk, an_entry(1, steps=steps))) == ["new"]
    assert asked(desk, "case", case_no="150424-2026-000001")["state"] == "granted"


def test_another_responsible_person_is_a_reassignment(desk: Desk) -> None:
    enter(desk, an_entry(1))
    assert outcomes(enter(desk, an_entry(1, handler=LI), an_entry(1, handler=LI))) == ["changed", "same"]
    assert asked(desk, "case", case_no="150424-2026-000001")["handler"] == LI
    assert said(desk)[-1].data["previous"] == WANG


def test_a_finished_case_is_not_reassigned(desk: Desk) -> None:
    withdrawn = [{"step": "withdraw-before-acceptance", "occurred_at": "2026-09-03"}]
    enter(desk, an_entry(1, steps=withdrawn))
    assert outcomes(enter(desk, an_entry(1, steps=withdrawn, handler=LI))) == ["same"]


def test_another_name_of_a_project_is_a_change_of_the_project(desk: Desk) -> None:
    assert outcomes(enter(desk, an_entry(1), an_entry(1, owner_name="新业主"), rename=True)) == ["new", "changed"]
    assert asked(desk, "project", project_code=a_project_code())["owner_name"] == "新业主"
    fact = said(desk, "qidi.project.changed")[0]
    assert fact.data["credit_code"] == a_project()["credit_code"]


def test_a_project_that_is_new_and_renamed_in_one_batch_is_written_once(desk: Desk) -> None:
    first, second = an_entry(7), an_entry(7, project_name="改名项目", received_at="2026-09-02")
    assert outcomes(enter(desk, first, second, rename=True)) == ["new", "new"]
    assert asked(desk, "project", project_code=a_project_code(7))["project_name"] == "改名项目"


def test_a_line_renames_neither_a_project_nor_its_owner_unasked_and_the_difference_is_told(desk: Desk) -> None:
    enter(desk, an_entry(1))
    [result] = enter(desk, an_entry(1, owner_name="新业主", project_name="别的名称"))
    assert result["outcome"] == "same"
    assert {one["field"]: one["params"]["given"] for one in result["remarks"]} == {
        "owner_name": "新业主",
        "project_name": "别的名称",
    }
    assert not said(desk, "qidi.project.changed")


def test_a_line_brings_the_credit_code_of_its_owner(desk: Desk) -> None:
    enter(desk, an_entry(7, credit_code=a_credit_code(7)))
    assert asked(desk, "project", project_code=a_project_code(7))["credit_code"] == a_credit_code(7)
    assert said(desk, "qidi.project.registered")[-1].data["credit_code"] == a_credit_code(7)


def test_a_credit_code_is_filled_in_where_none_was_known_and_another_one_is_told(desk: Desk) -> None:
    enter(desk, an_entry(7))
    [filled] = enter(desk, an_entry(7, credit_code=a_credit_code(7)))
    [other] = enter(desk, an_entry(7, credit_code=a_credit_code(8)))
    assert (filled["outcome"], filled["remarks"]) == ("changed", [])
    assert other["outcome"] == "same"
    assert [(one["field"], one["params"]["known"]) for one in other["remarks"]] == [("credit_code", a_credit_code(7))]
    assert asked(desk, "project", project_code=a_project_code(7))["credit_code"] == a_credit_code(7)


def test_a_failed_check_character_of_a_line_is_a_question_and_no_wall(desk: Desk) -> None:
    code = a_credit_code(7)
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    [tried] = enter(desk, an_entry(7, credit_code=wrong), dry_run=True)
    enter(desk, an_entry(7, credit_code=wrong))
    assert (tried["outcome"], tried["problems"]) == ("new", [])
    assert [(one["field"], one["params"]) for one in tried["remarks"]] == [("credit_code", {"code": wrong})]
    assert asked(desk, "project", project_code=a_project_code(7))["credit_code"] == wrong


@pytest.mark.parametrize("code", ["91150424", "150424198001011239", "15150424MA0N00000K"])
def test_what_is_no_credit_code_is_refused(desk: Desk, code: str) -> None:
    [result] = enter(desk, an_entry(7, credit_code=code))
    assert (result["outcome"], fields(result)) == ("refused", {"credit_code"})


def test_another_spelling_of_a_name_is_the_same_name(desk: Desk) -> None:
    enter(desk, an_entry(7, project_name="供水工程（一期）", owner_name="阿拉坦·巴特尔"))
    [result] = enter(desk, an_entry(7, project_name="供水 工程(一期)", owner_name="阿拉坦•巴特尔"))
    assert (result["outcome"], result["remarks"]) == ("same", [])


def test_a_matter_is_found_by_its_name_however_it_is_spaced_and_bracketed(desk: Desk) -> None:
    name = asked(desk, "matters")["items"][0]["name"]
    spaced = f"{name[:3]} {name[3:]}".replace("（", "(").replace("）", ")")
    assert outcomes(enter(desk, an_entry(7, matter=spaced))) == ["new"]


@pytest.mark.parametrize(("matter", "unit"), [("NM-011", "calendar_days"), ("NM-004", "working_days")])
def test_plain_days_are_of_the_kind_in_which_the_matter_is_counted(desk: Desk, matter: str, unit: str) -> None:
    [department] = {one["department"] for one in asked(desk, "matters")["items"] if one["code"] == matter}
    handler = {"name": "王芳", "department": department}
    [result] = enter(desk, an_entry(7, matter=matter, handler=handler, department=department, promised_days=5))
    assert asked(desk, "case", case_no=result["case_no"])["limit"] == {"amount": 5, "unit": unit}


def test_a_bad_entry_leaves_no_trace_and_spoils_nothing(desk: Desk) -> None:
    bad = an_entry(8, steps=[{"step": "grant", "occurred_at": "2026-09-03"}])
    results = enter(desk, an_entry(7), bad, an_entry(9))
    assert outcomes(results) == ["new", "refused", "new"]
    assert fields(results[1]) == {"steps.0.step"}
    assert [one["case_no"] for one in results] == ["150424-2026-000001", None, "150424-2026-000002"]
    assert desk.answer("project", {"project_code": a_project_code(8)})["status"] == 404


def test_one_report_lists_everything_that_is_wrong_with_an_entry(desk: Desk) -> None:
    [result] = enter(
        desk,
        an_entry(
            1,
            project_code="2020",
            matter="企业投资项目核销",
            received_at="2026-12-01",
            promised={"amount": 3},
            steps=[{"step": "accept"}, {"blzt": 1, "occurred_at": "2026-09-03"}],
        ),
    )
    assert fields(result) == {"project_code", "matter", "received_at", "steps.0.occurred_at", "steps.1.blzt"}


def test_fields_that_cannot_be_read_are_told_with_what_else_is_wrong(desk: Desk) -> None:
    [result] = enter(desk, an_entry(1, project_code="2020", received_at="早上", handler={"name": ""}, spelled=1))
    assert fields(result) == {"project_code", "received_at", "handler.name", "handler.department", "spelled"}


def test_what_was_fixed_at_receipt_does_not_change_by_entering_it_differently(desk: Desk) -> None:
    enter(desk, an_entry(1, external_no="OLD-1"))
    other = an_entry(
        1, external_no="OLD-1", matter="NM-002", received_at="2026-09-02", promised={"amount": 1}, department="水利局"
    )
    assert fields(enter(desk, other)[0]) == {"matter", "received_at", "promised", "department"}
    [result] = enter(desk, an_entry(1, external_no="OLD-1"))
    assert result["outcome"] == "same"


def test_two_applications_of_one_day_are_two_lines_when_the_other_system_numbers_them(desk: Desk) -> None:
    twins = [an_entry(1, external_no="A"), an_entry(1, external_no="B")]
    assert outcomes(enter(desk, *twins)) == ["new", "new"]
    assert outcomes(enter(desk, *twins)) == ["same", "same"]


def test_two_alike_cases_on_record_are_recognised_each_by_its_own_line(desk: Desk) -> None:
    enter(desk, an_entry(1, external_no="A"), an_entry(1, external_no="B"))
    lines = [an_entry(1), an_entry(1, row="2")]
    results = enter(desk, *lines)
    assert outcomes(results) == ["same", "same"]
    assert len({one["case_no"] for one in results}) == 2


def test_the_same_activity_twice_on_one_day_is_there_twice(desk: Desk) -> None:
    note = {"step": "note", "occurred_at": "2026-09-05", "note": "现场踏勘"}
    enter(desk, an_entry(1, steps=[note, note]))
    assert len(asked(desk, "case", case_no="150424-2026-000001")["steps"]) == 3
    assert outcomes(enter(desk, an_entry(1, steps=[note, note]))) == ["same"]
    assert outcomes(enter(desk, an_entry(1, steps=[note, note, note]))) == ["changed"]


def test_another_remark_on_the_same_day_is_another_remark(desk: Desk) -> None:
    note = {"step": "note", "occurred_at": "2026-09-05", "note": "现场踏勘"}
    enter(desk, an_entry(1, steps=[note]))
    assert outcomes(enter(desk, an_entry(1, steps=[note | {"note": "已电话联系"}]))) == ["changed"]


def test_columns_without_a_field_are_kept_as_one_note(desk: Desk) -> None:
    enter(desk, an_entry(1, notes={"备注": "重点项目", "联系人": ""}))
    assert said(desk)[-1].data["note"] == "备注: 重点项目"
    the_clock(desk).move(days=1)
    assert outcomes(enter(desk, an_entry(1, notes={"备注": "重点项目"}))) == ["same"]


def test_old_defects_are_recognised_within_one_entry(desk: Desk) -> None:
    steps = [
        {"step": "request-correction", "occurred_at": "2026-09-02", "defects": [a_defect("用地预审意见")]},
        {"step": "complete-correction", "occurred_at": "2026-09-03"},
        {"step": "request-correction", "occurred_at": "2026-09-04", "defects": [a_defect("营业执照")]},
    ]
    enter(desk, an_entry(1, steps=steps))
    assert [one.data["defects"][0]["old"] for one in said(desk, "qidi.case.correction-requested")] == [False, True]


_KINDS = st.sampled_from(
    ["accept", "request-correction", "complete-correction", "grant", "begin-review", "withdraw", "note"]
)
_STEPS = st.lists(st.tuples(_KINDS, st.integers(1, 15)), max_size=5)
_ENTRIES = st.lists(
    st.tuples(st.integers(1, 3), st.sampled_from([1, 2, 20]), _STEPS, st.sampled_from([WANG, LI])), max_size=6
)


def _entry(number: int, day: int, steps: list[tuple[str, int]], handler: dict[str, str]) -> dict[str, Any]:
    told = []
    for kind, on in steps:
        one = a_step("", kind) | {"occurred_at": f"2026-09-{on:02d}"}
        del one["case_no"]
        told.append(one)
    return an_entry(number, received_at=f"2026-09-{day:02d}", steps=told, handler=handler)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.too_slow])
@given(_ENTRIES)
def test_a_dry_run_foretells_any_batch_and_a_settled_batch_stays_settled(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[tuple[int, int, list[tuple[str, int]], dict[str, str]]]
) -> None:
    desk = a_desk(BOARD, tmp_path_factory.mktemp("entering"))
    entries = [_entry(*one) for one in drawn]
    untouched = everything(desk)
    dry = enter(desk, *entries, dry_run=True)
    assert everything(desk) == untouched
    assert enter(desk, *entries) == dry
    one_each = list({(entry["project_code"], entry["received_at"]): entry for entry in entries}.values())
    enter(desk, *one_each)  # lines that contradicted each other are settled by the last word
    before = everything(desk)
    assert "changed" not in outcomes(enter(desk, *one_each))
    assert "new" not in outcomes(enter(desk, *one_each))
    assert everything(desk) == before
