"""Departments are the authority's own: entered with its list, asked wherever one is named, living on in successors."""

from pathlib import Path
from typing import Any

import pytest

from services.contracts.actors import Caller
from services.contracts.names import near
from services.contracts.vocabulary import StepKind
from services.intake.catalogues.domain import adopted, aligned
from services.intake.service import BOARD
from services.plumbing.desk import Desk
from tests.builders import (
    LI,
    a_case,
    a_desk,
    a_project,
    a_step,
    an_entry,
    asked,
    done,
    everything,
    refused,
    said,
    take,
    the_clock,
)
from tests.unit.catalogues.lists import a_list, a_matter
from tests.unit.offices.orders import (
    ADMIN,
    FGW,
    HEAD,
    ZJJ,
    appoint,
    close,
    handlers,
    not_closed,
    open_department,
    the_department,
)

WATER = "水利局"
ZHOU = {"name": "周水", "department": WATER}


def receive(desk: Desk, n: int = 1, **changes: object) -> str:
    return str(done(desk, "intake.receive-case", a_case(n, **changes))["case_no"])


# --- the register -----------------------------------------------------------------------------------------------------


def test_every_department_of_the_first_list_is_one_and_everybody_is_told(desk: Desk) -> None:
    listed = {one["department"] for one in asked(desk, "matters")["items"]}
    assert {one["name"] for one in asked(desk, "departments")["items"]} == listed >= {FGW, ZJJ}
    assert {one.subject for one in said(desk, "qidi.department.opened")} == {f"department/{name}" for name in listed}


def test_a_store_from_before_enters_those_of_its_list_and_open_cases_at_its_next_start(tmp_path: Path) -> None:
    desk = a_desk(BOARD, tmp_path)
    with desk.engine.begin() as connection:  # as the migration leaves an older store
        connection.exec_driver_sql("DELETE FROM departments")
    done(desk, "intake.register-project", a_project())
    receive(desk)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET department = '能源局'")  # any could be named before
    for tick in (*BOARD.ticks, *BOARD.ticks):  # and again changes nothing
        desk.tick(tick)
    names = {one["name"] for one in asked(desk, "departments")["items"]}
    assert names == {one["department"] for one in asked(desk, "matters")["items"]} | {"能源局"}
    assert len([one for one in said(desk, "qidi.department.opened") if one.subject == "department/能源局"]) == 1


def test_a_department_is_opened_with_its_short_names_and_marked_as_the_front_office(desk: Desk) -> None:
    open_department(desk, "综合窗口", is_front_office=True)
    open_department(desk, "行政审批政务服务与数据管理局", short_names=["审批局"], opened_on="2026-01-01")
    counter, bureau = the_department(desk, "综合窗口"), the_department(desk, "行政审批政务服务与数据管理局")
    assert (counter["is_front_office"], counter["opened_on"]) == (True, "2026-09-16")
    assert (bureau["short_names"], bureau["opened_on"], bureau["is_front_office"]) == (["审批局"], "2026-01-01", False)
    before = everything(desk)
    open_department(desk, "综合窗口", is_front_office=True)
    open_department(desk, "行政审批政务服务与数据管理局")  # what is left out stays as it is
    assert everything(desk) == before


def test_no_two_departments_are_called_the_same(desk: Desk) -> None:
    open_department(desk, "行政审批局", short_names=["审批局"])
    assert set(refused(desk, "intake.set-department", {"department": "审批局"}, **ADMIN)) == {"department"}
    wrong = refused(desk, "intake.set-department", {"department": "能源局", "short_names": [FGW]}, **ADMIN)
    assert wrong == {"short_names": "发展改革委 is a name of 发展改革委 already."}
    wrong = refused(desk, "intake.set-department", {"department": "能源局", "opened_on": "2026-09-17"}, **ADMIN)
    assert set(wrong) == {"opened_on"}


@pytest.mark.parametrize(
    ("wanted", "meant"),
    [
        ("住建", ["住建局"]),
        ("住房和城乡建设局", ["住建局"]),
        ("住建局 (建管科)", ["住建局"]),
        ("发改委", ["发展改革委"]),
        ("县发展改革委", ["发展改革委"]),
        ("国土局", ["自然资源局"]),
        ("畜牧局", []),
    ],
)
def test_a_slip_of_the_pen_is_told_the_names_that_come_near(wanted: str, meant: list[str]) -> None:
    known = {"住建局": (), "发展改革委": (), "自然资源局": ("国土局",), "林草局": ()}
    assert near(wanted, known)[:1] == meant


