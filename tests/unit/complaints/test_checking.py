"""A complaint is checked against the record at once: the case that it is about, or that there is none."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.complaints.domain import NEEDS_NO_PROJECT
from services.complaints.service import BOARD
from services.contracts.cases import (
    CaseAccepted,
    CaseDeemedAccepted,
    CaseGranted,
    CaseReassigned,
    CorrectionRequested,
    ProjectChanged,
)
from services.contracts.clocks import ClockMoved, ClockStopped, LightChanged
from services.contracts.quantities import Person
from services.contracts.vocabulary import ComplaintKind, Light
from tests.builders import MORNING, a_desk, a_project_code, asked, done, refused, said, the_clock
from tests.unit.complaints.facts import (
    CASE,
    WANG,
    Teller,
    a_case_no,
    a_defect_told,
    a_received_case,
    a_registered_project,
    a_started_clock,
    of_clock,
)

CALLER = {"role": "window", "name": "赵敏", "department": "政务服务局"}


def a_complaint(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "delay",
        "text": "材料交了一个月没有回音",
        "place": "林西县政务服务大厅",
        "project_code": a_project_code(1),
    } | changes


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(a_desk(BOARD, tmp_path))


def register(teller: Teller, **changes: Any) -> dict[str, Any]:
    return done(teller.desk, "complaints.register-complaint", a_complaint(**changes), **CALLER)


def test_a_complaint_finds_the_case_by_the_project_code(teller: Teller) -> None:
    teller.tell(a_registered_project(), a_received_case(), CaseAccepted(case_no=CASE, handler=WANG))
    answer = register(teller)
    assert answer["check"] == "case-found"
    assert [case["case_no"] for case in answer["evidence"]] == [CASE]
    assert (answer["evidence"][0]["status"], answer["evidence"][0]["blzt"]) == ("accepted", 3)
    assert answer["complaint_no"] == "150424-T2026-000001"
    assert answer["department"] == "发展改革委", "the only case tells whose complaint it is"


@pytest.mark.parametrize("name", ["风电项目1期", "林西县 风电 项目1期", "风电项目", " 风电项目１期 "])
def test_a_name_fits_when_one_contains_the_other_however_it_is_spaced(teller: Teller, name: str) -> None:
    teller.tell(a_registered_project(), a_received_case())
    answer = register(teller, project_code=None, project_name=name)
    assert answer["check"] == "case-found"
    assert answer["project_code"] == a_project_code(1), "the record's own code, because only one project fits"


def test_a_wrong_code_with_a_right_name_still_finds_the_project(teller: Teller) -> None:
    teller.tell(a_registered_project(), a_received_case())
    assert (
        register(teller, project_code="2509-150424-89-01-999999", project_name="风电项目1期")["check"] == "case-found"
    )


def test_a_project_goes_by_its_new_name(teller: Teller) -> None:
    teller.tell(a_registered_project(), a_received_case())
    changed = ProjectChanged(project_code=a_project_code(1), project_name="光伏治沙项目", owner_name="甲公司")
    teller.tell(changed)
    assert register(teller, project_code=None, project_name="光伏治沙")["check"] == "case-found"
    assert register(teller, project_code=None, project_name="风电项目1期")["check"] == "no-case-exists"


def test_a_case_is_found_even_when_the_project_s_own_fact_has_not_come_yet(teller: Teller) -> None:
    teller.tell(a_received_case())
    assert register(teller, project_code=None, project_name="风电项目1期")["check"] == "case-found"


def test_no_case_for_the_matter_is_the_telling_answer_though_the_project_has_others(teller: Teller) -> None:
    teller.tell(a_registered_project(), a_received_case())
    answer = register(teller, kind="blocked", matter="建设用地规划许可")
    assert answer["check"] == "no-case-exists"
    assert answer["other_cases"] == 1
    [event] = said(teller.desk, "qidi.complaint.registered")
    assert event.data["check"] == "no-case-exists"
    assert event.data["matter_name"] == "建设用地规划许可"


@pytest.mark.parametrize("matter", ["NM-001", "nm-001", "项目核准", "企业投资项目核准（县级权限）"])
def test_the_matter_may_be_a_code_or_part_of_a_name(teller: Teller, matter: str) -> None:
    teller.tell(a_registered_project(), a_received_case())
    answer = register(teller, matter=matter)
    assert answer["check"] == "case-found"
    assert answer["matter_code"] == "NM-001"


def test_the_light_is_that_of_now_also_when_no_warning_was_heard(teller: Teller) -> None:
    teller.tell(a_received_case(), a_started_clock(due=date(2026, 9, 30)))
    lights = []
    for day in (1, 30):
        the_clock(teller.desk).at = MORNING.replace(day=30, hour=0) + timedelta(days=day - 30, hours=23, minutes=59)
        lights.append(register(teller)["evidence"][0]["light"])
    the_clock(teller.desk).at = MORNING.replace(month=10, day=1, hour=0)
    overdue = register(teller)["evidence"][0]
    assert [*lights, overdue["light"]] == ["green", "green", "red"], "red begins with the first moment after the day"
    assert overdue["overdue_working_days"] is None, "only timer counts days, and it has not told"


def test_a_warning_that_was_told_shows_yellow_and_a_later_end_takes_yellow_and_red_back(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 18))
    teller.tell(a_received_case(), clock)
    teller.tell(LightChanged(**of_clock(clock), light=Light.YELLOW, turned_at=MORNING, due_on=clock.due_on))
    assert register(teller)["evidence"][0]["light"] == "yellow"
    the_clock(teller.desk).at = MORNING + timedelta(days=5)
    assert register(teller)["evidence"][0]["light"] == "red"
    moved = a_started_clock(due=date(2026, 9, 28))
    teller.tell(
        ClockMoved(
            **of_clock(clock),
            due_from=clock.due_on,
            due_on=moved.due_on,
            due_at=moved.due_at,
            calendar="cn-2026-2",
            why="new holiday",
        )
    )
    assert register(teller)["evidence"][0]["light"] == "green"


def test_a_stopped_clock_tells_how_late_it_was(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 18))
    teller.tell(a_received_case(), clock, CaseGranted(case_no=CASE, handler=WANG))
    teller.tell(
        ClockStopped(
            **of_clock(clock),
            stopped_at=MORNING,
            due_on=clock.due_on,
            overdue_working_days=3,
            used_working_days=13,
            why="granted",
            on_time=False,
        )
    )
    case = register(teller)["evidence"][0]
    assert (case["light"], case["overdue_working_days"], case["status"]) == ("grey", 3, "granted")
    assert case["clocks"][0]["on_time"] is False


def test_correction_notices_are_evidence(teller: Teller) -> None:
    teller.tell(a_received_case())
    teller.tell(
        CorrectionRequested(case_no=CASE, handler=WANG, round=1, defects=(a_defect_told(), a_defect_told())),
        CorrectionRequested(case_no=CASE, handler=WANG, round=2, defects=(a_defect_told(old=True),)),
    )
    notices = register(teller)["evidence"][0]["notices"]
    assert [(one["round"], one["defects"], one["old_defects"]) for one in notices] == [(1, 2, 0), (2, 1, 1)]


def test_a_notice_undoes_nothing_once_the_law_has_accepted(teller: Teller) -> None:
    deemed = CaseDeemedAccepted(case_no=CASE, handler=WANG, effective_on=MORNING.date(), clock_id=f"{CASE}/n/1")
    teller.tell(a_received_case(), deemed)
    teller.tell(CorrectionRequested(case_no=CASE, handler=WANG, round=1, defects=(a_defect_told(),)))
    case = register(teller)["evidence"][0]
    assert (case["status"], len(case["notices"])) == ("deemed-accepted", 1)


def test_a_clock_that_was_set_aside_may_run_again(teller: Teller) -> None:
    clock = a_started_clock(due=date(2026, 9, 18))
    set_aside = ClockStopped(
        **of_clock(clock),
        stopped_at=MORNING,
        due_on=clock.due_on,
        overdue_working_days=0,
        used_working_days=0,
        why="set-aside",
        on_time=True,
    )
    teller.tell(a_received_case(), clock, set_aside)
    case = register(teller)["evidence"][0]
    assert (case["light"], case["clocks"][0]["light"]) == ("grey", "done"), "nothing runs, and nothing is finished"
    teller.tell(clock)
    case = register(teller)["evidence"][0]
    assert (case["light"], case["clocks"][0]["stopped_at"]) == ("green", None)


def test_the_evidence_stays_as_it_was_when_the_complaint_came(teller: Teller) -> None:
    teller.tell(a_received_case())
    number = register(teller)["complaint_no"]
    teller.tell(CaseGranted(case_no=CASE, handler=WANG))
    teller.tell(
        CaseReassigned(case_no=CASE, handler=Person(name="李强", department="发展改革委"), previous=WANG),
    )
    evidence = asked(teller.desk, "complaint", complaint_no=number)["evidence"]
    assert (evidence[0]["status"], evidence[0]["handler"]) == ("received", "王芳")
    assert register(teller)["evidence"][0]["handler"] == "李强"


def test_hearing_a_fact_twice_is_hearing_it_once(teller: Teller) -> None:
    teller.tell(a_registered_project(), *(a_received_case(n, project_code=a_project_code(1)) for n in (1, 2)))
    before = register(teller)["evidence"]
    assert {one.verdict.value for one in teller.desk.take_events(teller.told)} == {"repeated"}
    assert register(teller)["evidence"] == before
    assert [case["case_no"] for case in before] == [a_case_no(1), a_case_no(2)]


ABOUT_NOTHING = {"project_code": None, "project_name": None}


@pytest.mark.parametrize("kind", ["attitude", "other"])
@pytest.mark.parametrize("nothing", [ABOUT_NOTHING, {"project_code": " ", "project_name": " "}])
def test_a_complaint_about_conduct_needs_no_project_and_is_no_sign_of_anything(
    teller: Teller, kind: str, nothing: dict[str, Any]
) -> None:
    teller.tell(a_registered_project(), a_received_case())
    answer = register(teller, kind=kind, text="窗口工作人员推诿、态度恶劣", department="住建局", **nothing)
    assert (answer["check"], answer["evidence"], answer["department"]) == ("not-checked", [], "住建局")
    assert asked(teller.desk, "counts")["without_case"] == 0
    [fact] = said(teller.desk, "qidi.complaint.registered")
    assert (fact.data["unchecked"], fact.data["check"]) == (True, "case-found")


def test_a_complaint_about_conduct_in_a_project_is_held_against_it(teller: Teller) -> None:
    teller.tell(a_registered_project(), a_received_case())
    assert register(teller, kind="attitude")["check"] == "case-found"


@pytest.mark.parametrize("kind", [one for one in ComplaintKind if one not in NEEDS_NO_PROJECT])
def test_a_complaint_about_an_application_names_its_project(teller: Teller, kind: ComplaintKind) -> None:
    wrong = refused(teller.desk, "complaints.register-complaint", a_complaint(kind=kind, **ABOUT_NOTHING), **CALLER)
    assert set(wrong) == {"project_code", "project_name"}
