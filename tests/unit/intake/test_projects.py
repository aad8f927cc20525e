"""Projects: they enter the library and move in it as the office expects."""

import pytest

from services.intake.store import Records
from services.plumbing.db import transaction
from services.plumbing.desk import Desk
from tests.builders import (
    WANG,
    a_case,
    a_credit_code,
    a_project,
    a_project_code,
    an_entry,
    asked,
    done,
    everything,
    refused,
    said,
    take,
)


def test_a_registered_project_is_in_the_library_and_everybody_is_told(desk: Desk) -> None:
    assert asked(desk, "project", project_code=a_project_code())["owner_name"] == "赤峰新能源有限公司"
    [fact] = said(desk, "qidi.project.")
    assert fact.type == "qidi.project.registered.v1"
    assert fact.data["library"] == "active"


def test_the_same_registration_again_gives_the_same_answer_and_says_nothing(desk: Desk) -> None:
    before = everything(desk)
    assert done(desk, "intake.register-project", a_project()) == {"project_code": a_project_code()}
    assert everything(desk) == before


def test_the_code_of_a_project_with_other_facts_is_a_conflict_that_names_what_differs(desk: Desk) -> None:
    before = everything(desk)
    ruling = take(desk, "intake.register-project", a_project(owner_name="别家公司", credit_code=a_credit_code(7)))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 409
    assert [one["field"] for one in ruling.reply["problems"]] == ["owner_name", "credit_code"]
    assert everything(desk) == before


def test_what_was_unknown_about_a_project_is_filled_in(desk: Desk) -> None:
    done(desk, "intake.register-project", a_project(2, credit_code=None, planned_start=None))
    done(desk, "intake.register-project", a_project(2))
    assert asked(desk, "project", project_code=a_project_code(2))["credit_code"] == a_credit_code(2)
    assert said(desk, "qidi.project.")[-1].type == "qidi.project.changed.v1"
    done(desk, "intake.register-project", a_project(2, credit_code=None))  # leaving it open contradicts nothing


def test_one_answer_lists_everything_that_is_wrong_with_a_registration(desk: Desk) -> None:
    before = everything(desk)
    wrong = a_project(
        project_code="2020-1501", credit_code="91150424000000001X", investment_yuan=-5, library="removed", spelled="x"
    )
    del wrong["owner_name"]
    problems = refused(desk, "intake.register-project", wrong)
    assert set(problems) == {"owner_name", "investment_yuan", "spelled", "project_code", "credit_code", "library"}
    assert everything(desk) == before


def test_no_project_costs_more_than_can_be_kept(desk: Desk) -> None:
    assert set(refused(desk, "intake.register-project", a_project(3, investment_yuan=10**30))) == {"investment_yuan"}


def a_move(**changes: object) -> dict[str, object]:
    return {
        "project_code": a_project_code(),
        "library": "removed",
        "reason": "不符合产业政策",
        "look_back_on": "2027-03-16",
        "actor": WANG,
    } | changes


def test_a_removed_project_has_a_reason_and_a_day_to_look_back(desk: Desk) -> None:
    done(desk, "intake.move-project", a_move())
    assert asked(desk, "project", project_code=a_project_code())["look_back_on"] == "2027-03-16"
    fact = said(desk, "qidi.project.moved")[0]
    assert (fact.data["came_from"], fact.data["library"], fact.actor) == ("active", "removed", "王芳@发展改革委")
    done(desk, "intake.move-project", a_move(library="active", reason="已整改", look_back_on=None))
    assert asked(desk, "project", project_code=a_project_code())["look_back_on"] is None


def test_a_removal_without_a_look_back_or_a_person_is_refused_with_both(desk: Desk) -> None:
    problems = refused(desk, "intake.move-project", a_move(look_back_on=None, actor=None))
    assert problems == {
        "look_back_on": "A removed project needs the day on which it will be looked at again.",
        "actor": "Say who acts: a name and a department.",
    }
    assert set(refused(desk, "intake.move-project", a_move(look_back_on="2026-09-16", reason=""))) == {
        "look_back_on",
        "reason",
    }


def test_a_move_to_where_it_is_or_of_an_unknown_project_is_refused(desk: Desk) -> None:
    assert "library" in refused(desk, "intake.move-project", a_move(library="active"))
    ruling = take(desk, "intake.move-project", a_move(project_code=a_project_code(99)))
    assert ruling.reply is not None
    assert ruling.reply["status"] == 404


def test_projects_are_found_by_code_name_or_owner_in_pages(desk: Desk) -> None:
    for n in range(2, 8):
        done(desk, "intake.register-project", a_project(n, owner_name="林西光伏100%公司" if n % 2 else "热力公司"))
    assert len(asked(desk, "projects", q="100%")["items"]) == 3
    assert asked(desk, "projects", q="0%0")["items"] == []
    assert len(asked(desk, "projects", q="项目6期")["items"]) == 1
    assert asked(desk, "projects", library="reserve")["items"] == []
    seen, cursor = [], None
    while True:
        page = asked(desk, "projects", cursor=cursor, limit=3)
        seen += [one["project_code"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [a_project_code(n) for n in range(1, 8)]


def test_a_bad_cursor_and_a_bad_limit_are_told_together(desk: Desk) -> None:
    reply = desk.answer("projects", {"cursor": "é", "limit": 0})
    assert reply["status"] == 422
    assert {one["field"] for one in reply["problems"]} == {"cursor", "limit"}


ELSEWHERE = ("110000", "320193", "150499", "000001", "999999", "650000", "524051")


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_project_that_was_registered_in_another_region_is_refused_and_told_why(desk: Desk, place: str) -> None:
    code = f"2604-{place}-04-01-123456"
    wrong = refused(desk, "intake.register-project", a_project(project_code=code))
    assert set(wrong) == {"project_code"}
    assert place in wrong["project_code"]
    assert code in wrong["project_code"]
    [result] = done(desk, "intake.enter-cases", {"entries": [an_entry(project_code=code)]}, role="ops")["results"]
    assert result["outcome"] == "refused"
    assert [one["field"] for one in result["problems"]] == ["project_code"]


@pytest.mark.parametrize("place", ["150424", "150000", "150400", "150425", "150781", "150172", "152971", "000000"])
def test_a_project_of_any_place_of_the_region_or_of_the_state_is_taken(desk: Desk, place: str) -> None:
    code = f"2604-{place}-04-01-123456"
    assert done(desk, "intake.register-project", a_project(project_code=code)) == {"project_code": code}


def test_a_project_that_an_earlier_version_took_is_not_judged_again(desk: Desk) -> None:
    code = "2604-110000-04-01-123456"
    kept = a_project(project_code=code)
    with transaction(desk.engine) as connection:
        row = {"look_back_on": None, "registered_at": 0.0, "library": "active", "planned_start": None, **kept}
        Records(connection).add_projects([row])
    assert done(desk, "intake.register-project", kept) == {"project_code": code}
    assert done(desk, "intake.receive-case", a_case(project_code=code))["case_no"]