# --- wherever one is named --------------------------------------------------------------------------------------------


def test_a_handler_at_receipt_is_of_a_department_that_exists(desk: Desk) -> None:
    wrong = refused(desk, "intake.receive-case", a_case(handler={"name": "张三", "department": "住建"}))
    assert wrong == {"handler.department": "There is no department 住建; near it: 住建局."}
    wrong = refused(desk, "intake.receive-case", a_case(handler={"name": "张三", "department": "畜牧局"}))
    assert wrong["handler.department"].startswith("There is no department 畜牧局")


def test_a_case_goes_to_nobody_of_a_department_that_does_not_exist(desk: Desk) -> None:
    case_no = receive(desk)
    ghost = {"name": "张三", "department": "不存在的局"}
    assert set(refused(desk, "intake.take-step", a_step(case_no, "reassign", new_handler=ghost))) == {
        "new_handler.department"
    }
    assert handlers(desk, case_no) == ["王芳@发展改革委"]


def test_a_line_that_is_entered_names_departments_that_exist(desk: Desk) -> None:
    moved = [{"step": "reassign", "occurred_at": "2026-09-03", "new_handler": {"name": "张三", "department": "住建"}}]
    lines = [
        an_entry(1, handler={"name": "张三", "department": "发改"}),
        an_entry(2, department="畜牧"),
        an_entry(3, steps=moved),
        an_entry(4),
    ]
    results = done(desk, "intake.enter-cases", {"entries": lines}, role="admin")["results"]
    assert [{one["field"] for one in result["problems"]} for result in results] == [
        {"handler.department"},
        {"department"},
        {"steps.0.new_handler.department"},
        set(),
    ]


def test_a_matter_is_given_to_a_department_that_exists(desk: Desk) -> None:
    order = {
        "code": "L-1",
        "matter_name": "城市道路占用挖掘许可",
        "department": "城管局",
        "promised": {"amount": 5},
        "reviewing": ["住建", FGW],
    }
    assert set(refused(desk, "intake.adopt-matter", order, **ADMIN)) == {"department", "reviewing.0"}
    open_department(desk, "城管局")
    done(desk, "intake.adopt-matter", order | {"reviewing": [ZJJ, FGW, "城管局", FGW]}, **ADMIN)
    matter = next(one for one in asked(desk, "matters")["items"] if one["code"] == "L-1")
    assert (matter["department"], matter["reviewing"]) == ("城管局", [ZJJ, FGW])  # who decides does not review as well
    assert the_department(desk, ZJJ)["reviewing"] == 1


def test_while_no_department_was_entered_every_name_will_do(tmp_path: Path) -> None:
    desk = a_desk(BOARD, tmp_path, started=False)
    order = {"code": "L-1", "matter_name": "占道许可", "department": "城管局", "promised": {"amount": 5}}
    done(desk, "intake.adopt-matter", order, **ADMIN)


# --- merging ----------------------------------------------------------------------------------------------------------


def test_matters_cases_and_people_go_to_the_successor_in_one_step(desk: Desk) -> None:
    first, second = receive(desk), receive(desk, 2, handler=LI)
    kept = receive(desk, 3, matter_code=a_matter_of(desk, WATER), handler=ZHOU)
    open_department(desk, "行政审批局")
    answer = close(desk, FGW, "行政审批局")
    assert [one["case_no"] for one in answer["cases"]] == [first, second]
    assert handlers(desk, first, second, kept) == ["王芳@行政审批局", "李强@行政审批局", "周水@水利局"]
    assert asked(desk, "case", case_no=first)["department"] == "行政审批局"
    assert FGW not in {one["department"] for one in asked(desk, "matters")["items"]}
    told = said(desk, "qidi.case.reassigned")
    assert [(one.subject, one.data["department"], one.data["reason"]) for one in told] == [
        (first, "行政审批局", "机构改革"),
        (second, "行政审批局", "机构改革"),
    ]
    closed = said(desk, "qidi.department.closed")[0]
    assert (closed.data["successor"], closed.data["cases"], closed.actor) == ("行政审批局", 2, "王丽@政务服务局")
    assert said(desk, "qidi.catalogue.adopted")[-1].data["number"] == asked(desk, "matters")["number"] == 2
    gone = the_department(desk, FGW)
    assert (gone["closed_on"], gone["successor"], gone["open_cases"]) == ("2026-09-16", "行政审批局", 0)


def test_people_of_a_department_that_was_merged_go_on_with_their_cases_and_take_new_ones_in(desk: Desk) -> None:
    case_no = receive(desk)
    wang = {"role": "handler", "token_id": "h1", "name": "王芳", "department": FGW}
    open_department(desk, "行政审批局")
    close(desk, FGW, "行政审批局")
    done(desk, "intake.take-step", {"case_no": case_no, "step": "accept"}, **wang)
    assert "begin-review" in desk.answer("case", {"case_no": case_no}, Caller(**wang))["body"]["allowed_steps"]
    new = a_case(2, handler={"name": "王芳", "department": "行政审批局"}, actor=None)
    done(desk, "intake.receive-case", new, **wang)
    stranger = wang | {"department": ZJJ}
    assert refused_with(desk, {"case_no": case_no, "step": "begin-review"}, stranger) == 403


def refused_with(desk: Desk, order: dict[str, Any], caller: dict[str, str]) -> int:
    reply = take(desk, "intake.take-step", order, **caller).reply
    assert reply is not None
    return int(reply["status"])


def a_matter_of(desk: Desk, department: str) -> str:
    return next(str(one["code"]) for one in asked(desk, "matters")["items"] if one["department"] == department)


def test_a_dry_run_shows_what_would_move_and_changes_nothing(desk: Desk) -> None:
    case_no = receive(desk)
    before = everything(desk)
    answer = close(desk, FGW, ZJJ, dry_run=True, handlers={"王芳": "陈建"})
    assert (answer["dry_run"], answer["cases"][0]["new_handler"], len(answer["matters"])) == (True, "陈建", 6)
    assert everything(desk) == before
    close(desk, FGW, ZJJ, handlers={"王芳": "陈建"})
    assert handlers(desk, case_no) == ["陈建@住建局"]


def test_two_departments_merge_into_one_and_that_into_another(desk: Desk) -> None:
    first = receive(desk)
    open_department(desk, "审批一局")
    close(desk, FGW, "审批一局")
    close(desk, "林草局", "审批一局")
    open_department(desk, "审批二局")
    close(desk, "审批一局", "审批二局")
    assert handlers(desk, first) == ["王芳@审批二局"]
    wrong = refused(desk, "intake.receive-case", a_case(2, handler={"name": "王芳", "department": "林草局"}))
    assert wrong["handler.department"].endswith("its successor is 审批二局.")


def test_an_older_ledger_is_entered_under_the_successor(desk: Desk) -> None:
    done(desk, "intake.enter-cases", {"entries": [an_entry(1, department=FGW)]}, role="admin")
    close(desk, FGW, ZJJ)
    again = done(desk, "intake.enter-cases", {"entries": [an_entry(1, department=FGW), an_entry(2)]}, role="admin")
    assert [one["outcome"] for one in again["results"]] == ["same", "new"]
    assert handlers(desk, again["results"][1]["case_no"]) == ["王芳@住建局"]


def test_a_department_ends_only_in_another_that_is_open(desk: Desk) -> None:
    assert not_closed(desk, FGW, FGW) == {"successor": "A department cannot be its own successor."}
    assert not_closed(desk, FGW, "住建") == {"successor": "There is no department 住建; near it: 住建局."}
    assert set(not_closed(desk, "发改", ZJJ)) == {"department"}
    assert set(not_closed(desk, FGW, ZJJ, closed_on="2026-09-17")) == {"closed_on"}
    close(desk, FGW, ZJJ)
    assert set(not_closed(desk, ZJJ, FGW)) == {"successor"}  # so that no two are each other's
    twice = {"department": FGW, "successor": "林草局", "reason": "再改"}
    for command, order in (("close-department", twice), ("set-department", {"department": FGW})):
        again = take(desk, f"intake.{command}", order, **ADMIN)
        assert again.reply is not None
        assert again.reply["status"] == 409


def test_people_move_with_their_cases_into_a_successor_that_has_named_its_own(desk: Desk) -> None:
    appoint(desk, "王芳", FGW, "head", "handler")
    appoint(desk, "钱退", FGW)
    appoint(desk, "陈建", ZJJ)
    case_no = receive(desk)
    answer = close(desk, FGW, ZJJ, handlers={"钱退": "陈建"})
    assert answer["officers"] == ["王芳"]
    people = {one["name"]: one for one in asked(desk, "officers", department=ZJJ)["items"]}
    assert (set(people), people["王芳"]["duties"]) == ({"陈建", "王芳"}, ["handler", "head"])
    assert handlers(desk, case_no) == ["王芳@住建局"]
    done(desk, "intake.receive-case", a_case(2, handler={"name": "王芳", "department": ZJJ}))
    former = asked(desk, "officers", department=FGW)["items"]
    assert [(one["name"], one["dismissed_on"]) for one in former] == [("王芳", "2026-09-16"), ("钱退", "2026-09-16")]


def test_whoever_had_a_case_in_hand_becomes_one_of_a_successor_that_has_named_its_own(desk: Desk) -> None:
    receive(desk)
    appoint(desk, "陈建", ZJJ)
    assert close(desk, FGW, ZJJ)["officers"] == ["王芳"]


def test_a_successor_that_has_named_nobody_goes_on_taking_any_name(desk: Desk) -> None:
    appoint(desk, "王芳", FGW)
    receive(desk)
    assert close(desk, FGW, ZJJ)["officers"] == []
    done(desk, "intake.receive-case", a_case(2, handler={"name": "陈建", "department": ZJJ}))


def test_a_case_that_nobody_has_in_hand_yet_stays_so(desk: Desk) -> None:
    appoint(desk, "陈建", ZJJ)
    case_no = receive(desk, handler={"name": "待指定", "department": FGW})
    assert close(desk, FGW, ZJJ)["officers"] == []
    assert handlers(desk, case_no) == ["待指定@住建局"]


def test_a_head_names_people_of_his_own_department_alone(desk: Desk) -> None:
    order = {"officer": "王芳", "department": FGW, "duties": ["handler"]}
    done(desk, "intake.appoint-officer", order, **HEAD)
    foreign = take(desk, "intake.appoint-officer", order | {"department": ZJJ}, **HEAD)
    assert foreign.reply is not None
    assert foreign.reply["status"] == 403


def test_a_case_of_yesterday_is_not_stopped_by_a_merger_of_today(desk: Desk) -> None:
    case_no = receive(desk)
    the_clock(desk).move(days=1)
    close(desk, FGW, ZJJ)
    done(desk, "intake.take-step", a_step(case_no, actor={"name": "王芳", "department": ZJJ}))
    assert asked(desk, "case", case_no=case_no)["state"] == "accepted"


def test_a_clerk_of_the_front_office_receives_for_every_department(desk: Desk) -> None:
    clerk = {"role": "window", "name": "孙窗", "department": "综合窗口"}
    open_department(desk, "综合窗口")
    barred = take(desk, "intake.receive-case", a_case(), **clerk)
    assert barred.reply is not None
    assert barred.reply["status"] == 403
    open_department(desk, "综合窗口", is_front_office=True)
    done(desk, "intake.receive-case", a_case(), **clerk)
    done(desk, "intake.receive-case", a_case(2, matter_code=a_matter_of(desk, WATER), handler=ZHOU), **clerk)


@pytest.mark.parametrize("spelt", ["发展 改革委", " 发展改革委", "发展改革委\u3000"])
def test_blanks_make_no_other_department(desk: Desk, spelt: str) -> None:
    case_no = receive(desk, handler={"name": "王芳", "department": spelt})
    assert handlers(desk, case_no) == ["王芳@发展改革委"]
    assert open_department(desk, spelt) == {"department": FGW}
    hand_over = {"department": spelt, "officer": "王芳", "to": "李强", "reason": "请假"}
    assert done(desk, "intake.hand-over", hand_over, **ADMIN)["count"] == 1


# --- deciding and reviewing -------------------------------------------------------------------------------------------


def a_reviewed_case(desk: Desk) -> str:
    """A case of a matter that the department decides and the water bureau reviews."""
    order = {
        "code": "L-1",
        "matter_name": "占道许可",
        "department": FGW,
        "promised": {"amount": 5},
        "reviewing": [WATER],
    }
    done(desk, "intake.adopt-matter", order, **ADMIN)
    return receive(desk, matter_code="L-1")


@pytest.mark.parametrize("role", ["window", "handler", "head"])
@pytest.mark.parametrize("step", [step.value for step in StepKind])
def test_who_reviews_a_matter_may_note_and_nothing_else(desk: Desk, role: str, step: str) -> None:
    reviewer = {"role": role, **ZHOU}
    order = a_step(a_reviewed_case(desk), step, actor=None)
    reply = take(desk, "intake.take-step", order, **reviewer).reply
    assert reply is not None
    assert reply["status"] == (200 if step == StepKind.NOTE else 403)


def test_whoever_neither_decides_nor_reviews_does_not_even_note(desk: Desk) -> None:
    stranger = {"role": "handler", "name": "陈建", "department": ZJJ}
    reply = take(desk, "intake.take-step", a_step(a_reviewed_case(desk), "note", actor=None), **stranger).reply
    assert reply is not None
    assert reply["status"] == 403


def test_a_case_shows_who_reviews_it_and_the_reviewers_successor_after_a_merger(desk: Desk) -> None:
    case_no = a_reviewed_case(desk)
    assert asked(desk, "case", case_no=case_no)["reviewing"] == [WATER]
    close(desk, WATER, ZJJ)
    assert asked(desk, "case", case_no=case_no)["reviewing"] == [ZJJ]
    close(desk, ZJJ, FGW)
    assert asked(desk, "case", case_no=case_no)["reviewing"] == []  # it decides already


def test_a_list_from_above_brings_no_reviewing_departments_and_keeps_our_own() -> None:
    above = a_list(a_matter(reviewing=("市水利局",)))
    assert adopted(above, {}, {})["NM-001"].reviewing == ()
    ours = a_list(a_matter(reviewing=(WATER,)))
    assert adopted(above, ours, ours)["NM-001"].reviewing == (WATER,)
    assert aligned(above, ours)["NM-001"].reviewing == (WATER,)


# --- a system's word --------------------------------------------------------------------------------------------------


def test_a_system_acts_in_the_name_of_named_people_alone(desk: Desk) -> None:
    system = {"role": "partner", "token_id": "p1"}
    barred = take(desk, "intake.receive-case", a_case(), **system).reply
    assert barred is not None
    assert (barred["status"], barred["problems"][0]["field"]) == (403, "actor")
    appoint(desk, "王芳")
    case_no = str(done(desk, "intake.receive-case", a_case(), **system)["case_no"])
    done(desk, "intake.take-step", a_step(case_no), **system)
    stranger = {"name": "张三", "department": FGW}
    barred = take(desk, "intake.take-step", a_step(case_no, "grant", actor=stranger), **system).reply
    assert barred is not None
    assert (barred["status"], barred["problems"][0]["field"]) == (403, "actor")


def test_a_system_tells_in_lines_what_named_people_did(desk: Desk) -> None:
    system = {"role": "partner", "token_id": "p1"}
    steps = [{"step": "accept", "occurred_at": "2026-09-03", "actor": LI}]
    [result] = done(desk, "intake.enter-cases", {"entries": [an_entry(1, steps=steps)]}, **system)["results"]
    assert {one["field"] for one in result["problems"]} == {"handler", "steps.0.actor"}
    appoint(desk, "王芳", appointed_on="2026-01-01")
    appoint(desk, "李强", appointed_on="2026-01-01")
    [result] = done(desk, "intake.enter-cases", {"entries": [an_entry(1, steps=steps)]}, **system)["results"]
    assert result["outcome"] == "new"


def test_a_wrong_department_of_the_handler_is_told_to_a_system_as_well(desk: Desk) -> None:
    order = a_case(handler={"name": "张三", "department": "住建"})
    wrong = refused(desk, "intake.receive-case", order, role="partner", token_id="p1")
    assert wrong == {"handler.department": "There is no department 住建; near it: 住建局."}
